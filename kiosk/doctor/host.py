"""What this machine has and what it lets its user do: ports, inputs, cameras, groups, programs that hold a port.

Everything is read below ``root``, so that a test shows it a machine that is not there. What cannot be read is as if it
were not there: the doctor must say something on every machine.
"""

import grp
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

MEDDLERS: Final = ("ModemManager", "brltty")
"""Programs that take serial ports unasked."""

_HEADER_PORTS: Final = ("serial0", "ttyAMA0", "ttyS0")


class PortKind(StrEnum):
    """What a device file is."""

    SERIAL = "serial"
    KEYS = "input"
    CAMERA = "video"
    PRINTER = "printer"
    PINS = "gpio"


GROUP_OF: Final = {
    PortKind.SERIAL: "dialout",
    PortKind.KEYS: "input",
    PortKind.CAMERA: "video",
    PortKind.PRINTER: "lp",
    PortKind.PINS: "gpio",
}
"""Whose members may open a kind of device on Debian and Raspberry Pi OS."""

SCREEN_GROUP: Final = "render"
"""Whose members may draw with the graphics chip."""


@dataclass(frozen=True, slots=True)
class Port:
    """One place where a device may be."""

    kind: PortKind
    path: str
    """The name that stays: below by-id, else by-path, else the plain one."""
    node: str
    """The device file itself, such as ``/dev/ttyUSB0``."""
    usb: str = ""
    """Vendor and product like ``0403:6001``; empty where it is not on USB."""
    allowed: bool = True
    """This user may read and write it."""
    holder: str = ""
    """The program that has it open; empty where there is none, or nobody tells."""


class Host:
    """The machine below ``root``."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def ports(self) -> tuple[Port, ...]:
        """Give every place where a device may be, each device file once, sorted by kind and name."""
        found: dict[str, Port] = {}
        for kind, path, node in self._candidates():
            if node not in found:
                found[node] = Port(kind, path, node, self._usb(node), self._allowed(node), self._holder(node))
        return tuple(sorted(found.values(), key=lambda port: (list(PortKind).index(port.kind), port.path)))

    def meddlers(self) -> tuple[str, ...]:
        """Name programs that run and take serial ports unasked."""
        running = {self._read(place / "comm") for place in self._processes()}
        return tuple(name for name in MEDDLERS if name in running)

    def missing_groups(self) -> tuple[str, ...]:
        """Name groups that the kiosk's devices need, that this machine has, and that this user is not in."""
        if os.geteuid() == 0:
            return ()
        mine = {group for group in os.getgroups() if group >= 0}
        known = {entry.gr_name: entry.gr_gid for entry in grp.getgrall()}
        needed = (*GROUP_OF.values(), SCREEN_GROUP)
        return tuple(name for name in needed if name in known and known[name] not in mine)

    def user(self) -> str:
        """Name this user."""
        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            return str(os.geteuid())

    def has_graphics(self) -> bool:
        """Say whether this user may draw with the graphics chip: without it a kiosk's screen crawls."""
        nodes = list(self._glob("dev/dri", "renderD*"))
        return not nodes or any(os.access(node, os.R_OK | os.W_OK) for node in nodes)

    def _candidates(self) -> Iterator[tuple[PortKind, str, str]]:
        for folder in ("dev/serial/by-id", "dev/serial/by-path"):
            yield from self._named(PortKind.SERIAL, folder, "*")
        for pattern in ("ttyUSB*", "ttyACM*"):
            yield from self._named(PortKind.SERIAL, "dev", pattern)
        for name in _HEADER_PORTS:
            yield from self._named(PortKind.SERIAL, "dev", name)
        yield from self._named(PortKind.KEYS, "dev/input/by-id", "*-event-kbd")
        yield from self._named(PortKind.KEYS, "dev/input/by-path", "*-event-kbd")
        yield from self._named(PortKind.CAMERA, "dev/v4l/by-id", "*-video-index0")
        yield from self._named(PortKind.CAMERA, "dev", "video[0-9]")
        yield from self._named(PortKind.PRINTER, "dev/usb", "lp*")
        yield from self._named(PortKind.PINS, "dev", "gpiochip[0-9]")

    def _named(self, kind: PortKind, folder: str, pattern: str) -> Iterator[tuple[PortKind, str, str]]:
        for place in self._glob(folder, pattern):
            yield kind, f"/{place.relative_to(self._root)}", self._outside(place)

    def _outside(self, place: Path) -> str:
        """Follow a link to the device file, told as it is named on that machine."""
        real = Path(os.path.realpath(place))
        root = Path(os.path.realpath(self._root))
        return f"/{real.relative_to(root)}" if real.is_relative_to(root) else str(real)

    def _inside(self, node: str) -> Path:
        return self._root / node.removeprefix("/")

    def _usb(self, node: str) -> str:
        """Climb from the device in sysfs to the USB device that it is part of."""
        name = Path(node).name
        for group in ("tty", "input", "video4linux", "usbmisc"):
            device = self._root / "sys/class" / group / name / "device"
            if not device.exists():
                continue
            place = Path(os.path.realpath(device))
            for each in (place, *place.parents):
                vendor = self._read(each / "idVendor")
                if vendor:
                    return f"{vendor}:{self._read(each / 'idProduct')}"
        return ""

    def _allowed(self, node: str) -> bool:
        return os.access(self._inside(node), os.R_OK | os.W_OK)

    def _holder(self, node: str) -> str:
        for place in self._processes():
            if int(place.name) == os.getpid():
                continue
            for descriptor in self._list(place / "fd"):
                try:
                    if str(descriptor.readlink()) == node:
                        return self._read(place / "comm")
                except OSError:
                    continue
        return ""

    def _processes(self) -> Iterator[Path]:
        return (place for place in self._list(self._root / "proc") if place.name.isdigit())

    def _glob(self, folder: str, pattern: str) -> list[Path]:
        return sorted((self._root / folder).glob(pattern))

    @staticmethod
    def _list(folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except OSError:
            return []

    @staticmethod
    def _read(path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""
