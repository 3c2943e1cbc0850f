"""The composition root: configuration, parts, one loop; the only module that knows all parts."""

import argparse
import asyncio
import contextlib
import hashlib
import importlib.metadata
import json
import logging
import signal
import sys
import time
import uuid
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from drivers.gpio.base import Signal, SignalReading
from drivers.printer.base import PrinterReading
from kiosk.alarm.owed import OwedAlarms
from kiosk.alarm.pad import PadTagAlarm
from kiosk.alone.lending import LendingAlone
from kiosk.alone.machine_time import SystemClock, SystemTime
from kiosk.blackbox.visits import BlackBox
from kiosk.cataloguing import catalogue_of, report_copy, tell_of_catalogue
from kiosk.config import KioskConfig, load
from kiosk.devices.indicators import Indicators
from kiosk.devices.kept import Ears, devices_of
from kiosk.devices.paper import PaperReceipts
from kiosk.devices.translate import signal_event
from kiosk.errors import JournalUnavailableError
from kiosk.ils.bank_transfers import transfers_of
from kiosk.ils.citizens import citizens_of
from kiosk.ils.line import open_library_system, tls_of
from kiosk.ils.profile_table import ProfileError
from kiosk.ils.shared_receipts import SharedReceipts
from kiosk.journal import Journal
from kiosk.performer import Performer
from kiosk.receipts.blocks import QrCode
from kiosk.runtime import Runtime
from kiosk.session.events import Event, LibrarySystemBack, LibrarySystemLost, OfflineLendingChanged
from kiosk.session.leaving import way_out
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.receipt_rules import ReceiptKind
from kiosk.session.staff_state import Closed
from kiosk.session.state import Idle, OutOfOrder, State
from kiosk.session.values import Device, VisitId
from kiosk.staffing import Parts, Staffing
from kiosk.telemetry.agent import AgentTelemetry
from kiosk.telemetry.condition import board_detail, condition_of, paper_detail, reports_of
from kiosk.texts import load_texts
from kiosk.ui import kivy_setup
from kiosk.ui.errors import PanelProfileError, UnknownPanelError
from kiosk.ui.panel import load_panel
from kiosk.ui.recorder import Recorder
from kiosk.ui.resting import Resting
from kiosk.ui.view_model import view
from kiosk.without_line import Retelling, rules_of
from mqtt.agent.notify import ServiceNotifier
from mqtt.agent.protocol import ProgramLine
from settings.errors import FaultyFileError, SecretFileError
from settings.secret_file import read_secret

_log = logging.getLogger(__name__)

LAG_EVERY_S = 0.5
RECOVER_AGAIN_S = 30.0
"""How soon a journal that could not be read is looked into again for what a crash left open."""
HEALTH_EVERY_S = 10.0
GOODBYE_S = 20.0
"""How long a visit may take to be brought to its end when the kiosk is told to stop; systemd ends it after 30 s."""
WRONG_CONFIGURATION = 2
START_ANEW = 75
"""The exit status after staff asked for a restart: systemd starts the kiosk again, whatever its ``Restart=`` says."""


def main(argv: Sequence[str]) -> int:
    """Run the kiosk until SIGTERM; give its exit status (2: the configuration is wrong)."""
    parser = argparse.ArgumentParser(prog="kiosk run", description="Show the kiosk to patrons.")
    parser.add_argument("--config", type=Path, default=Path("/etc/library-kiosk/kiosk.toml"))
    parser.add_argument(
        "--record",
        type=Path,
        metavar="DIR",
        help="leave a picture of each screen in DIR; they show what patrons see: for demonstrations and tests alone",
    )
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        config = load(options.config)
        kiosk = Kiosk(config, options.config, options.record)
    except FaultyFileError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
        return WRONG_CONFIGURATION
    except (SecretFileError, OSError) as error:  # ssl.SSLError is an OSError
        sys.stderr.write(f"{options.config}: library_system: {type(error).__name__}: {error}\n")
        return WRONG_CONFIGURATION
    return asyncio.run(kiosk.run())


class Kiosk:
    """All parts of one kiosk."""

    def __init__(self, config: KioskConfig, path: Path, record: Path | None) -> None:
        """Make the parts and the window; nothing is opened on the devices and no line is made yet.

        Raises:
            FaultyFileError: a device or the panel cannot be used as configured.
            SecretFileError, OSError: a password, certificate or key of the library system cannot be used.

        """
        self._config = config
        self._clock = SystemClock(config.zone)
        self._texts = load_texts()
        self._journal = Journal(config.state_folder / "journal.sqlite3", time.time)
        self._devices = devices_of(config, path)
        try:
            self._library_system = open_library_system(config, self._journal, self._clock)
        except ProfileError as error:
            problems = tuple(f"library_system.differences: {each}" for each in error.problems)
            raise FaultyFileError(path, problems) from error
        self._telemetry = AgentTelemetry(
            config.agent.socket,
            self._journal,
            self._clock,
            new_id=_fresh_id,
            program=ProgramLine(
                kiosk_version=_version(),
                config_version=hashlib.sha256(path.read_bytes()).hexdigest()[:12],
                plain_lines=("library_system",) if config.library_system.is_in_the_open else (),
            ),
        )
        try:
            panel = load_panel(config.screen.panel)
        except (UnknownPanelError, PanelProfileError) as error:
            raise FaultyFileError(path, (f"screen.panel: {error}",)) from error
        kivy_setup.prepare(panel, config.state_folder, fullscreen=config.screen.fullscreen)
        from kiosk.ui.display import Display  # noqa: PLC0415 - its import opens Kivy's window, which prepare() precedes

        recorder = None if record is None else Recorder(record)
        self._display = Display(
            panel,
            self._post,
            title=config.site_name,
            recorder=recorder,
            preview=self._devices.preview,
            new_visit=_fresh_visit,
        )
        self._indicators = Indicators(self._on_signal)
        self._resting = Resting(config.screen.dark_after_s, self._clock.monotonic())
        self._notifier = ServiceNotifier()
        self._details: dict[Device, str] = {}
        self._runtime: Runtime | None = None
        self._owed_alarms: OwedAlarms | None = None
        self._time = SystemTime(config.zone, has_clock=config.offline.battery_clock)
        self._leaving = asyncio.Event()
        self._status = 0
        parts = Parts(self._journal, self._time, lambda: self._telemetry.there, self._restart)
        self._staffing = Staffing(config, parts)
        self._rules = rules_of(config, path, self._time)
        self._offline = LendingAlone(
            self._journal,
            self._rules,
            self._time,
            config.numbers,
            has_pad=config.devices.rfid is not None,
            with_unset_clock=config.offline.with_unset_clock,
            by_staff=self._staffing.lending(),
        )
        self._catalogue = catalogue_of(config)
        days = config.black_box.keep_days
        self._black_box = BlackBox(config.state_folder, days, _version(), self._clock.wall)

    async def run(self) -> int:
        """Run until told to stop, and give the exit status; a part that fails ends all, and it is started anew."""
        leaving = self._leaving
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, leaving.set)
        async with self._journal as journal:
            alarm = PadTagAlarm(self._devices.pad, journal, self._config.tags.scheme)
            self._owed_alarms = OwedAlarms(journal, alarm, self._library_system)
            paper = self._paper()
            self._runtime = Runtime(
                initial(self._limits(), self._clock.monotonic()),
                step=step,
                perform=Performer(
                    library_system=self._library_system,
                    offline=self._offline,
                    alarm=alarm,
                    printer=paper,
                    telemetry=self._telemetry,
                    sharing=self._sharing(),
                    payment=transfers_of(self._config, self._clock),
                    citizens=citizens_of(self._config),
                    slips=paper,
                    catalogue=self._catalogue,
                    clock=self._clock,
                    staff=self._staffing.desk(self._owed_alarms, self._devices, paper, self._indicators),
                ).perform,
                on_state=self._on_state,
                clock=self._clock,
                on_step=self._black_box.note,
            )
            await self._run_parts(leaving, self._runtime)
        return self._status

    def _limits(self) -> Limits:
        limits = self._config.limits()
        return limits if self._library_system.honours_override else replace(limits, may_override=frozenset())

    def _restart(self) -> None:
        """End as when told to stop, with the status on which the service manager starts the kiosk again."""
        _log.info("staff want the kiosk's program to start anew")
        self._status = START_ANEW
        self._leaving.set()

    def _sharing(self) -> SharedReceipts | None:
        section = self._config.library_system
        if not {ReceiptKind.QR, ReceiptKind.EMAIL} & set(self._config.receipts.kinds):
            return None
        password = read_secret(section.password_file) if section.password_file else ""
        return SharedReceipts(self._config.offline.policy_url, tls_of(section), section.login, password)

    def _paper(self) -> PaperReceipts:
        wanted = self._config.receipt
        code = QrCode(wanted.code, wanted.code_label) if wanted.code else None
        return PaperReceipts(self._devices.printer, self._texts, self._config.site_name, wanted.logo, code)

    async def _run_parts(self, leaving: asyncio.Event, runtime: Runtime) -> None:
        parts: list[Awaitable[Any]] = [
            self._show(leaving),
            runtime.run(),
            self._watch_library_system(runtime),
            self._watch_rules(runtime),
            tell_of_catalogue(self._catalogue, runtime.post),
            report_copy(self._config, self._telemetry.note_catalogue),
            self._tell_what_was_done_alone(runtime),
            self._telemetry.run(),
            self._black_box.run(),
            self._put_alarms_right(),
            self._staffing.run(runtime.post, self._telemetry.note_waiting),
            self._measure_lag(),
            self._devices.keep(
                Ears(
                    post=runtime.post,
                    new_visit=_fresh_visit,
                    today=lambda: self._clock.wall().date(),
                    on_paper=self._on_paper,
                    drive_board=self._indicators.work,
                    staff_card=self._staffing.whose_card,
                )
            ),
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_as_coroutine(part)) for part in parts]
            _tell_ready(self._notifier)
            await leaving.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await runtime.come_to_rest(way_out)
            for task in tasks:
                task.cancel()
        _log.info("ended as told")

    async def _show(self, leaving: asyncio.Event) -> None:
        await self._display.run()  # returns where somebody closed the window
        leaving.set()

    async def _watch_library_system(self, runtime: Runtime) -> None:
        async def changed(there: bool) -> None:  # noqa: FBT001 - the port's own form
            runtime.post(LibrarySystemBack() if there else LibrarySystemLost())

        recovered = await self._recover()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._library_system.watch(changed))
            while not recovered:
                await asyncio.sleep(RECOVER_AGAIN_S)
                recovered = await self._recover()

    async def _recover(self) -> bool:
        """Ask about what a crash left open; ``False``: the journal cannot be read now."""
        try:
            loans, returns = await self._journal.open_loans(), await self._journal.open_returns()
        except JournalUnavailableError:
            _log.warning("open loans and returns are not asked about: the journal cannot be read now")
            return False
        await self._library_system.recover(loans, returns)
        return True

    async def _watch_rules(self, runtime: Runtime) -> None:
        async def changed(there: bool) -> None:  # noqa: FBT001 - the port's own form
            runtime.post(OfflineLendingChanged(ready=there))

        await self._offline.watch(changed)

    async def _tell_what_was_done_alone(self, runtime: Runtime) -> None:
        def nobody_there() -> bool:
            state = runtime.state
            return isinstance(state, Idle | OutOfOrder | Closed) and state.around.library_system

        parts = self._config, self._library_system, self._journal, self._rules, self._time, self._clock
        await Retelling(*parts).run(nobody_there)

    async def _put_alarms_right(self) -> None:
        if self._owed_alarms is not None:
            await self._owed_alarms.run()

    def _post(self, event: Event) -> None:
        self._resting.stir(self._clock.monotonic())
        if self._runtime is not None:
            self._runtime.post(event)

    def _on_state(self, state: State) -> None:
        shown = view(
            state,
            self._texts,
            self._config.help_words,
            camera=self._config.devices.has_camera,
            shuffled_keys=self._config.services.shuffled_keys,
        )
        self._display.show(shown)
        self._display.darken(dark=self._resting.dark(state, self._clock.monotonic()))
        self._indicators.follow(state)
        if self._owed_alarms is not None:
            self._owed_alarms.look(state)
        self._telemetry.tell_state(*condition_of(state))
        self._tell_devices(state)

    def _on_paper(self, reading: PrinterReading) -> None:
        self._details[Device.PRINTER] = paper_detail(reading)
        if self._runtime is not None:
            self._tell_devices(self._runtime.state)

    def _on_signal(self, reading: SignalReading) -> None:
        if reading.signal is Signal.PRESENCE:
            self._resting.somebody(there=reading.active, now=self._clock.monotonic())
        self._details[Device.BOARD] = board_detail(self._indicators.active)
        if self._runtime is not None:
            if (event := signal_event(reading)) is not None:
                self._runtime.post(event)
            self._tell_devices(self._runtime.state)

    def _tell_devices(self, state: State) -> None:
        self._telemetry.tell_devices(reports_of(state, self._config.devices.models(), self._details))

    async def _measure_lag(self) -> None:
        worst, told = 0.0, time.monotonic()
        while True:
            began = time.monotonic()
            await asyncio.sleep(LAG_EVERY_S)
            now = time.monotonic()
            worst = max(worst, now - began - LAG_EVERY_S)
            self._notifier.tell("WATCHDOG=1")
            if now - told >= HEALTH_EVERY_S:
                self._telemetry.tell_health(worst * 1e3)
                worst, told = 0.0, now


def _tell_ready(notifier: ServiceNotifier) -> None:
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    notifier.tell("READY=1")


def _version() -> str:
    return importlib.metadata.version("library-kiosk")


def _fresh_id() -> str:
    return uuid.uuid4().hex


def _fresh_visit() -> VisitId:
    return VisitId(_fresh_id())


async def _as_coroutine(part: Awaitable[Any]) -> None:
    await part
