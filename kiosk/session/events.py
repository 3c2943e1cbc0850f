"""What may happen to the session: readings, touches, answers to its effects, and time."""

from dataclasses import dataclass, field

from kiosk.session.values import (
    AlarmFault,
    Candidate,
    Device,
    Finding,
    ItemId,
    LabelFault,
    Language,
    Loan,
    Pad,
    Patron,
    PatronId,
    PrinterFault,
    VisitId,
)
from library.lending.refusals import Refusal

# Readings of devices


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A patron's card was read; ``visit_id`` is fresh and becomes the visit's if one begins."""

    visit_id: VisitId
    patron_id: PatronId


@dataclass(frozen=True, slots=True)
class LabelRejected:
    """Something was scanned that is neither a card nor an item of this library."""

    fault: LabelFault


@dataclass(frozen=True, slots=True)
class ItemScanned:
    """An item's printed label was scanned."""

    item_id: ItemId


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A printed number was scanned that items of several libraries of the network may bear."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class PadChanged:
    """The pad holds something else than before; the whole of it is told.

    Losing the pad is no such change. Once it is back it tells what lies there, also if that is nothing.
    """

    pad: Pad


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device's cable went or its process died."""

    device: Device


@dataclass(frozen=True, slots=True)
class DeviceBack:
    """A lost device, or one not yet seen, answers."""

    device: Device


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """The printer says of itself whether it would print now; told at once after its return and whenever it changes."""

    fault: PrinterFault | None
    """``None``: it would, as far as it knows."""


# Touches


@dataclass(frozen=True, slots=True)
class StartTouched:
    """The patron wants to begin."""


@dataclass(frozen=True, slots=True)
class LanguageTouched:
    """The patron chose a language for this visit."""

    language: Language


@dataclass(frozen=True, slots=True)
class LendLyingTouched:
    """The patron says that the items which lay on the pad when the card was accepted are theirs."""


@dataclass(frozen=True, slots=True)
class CandidateTouched:
    """The patron says which of the candidates that the screen names the number stands for."""

    item_id: ItemId


@dataclass(frozen=True, slots=True)
class NoCandidateTouched:
    """The patron says that it is none of them, or leaves it to the desk."""


@dataclass(frozen=True, slots=True)
class FinishTouched:
    """The patron has no more items."""


@dataclass(frozen=True, slots=True)
class CancelTouched:
    """The patron wants out."""


@dataclass(frozen=True, slots=True)
class ReceiptTouched:
    """The patron wants a receipt, or none."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class DoneTouched:
    """The patron has read the last page."""


@dataclass(frozen=True, slots=True)
class ScreenTouched:
    """The patron touched anything at all: still there."""


# Answers to effects


@dataclass(frozen=True, slots=True)
class PatronAccepted:
    """The library system knows the card and lets its holder in."""

    visit_id: VisitId
    patron: Patron


@dataclass(frozen=True, slots=True)
class PatronRefused:
    """The library system does not let the card's holder in."""

    visit_id: VisitId
    refusal: Refusal
    words: str = field(default="", repr=False)
    """The library system's own words (SIP2 AF), shown as they are."""


@dataclass(frozen=True, slots=True)
class IdentifyFailed:
    """The library system did not answer whether it knows the card."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ItemsFound:
    """The library system said which of the candidates it knows, or did not say: a finding for each, in their order."""

    visit_id: VisitId
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class LoanMade:
    """The loan stands in the library system; ``loan.item_id`` is the very number that was asked for."""

    visit_id: VisitId
    loan: Loan


@dataclass(frozen=True, slots=True)
class LoanRefused:
    """The library system said no to the loan."""

    visit_id: VisitId
    item_id: ItemId
    refusal: Refusal
    words: str = field(default="", repr=False)
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LoanUnknown:
    """Nobody can say whether the loan stands: the item goes to the desk and into the journal."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AlarmSwitchedOff:
    """The tag was read back and says "on loan"."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AlarmStillOn:
    """The tag could not be made to say "on loan"."""

    visit_id: VisitId
    item_id: ItemId
    fault: AlarmFault


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """The printer took the whole receipt and has paper."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ReceiptFailed:
    """The receipt did not come out, or not whole."""

    visit_id: VisitId
    fault: PrinterFault


@dataclass(frozen=True, slots=True)
class LibrarySystemLost:
    """The library system does not answer."""


@dataclass(frozen=True, slots=True)
class LibrarySystemBack:
    """The library system answers."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time went on; sent about four times a second."""

    now: float
    """Monotonic seconds; never smaller than the one before."""


Event = (
    CardPresented
    | LabelRejected
    | ItemScanned
    | NumberRead
    | PadChanged
    | DeviceLost
    | DeviceBack
    | PrinterChanged
    | StartTouched
    | LanguageTouched
    | LendLyingTouched
    | CandidateTouched
    | NoCandidateTouched
    | FinishTouched
    | CancelTouched
    | ReceiptTouched
    | DoneTouched
    | ScreenTouched
    | PatronAccepted
    | PatronRefused
    | IdentifyFailed
    | ItemsFound
    | LoanMade
    | LoanRefused
    | LoanUnknown
    | AlarmSwitchedOff
    | AlarmStillOn
    | ReceiptPrinted
    | ReceiptFailed
    | LibrarySystemLost
    | LibrarySystemBack
    | Ticked
)
