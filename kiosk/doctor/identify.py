"""Asks at a port, driver after driver, who is there: by frames that make a device name itself, never by its place."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from drivers.errors import DeviceError, DeviceLostError, DeviceUrlError, LossReason
from drivers.registry import Family, Registry
from kiosk.doctor.host import Port, PortKind

PATIENCE_S: Final = 8.0
"""For one driver at one port; the slowest gives up by itself after about three seconds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A driver that may fit a port, and the line of ``kiosk.toml`` that it would be."""

    family: Family
    url: str
    usb: tuple[str, ...] = ()
    """Where it is likely: asked first there."""


@dataclass(frozen=True, slots=True)
class Found:
    """A device that named itself."""

    port: str
    family: Family
    url: str
    identity: str


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


SERIAL: Final = (
    Candidate(Family.RFID, "threem://{path}"),
    Candidate(Family.RFID, "feig://{path}"),
    Candidate(Family.RFID, "m100://{path}?region=eu", ("10c4:ea60", "1a86:7523")),
    Candidate(Family.RFID, "uhfreader18://{path}"),
    Candidate(Family.CARD, "pn532://{path}"),
    Candidate(Family.PRINTER, "escpos://{path}"),
)
"""In an order in which the least is printed by a printer that is asked for something else; likely ones come first."""


def candidates(port: Port) -> Iterator[Candidate]:
    """Give the drivers that may answer at a port, the likely ones first."""
    if port.kind is PortKind.PRINTER:
        yield Candidate(Family.PRINTER, f"escpos://{port.path}?profile=silent-80mm")
    elif port.kind is PortKind.SERIAL:
        likely = [each for each in SERIAL if port.usb in each.usb]
        for each in (*likely, *(each for each in SERIAL if each not in likely)):
            yield Candidate(each.family, each.url.format(path=port.path), each.usb)


async def identify(port: Port, registry: Registry, patience: float = PATIENCE_S) -> Found | Trouble | Silent:
    """Ask at one port; nobody else may use it meanwhile."""
    if not port.allowed:
        return Trouble(port.path, LossReason.NOT_ALLOWED)
    if port.holder:
        return Trouble(port.path, LossReason.IN_USE, port.holder)
    for candidate in candidates(port):
        try:
            async with asyncio.timeout(patience), _made(candidate, registry) as device:
                return Found(port.path, candidate.family, candidate.url, device.health().identity)
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
