"""ESC/POS receipt printers on a serial or USB-serial line.

URL: ``escpos:///dev/serial/by-id/...?profile=epson-80mm``; profiles: ``firmware_config/printers``.

| function | supported | remarks |
| --- | --- | --- |
| text, bold, large, rule, feed, cut | yes | commands by python-escpos |
| Vietnamese | yes | Windows-1258 where the model has it, else without marks |
| paper out, low; cover, cutter | yes | ``DLE EOT``, before, during and after a receipt |
| "all of it is on paper" | yes | ``GS r``, where the model has it |
| pictures, QR codes | no | not yet |
| a printer that never answers | no | nobody would know that a receipt is lost |
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from drivers.device_thread import DeviceThread
from drivers.device_url import DeviceUrl
from drivers.errors import PrinterStoppedError
from drivers.handover import Latest
from drivers.health import DeviceHealth
from drivers.printer.base import Block, PaperStatus, PrinterReading
from drivers.printer.escpos_line import EscposLine
from drivers.printer.escpos_profile import DEFAULT_PROFILE, FOLDER, PrinterProfile
from drivers.profiles import load_profile


class EscposPrinter:
    """A `Printer`; see the module."""

    def __init__(self, path: str, profile: PrinterProfile) -> None:
        self._profile = profile
        self._line = EscposLine(path, profile, self._publish)
        self._thread = DeviceThread(path, self._line)
        self._latest: Latest[PrinterReading] = Latest()

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("profile",))
        return cls(parts.path, load_profile(FOLDER, parts.text("profile", DEFAULT_PROFILE), PrinterProfile))

    async def __aenter__(self) -> Self:
        """Open the port and ask the printer how it is."""
        await self._thread.start(lambda: self._latest.close(self._thread.failure))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        await self._thread.stop()

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

    def readings(self) -> AsyncIterator[PrinterReading]:
        """Yield the printer's state."""
        return self._latest.values()

    def health(self) -> DeviceHealth:
        """How the printer has been doing."""
        return self._line.health()

    def _publish(self, reading: PrinterReading) -> None:
        self._thread.cross(partial(self._latest.put, reading))
