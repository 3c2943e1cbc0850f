"""ESC/POS receipt printers on USB, by libusb.

URL: ``escpos+usb://04b8:0202?profile=epson-80mm`` or ``escpos+usb:///?vendor=04b8&product=0202&serial=...``; without
maker and model the only printer there is. Profiles: ``firmware_config/printers``; what is supported:
`drivers.printer.escpos_printer`. The user needs the right to the device (Debian gives printers to the group ``lp``).
"""

import re
from functools import partial
from typing import Any, Final, Self

from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceUrlError
from drivers.printer.escpos_line import EscposLine
from drivers.printer.escpos_printer import ThreadedPrinter, profile_of
from drivers.printer.escpos_profile import PrinterProfile
from drivers.printer.recorded_wire import recorded
from drivers.printer.usb_wire import UsbPlace, UsbWire
from drivers.scheme import without_spy
from drivers.wire import Wire, WirePlace

_SHORT: Final = re.compile(r"escpos\+usb://([0-9a-fA-F]{4}):([0-9a-fA-F]{4})/?(?:\?(.*))?")
"""A model's number may have letters, which no port of a URL has: this form is written out first."""


class EscposUsbPrinter(ThreadedPrinter):
    """A `Printer`; see the module."""

    def __init__(self, place: UsbPlace, profile: PrinterProfile, spied: WirePlace, backend: Any = None) -> None:
        opened: partial[Wire] = partial(
            recorded, spied.recording, str(place), partial(UsbWire.open, place, backend=backend)
        )
        super().__init__(str(place), profile, lambda publish: EscposLine(str(place), opened, profile, publish))

    @classmethod
    def from_url(cls, url: str, backend: Any = None) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(_written_out(url), ("profile", "vendor", "product", "serial"), UrlForm.NAME)
        if parts.name:
            raise DeviceUrlError(url, "vendor:product")
        place = UsbPlace(_number(parts, "vendor"), _number(parts, "product"), parts.text("serial", ""))
        if (place.vendor is None) is not (place.product is None) or (place.serial and place.vendor is None):
            raise DeviceUrlError(url, "vendor and product")
        return cls(place, profile_of(parts), parts.place, backend)


def _written_out(url: str) -> str:
    found = _SHORT.fullmatch(without_spy(url))
    if found is None:
        return url
    vendor, product, options = found.groups()
    spy = url.removesuffix(without_spy(url))
    return f"{spy}escpos+usb:///?vendor={vendor}&product={product}" + (f"&{options}" if options else "")


def _number(parts: DeviceUrl, name: str) -> int | None:
    value = parts.text(name, "")
    if not value:
        return None
    if not re.fullmatch(r"[0-9a-fA-F]{4}", value):
        raise DeviceUrlError(parts.url, name)
    return int(value, 16)
