"""The kiosk's devices by role: made from their URLs, each kept open by its slot, their readings put to the session."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from drivers.barcode.base import BarcodeScanner
from drivers.errors import DeviceUrlError, ProfileError
from drivers.printer.base import Printer, PrinterReading
from drivers.registry import Registry, installed_registry
from drivers.rfid.base import RfidPad
from kiosk.config import KioskConfig
from kiosk.devices.supervisor import Slot
from kiosk.devices.translate import pad_event, scan_event
from kiosk.session.events import Event
from kiosk.session.values import Device, VisitId
from settings.errors import FaultyFileError


class Devices:
    """A pad, a scanner and perhaps a printer."""

    def __init__(self, config: KioskConfig, registry: Registry) -> None:
        urls = config.devices
        self._config = config
        self._has_printer = urls.printer is not None
        self.pad: Slot[RfidPad] = Slot(Device.PAD, lambda: registry.pad(urls.pad))
        self.scanner: Slot[BarcodeScanner] = Slot(Device.SCANNER, lambda: registry.scanner(urls.scanner))
        self.printer: Slot[Printer] = Slot(Device.PRINTER, lambda: registry.printer(urls.printer or ""))
        """Never open where the kiosk has none."""

    async def keep(
        self,
        post: Callable[[Event], None],
        new_visit: Callable[[], VisitId],
        on_paper: Callable[[PrinterReading], None],
    ) -> None:
        """Keep them open, and put their readings to the session, until cancelled.

        The session learns of paper when a receipt is wanted; what the printer says before that goes to ``on_paper``.
        """

        async def pad_work(pad: RfidPad) -> None:
            async for reading in pad.readings():
                post(pad_event(reading, self._config.tags, self._config.numbers))

        async def scanner_work(scanner: BarcodeScanner) -> None:
            async for reading in scanner.readings():
                post(scan_event(reading, self._config.numbers, new_visit))

        async def printer_work(printer: Printer) -> None:
            async for reading in printer.readings():
                on_paper(reading)

        async with asyncio.TaskGroup() as group:
            group.create_task(self.pad.keep(pad_work, post))
            group.create_task(self.scanner.keep(scanner_work, post))
            if self._has_printer:
                group.create_task(self.printer.keep(printer_work, post))


def devices_of(config: KioskConfig, path: Path) -> Devices:
    """Make the devices without touching them.

    Raises:
        FaultyFileError: a URL names no driver, or one of its parts cannot be used; ``path`` is the file's.

    """
    registry = installed_registry()
    makers = {Device.PAD: registry.pad, Device.SCANNER: registry.scanner, Device.PRINTER: registry.printer}
    problems = []
    for device, url in config.devices.urls().items():
        try:
            makers[device](url)
        except (DeviceUrlError, ProfileError) as error:
            problems.append(f"devices.{device}: {error}")
    if problems:
        raise FaultyFileError(path, tuple(problems))
    return Devices(config, registry)
