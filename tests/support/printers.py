"""Emulated receipt printers on each kind of line, worked by the driver that belongs to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from drivers.emulators.device import Fact, Order
from drivers.printer.base import Printer
from drivers.printer.escpos_network import EscposNetworkPrinter
from drivers.printer.escpos_profile import FOLDER, PrinterProfile
from drivers.printer.escpos_serial import EscposPrinter
from drivers.printer.escpos_usb import EscposUsbPrinter
from drivers.printer.usb_wire import UsbPlace
from drivers.profiles import load_profile
from drivers.wire import WirePlace
from tests.support.emulators import RunningEmulator, emulator
from tests.support.usb_printers import UsbBus, UsbPrinter

TRANSPORTS = ("serial", "network", "usb")


def profile_of(name: str, seconds: float | None = None) -> PrinterProfile:
    """Read a profile, perhaps with less patience than it has."""
    profile = load_profile(FOLDER, name, PrinterProfile)
    return profile if seconds is None else profile.model_copy(update={"seconds": seconds})


class Rig(Protocol):
    """One emulated printer."""

    def printer(self, profile: PrinterProfile) -> Printer:
        """Make the driver for it."""
        ...

    async def do(self, order: str, **arguments: Fact) -> Order:
        """Give an order."""
        ...

    async def noise(self, data: bytes) -> None:
        """Make it say something that nobody asked for."""
        ...

    async def unplug(self) -> None:
        """Pull the cable."""
        ...


class EmulatedRig:
    """A printer in a process of its own."""

    def __init__(self, running: RunningEmulator) -> None:
        self._running = running

    def printer(self, profile: PrinterProfile) -> Printer:
        """Make the driver for its wire."""
        if self._running.port:
            return EscposNetworkPrinter(WirePlace(host="localhost", port=self._running.port), profile)
        return EscposPrinter(WirePlace(str(self._running.link)), profile)

    async def do(self, order: str, **arguments: Fact) -> Order:
        """Give an order."""
        return await self._running.do(order, **arguments)

    async def noise(self, data: bytes) -> None:
        """Babble."""
        await self._running.misbehave("babble", hex=data.hex(), times=20, ms=1)

    async def unplug(self) -> None:
        """Pull the cable."""
        await self._running.cable(plugged=False)


class UsbRig:
    """A printer on a bus of this process."""

    def __init__(self) -> None:
        self._usb = UsbPrinter()

    def printer(self, profile: PrinterProfile) -> Printer:
        """Make the driver for its endpoints."""
        return EscposUsbPrinter(UsbPlace(self._usb.vendor, self._usb.product), profile, WirePlace(), UsbBus(self._usb))

    async def do(self, order: str, **arguments: Fact) -> Order:
        """Give an order; the printer's lock is held by the driver's thread now and then."""
        told: Order = await asyncio.to_thread(lambda: self._usb.do(do=order, **arguments))
        return told

    async def noise(self, data: bytes) -> None:
        """Say it at once."""
        self._usb.answers.extend([data] * 20)

    async def unplug(self) -> None:
        """Pull the cable."""
        await asyncio.to_thread(self._usb.unplug)


@asynccontextmanager
async def rig(transport: str) -> AsyncIterator[Rig]:
    """Give an emulated printer on a kind of line."""
    if transport == "usb":
        yield UsbRig()
        return
    async with emulator("escpos", network=transport == "network") as running:
        yield EmulatedRig(running)
