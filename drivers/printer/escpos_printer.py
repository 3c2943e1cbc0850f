"""What every ESC/POS printer of ours has in common: one thread works its line, the loop asks and listens.

| function | supported | remarks |
| --- | --- | --- |
| text, bold, large, rule, feed, cut | yes | commands by python-escpos |
| Vietnamese | yes | Windows-1258 or TCVN-3 where the model has it, else a picture of each line, or without marks |
| QR code, logo | yes | by the printer or as a picture |
| paper out, low; cover, cutter, off line | yes | ``DLE EOT``, before, during and after a receipt |
| "all of it is on paper" | yes | ``GS r``, where the model has it |
| a printer that answers nothing | yes | ``status = "none"``: printed means: it took all bytes; paper is unknown |
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from drivers.device_thread import BlockingDevice
from drivers.device_url import DeviceUrl
from drivers.errors import PrinterStoppedError
from drivers.handover import Latest
from drivers.health import DeviceHealth
from drivers.printer.base import Block, PaperStatus, PrinterReading
from drivers.printer.escpos_profile import DEFAULT_PROFILE, FOLDER, PrinterProfile
from drivers.printer.escpos_status import PrinterState
from drivers.profiles import load_profile
from drivers.threaded_driver import ThreadedDriver

Publish = Callable[[PrinterReading], None]


class PrinterLine(BlockingDevice, Protocol):
    """A printer as calls that block."""

    def ask(self) -> PrinterState:
        """Ask how it is."""
        ...

    def print_blocks(self, blocks: Sequence[Block]) -> None:
        """Print all of it."""
        ...

    def health(self) -> DeviceHealth:
        """How it has been doing."""
        ...


class ThreadedPrinter(ThreadedDriver[PrinterReading]):
    """A `Printer` but for its `from_url`."""

    def __init__(self, name: str, profile: PrinterProfile, line: Callable[[Publish], PrinterLine]) -> None:
        self._profile = profile
        self._line = line(self._publish)
        super().__init__(name, self._line, Latest())

    @property
    def columns(self) -> int:
        """How many normal characters fit on a line."""
        return self._profile.columns

    async def print_blocks(self, blocks: Sequence[Block]) -> None:
        """Print, and wait until it is on paper."""
        await self._thread.call(partial(self._line.print_blocks, tuple(blocks)))

    async def status(self) -> PaperStatus:
        """Ask the printer now."""
        state = await self._thread.call(self._line.ask)
        if state.stopped:
            raise PrinterStoppedError
        return state.paper

    def health(self) -> DeviceHealth:
        """How the printer has been doing."""
        return self._line.health()


def profile_of(parts: DeviceUrl, default: str = DEFAULT_PROFILE) -> PrinterProfile:
    """Read the profile that a URL names; raises `ProfileError`."""
    return load_profile(FOLDER, parts.text("profile", default), PrinterProfile)
