"""What the session wants done for staff; each is answered by exactly one event."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.session.staff_values import StaffAct, StaffId
from kiosk.session.values import Pin, TagUid


@dataclass(frozen=True, slots=True)
class CheckStaffPin:
    """Find out whose PIN it is, and note it: ``StaffPinChecked``."""

    staff_id: StaffId | None
    """Whose card was shown; ``None``: the service key was turned, and anybody's PIN will do."""
    pin: Pin
    last_try: bool
    """A wrong one locks."""


@dataclass(frozen=True, slots=True)
class ReadDesk:
    """Gather what staff are shown: ``DeskRead`` or ``DeskUnread``."""


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Note an act of staff, and do it: ``ActDone``."""

    staff_id: StaffId
    act: StaffAct
    tags: tuple[TagUid, ...] = ()
    """The item's tags on the pad."""
    until: datetime | None = None
    """How long an opening outside the hours lasts."""


StaffEffect = CheckStaffPin | ReadDesk | CarryOut
