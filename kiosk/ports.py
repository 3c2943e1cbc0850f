"""What the session needs from outside, as Protocols; adapters decide nothing and raise nothing of their own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kiosk.session.effects import PrintReceipt, VisitOutcome
from kiosk.session.values import (
    AlarmFault,
    Candidate,
    Finding,
    ItemId,
    Loan,
    Patron,
    PatronId,
    PrinterFault,
    TagUid,
    TransactionId,
)
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


class LibrarySystem(Protocol):
    """The system that holds patrons, items and loans."""

    async def identify(self, patron_id: PatronId) -> Patron | Refused | Unanswered:
        """Say who holds the card; ends within the configured time."""
        ...

    async def find(self, candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
        """Say of each which the library system knows, in their order; ends within the configured time."""
        ...

    async def lend(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        """Lend exactly once, however often the line breaks meanwhile; ends within the configured time."""
        ...

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the line open until cancelled; tell each time it is lost (``False``) or there (``True``)."""
        ...


@dataclass(frozen=True, slots=True)
class AlarmOff:
    """Every tag of the item was read back and says "on loan"."""


@dataclass(frozen=True, slots=True)
class AlarmNotOff:
    """A tag of the item does not say "on loan"."""

    fault: AlarmFault


class TagAlarm(Protocol):
    """What must be true of a tag after a loan."""

    async def switch_off(self, item_id: ItemId, tags: Sequence[TagUid]) -> AlarmOff | AlarmNotOff:
        """Journal the intent, write, read back, and strike the intent off only when every tag says "on loan"."""
        ...


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer took everything and still has paper."""


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """The receipt did not come out whole."""

    fault: PrinterFault


class ReceiptPrinter(Protocol):
    """Paper."""

    async def print_receipt(self, order: PrintReceipt, printed_at: datetime) -> Printed | NotPrinted:
        """Print and cut."""
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
