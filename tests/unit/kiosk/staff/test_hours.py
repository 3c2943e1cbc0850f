"""The hours are told when they change, and once what staff said before a restart."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.journal import Journal
from kiosk.journal.staff import StaffRecords
from kiosk.session.staff_events import HoursChanged, OpeningKept
from kiosk.session.staff_values import ActKind, ByStaff, StaffAct, StaffId
from kiosk.staff.hours import HoursWatch
from library.lending.opening_hours import OpeningHours, Span

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOURS = OpeningHours((Span(0, 480, 1020),))
NEXT = datetime(2026, 11, 30, 8, tzinfo=UTC)


class Stopped(Exception):  # noqa: N818 - not an error: the end of the test's script
    """The script is over."""


async def told(folder: Path, moments: list[datetime | None], *, broken_until: int = 0) -> list[object]:
    """Give what is told while the clock says these, one after the other."""
    left, rounds = list(moments), 0
    events: list[object] = []
    async with Journal(folder / "journal.sqlite3", MORNING.timestamp) as journal:
        if broken_until:
            await journal.write(("ALTER TABLE opening RENAME TO gone", ()))

        async def pause(_seconds: float) -> None:
            nonlocal rounds
            rounds += 1
            left.pop(0)
            if rounds == broken_until:
                await journal.write(("ALTER TABLE gone RENAME TO opening", ()))
            if not left:
                raise Stopped

        watch = HoursWatch(HOURS, lambda: left[0], StaffRecords(journal, MORNING.timestamp), events.append, pause)
        with pytest.raises(Stopped):
            await watch.run()
    return events


async def test_each_change_is_told_once(tmp_path: Path) -> None:
    evening = MORNING.replace(hour=17)
    events = await told(tmp_path, [MORNING, evening, evening + timedelta(hours=1), NEXT])

    assert events == [HoursChanged(in_hours=False, opens_at=NEXT), HoursChanged(in_hours=True)]


async def test_a_clock_that_was_never_set_closes_nothing(tmp_path: Path) -> None:
    night = MORNING.replace(hour=3)
    events = await told(tmp_path, [None, None, night])

    assert events == [HoursChanged(in_hours=False, opens_at=MORNING)]


@pytest.mark.parametrize("broken_until", [0, 2])
async def test_a_kiosk_that_staff_closed_is_closed_after_a_restart_as_soon_as_the_journal_says_so(
    tmp_path: Path, broken_until: int
) -> None:
    async with Journal(tmp_path / "journal.sqlite3", MORNING.timestamp) as journal:
        records = StaffRecords(journal, MORNING.timestamp)
        await records.note_opening(StaffId("quay-1"), StaffAct(ActKind.CLOSED), ByStaff.CLOSED, None)
    events = await told(tmp_path, [MORNING] * 4, broken_until=broken_until)

    assert events == [OpeningKept(ByStaff.CLOSED)]
