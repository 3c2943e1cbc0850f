"""The composition root: configuration, parts, one loop; the only module that knows all parts."""

import argparse
import asyncio
import hashlib
import importlib.metadata
import json
import logging
import signal
import ssl
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from drivers.barcode.base import BarcodeScanner
from drivers.printer.base import Printer
from drivers.registry import Registry, installed_registry
from drivers.rfid.base import RfidPad
from kiosk.alarm.pad import PadTagAlarm
from kiosk.config import ConfigurationError, DevicesSection, KioskConfig, load
from kiosk.devices.paper import PaperReceipts
from kiosk.devices.supervisor import Slot
from kiosk.devices.translate import pad_event, scan_event
from kiosk.ils.profiles import PROFILES
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.journal import Journal
from kiosk.performer import Performer
from kiosk.runtime import Runtime
from kiosk.session.events import Event, LibrarySystemBack, LibrarySystemLost
from kiosk.session.machine import initial, step
from kiosk.session.state import State
from kiosk.session.values import Device, VisitId
from kiosk.telemetry.agent import AgentTelemetry
from kiosk.telemetry.condition import condition_of, devices_of
from kiosk.texts import load_texts
from kiosk.ui import kivy_setup
from kiosk.ui.panel import load_panel
from kiosk.ui.recorder import Recorder
from kiosk.ui.view_model import view
from mqtt.agent.notify import ServiceNotifier
from mqtt.agent.protocol import ProgramLine
from mqtt.broker_section import read_password
from mqtt.errors import SecretFileError

_log = logging.getLogger(__name__)

LAG_EVERY_S = 0.5
HEALTH_EVERY_S = 10.0
WRONG_CONFIGURATION = 2


class SystemClock:
    """The machine's clock, in the library's time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def wall(self) -> datetime:
        """Local time with its offset."""
        return datetime.now(self._zone)


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
    except ConfigurationError as error:
        sys.stderr.writelines(f"{error.path}: {problem}\n" for problem in error.problems)
        return WRONG_CONFIGURATION
    try:
        sip2 = _sip2_settings(config)
    except (SecretFileError, OSError) as error:  # ssl.SSLError is an OSError
        sys.stderr.write(f"{options.config}: library_system: {type(error).__name__}: {error}\n")
        return WRONG_CONFIGURATION
    version = hashlib.sha256(options.config.read_bytes()).hexdigest()[:12]
    asyncio.run(Kiosk(config, sip2, version, options.record).run())
    return 0


class Kiosk:
    """All parts of one kiosk."""

    def __init__(self, config: KioskConfig, sip2: Sip2Settings, config_version: str, record: Path | None) -> None:
        self._config = config
        self._sip2 = sip2
        self._clock = SystemClock(config.zone)
        self._texts = load_texts()
        self._registry = installed_registry()
        self._journal = Journal(config.state_folder / "journal.sqlite3", time.time)
        self._telemetry = AgentTelemetry(
            config.agent.socket,
            self._journal,
            self._clock,
            new_id=_fresh_id,
            program=ProgramLine(
                kiosk_version=importlib.metadata.version("library-kiosk"),
                config_version=config_version,
            ),
        )
        panel = load_panel(config.screen.panel)
        kivy_setup.prepare(panel, config.state_folder, fullscreen=config.screen.fullscreen)
        from kiosk.ui.display import Display  # noqa: PLC0415 - its import opens Kivy's window, which prepare() precedes

        recorder = None if record is None else Recorder(record)
        self._display = Display(panel, self._post, title=config.site_name, recorder=recorder)
        self._notifier = ServiceNotifier()
        self._runtime: Runtime | None = None

    async def run(self) -> None:
        """Run until told to stop; a part that fails ends all, and the service manager starts the kiosk anew."""
        leaving = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, leaving.set)
        async with AsyncExitStack() as stack:
            journal = await stack.enter_async_context(self._journal)
            library_system = Sip2LibrarySystem(
                self._sip2,
                profile=PROFILES[self._config.library_system.profile],
                journal=journal,
                clock=self._clock,
            )
            await library_system.recover(await journal.open_loans())
            devices = _Devices(self._config.devices, self._registry)
            self._runtime = Runtime(
                initial(
                    self._config.session.limits(self._config.language, self._config.devices.urls()),
                    self._clock.monotonic(),
                ),
                step=step,
                perform=Performer(
                    library_system=library_system,
                    alarm=PadTagAlarm(devices.pad, journal, self._config.tags.on_loan_afi),
                    printer=PaperReceipts(devices.printer, self._texts, self._config.site_name),
                    telemetry=self._telemetry,
                    clock=self._clock,
                ).perform,
                on_state=self._on_state,
                clock=self._clock,
            )
            await self._run_parts(leaving, self._runtime, devices, library_system.watch)

    async def _run_parts(
        self,
        leaving: asyncio.Event,
        runtime: Runtime,
        devices: "_Devices",
        watch: Callable[[Callable[[bool], Awaitable[None]]], Awaitable[None]],
    ) -> None:
        async def library_system_changed(there: bool) -> None:  # noqa: FBT001 - the port's own form
            runtime.post(LibrarySystemBack() if there else LibrarySystemLost())

        parts: list[Awaitable[Any]] = [
            self._display.run(),
            runtime.run(),
            watch(library_system_changed),
            self._telemetry.run(),
            self._measure_lag(),
            devices.keep(self._config, runtime.post),
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_as_coroutine(part)) for part in parts]
            _tell_ready(self._notifier)
            await leaving.wait()
            for task in tasks:
                task.cancel()
        _log.info("ended as told")

    def _post(self, event: Event) -> None:
        if self._runtime is not None:
            self._runtime.post(event)

    def _on_state(self, state: State) -> None:
        self._display.show(view(state, self._texts, self._config.help_words))
        self._telemetry.tell_state(*condition_of(state))
        self._telemetry.tell_devices(devices_of(state, self._config.devices.models()))

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


class _Devices:
    """The kiosk's devices by role, each kept open by its slot."""

    def __init__(self, urls: DevicesSection, registry: Registry) -> None:
        self._has_printer = urls.printer is not None
        self.pad = Slot(Device.PAD, lambda: registry.pad(urls.pad))
        self.scanner = Slot(Device.SCANNER, lambda: registry.scanner(urls.scanner))
        self.printer = Slot(Device.PRINTER, lambda: registry.printer(urls.printer or ""))

    async def keep(self, config: KioskConfig, post: Callable[[Event], None]) -> None:
        """Keep them open, and put their readings to the session, until cancelled."""

        async def pad_work(pad: RfidPad) -> None:
            async for reading in pad.readings():
                post(pad_event(reading, config.tags, config.numbers))

        async def scanner_work(scanner: BarcodeScanner) -> None:
            async for reading in scanner.readings():
                post(scan_event(reading, config.numbers, _fresh_visit))

        async def printer_work(printer: Printer) -> None:
            async for _ in printer.readings():
                """Its paper is asked about when a receipt is to be printed."""

        async with asyncio.TaskGroup() as group:
            group.create_task(self.pad.keep(pad_work, post))
            group.create_task(self.scanner.keep(scanner_work, post))
            if self._has_printer:
                group.create_task(self.printer.keep(printer_work, post))


def _sip2_settings(config: KioskConfig) -> Sip2Settings:
    section = config.library_system
    tls = None
    if section.encrypted:
        tls = ssl.create_default_context(cafile=section.server_ca)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if section.certificate is not None and section.certificate_key is not None:
            tls.load_cert_chain(section.certificate, section.certificate_key)
    return Sip2Settings(
        host=section.parts.hostname or "",
        port=section.parts.port or 0,
        zone=config.zone,
        tls=tls,
        login=section.login,
        password=read_password(section.password_file) if section.password_file is not None else "",
        institution=section.institution,
        location=section.location,
        answer_s=section.answer_s,
        give_up_s=section.give_up_s,
    )


def _tell_ready(notifier: ServiceNotifier) -> None:
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    notifier.tell("READY=1")


def _fresh_id() -> str:
    return uuid.uuid4().hex


def _fresh_visit() -> VisitId:
    return VisitId(_fresh_id())


async def _as_coroutine(part: Awaitable[Any]) -> None:
    await part
