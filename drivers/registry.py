"""Finds the driver for a device URL; the only module that knows where drivers are; loads none unasked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from drivers.barcode.base import BarcodeScanner
from drivers.card.base import CardReader
from drivers.errors import DeviceUrlError, DriverMissingError, UnknownSchemeError
from drivers.gpio.base import Board
from drivers.printer.base import Printer
from drivers.rfid.base import RfidPad
from drivers.scheme import scheme_of

ENTRY_POINT_GROUP = "library_kiosk.drivers"
"""Other packages add drivers here: name ``family.scheme``, value ``module:Class``."""


class Family(StrEnum):
    """The kinds of devices that have drivers."""

    RFID = "rfid"
    BARCODE = "barcode"
    PRINTER = "printer"
    CARD = "card"
    GPIO = "gpio"


BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "rfid.threem": "drivers.rfid.threem:ThreemPad",
        "rfid.feig": "drivers.rfid.feig:FeigPad",
        "rfid.feig+tcp": "drivers.rfid.feig:FeigNetworkPad",
        "rfid.m100": "drivers.rfid.m100:M100Pad",
        "rfid.uhfreader18": "drivers.rfid.uhfreader18:Uhfreader18Pad",
        "rfid.pcsc": "drivers.rfid.pcsc:PcscPad",
        "barcode.serial": "drivers.barcode.serial:SerialScanner",
        "barcode.evdev": "drivers.barcode.evdev:EvdevScanner",
        "barcode.camera": "drivers.barcode.camera:CameraScanner",
        "barcode.picamera": "drivers.barcode.picamera:PicameraScanner",
        "printer.escpos": "drivers.printer.escpos_serial:EscposPrinter",
        "printer.escpos+tcp": "drivers.printer.escpos_network:EscposNetworkPrinter",
        "printer.escpos+usb": "drivers.printer.escpos_usb:EscposUsbPrinter",
        "printer.escpos+file": "drivers.printer.escpos_file:EscposFilePrinter",
        "card.evdev": "drivers.card.evdev:EvdevCardReader",
        "card.pn532": "drivers.card.pn532:Pn532Reader",
        "card.rdm6300": "drivers.card.rdm6300:Rdm6300Reader",
        "card.pcsc": "drivers.card.pcsc:PcscCardReader",
        "gpio.gpio": "drivers.gpio.board:PinBoard",
    }
)
"""Our own drivers, so that a plain checkout needs no installation: ``family.scheme`` -> ``module:Class``."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Device URL -> driver; a driver's module is loaded when its first URL comes."""

    targets: Mapping[str, str]
    """``family.scheme`` -> ``module:Class``."""

    def pad(self, url: str) -> RfidPad:
        """Make the pad that a URL like ``threem:///dev/serial/by-id/...`` names.

        Raises `DeviceUrlError`, also where the driver's library is not installed, and `ProfileError`.
        """
        pad: RfidPad = self._driver(Family.RFID, url).from_url(url)
        return pad

    def scanner(self, url: str) -> BarcodeScanner:
        """Make the scanner that a URL like ``serial:///dev/ttyACM0?profile=generic`` names."""
        scanner: BarcodeScanner = self._driver(Family.BARCODE, url).from_url(url)
        return scanner

    def printer(self, url: str) -> Printer:
        """Make the printer that a URL like ``escpos:///dev/ttyUSB1?profile=generic-80mm`` names."""
        printer: Printer = self._driver(Family.PRINTER, url).from_url(url)
        return printer

    def card_reader(self, url: str) -> CardReader:
        """Make the card reader that a URL like ``pn532:///dev/ttyS0`` names."""
        reader: CardReader = self._driver(Family.CARD, url).from_url(url)
        return reader

    def board(self, url: str) -> Board:
        """Make the board of pins that a URL like ``gpio://raspberry-pi-5`` names."""
        board: Board = self._driver(Family.GPIO, url).from_url(url)
        return board

    def schemes(self, family: Family) -> tuple[str, ...]:
        """Name the schemes that a family knows, sorted."""
        prefix = f"{family.value}."
        return tuple(sorted(name.removeprefix(prefix) for name in self.targets if name.startswith(prefix)))

    def _driver(self, family: Family, url: str) -> Any:
        scheme = scheme_of(url)
        target = self.targets.get(f"{family.value}.{scheme}")
        if target is None:
            raise UnknownSchemeError(url, "scheme", self.schemes(family))
        module, _, name = target.partition(":")
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise DriverMissingError(url, "driver", (getattr(error, "name", None) or str(error),)) from error


def installed_registry() -> Registry:
    """Give our own drivers and those of installed packages, which may replace ours."""
    return registry_with(entry_points(group=ENTRY_POINT_GROUP))


def registry_with(extra: Iterable[EntryPoint]) -> Registry:
    """Give our own drivers and the given ones; two others of one name are refused by `DeviceUrlError`."""
    found: dict[str, str] = {}
    for point in extra:
        if found.setdefault(point.name, point.value) != point.value:
            raise DeviceUrlError(point.name, "driver", (found[point.name], point.value))
    return Registry(MappingProxyType({**BUILT_IN, **found}))
