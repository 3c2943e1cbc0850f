"""One library on one machine: broker, server, agent, kiosk and devices, joined by processes, sockets and wires."""

import json
import os
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from deploy.demo import installation
from deploy.demo.broker import start_broker
from deploy.demo.children import Child, Children, python
from deploy.demo.desk import Desk, prepare
from deploy.demo.devices import DemoPad, DemoPrinter, DemoScanner
from deploy.demo.installation import KIOSK_ID, Installation
from deploy.demo.kiosk_rules import wait_for_rules
from deploy.demo.line import Line
from deploy.demo.recording import Recording
from deploy.demo.rows import FleetRows, ServerRows
from deploy.demo.touch import Finger, TouchSocket
from deploy.demo.xvfb import VirtualScreen

__all__ = ["KIOSK_ID", "Site", "Wishes"]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STOCK_SEED = 1
EMULATORS = {"pad": "threem", "scanner": "scanner", "printer": "escpos"}
"""Device by its role -> emulator."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the site is to be built."""

    folder: Path
    virtual_screen: bool
    """Show the kiosk on a screen of its own (Xvfb) and not on the machine's display."""
    cuttable_line: bool = False
    message_s: float = 8.0
    """How long the kiosk shows a notice."""
    workbench: bool = True
    lends_alone: bool = False
    """The kiosk has rules by which it lends while the server does not answer."""
    citizens: bool = False
    """Who shows a citizen card is found by it, or may become a reader."""
    real_pace: bool = False
    """The devices' cables are as slow as real ones."""
    neighbours: tuple[str | Mapping[str, str], ...] = ()
    """Other libraries of the network whose items this kiosk lends, as ``tags.owners`` takes them."""
    titles: int | None = None
    """So many of the real titles; None: all."""
    drawn: bool = True
    """The virtual screen has pixels; without them a page is laid out, touched and recorded all the same, for less."""


class Site:
    """Everything that runs, from ``with`` to its end; no child outlives it."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._stack = ExitStack()
        self._server: Child
        self._cuttable: Line
        self.zone = ZONE

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._prepare(stack)
            self._children = stack.enter_context(Children(self._wishes.folder / "log"))  # last in, so first ended
            self._start()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def card_called(self, name: str) -> str:
        """Give the number of one of the demo's cards by its name; what is no such name is a number itself."""
        cards = json.loads((self.files.stock / "demo.json").read_text(encoding="utf-8"))["cards"]
        return str(cards[name]["card"]) if name in cards else name

    def dead(self) -> Child | None:
        """Give a child that ended by itself, if there is one."""
        return self._children.dead()

    def touch(self, x: int, y: int) -> None:
        """Touch the kiosk's screen."""
        self._finger.tap(x, y)

    def lost_devices(self) -> set[str]:
        """Give the devices that the kiosk has told the fleet it lost."""
        return {device["role"] for device in self._devices_told() if device["state"] == "lost"}

    def printer_says(self) -> str:
        """Give what the kiosk has told the fleet of its printer: ``none``, ``paper_out`` and so on."""
        return next((str(device["detail"]) for device in self._devices_told() if device["role"] == "printer"), "")

    def _devices_told(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.admin_url}/api/v1/fleet", timeout=10) as answer:  # noqa: S310 - loopback
            fleet: dict[str, Any] = json.load(answer)
        return [device for kiosk in fleet["kiosks"] if kiosk["kiosk_id"] == KIOSK_ID for device in kiosk["devices"]]

    # What faults do

    def hold_server_answers(self) -> None:
        """Let what the server says no longer reach the kiosk."""
        self._cuttable.hold_answers()

    def kill_and_restart_server(self) -> bool:
        """End the server as a power cut would, break its lines, and start it again on the same ports.

        Say whether it was alive before and is another process now.
        """
        killed = self._server.process.pid
        was_alive = self._server.running()
        self._server.kill()
        self._cuttable.cut()
        self._cuttable.let_answers()
        self._children.forget(self._server)
        self.start_server()
        return was_alive and self._server.process.pid != killed

    def kill_server(self) -> bool:
        """End the server as a power cut would; say whether it was alive before."""
        was_alive = self._server.running()
        self._server.kill()
        self._children.forget(self._server)
        return was_alive

    def start_server(self) -> None:
        """Start the server again on its ports."""
        self._server = self._start_server("server-again")

    def desk(self) -> Desk:
        """Give the terminal at which other things are done than at the kiosk."""
        return Desk(self.files, self._ports["sip2"])

    def stop_broker(self) -> None:
        """End the broker."""
        self._broker.terminate()
        self._broker.wait()

    def start_broker(self) -> None:
        """Start the broker again on its port."""
        self._broker = start_broker(
            self.files.broker_configuration, self._broker_port, self._wishes.folder / "log" / "broker.log"
        )

    # How it is built

    def _prepare(self, stack: ExitStack) -> None:
        """Write the files, and start what must outlive the children."""
        wishes = self._wishes
        for leftover in ("server", "kiosk", "broker", "dev", "log", "secrets", "stock", "screens"):
            shutil.rmtree(wishes.folder / leftover, ignore_errors=True)
        self._broker_port = _free_port()
        self.files: Installation = installation.install(
            wishes.folder, broker_port=self._broker_port, stock_seed=STOCK_SEED, titles=wishes.titles
        )
        installation.import_stock(self.files)
        self.server_configuration = self.files.server_configuration
        self.journal = self.files.journal
        self.rows = ServerRows(self.files.database)
        self.fleet = FleetRows(self.files.fleet_store)
        self.start_broker()
        stack.callback(self._end_broker)
        self.display = os.environ.get("DISPLAY", "")
        if wishes.virtual_screen:
            self.display = stack.enter_context(VirtualScreen(1024, 600)).display
        self._finger = stack.enter_context(Finger(self.display))
        self._touch_socket = stack.enter_context(TouchSocket(self.files.control("screen"), self._finger))
        if wishes.cuttable_line:
            self._cuttable = stack.enter_context(Line((installation.ADDRESS, 0)))

    def _start(self) -> None:
        self._server = self._start_server("server")
        self._ports = {name: int(self._server.ready[f"{name}_port"]) for name in ("sip2", "web", "kiosk_api")}
        installation.set_server_ports(self.files, self._ports)
        self.admin_url = f"http://{installation.ADDRESS}:{self._ports['web']}"
        self._children.start("ingest", self._library_server("ingest"))
        prepare(self.files, self._ports["sip2"], datetime.now(ZONE))
        seen, wishes = dict(self._ports), self._wishes
        if wishes.cuttable_line:
            self._cuttable.target = (installation.ADDRESS, seen["sip2"])
            seen["sip2"] = self._cuttable.address[1]
        offers = installation.Offers(lends_alone=wishes.lends_alone, citizens=wishes.citizens)
        installation.write_kiosk(self.files, seen, wishes.message_s, wishes.neighbours, offers)
        self._start_devices()
        if wishes.lends_alone:
            wait_for_rules(self.files, self._ports["kiosk_api"])
        self._start_kiosk()
        if self._wishes.workbench:
            self._start_workbench()

    def _start_devices(self) -> None:
        for role, emulator in EMULATORS.items():
            control, wire = self.files.control(role), self.files.wire(role)
            pace = ["--throttle"] if self._wishes.real_pace else []
            self._children.start(
                role, python("drivers.emulators", emulator, "--control", str(control), "--link", str(wire), *pace)
            )
        self.pad = DemoPad(self.files.control("pad"))
        self.scanner = DemoScanner(self.files.control("scanner"))
        self.printer = DemoPrinter(self.files.control("printer"))

    def _start_kiosk(self) -> None:
        environment: dict[str, str] = {}
        if self._wishes.virtual_screen:
            environment = {"DISPLAY": self.display, "LIBGL_ALWAYS_SOFTWARE": "1", "SDL_VIDEODRIVER": "x11"}
        if not self._wishes.drawn:
            environment["KIVY_GL_BACKEND"] = "mock"
        self._children.start("agent", python("kiosk", "agent", "--config", str(self.files.agent_configuration)))
        self._children.start("replica", python("kiosk", "replica", "--config", str(self.files.kiosk_configuration)))
        record = self._wishes.folder / "screens"
        record.mkdir(parents=True)
        kiosk = self._children.start(
            "kiosk",
            python("kiosk", "run", "--config", str(self.files.kiosk_configuration), "--record", str(record)),
            environment=environment,
        )
        self.kiosk_pid = kiosk.process.pid
        self.recording = Recording(record)

    def _start_workbench(self) -> None:
        config = self.files.folder / "workbench.json"
        config.write_text(
            json.dumps(
                {
                    "devices": {
                        **{role: str(self.files.control(role)) for role in EMULATORS},
                        "screen": str(self._touch_socket.path),
                    },
                    "stock": str(self.files.stock / "demo.json"),
                    "screens": str(self._wishes.folder / "screens"),
                }
            ),
            encoding="utf-8",
        )
        child = self._children.start("workbench", python("kiosk.workbench", "--config", str(config), "--port", "0"))
        self.workbench_url = str(child.ready["url"])

    def _start_server(self, name: str) -> Child:
        return self._children.start(name, self._library_server("run"))

    def _library_server(self, word: str) -> list[str]:
        return python("server", word, "--config", str(self.server_configuration))

    def _end_broker(self) -> None:
        self._broker.terminate()
        try:
            self._broker.wait(5)
        except subprocess.TimeoutExpired:
            self._broker.kill()
            self._broker.wait()


def _free_port() -> int:
    """Find a port for the broker, which cannot choose one itself."""
    with socket.create_server((installation.ADDRESS, 0)) as probe:
        return int(probe.getsockname()[1])
