"""ESC/POS receipt printers at a path: a serial or USB-serial line, or Linux's own printer device.

URL: ``escpos:///dev/serial/by-id/...?profile=epson-80mm``, ``escpos:///dev/usb/lp0?profile=...``; profiles:
``firmware_config/printers``; what is supported: `drivers.printer.escpos_printer`.
"""

from collections.abc import Callable
from functools import partial
from typing import Self

from drivers.device_url import DeviceUrl
from drivers.printer.escpos_line import EscposLine
from drivers.printer.escpos_printer import ThreadedPrinter, profile_of
from drivers.printer.escpos_profile import PrinterProfile
from drivers.printer.lp_port import LpPort, is_printer_device
from drivers.printer.recorded_wire import recorded
from drivers.wire import Wire, WirePlace


class EscposPrinter(ThreadedPrinter):
    """A `Printer`; see the module."""

    def __init__(
        self, place: WirePlace, profile: PrinterProfile, is_device: Callable[[str], bool] = is_printer_device
    ) -> None:
        opened = partial(_open, place, profile, is_device)
        super().__init__(str(place), profile, lambda publish: EscposLine(str(place), opened, profile, publish))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("profile",))
        return cls(parts.place, profile_of(parts))


def _open(place: WirePlace, profile: PrinterProfile, is_device: Callable[[str], bool]) -> Wire:
    if is_device(place.path):
        return recorded(place.recording, place.path, partial(LpPort.open, place.path))
    return place.open(profile.serial_settings())
