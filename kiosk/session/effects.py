"""What the session wants done; each but ``ReportVisit`` is answered by exactly one event."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.session.values import Candidate, ItemId, Language, PatronId, TagUid, TransactionId, VisitId
from library.lending.refusals import Refusal


@dataclass(frozen=True, slots=True)
class IdentifyPatron:
    """Ask the library system for the holder of a card: ``PatronAccepted``, ``PatronRefused`` or ``IdentifyFailed``."""

    visit_id: VisitId
    patron_id: PatronId


@dataclass(frozen=True, slots=True)
class FindItems:
    """Ask the library system which of these items it knows: ``ItemsFound``."""

    visit_id: VisitId
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class LendItem:
    """Ask the library system for a loan: ``LoanMade``, ``LoanRefused`` or ``LoanUnknown``."""

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


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print what was lent: ``ReceiptPrinted`` or ``ReceiptFailed``."""

    visit_id: VisitId
    language: Language
    patron_last_four: str = field(repr=False)
    lines: tuple[ReceiptLine, ...]


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


@dataclass(frozen=True, slots=True)
class ReportVisit:
    """Tell the fleet how a visit ended; must not be lost."""

    outcome: VisitOutcome


Effect = IdentifyPatron | FindItems | LendItem | SwitchAlarmOff | PrintReceipt | ReportVisit
