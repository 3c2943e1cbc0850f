"""Tries devices that are open: a slip from the printer, every lamp and a tone; whether a reader is there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from drivers.errors import DeviceError
from drivers.gpio.base import Board, Tone
from drivers.health import DeviceHealth
from kiosk.devices.indicators import Indicators
from kiosk.devices.kept import Devices
from kiosk.devices.paper import PaperReceipts
from kiosk.ports import NotPrinted
from kiosk.session.staff_values import ActResult, DeviceNow
from kiosk.session.values import Device, Language, PrinterFault

LIT_S: Final = 0.7
"""How long each lamp is lit."""
_RESULT: Final = {
    PrinterFault.PAPER_OUT: ActResult.PAPER_OUT,
    PrinterFault.LOST: ActResult.LOST,
    PrinterFault.ABSENT: ActResult.LOST,
    PrinterFault.OTHER: ActResult.FAILED,
}


class Healthy(Protocol):
    """An open driver, as far as it is looked at here."""

    def health(self) -> DeviceHealth:
        """How it has been doing."""
        ...


class DeviceTrials:
    """Trials for staff mode; nothing is opened for them."""

    def __init__(
        self,
        devices: Devices,
        paper: PaperReceipts,
        indicators: Indicators,
        language: Language,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._devices = devices
        self._paper = paper
        self._indicators = indicators
        self._language = language
        self._pause = pause

    async def try_device(self, device: Device) -> ActResult:
        """Try one; of what reads, only whether it is there: what it reads is heard by whoever hears all readings."""
        match device:
            case Device.PRINTER:
                printed = await self._paper.print_test(self._language)
                return _RESULT[printed.fault] if isinstance(printed, NotPrinted) else ActResult.DONE
            case Device.BOARD:
                board = self._devices.board.current
                return ActResult.LOST if board is None else await self._light(board)
            case _:
                return ActResult.DONE if self._open(device) else ActResult.LOST

    def now(self) -> tuple[DeviceNow, ...]:
        """Say how the open devices have been doing; several in one role count together."""
        return tuple(_together(device, found) for device in Device if (found := self._open(device)))

    async def _light(self, board: Board) -> ActResult:
        try:
            await board.sound(Tone.DONE)
            for lamp in sorted(board.lamps):
                await board.light(frozenset({lamp}))
                await self._pause(LIT_S)
        except DeviceError:
            return ActResult.LOST
        finally:
            self._indicators.show_again()
        return ActResult.DONE

    def _open(self, device: Device) -> list[Healthy]:
        devices = self._devices
        drivers: dict[Device, tuple[Healthy | None, ...]] = {
            Device.PAD: (devices.pad.current,),
            Device.SCANNER: tuple(slot.current for slot in devices.scanners),
            Device.CARD_READER: (devices.card_reader.current,),
            Device.PRINTER: (devices.printer.current,),
            Device.BOARD: (devices.board.current,),
        }
        return [driver for driver in drivers[device] if driver is not None]


def _together(device: Device, found: list[Healthy]) -> DeviceNow:
    each = [driver.health() for driver in found]
    return DeviceNow(
        device,
        ", ".join(health.identity for health in each if health.identity),
        sum(health.exchanges for health in each),
        sum(health.unanswered + health.damaged for health in each),
    )
