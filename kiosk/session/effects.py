"""What the session wants done; each but ``ReportVisit`` is answered by exactly one event."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.session.citizen_effects import CitizenEffect
from kiosk.session.paying_effects import PayingEffect
from kiosk.session.search_effects import SearchEffect
from kiosk.session.staff_effects import StaffEffect
from kiosk.session.staff_values import StaffId
from kiosk.session.values import Candidate, ItemId, Language, PatronId, Pin, Service, TagUid, TransactionId, VisitId
from library.lending.overrides import Override
from library.lending.refusals import Refusal


@dataclass(frozen=True, slots=True)
class IdentifyPatron:
    """Ask the library system for the holder of a card: ``PatronAccepted``, ``PatronRefused`` or ``IdentifyFailed``."""

    visit_id: VisitId
    patron_id: PatronId
    pin: Pin | None = None
    """Checked where it is given: ``Patron.pin`` tells."""
    language: Language = Language.VIETNAMESE
    """In which the library system is to speak to the patron."""


@dataclass(frozen=True, slots=True)
class IdentifyPatronOffline:
    """Let a card in by the kiosk's own rules: ``PatronAccepted``, ``PatronRefused`` or ``IdentifyFailed``."""

    visit_id: VisitId
    patron_id: PatronId
    staff_id: StaffId | None = None
    """Who of the staff does it for the patron."""


@dataclass(frozen=True, slots=True)
class FindItems:
    """Ask the library system which of these items it knows: ``ItemsFound``."""

    visit_id: VisitId
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class LendItem:
    """Ask the library system for a loan: ``LoanMade``, ``LoanRefused``, ``LoanAsksFee`` or ``LoanUnknown``."""

    visit_id: VisitId
    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId
    fee_agreed: bool = False
    override: Override | None = None
    """Noted before anything is asked."""


@dataclass(frozen=True, slots=True)
class LendItemOffline:
    """Lend by the kiosk's own rules, in the journal: ``LoanMade``, ``LoanRefused`` or ``LoanUnknown`` (never asked)."""

    visit_id: VisitId
    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId
    taken: int
    """Items that this patron was lent offline in this visit before."""
    staff_id: StaffId | None = None


@dataclass(frozen=True, slots=True)
class TakeBackItem:
    """Ask the library system for a return: ``ReturnMade``, ``ReturnRefused`` or ``ReturnUnknown``."""

    visit_id: VisitId
    transaction_id: TransactionId
    item_id: ItemId
    tags: tuple[TagUid, ...] = ()
    """The item's tags on the pad: their alarm is owed from the moment at which the return may stand."""


@dataclass(frozen=True, slots=True)
class TakeBackItemOffline:
    """Take an item back in the journal alone: ``ReturnMade`` or ``ReturnRefused``."""

    visit_id: VisitId
    transaction_id: TransactionId
    item_id: ItemId
    tags: tuple[TagUid, ...] = ()
    staff_id: StaffId | None = None


@dataclass(frozen=True, slots=True)
class SwitchAlarmOn:
    """Make the item's tags say "secured" and read them back: ``AlarmSwitchedOn`` or ``AlarmStillOff``."""

    visit_id: VisitId
    item_id: ItemId
    tags: tuple[TagUid, ...]


@dataclass(frozen=True, slots=True)
class RenewLoan:
    """Ask for a renewal: ``LoanRenewed``, ``RenewalRefused`` or ``RenewalUnknown``; the alarm is not touched."""

    visit_id: VisitId
    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """Ask for loans, holds and fees: ``AccountRead`` or ``AccountUnread``."""

    visit_id: VisitId
    patron_id: PatronId
    language: Language = Language.VIETNAMESE


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Ask for a book to be kept here, by a copy's number: ``HoldPlaced``, ``HoldRefused`` or ``HoldUnknown``."""

    visit_id: VisitId
    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId
    fee_agreed: bool = False


@dataclass(frozen=True, slots=True)
class CancelHold:
    """Ask for the end of a hold: ``HoldCancelled`` or ``HoldKept``."""

    visit_id: VisitId
    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class SwitchAlarmOff:
    """Make the item's tags say "on loan" and read them back: ``AlarmSwitchedOff`` or ``AlarmStillOn``."""

    visit_id: VisitId
    item_id: ItemId
    tag_uid: TagUid
    other_tags: tuple[TagUid, ...] = ()
    """Those of the item's other parts."""

    @property
    def tags(self) -> tuple[TagUid, ...]:
        """Give every tag that is to be written."""
        return (self.tag_uid, *self.other_tags)


class LineKind(StrEnum):
    """What a line of a receipt says of its item."""

    LENT = "lent"
    RENEWED = "renewed"
    RETURNED = "returned"
    ON_LOAN = "on_loan"
    """Nothing was done with it: the patron has it, and wanted to know until when."""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One item on a receipt."""

    title: str = field(repr=False)
    due: datetime | None
    show_at_desk: bool
    """The loan stands and the alarm is still on, or nobody knows whether the loan stands."""
    loan_known: bool
    """``False``: nobody knows whether the loan stands."""
    item_id: ItemId
    """For an item without a title."""
    kind: LineKind = LineKind.LENT
    kept: bool = False
    """It stands in the kiosk's journal alone; the library system learns of it later."""


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print what was lent, renewed or returned: ``ReceiptPrinted`` or ``ReceiptFailed``."""

    visit_id: VisitId
    language: Language
    patron_last_four: str = field(repr=False)
    lines: tuple[ReceiptLine, ...]


@dataclass(frozen=True, slots=True)
class ShareReceipt:
    """Let a telephone have a receipt by our server, or send it: ``ReceiptShared`` or ``ReceiptNotShared``."""

    visit_id: VisitId
    receipt: PrintReceipt
    mail_to: PatronId | None = None
    """Who gets it by e-mail; ``None``: it is for a telephone."""


class VisitEnd(StrEnum):
    """How a visit ended."""

    DONE = "done"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    FAULT = "fault"


class ReceiptEnd(StrEnum):
    """What became of the receipt."""

    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    PRINTED = "printed"
    SHARED = "shared"
    """Shown for a telephone, or on its way by e-mail."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """A visit in numbers: nothing in it belongs to a patron."""

    visit_id: VisitId
    end: VisitEnd
    seconds: float
    language: Language
    lent: int
    refused: tuple[tuple[Refusal, int], ...]
    unknown: int
    """Items of which nobody knows whether the loan stands."""
    alarms_still_on: int
    receipt: ReceiptEnd
    service: Service = Service.BORROW
    """What the patron came for first."""
    renewed: int = 0
    returned: int = 0
    alarms_still_off: int = 0
    """Items that are back and do not alarm."""
    offline: int = 0
    """Of the loans and returns, those that stand in the kiosk's journal alone."""


@dataclass(frozen=True, slots=True)
class ReportVisit:
    """Tell the fleet how a visit ended; must not be lost."""

    outcome: VisitOutcome


Effect = (
    IdentifyPatron
    | IdentifyPatronOffline
    | FindItems
    | LendItem
    | LendItemOffline
    | TakeBackItem
    | TakeBackItemOffline
    | SwitchAlarmOff
    | SwitchAlarmOn
    | RenewLoan
    | ReadAccount
    | PlaceHold
    | CancelHold
    | PrintReceipt
    | ShareReceipt
    | ReportVisit
    | StaffEffect
    | SearchEffect
    | PayingEffect
    | CitizenEffect
)
