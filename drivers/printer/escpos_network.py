"""ESC/POS receipt printers on the network: raw bytes over one TCP connection, mostly to port 9100.

URL: ``escpos+tcp://printer.library.example:9100?profile=xprinter-80mm``; profiles: ``firmware_config/printers``; what
is supported: `drivers.printer.escpos_printer`. Such a printer serves one host: while another holds it, it refuses,
hangs up or says nothing, which is told as `LossReason.IN_USE` or `LossReason.SILENT`.
"""

from functools import partial
from typing import Self

from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceLostError, LossReason
from drivers.printer.escpos_line import EscposLine
from drivers.printer.escpos_printer import ThreadedPrinter, profile_of
from drivers.printer.escpos_profile import PrinterProfile
from drivers.wire import Wire, WirePlace


class EscposNetworkPrinter(ThreadedPrinter):
    """A `Printer`; see the module."""

    def __init__(self, place: WirePlace, profile: PrinterProfile) -> None:
        opened = partial(_open, place, profile)
        super().__init__(str(place), profile, lambda publish: EscposLine(str(place), opened, profile, publish))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without calling the printer; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("profile",), UrlForm.ADDRESS)
        return cls(parts.place, profile_of(parts))


def _open(place: WirePlace, profile: PrinterProfile) -> Wire:
    """Call the printer; a machine that is there and refuses or hangs up is a printer that serves another host."""
    try:
        return place.open(profile.serial_settings())
    except DeviceLostError as error:
        if isinstance(error.__cause__, ConnectionRefusedError | ConnectionResetError):
            raise DeviceLostError(str(place), LossReason.IN_USE) from error
        raise
