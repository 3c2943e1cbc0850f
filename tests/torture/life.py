"""One life of a kiosk without its window: the parts of ``kiosk.app`` in its order, told what to do over a pipe.

What ``kiosk.app.Kiosk`` has and this has not: the screens, the lights, the printer's paper, the agent's socket (what
the agent would be told is noted in the journal all the same). Everything that the alarm's truth rests on is the kiosk's
own: configuration, journal, devices, library system, tag alarm, performer, runtime and session.
"""

import asyncio
import logging
import os
import sys
import time
import uuid
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from drivers.gpio.base import Board
from drivers.printer.base import PrinterReading
from kiosk.alarm.owed import OwedAlarms
from kiosk.alarm.pad import PadTagAlarm
from kiosk.alone.lending import LendingAlone
from kiosk.alone.machine_time import SystemTime
from kiosk.alone.nothing import NoRules
from kiosk.alone.telling import Telling
from kiosk.config import load
from kiosk.devices.kept import Ears, devices_of
from kiosk.ils.line import open_library_system
from kiosk.journal import Journal
from kiosk.performer import Performer
from kiosk.ports import NotPrinted
from kiosk.runtime import Runtime
from kiosk.session.effects import PrintReceipt, VisitOutcome
from kiosk.session.events import CardPresented, Event, LibrarySystemBack, LibrarySystemLost
from kiosk.session.machine import initial, step
from kiosk.session.state import Idle, OutOfOrder, State
from kiosk.session.surroundings import can_serve
from kiosk.session.touches import DoneTouched, FinishTouched, StartTouched
from kiosk.session.values import PatronId, PrinterFault, Service, VisitId


class _Clock:
    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(self._zone)


class _NoPaper:
    async def print_receipt(self, order: PrintReceipt, printed_at: datetime) -> NotPrinted:
        del order, printed_at
        return NotPrinted(PrinterFault.ABSENT)


class _JournalledTelemetry:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def report_visit(self, outcome: VisitOutcome) -> None:
        await self._journal.add_event(outcome.visit_id, "{}")
        await self._journal.strike_off(outcome.visit_id)


def live(configuration: Path, wire: Connection, log: Path) -> None:
    """Live until killed; what is logged is appended to ``log``."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, sys.stderr.fileno())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    asyncio.run(_live(configuration, wire))


async def _live(configuration: Path, wire: Connection) -> None:
    config = load(configuration)
    clock = _Clock(config.zone)
    devices = devices_of(config, configuration)
    async with Journal(config.state_folder / "journal.sqlite3", time.time) as journal:
        library_system = open_library_system(config, journal, clock)
        alarm = PadTagAlarm(devices.pad, journal, config.tags.scheme)
        owed = OwedAlarms(journal, alarm, library_system)
        machine_time = SystemTime(config.zone, has_clock=config.offline.battery_clock)
        offline = LendingAlone(
            journal,
            NoRules(),
            machine_time,
            config.numbers,
            has_pad=config.devices.rfid is not None,
            with_unset_clock=config.offline.with_unset_clock,
        )
        told = ""

        def on_state(state: State) -> None:
            nonlocal told
            owed.look(state)
            alone = "" if can_serve(state.around, Service.BORROW) else " alone"
            if (name := f"{type(state).__name__}{alone}") != told:
                told = name
                wire.send(name)

        runtime = Runtime(
            initial(config.limits(), clock.monotonic()),
            step=step,
            perform=Performer(
                library_system=library_system,
                offline=offline,
                alarm=alarm,
                printer=_NoPaper(),
                telemetry=_JournalledTelemetry(journal),
                clock=clock,
            ).perform,
            on_state=on_state,
            clock=clock,
        )

        async def watch() -> None:
            async def changed(there: bool) -> None:  # noqa: FBT001 - the port's own form
                runtime.post(LibrarySystemBack() if there else LibrarySystemLost())

            await library_system.recover(await journal.open_loans(), await journal.open_returns())
            await library_system.watch(changed)

        def nobody_there() -> bool:
            return isinstance(runtime.state, Idle | OutOfOrder) and runtime.state.around.library_system

        async def tell_what_was_done_alone() -> None:
            assert library_system.told is not None
            await Telling(journal, library_system.told, machine_time, nobody_there).run()

        asyncio.get_running_loop().add_reader(wire.fileno(), lambda: runtime.post(_event(wire.recv())))
        async with asyncio.TaskGroup() as group:
            group.create_task(runtime.run())
            group.create_task(watch())
            group.create_task(tell_what_was_done_alone())
            group.create_task(owed.run())
            group.create_task(
                devices.keep(
                    Ears(
                        post=runtime.post,
                        new_visit=_fresh,
                        today=lambda: clock.wall().date(),
                        on_paper=_nobody_reads,
                        drive_board=_nobody_drives,
                    )
                )
            )


def _event(order: str) -> Event:
    """Make what a finger or a card would tell of an order."""
    kind, _, about = order.partition(" ")
    match kind:
        case "card":
            return CardPresented(_fresh(), PatronId(about))
        case "return":
            return StartTouched(Service.RETURN, _fresh())
        case "finish":
            return FinishTouched()
        case _:
            return DoneTouched()


def _fresh() -> VisitId:
    return VisitId(uuid.uuid4().hex)


def _nobody_reads(_: PrinterReading) -> None:
    """Tell nobody of paper."""


async def _nobody_drives(_: Board) -> None:
    """Light no lamp."""
