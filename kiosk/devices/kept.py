"""The kiosk's devices by role: made from their URLs, each kept open by its slot, their readings put to the session."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from drivers.barcode.base import BarcodeScanner
from drivers.barcode.preview import Preview, Previewing
from drivers.card.base import CardReader
from drivers.errors import DeviceError
from drivers.gpio.base import Board
from drivers.printer.base import Printer, PrinterReading
from drivers.registry import Registry, installed_registry
from drivers.rfid.base import RfidPad
from kiosk.config import KioskConfig
from kiosk.devices.paper import printer_event
from kiosk.devices.supervisor import Slot
from kiosk.devices.translate import card_event, pad_event, scan_event
from kiosk.devices.whole_tags import WholeTags
from kiosk.session.events import DeviceBack, DeviceLost, Event
from kiosk.session.staff_events import StaffCardPresented
from kiosk.session.staff_values import StaffId
from kiosk.session.values import Device, VisitId
from settings.errors import FaultyFileError


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told what the devices say."""

    post: Callable[[Event], None]
    new_visit: Callable[[], VisitId]
    today: Callable[[], date]
    on_paper: Callable[[PrinterReading], None]
    """Who tells the fleet; the session learns by an event whether the printer would print."""
    drive_board: Callable[[Board], Awaitable[None]]
    """Given the board while it is open, until it is lost."""
    staff_card: Callable[[str], StaffId | None] = lambda _number: None
    """Says which member of the staff has a card of this number."""


class Devices:
    """Whatever of a pad, scanners, a card reader, a printer and a board the kiosk has."""

    def __init__(self, config: KioskConfig, registry: Registry) -> None:
        urls = config.devices.urls()
        self._config = config
        self._rule = config.cards.rule()
        self._there = frozenset(urls)
        self.pad: Slot[RfidPad] = Slot(Device.PAD, partial(registry.pad, *urls.get(Device.PAD, ())))
        """Never open where the kiosk has none; so are the others."""
        self.scanners: tuple[Slot[BarcodeScanner], ...] = tuple(
            Slot(Device.SCANNER, partial(registry.scanner, url)) for url in urls.get(Device.SCANNER, ())
        )
        self.printer: Slot[Printer] = Slot(Device.PRINTER, partial(registry.printer, *urls.get(Device.PRINTER, ())))
        self.card_reader: Slot[CardReader] = Slot(
            Device.CARD_READER, partial(registry.card_reader, *urls.get(Device.CARD_READER, ()))
        )
        self.board: Slot[Board] = Slot(Device.BOARD, partial(registry.board, *urls.get(Device.BOARD, ())))

    def preview(self) -> Preview | None:
        """Give what the first camera that is there sees."""
        for slot in self.scanners:
            scanner: object = slot.current
            if isinstance(scanner, Previewing):
                return scanner.preview()
        return None

    async def keep(self, ears: Ears) -> None:
        """Keep them open, and tell what they say, until cancelled."""
        scanners = Together(ears.post)
        async with asyncio.TaskGroup() as group:
            for number, slot in enumerate(self.scanners):
                group.create_task(slot.keep(partial(self._hear_scanner, ears), scanners.post_of(number)))
            if Device.PAD in self._there:
                group.create_task(self.pad.keep(partial(self._hear_pad, ears), ears.post))
            if Device.CARD_READER in self._there:
                group.create_task(self.card_reader.keep(partial(self._hear_card_reader, ears), ears.post))
            if Device.PRINTER in self._there:
                group.create_task(self.printer.keep(partial(_hear_printer, ears), ears.post))
            if Device.BOARD in self._there:
                group.create_task(self.board.keep(ears.drive_board, ears.post))

    async def _hear_pad(self, ears: Ears, pad: RfidPad) -> None:
        tags = WholeTags(pad, self._config.tags.rules)
        async for reading in pad.readings():
            ears.post(pad_event(await tags.completed(reading), self._config.tags, self._config.numbers, ears.today()))

    async def _hear_scanner(self, ears: Ears, scanner: BarcodeScanner) -> None:
        async for reading in scanner.readings():
            text = reading.text.strip()
            if text and (staff_id := ears.staff_card(text)) is not None:
                ears.post(StaffCardPresented(staff_id))
                continue
            ears.post(scan_event(reading, self._config.tags, self._config.numbers, ears.today(), ears.new_visit))

    async def _hear_card_reader(self, ears: Ears, reader: CardReader) -> None:
        async for reading in reader.readings():
            number = self._rule.number(reading)
            if isinstance(number, str) and (staff_id := ears.staff_card(number)) is not None:
                ears.post(StaffCardPresented(staff_id))
                continue
            ears.post(card_event(reading, self._rule, self._config.numbers, ears.new_visit))


async def _hear_printer(ears: Ears, printer: Printer) -> None:
    async for reading in printer.readings():
        ears.on_paper(reading)
        ears.post(printer_event(reading))


class Together:
    """Several devices in one role: lost when all are, back when the first is."""

    def __init__(self, post: Callable[[Event], None]) -> None:
        self._post = post
        self._open: set[int] = set()

    def post_of(self, number: int) -> Callable[[Event], None]:
        """Give the post of one of them."""
        return partial(self._told, number)

    def _told(self, number: int, event: Event) -> None:
        before = bool(self._open)
        match event:
            case DeviceBack():
                self._open.add(number)
            case DeviceLost():
                self._open.discard(number)
        still = before and bool(self._open)
        if not (still and isinstance(event, DeviceBack | DeviceLost)):
            self._post(event)


def devices_of(config: KioskConfig, path: Path) -> Devices:
    """Make the devices without touching them.

    Raises:
        FaultyFileError: a URL names no driver, or one of its parts cannot be used; ``path`` is the file's.

    """
    registry = installed_registry()
    makers: dict[Device, Callable[[str], object]] = {
        Device.PAD: registry.pad,
        Device.SCANNER: registry.scanner,
        Device.PRINTER: registry.printer,
        Device.CARD_READER: registry.card_reader,
        Device.BOARD: registry.board,
    }
    problems = []
    for device, urls in config.devices.urls().items():
        for url in urls:
            try:
                makers[device](url)
            except DeviceError as error:
                problems.append(f"devices.{_KEYS[device]}: {error}")
    problems += _shared_places(config)
    if problems:
        raise FaultyFileError(path, tuple(problems))
    return Devices(config, registry)


def _shared_places(config: KioskConfig) -> list[str]:
    """Name devices that would take a port from each other, whatever their drivers and options."""
    keys: dict[str, str] = {}
    problems = []
    for device, urls in config.devices.urls().items():
        for url in urls:
            place = url.partition("://")[2].partition("?")[0]
            if place in keys:
                problems.append(f"devices.{_KEYS[device]}: {place} is also that of devices.{keys[place]}")
            elif place.startswith("/") or ":" in place:  # what has only a name differs by its driver
                keys[place] = _KEYS[device]
    return problems


_KEYS = {
    Device.PAD: "rfid",
    Device.SCANNER: "barcode",
    Device.PRINTER: "printer",
    Device.CARD_READER: "card",
    Device.BOARD: "gpio",
}
