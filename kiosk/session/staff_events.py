"""What may happen to the session because of staff and of opening hours."""

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.session.staff_values import ActResult, ByStaff, Desk, StaffAct, StaffId
from kiosk.session.values import ItemId, Service, VisitId
from library.lending.overrides import OverrideReason


@dataclass(frozen=True, slots=True)
class StaffCardPresented:
    """A card was read that belongs to a member of the staff."""

    staff_id: StaffId = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServiceKeyTurned:
    """The service key was turned on."""


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """The opening hours began or ended."""

    in_hours: bool
    opens_at: datetime | None = None
    """When they begin again."""


@dataclass(frozen=True, slots=True)
class OpeningKept:
    """What staff said about the kiosk before it was started anew."""

    by_staff: ByStaff | None


@dataclass(frozen=True, slots=True)
class StaffTouched:
    """Somebody of the staff wants this done."""

    act: StaffAct


@dataclass(frozen=True, slots=True)
class StaffServiceTouched:
    """Somebody of the staff wants to do this for a reader; ``visit_id`` as of a ``StartTouched``."""

    service: Service
    visit_id: VisitId | None = None


@dataclass(frozen=True, slots=True)
class OverrideTouched:
    """Somebody of the staff lets a loan through that was refused."""

    item_id: ItemId
    reason: OverrideReason


@dataclass(frozen=True, slots=True)
class StaffPinChecked:
    """Whose the PIN is; an answer to ``CheckStaffPin``."""

    staff_id: StaffId | None = field(repr=False)
    """``None``: nobody's, or not that of the card."""
    failed: bool = False
    """It could not be checked."""


@dataclass(frozen=True, slots=True)
class DeskRead:
    """What staff are shown."""

    desk: Desk


@dataclass(frozen=True, slots=True)
class DeskUnread:
    """It could not be gathered."""


@dataclass(frozen=True, slots=True)
class ActDone:
    """What became of an act."""

    act: StaffAct
    result: ActResult


StaffEvent = (
    StaffCardPresented
    | ServiceKeyTurned
    | HoursChanged
    | OpeningKept
    | StaffTouched
    | StaffServiceTouched
    | OverrideTouched
    | StaffPinChecked
    | DeskRead
    | DeskUnread
    | ActDone
)
