"""Whether a visit may begin: opening hours, what staff said, and what is taken back although the library is closed."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.staff_events import HoursChanged, OpeningKept
from kiosk.session.staff_values import ByStaff, Opening


def opening_after(opening: Opening, event: HoursChanged | OpeningKept) -> Opening:
    """Take note; what staff opened outside the hours is theirs no longer once these begin."""
    match event:
        case HoursChanged(in_hours, opens_at):
            ended = in_hours and opening.by_staff is ByStaff.OPEN
            return Opening(in_hours, opens_at, None if ended else opening.by_staff)
        case OpeningKept(by_staff):
            return replace(opening, by_staff=by_staff)
        case _:
            assert_never(event)


def opened_by_staff(opening: Opening) -> Opening:
    """Open: within the hours nothing more need be said."""
    return replace(opening, by_staff=None if opening.in_hours else ByStaff.OPEN)


def closed_by_staff(opening: Opening) -> Opening:
    """Close until staff open again."""
    return replace(opening, by_staff=ByStaff.CLOSED)


def takes_back(opening: Opening, *, returns_when_closed: bool) -> bool:
    """Say whether items may be brought back: outside the hours where the site wants it, but not when staff closed."""
    return opening.is_open or (returns_when_closed and opening.by_staff is None)
