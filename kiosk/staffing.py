"""Puts together what staff mode and the opening hours need, for the composition root."""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from kiosk.alarm.owed import OwedAlarms
from kiosk.alone.lending import ByStaff
from kiosk.alone.machine_time import MachineTime
from kiosk.blackbox.summaries import last_visits
from kiosk.config import KioskConfig
from kiosk.devices.indicators import Indicators
from kiosk.devices.kept import Devices
from kiosk.devices.paper import PaperReceipts
from kiosk.devices.trials import DeviceTrials
from kiosk.journal import Journal
from kiosk.journal.staff import StaffRecords
from kiosk.session.events import Event
from kiosk.session.staff_values import EmergencyDesk, StaffId
from kiosk.staff.desk import Behind, StaffDesk
from kiosk.staff.hours import HoursWatch
from kiosk.staff.roll_file import KnownRoll
from kiosk.telemetry.staff_acts import told_act
from kiosk.telemetry.waiting import count_waiting
from mqtt.health import WaitingReport

LOOK_EVERY_S: Final = 5.0
"""How soon somebody who was added by ``kiosk staff`` may enter."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the kiosk's parts staff mode works with."""

    journal: Journal
    time: MachineTime
    agent_there: Callable[[], bool]
    restart: Callable[[], None]


class Staffing:
    """Staff mode and opening hours of one kiosk."""

    def __init__(self, config: KioskConfig, parts: Parts) -> None:
        self._config = config
        self._parts = parts
        self._roll = KnownRoll(config.staff.file)
        tell = told_act(lambda: uuid.uuid4().hex, parts.time.wall)
        self._records = StaffRecords(parts.journal, time.time, tell)

    def whose_card(self, number: str) -> StaffId | None:
        """Say which member of the staff has a card of this number."""
        return self._roll.whose_card(number)

    def lending(self) -> ByStaff:
        """Give what is different where staff lend while the library system does not answer."""
        beyond = self._config.staff.emergency_desk is EmergencyDesk.BEYOND_RULES
        return ByStaff(lambda staff_id, act: self._records.noted(staff_id, act)[1], beyond_rules=beyond)

    def desk(self, owed: OwedAlarms, devices: Devices, paper: PaperReceipts, indicators: Indicators) -> StaffDesk:
        """Give what the session's effects for staff go to."""
        return StaffDesk(
            Behind(
                roll=self._roll,
                records=self._records,
                alarms=self._parts.journal,
                settler=owed,
                trials=DeviceTrials(devices, paper, indicators, self._config.language),
                visits=partial(last_visits, self._config.state_folder),
                agent_there=self._parts.agent_there,
                wall=self._parts.time.wall,
                restart=self._parts.restart,
            )
        )

    async def run(self, post: Callable[[Event], None], tell_waiting: Callable[[WaitingReport | None], None]) -> None:
        """Watch the hours and the roll, and count what waits, until cancelled."""
        hours = HoursWatch(self._config.opening.opening_hours(), self._now, self._records, post)
        async with asyncio.TaskGroup() as group:
            group.create_task(hours.run())
            group.create_task(self._watch_roll())
            group.create_task(count_waiting(self._records, self._parts.journal, self._parts.time.wall, tell_waiting))

    async def _watch_roll(self) -> None:
        while True:
            await asyncio.to_thread(self._roll.refresh)
            await asyncio.sleep(LOOK_EVERY_S)

    def _now(self) -> datetime | None:
        return self._parts.time.wall() if self._parts.time.is_set() else None
