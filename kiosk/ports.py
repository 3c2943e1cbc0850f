"""What the session needs from outside, as Protocols; adapters decide nothing and raise nothing of their own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kiosk.session.citizen_effects import HandInReader, PrintPickUp
from kiosk.session.citizen_events import ReaderHandedIn, ReaderNotHeard, ReaderNotTaken
from kiosk.session.effects import PrintReceipt, VisitOutcome
from kiosk.session.hold_values import PlacedHold
from kiosk.session.paying_values import BankTransfer
from kiosk.session.search_values import BookDetails, CatalogueStanding, Choice, Found, Narrowing
from kiosk.session.staff_values import ActKey, ActResult, Desk, StaffAct, StaffId
from kiosk.session.values import (
    Account,
    AlarmFault,
    Candidate,
    Finding,
    ItemId,
    Language,
    Loan,
    Money,
    Patron,
    PatronId,
    Pin,
    PrinterFault,
    Returned,
    TagUid,
    TransactionId,
)
from library.lending.overrides import Override
from library.lending.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    """The library system said no."""

    refusal: Refusal
    words: str = field(default="", repr=False)
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The library system did not say; after a loan this means that nobody knows whether it stands."""


@dataclass(frozen=True, slots=True)
class FeeAsked:
    """The library system would lend for a fee."""

    fee: Money = field(repr=False)
    title: str = field(default="", repr=False)


class LibrarySystem(Protocol):
    """The system that holds patrons, items and loans."""

    async def identify(
        self, patron_id: PatronId, pin: Pin | None = None, language: Language = Language.VIETNAMESE
    ) -> Patron | Refused | Unanswered:
        """Say who holds the card, what is on loan to them, and whether the PIN is right; ends in the configured time.

        A wrong PIN is no refusal: ``Patron.pin`` tells. A PIN is never repeated by itself: systems lock cards.
        """
        ...

    async def account(self, patron_id: PatronId, language: Language = Language.VIETNAMESE) -> Account | Unanswered:
        """Tell what is on loan, on hold and owed; ends within the configured time, with what was learned until then."""
        ...

    async def find(self, candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
        """Say of each which the library system knows, in their order; ends within the configured time."""
        ...

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        *,
        fee_agreed: bool = False,
        override: Override | None = None,
    ) -> Loan | Refused | FeeAsked | Unanswered:
        """Lend exactly once, however often the line breaks meanwhile; ends within the configured time.

        Staff ``override`` what the library system refused before; whether that counts, it decides.
        """
        ...

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused | Unanswered:
        """Take back, journalled before the first byte; ends within the configured time.

        A return that was sent and not answered is ``Unanswered``, stays in the journal and is asked about later.
        """
        ...

    async def renew(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        """Renew once; what was not answered is not sent again: the loan stands in any case."""
        ...

    async def place_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, *, fee_agreed: bool = False
    ) -> PlacedHold | Refused | Unanswered:
        """Let the book of which this is a copy be kept here; placed at most once, however the line breaks.

        A fee that is to be agreed to first is the refusal ``FEE_NOT_ACKNOWLEDGED``.
        """
        ...

    async def cancel_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> bool | Refused | Unanswered:
        """End a hold; ``True`` when it is no more."""
        ...

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the line open until cancelled; tell each time it is lost (``False``) or there (``True``)."""
        ...


class OfflineLending(Protocol):
    """What the kiosk does on its own while the library system does not answer; every transaction is on disk first."""

    async def identify(self, patron_id: PatronId, *, staff_id: StaffId | None = None) -> Patron | Refused | Unanswered:
        """Let a card in by its form and the last list of blocked cards; ``Unanswered``: there are no rules now.

        For ``staff_id`` of the staff the site may let in more.
        """
        ...

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        taken: int,
        *,
        staff_id: StaffId | None = None,
    ) -> Loan | Refused:
        """Lend; the loan is fsynced when this returns, and who of the staff made it. What cannot be is refused."""
        ...

    async def take_back(
        self,
        transaction_id: TransactionId,
        item_id: ItemId,
        tags: Sequence[TagUid] = (),
        *,
        staff_id: StaffId | None = None,
    ) -> Returned | Refused:
        """Take back; the return is fsynced when this returns."""
        ...

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the rules current until cancelled; tell each time whether there are any by which to lend."""
        ...


@dataclass(frozen=True, slots=True)
class AlarmOff:
    """Every tag of the item was read back and says "on loan"."""


@dataclass(frozen=True, slots=True)
class AlarmNotOff:
    """A tag of the item does not say "on loan"."""

    fault: AlarmFault


@dataclass(frozen=True, slots=True)
class AlarmOn:
    """Every tag of the item was read back and says "secured"."""


@dataclass(frozen=True, slots=True)
class AlarmNotOn:
    """A tag of the item does not say "secured"."""

    fault: AlarmFault


class TagAlarm(Protocol):
    """What must be true of a tag after a loan and after a return."""

    async def switch_off(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOff | AlarmNotOff:
        """Journal the intent, write, read back, and strike the intent off only when every tag says "on loan"."""
        ...

    async def switch_on(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOn | AlarmNotOn:
        """Journal the intent, write, read back, and strike the intent off only when every tag says "secured"."""
        ...


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer took everything and still has paper."""


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """The receipt did not come out whole."""

    fault: PrinterFault


@dataclass(frozen=True, slots=True)
class Shared:
    """Our server keeps a receipt for a day."""

    link: str = field(repr=False)


class ReceiptSharing(Protocol):
    """The way to our server's page of receipts, and to its letters."""

    async def share(self, order: PrintReceipt, mail_to: PatronId | None = None) -> Shared | None:
        """Hand a receipt in, for the patron's e-mail where one is named; ``None``: not taken within some seconds."""
        ...


class Payment(Protocol):
    """The way to pay what is owed at our server without the desk: by bank transfer, which only begins here."""

    async def offered(self) -> bool:
        """Say whether the server takes transfers; ends within some seconds, with no where nobody says."""
        ...

    async def begin(self, patron_id: PatronId) -> BankTransfer | None:
        """Let the server begin a transfer of all that is owed; ``None``: it gave none, or not within some seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Stranger:
    """No reader of the library."""


class Citizens(Protocol):
    """Our server, which alone can say whose a citizen number is."""

    async def find(self, number: str) -> PatronId | Stranger | Unanswered:
        """Ask once; ends within some seconds. Nothing of the number is kept."""
        ...

    async def hand_in(self, reader: HandInReader) -> ReaderHandedIn | ReaderNotTaken | ReaderNotHeard:
        """Tell once who wants to become a reader; the same."""
        ...


class ReceiptPrinter(Protocol):
    """Paper."""

    async def print_receipt(self, order: PrintReceipt, printed_at: datetime) -> Printed | NotPrinted:
        """Print and cut."""
        ...


class SlipPrinter(Protocol):
    """Paper, for what is no receipt."""

    async def print_pick_up(self, order: PrintPickUp, printed_at: datetime) -> Printed | NotPrinted:
        """Print and cut."""
        ...


class Staff(Protocol):
    """What is behind staff mode; every act is noted before anybody hears that it was done."""

    async def whose_pin(self, staff_id: StaffId | None, pin: Pin, *, last_try: bool) -> StaffId | None:
        """Say whose PIN it is, of this member or, without an id, of all; the entry or the wrong PIN is noted."""
        ...

    async def read_desk(self) -> Desk | None:
        """Gather what staff are shown; ``None``: the journal does not say."""
        ...

    async def carry_out(
        self, staff_id: StaffId, act: StaffAct, tags: Sequence[TagUid], until: datetime | None
    ) -> ActResult:
        """Note the act, then do it."""
        ...

    async def overriding(self, override: Override, item_id: ItemId) -> ActKey | None:
        """Note that a no is overridden, before it is; ``None``: it cannot be noted, and must not be done."""
        ...

    async def overrode(self, key: ActKey, override: Override, item_id: ItemId, result: ActResult) -> None:
        """Note what became of it, where that can be noted."""
        ...


class Catalogue(Protocol):
    """The kiosk's own copy of the library's catalogue, which answers without a line; it never raises.

    Each of these keeps the loop's thread for some 20 ms at most. ``None``: there is no catalogue to ask now.
    """

    async def search(
        self, text: str, *, as_typed: bool, offset: int, limit: int, narrowed: tuple[Narrowing, ...] = ()
    ) -> Found | None:
        """Find records by a text of any kind, cut at ``LONGEST_QUERY``; an ISBN finds its record.

        ``as_typed``: nothing else is searched for instead, however little is found.
        """
        ...

    async def choices(self, text: str, *, as_typed: bool, narrowed: tuple[Narrowing, ...]) -> tuple[Choice, ...] | None:
        """Say by what a text's results can be narrowed, what is narrowed already among it."""
        ...

    async def details(self, key: int) -> BookDetails | None:
        """Tell all about one record; ``None`` also where it is no longer there."""
        ...

    async def newest(self, limit: int) -> Found | None:
        """Give the records that were added last, of those with a copy here."""
        ...

    async def local(self, limit: int) -> Found | None:
        """Give what this library holds about its own region."""
        ...

    async def watch(self, on_change: Callable[[CatalogueStanding], Awaitable[None]]) -> None:
        """Look after the catalogue until cancelled; tell each time how it stands."""
        ...


class Telemetry(Protocol):
    """The way to the fleet's page."""

    async def report_visit(self, outcome: VisitOutcome) -> None:
        """Return only when the outcome is on disk."""
        ...


class Clock(Protocol):
    """Time, from one place."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    def wall(self) -> datetime:
        """Local time with its offset."""
        ...
