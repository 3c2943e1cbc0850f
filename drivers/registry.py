"""Finds the driver for a device URL; the only module that knows where drivers are; loads none unasked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from drivers.barcode.base import BarcodeScanner
from drivers.errors import DeviceUrlError, UnknownSchemeError
from drivers.printer.base import Printer
from drivers.rfid.base import RfidPad

ENTRY_POINT_GROUP = "library_kiosk.drivers"
"""Other packages add drivers here: name ``family.scheme``, value ``module:Class``."""


class Family(StrEnum):
    """The kinds of devices that have drivers."""

    RFID = "rfid"
    BARCODE = "barcode"
    PRINTER = "printer"


BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "rfid.threem": "drivers.rfid.threem:ThreemPad",
        "barcode.scanner": "drivers.barcode.serial:SerialScanner",
        "printer.escpos": "drivers.printer.escpos_serial:EscposPrinter",
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
        """Make the scanner that a URL like ``scanner:///dev/ttyACM0?profile=generic`` names."""
        scanner: BarcodeScanner = self._driver(Family.BARCODE, url).from_url(url)
        return scanner

    def printer(self, url: str) -> Printer:
        """Make the printer that a URL like ``escpos:///dev/ttyUSB1?profile=generic-80mm`` names."""
        printer: Printer = self._driver(Family.PRINTER, url).from_url(url)
        return printer

    def schemes(self, family: Family) -> tuple[str, ...]:
        """Name the schemes that a family knows, sorted."""
        prefix = f"{family.value}."
        return tuple(sorted(name.removeprefix(prefix) for name in self.targets if name.startswith(prefix)))

    def _driver(self, family: Family, url: str) -> Any:
        scheme = _scheme(url)
        target = self.targets.get(f"{family.value}.{scheme}")
        if target is None:
            raise UnknownSchemeError(url, "scheme", self.schemes(family))
        module, _, name = target.partition(":")
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise DeviceUrlError(url, "driver") from error


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


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError as error:
        raise DeviceUrlError(url, "form") from error
