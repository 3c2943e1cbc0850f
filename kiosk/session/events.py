"""What may happen to the session: readings, touches, answers to its effects, and time."""

from dataclasses import dataclass

from kiosk.session.answers import (
    AccountRead,
    AccountUnread,
    AlarmStillOff,
    AlarmStillOn,
    AlarmSwitchedOff,
    AlarmSwitchedOn,
    HoldCancelled,
    HoldKept,
    HoldPlaced,
    HoldRefused,
    HoldUnknown,
    IdentifyFailed,
    ItemsFound,
    LoanAsksFee,
    LoanMade,
    LoanRefused,
    LoanRenewed,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptNotShared,
    ReceiptPrinted,
    ReceiptShared,
    RenewalRefused,
    RenewalUnknown,
    ReturnMade,
    ReturnRefused,
    ReturnUnknown,
)
from kiosk.session.citizen_events import CitizenEvent
from kiosk.session.paying_events import PayingEvent
from kiosk.session.search_events import SearchEvent
from kiosk.session.staff_events import StaffEvent
from kiosk.session.touches import (
    CancelHoldTouched,
    CancelTouched,
    CandidateTouched,
    CountTouched,
    DoneTouched,
    EnterTouched,
    EraseTouched,
    FeeTouched,
    FinishTouched,
    HoldFeeTouched,
    HoldTouched,
    KeyTouched,
    LanguageTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ReadAgainTouched,
    ReceiptTouched,
    RenewTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
    TypeCardTouched,
    UndoHoldTouched,
)
from kiosk.session.values import Candidate, Device, ItemId, LabelFault, Pad, PatronId, PrinterFault, VisitId

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
class SlotPassed:
    """Something passed through the return slot."""


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


# Around the kiosk


@dataclass(frozen=True, slots=True)
class LibrarySystemLost:
    """The library system does not answer."""


@dataclass(frozen=True, slots=True)
class LibrarySystemBack:
    """The library system answers."""


@dataclass(frozen=True, slots=True)
class OfflineLendingChanged:
    """Whether the kiosk has rules by which it could lend on its own: fetched, signed, and not too old."""

    ready: bool


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
    | SlotPassed
    | DeviceLost
    | DeviceBack
    | PrinterChanged
    | StartTouched
    | ServiceTouched
    | TypeCardTouched
    | KeyTouched
    | EraseTouched
    | EnterTouched
    | CountTouched
    | FeeTouched
    | RenewTouched
    | ReadAgainTouched
    | CancelHoldTouched
    | HoldTouched
    | HoldFeeTouched
    | UndoHoldTouched
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
    | LoanAsksFee
    | LoanUnknown
    | AlarmSwitchedOff
    | AlarmStillOn
    | ReturnMade
    | ReturnRefused
    | ReturnUnknown
    | AlarmSwitchedOn
    | AlarmStillOff
    | LoanRenewed
    | RenewalRefused
    | RenewalUnknown
    | AccountRead
    | AccountUnread
    | HoldPlaced
    | HoldRefused
    | HoldUnknown
    | HoldCancelled
    | HoldKept
    | ReceiptPrinted
    | ReceiptFailed
    | ReceiptShared
    | ReceiptNotShared
    | LibrarySystemLost
    | LibrarySystemBack
    | OfflineLendingChanged
    | Ticked
    | StaffEvent
    | SearchEvent
    | PayingEvent
    | CitizenEvent
)
