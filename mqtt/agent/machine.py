"""Readings of the computer that the agent runs on; each is absent where the system does not give it."""

import asyncio
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mqtt.messages import HardwareReport

LAG_PERIOD_S = 0.25
THERMAL = Path("/sys/class/thermal")
HWMON = Path("/sys/class/hwmon")


@dataclass(frozen=True, slots=True)
class MachineReading:
    """How the computer does."""

    memory_available_bytes: int | None
    disk_free_bytes: int | None
    load_1min: float | None
    temperature_c: float | None = None
    under_voltage: bool | None = None


def read_machine(folder: Path) -> MachineReading:
    """Read memory, load, heat and supply, and the free space where ``folder`` lies."""
    return MachineReading(_memory_available(), _disk_free(folder), _load(), temperature(), under_voltage())


def temperature(zones: Path = THERMAL) -> float | None:
    """Return the processor's in degrees Celsius, as the kernel's first thermal zone says in thousandths."""
    try:
        return round(int((zones / "thermal_zone0/temp").read_text(encoding="ascii")) / 1000, 1)
    except (OSError, ValueError):
        return None


def under_voltage(sensors: Path = HWMON) -> bool | None:
    """Say whether a Raspberry Pi's supply is too weak, as its kernel driver (``rpi_volt``) does."""
    try:
        for name in sorted(sensors.glob("hwmon*/name")):
            if name.read_text(encoding="ascii").strip() == "rpi_volt":
                return (name.parent / "in0_lcrit_alarm").read_text(encoding="ascii").strip() == "1"
    except (OSError, ValueError):
        return None
    return None


def read_hardware() -> HardwareReport:
    """Read which computer this is; a board's device tree gives serial number and model."""
    tree = Path("/proc/device-tree")
    return HardwareReport(
        serial=_printable(tree / "serial-number"),
        model=_printable(tree / "model"),
        system=f"{platform.system()} {platform.release()} {platform.machine()}"[:200],
    )


def own_version() -> str:
    """Return the version of the installed distribution, or nothing where it runs from a checkout."""
    try:
        return version("library-kiosk")
    except PackageNotFoundError:
        return ""


class LagMeter:
    """How late the loop was at worst since the last look."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._worst_s = 0.0

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            due = self._clock() + LAG_PERIOD_S
            await asyncio.sleep(LAG_PERIOD_S)
            self._worst_s = max(self._worst_s, self._clock() - due)

    def take_ms(self) -> float:
        """Return the worst in milliseconds, and begin anew."""
        worst, self._worst_s = self._worst_s, 0.0
        return round(max(0.0, worst) * 1000, 1)


def _memory_available() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    return None


def _disk_free(folder: Path) -> int | None:
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


def _printable(path: Path) -> str:
    try:
        raw = path.read_bytes()[:200]
    except OSError:
        return ""
    return "".join(character for character in raw.decode("ascii", "ignore") if character.isprintable())
