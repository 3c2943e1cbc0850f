"""What waits at a kiosk, in numbers for the fleet."""

import asyncio
from datetime import UTC, datetime, timedelta

from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, OpenAlarm
from kiosk.session.staff_values import Waiting, WaitingKind
from kiosk.session.values import ItemId
from kiosk.telemetry.waiting import count_waiting, waiting_report
from mqtt.health import WaitingReport
from tests.support.waiting import eventually

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
WAITING = (
    Waiting(WaitingKind.REPORTS, 9, NOW - timedelta(days=2)),
    Waiting(WaitingKind.KEPT, 3, NOW - timedelta(hours=1)),
    Waiting(WaitingKind.FOR_STAFF, 2, NOW - timedelta(days=1)),
    Waiting(WaitingKind.IN_DOUBT, 1, NOW),
)
ALARM = OpenAlarm(ItemId("VNM.000001"), (), AlarmWanted.OFF, AlarmReason.LENT, 0.0)


class Journal:
    """A journal that can fail."""

    fails = False

    async def waiting(self) -> tuple[Waiting, ...]:
        """Give what waits."""
        if self.fails:
            raise JournalUnavailableError
        return WAITING

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        """Give the alarm list."""
        return (ALARM, ALARM)


def test_loans_made_alone_are_told_with_their_age_and_reports_to_the_fleet_are_not() -> None:
    assert waiting_report(WAITING, 2, NOW) == WaitingReport(
        to_tell=3, oldest_s=3600.0, for_staff=2, in_doubt=1, alarms_owed=2
    )


def test_an_oldest_of_tomorrow_is_no_age_below_nothing() -> None:
    ahead = (Waiting(WaitingKind.KEPT, 1, NOW + timedelta(days=1)),)

    assert waiting_report(ahead, 0, NOW) == WaitingReport(to_tell=1, oldest_s=0.0)
    assert waiting_report((), 0, NOW) == WaitingReport(to_tell=0)


async def test_a_journal_that_cannot_be_read_is_no_zero_and_is_looked_at_again() -> None:
    journal, noted = Journal(), list[WaitingReport | None]()
    counting = asyncio.create_task(count_waiting(journal, journal, lambda: NOW, noted.append, every_s=0.001))
    await eventually(lambda: noted)
    journal.fails = True
    await eventually(lambda: None in noted)
    journal.fails = False
    gone = len(noted)
    await eventually(lambda: any(noted[gone:]))
    counting.cancel()

    assert noted[0] == waiting_report(WAITING, 2, NOW)
