"""``python -m drivers.emulators NAME --control SOCKET --link TTY``: one emulated device, until its parent is gone."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.emulators.device import EmulatedDevice
from drivers.emulators.escpos_device import EscposDevice
from drivers.emulators.process import EmulatorOptions, run_emulator
from drivers.emulators.scanner_device import ScannerDevice
from drivers.emulators.threem_device import ThreemDevice

DEVICES: Final[dict[str, tuple[Callable[[], EmulatedDevice], int]]] = {
    "threem": (ThreemDevice, 19200),
    "scanner": (ScannerDevice, 9600),
    "escpos": (EscposDevice, 19200),
}
"""Name -> the device and the speed of its cable."""


def main(arguments: list[str] | None = None) -> int:
    """Run one emulator."""
    parser = argparse.ArgumentParser(prog="drivers.emulators", description=__doc__)
    parser.add_argument("name", choices=sorted(DEVICES), help="which device")
    parser.add_argument("--control", type=Path, required=True, help="Unix socket for orders, one JSON object a line")
    parser.add_argument("--link", type=Path, required=True, help="where the pseudo-terminal is to be found")
    parser.add_argument("--seed", type=int, default=0, help="taken for uniformity; this emulator draws no lots")
    parser.add_argument("--throttle", action="store_true", help="as slow as the real cable")
    given = parser.parse_args(arguments)
    device, baud = DEVICES[given.name]
    options = EmulatorOptions(given.name, given.control, given.link, baud, given.throttle)
    asyncio.run(run_emulator(options, device()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
