"""What waits at the kiosk, counted for the fleet: numbers alone, of no item and no reader."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from kiosk.errors import JournalUnavailableError
from kiosk.journal import OpenAlarm
from kiosk.session.staff_values import Waiting, WaitingKind
from mqtt.health import WaitingReport

COUNT_EVERY_S: Final = 30.0


class WaitingRecords(Protocol):
    """Where it is counted what waits."""

    async def waiting(self) -> tuple[Waiting, ...]:
        """Count it by kind; may raise ``JournalUnavailableError``."""
        ...


class AlarmList(Protocol):
    """Where the alarm list is."""

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        """Give it; may raise ``JournalUnavailableError``."""
        ...


async def count_waiting(
    records: WaitingRecords,
    alarms: AlarmList,
    wall: Callable[[], datetime],
    note: Callable[[WaitingReport | None], None],
    every_s: float = COUNT_EVERY_S,
) -> None:
    """Count now and then, until cancelled; ``None`` is noted while the journal does not say."""
    while True:
        try:
            note(waiting_report(await records.waiting(), len(await alarms.open_alarms()), wall()))
        except JournalUnavailableError:
            note(None)
        await asyncio.sleep(every_s)


def waiting_report(waiting: Sequence[Waiting], alarms: int, now: datetime) -> WaitingReport:
    """Return what the fleet is told of it at a moment."""
    number = {each.kind: each.number for each in waiting}
    oldest = next((each.oldest for each in waiting if each.kind is WaitingKind.KEPT), None)
    return WaitingReport(
        to_tell=number.get(WaitingKind.KEPT, 0),
        oldest_s=None if oldest is None else round(max(0.0, (now - oldest).total_seconds()), 1),
        for_staff=number.get(WaitingKind.FOR_STAFF, 0),
        in_doubt=number.get(WaitingKind.IN_DOUBT, 0),
        alarms_owed=alarms,
    )
