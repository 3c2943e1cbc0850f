"""``python -m drivers.emulators NAME --control SOCKET --link TTY``: one emulated device, until its parent is gone.

With ``--listen PORT`` instead of ``--link`` it hangs on this machine's loopback network; port 0 takes a free one, which
the line that says "ready" names.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

from drivers.emulators.cable import BITS_PER_BYTE
from drivers.emulators.device import EmulatedDevice
from drivers.emulators.picture_wire import PictureWire
from drivers.emulators.playback_device import PlaybackDevice
from drivers.emulators.process import EmulatorOptions, run_emulator
from drivers.emulators.pty_wire import PtyWire
from drivers.emulators.recording_frames import read_recording
from drivers.emulators.service_wire import ServiceWire
from drivers.emulators.tcp_wire import TcpWire
from drivers.emulators.wire import EmulatorWire

DEVICES: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        "threem": ("threem_device:ThreemDevice", 19200),
        "feig": ("feig_device:FeigDevice", 38400),
        "m100": ("m100_device:M100Device", 115200),
        "uhfreader18": ("uhfreader18_device:Uhfreader18Device", 57600),
        "uhfreader288": ("uhfreader18_device:Uhfreader288Device", 57600),
        "scanner": ("scanner_device:ScannerDevice", 9600),
        "escpos": ("escpos_device:EscposDevice", 19200),
        "evdev": ("evdev_device:EvdevDevice", 115200),
        "pn532": ("pn532_device:Pn532Device", 115200),
        "rdm6300": ("rdm6300_device:Rdm6300Device", 9600),
        "gpio": ("header_device:HeaderDevice", 115200),
        "pcsc": ("pcsc_device:PcscDevice", 115200),
        "camera": ("camera_device:CameraDevice", 115200),
    }
)
"""Name -> ``module:Class`` of the device, loaded when it is the one that is asked for, and the speed of its cable."""

PLAYBACK: Final = "playback"
PLAYBACK_BAUD: Final = 115200
"""A recording has its own times."""

WITH_PICTURES: Final = frozenset(("camera",))
"""Devices whose cable is a picture file; its speed says nothing."""

AS_SERVICE: Final = frozenset(("pcsc",))
"""Devices whose hosts call a service on a socket; they have no cable whose speed could say anything."""

WITH_PARITY: Final = frozenset(("feig",))
"""Devices whose bytes have a parity bit and take eleven bits' time on the cable."""


def main(arguments: list[str] | None = None) -> int:
    """Run one emulator."""
    parser = argparse.ArgumentParser(prog="drivers.emulators", description=__doc__)
    parser.add_argument("name", choices=[*sorted(DEVICES), PLAYBACK], help="which device")
    parser.add_argument("--recording", type=Path, help=f"what {PLAYBACK} says again: a file that spy+ wrote")
    parser.add_argument("--control", type=Path, required=True, help="Unix socket for orders, one JSON object a line")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--link", type=Path, help="where the pseudo-terminal, the picture or the socket is to be found")
    where.add_argument("--listen", type=int, metavar="PORT", help="on the loopback network; 0: any free port")
    parser.add_argument("--seed", type=int, default=0, help="taken for uniformity; this emulator draws no lots")
    parser.add_argument("--throttle", action="store_true", help="as slow as the real cable")
    given = parser.parse_args(arguments)
    if (given.recording is not None) is not (given.name == PLAYBACK):
        parser.error(f"--recording belongs to {PLAYBACK}, and {PLAYBACK} needs it")
    try:
        device, baud = _device(given.name, given.recording)
    except (OSError, ValueError) as error:
        parser.error(f"{given.recording}: {error}")
    bits = BITS_PER_BYTE + (given.name in WITH_PARITY)
    wire: EmulatorWire
    if given.name in WITH_PICTURES | AS_SERVICE:
        if given.link is None:
            parser.error(f"{given.name} needs --link")
        wire = PictureWire(given.link) if given.name in WITH_PICTURES else ServiceWire(given.link)
    elif given.link is not None:
        wire = PtyWire(given.link, baud, bits=bits, throttle=given.throttle)
    else:
        try:
            wire = TcpWire(given.listen, baud, bits=bits, throttle=given.throttle)
        except (OSError, OverflowError) as error:
            parser.error(f"port {given.listen}: {error}")
    asyncio.run(run_emulator(EmulatorOptions(given.name, given.control, wire), device()))
    return 0


def _device(name: str, recording: Path | None) -> tuple[Callable[[], EmulatedDevice], int]:
    if recording is None:
        target, baud = DEVICES[name]
        module, _, device = target.partition(":")
        return getattr(import_module(f"drivers.emulators.{module}"), device), baud
    exchanges = read_recording(recording.read_text(encoding="ascii"))
    return partial(PlaybackDevice, exchanges), PLAYBACK_BAUD


if __name__ == "__main__":
    sys.exit(main())
