"""Asks at a port, driver after driver, who is there: by frames that make a device name itself, never by its place."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from drivers.errors import DeviceError, DeviceLostError, DeviceUrlError, LossReason
from drivers.profiles import load_profile
from drivers.registry import Family, Registry
from drivers.rfid.reader_profile import FOLDER, ReaderProfile
from kiosk.doctor.host import Port, PortKind

PATIENCE_S: Final = 8.0
"""For one driver at one port; the slowest gives up by itself after about three seconds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A driver that may fit a port."""

    family: Family
    url: str
    """By what its device is asked who it is: nothing may change by it, and nothing be sent by air that a law rules."""
    line: str = ""
    """The line of ``kiosk.toml`` that it would be; empty where that is ``url``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A device that named itself."""

    port: str
    family: Family
    url: str
    """The line of ``kiosk.toml``; one that ends in ``=`` has something for a person to fill in."""
    identity: str

    @property
    def unfinished(self) -> bool:
        """Whether a person must fill in the end of the line."""
        return self.url.endswith("=")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A port at which nobody could be asked, and why."""

    port: str
    reason: LossReason
    holder: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """A port at which nobody answers: a scanner or a reader that only listens, or nothing at all."""

    port: str


@dataclass(frozen=True, slots=True)
class _Reader:
    """A reader that may be at a serial port, and its profile in ``firmware_config/readers``."""

    family: Family
    profile: str
    options: str = ""
    """With which it is asked who it is."""


_READERS: Final = (
    _Reader(Family.RFID, "threem-810"),
    _Reader(Family.RFID, "feig-mr102"),
    _Reader(Family.RFID, "yrm100", "?air=off"),
    _Reader(Family.RFID, "uhfreader18", "?air=off"),
    _Reader(Family.CARD, "pn532"),
)
"""In an order in which the least is printed by a printer that is asked for something else; the printer comes last."""


def candidates(port: Port) -> Iterator[Candidate]:
    """Give the drivers that may answer at a port, those first whose readers are sold with such a USB id."""
    if port.kind is PortKind.PRINTER:
        yield Candidate(Family.PRINTER, f"escpos://{port.path}?profile=silent-80mm")
    elif port.kind is PortKind.SERIAL:
        profiles = [(reader, load_profile(FOLDER, reader.profile, ReaderProfile)) for reader in _READERS]
        for reader, profile in sorted(profiles, key=lambda pair: port.usb not in pair[1].usb):
            scheme, _, rest = profile.url.partition("://")
            _, mark, options = rest.partition("?")
            asked = f"{scheme}://{port.path}"
            yield Candidate(reader.family, asked + reader.options, asked + mark + options)
        yield Candidate(Family.PRINTER, f"escpos://{port.path}")


async def identify(port: Port, registry: Registry, patience: float = PATIENCE_S) -> Found | Trouble | Silent:
    """Ask at one port; nobody else may use it meanwhile."""
    if not port.allowed:
        return Trouble(port.path, LossReason.NOT_ALLOWED)
    if port.holder:
        return Trouble(port.path, LossReason.IN_USE, port.holder)
    for candidate in candidates(port):
        try:
            async with asyncio.timeout(patience), _made(candidate, registry) as device:
                return Found(port.path, candidate.family, candidate.line or candidate.url, device.health().identity)
        except DeviceUrlError:
            continue  # a driver whose library is not installed
        except DeviceLostError as error:
            if error.reason in (LossReason.NOT_ALLOWED, LossReason.IN_USE, LossReason.WRONG_MODE, LossReason.NOT_THERE):
                return Trouble(port.path, error.reason, port.holder, candidate.url)
        except (DeviceError, TimeoutError):
            continue
    return Silent(port.path)


def _made(candidate: Candidate, registry: Registry) -> Any:
    """Make the driver; every family's opens by ``async with`` and tells its health."""
    makers: dict[Family, Callable[[str], Any]] = {
        Family.RFID: registry.pad,
        Family.CARD: registry.card_reader,
        Family.PRINTER: registry.printer,
    }
    return makers[candidate.family](candidate.url)
