"""What a printer says reaches the session before a receipt is wanted, and the fleet."""

import asyncio
from datetime import date
from pathlib import Path

from drivers.gpio.base import Board
from drivers.printer.base import PaperStatus, PrinterReading
from kiosk.config import load
from kiosk.devices.kept import Ears, devices_of
from kiosk.session.events import DeviceBack, DeviceLost, Event, PrinterChanged
from kiosk.session.values import Device, PrinterFault, VisitId
from tests.support.emulators import emulator
from tests.support.waiting import in_time
from tests.unit.kiosk.test_config import GOOD, written


async def test_paper_that_runs_out_an_open_cover_and_a_pulled_cable_are_told_as_they_happen(tmp_path: Path) -> None:
    events: asyncio.Queue[Event] = asyncio.Queue()
    readings: list[PrinterReading] = []

    def post(event: Event) -> None:
        if isinstance(event, PrinterChanged) or getattr(event, "device", None) is Device.PRINTER:
            events.put_nowait(event)

    async def no_board(_: Board) -> None:
        raise AssertionError("this kiosk has no board")

    async def told() -> Event:
        return await in_time(events.get())

    async with emulator("escpos", network=True) as running:
        path = written(tmp_path, GOOD.replace("[tags]", f'printer = "{running.url("profile=epson-80mm")}"\n\n[tags]'))
        devices = devices_of(load(path), path)
        ears = Ears(
            post=post,
            new_visit=lambda: VisitId("v"),
            today=lambda: date(2026, 11, 22),
            on_paper=readings.append,
            drive_board=no_board,
        )
        keeping = asyncio.create_task(devices.keep(ears))
        found = [await told(), await told()]
        for order in (
            {"do": "paper", "state": "low"},
            {"do": "paper", "state": "out"},
            {"do": "paper", "state": "ok"},
            {"do": "misbehave", "what": "cover_open"},
        ):
            await running.control.call(str(order.pop("do")), **order)
            found.append(await told())
        await running.cable(plugged=False)
        found.append(await told())
        keeping.cancel()
        await asyncio.wait((keeping,))

    assert found == [
        DeviceBack(Device.PRINTER),
        PrinterChanged(None),
        PrinterChanged(None),
        PrinterChanged(PrinterFault.PAPER_OUT),
        PrinterChanged(None),
        PrinterChanged(PrinterFault.OTHER),
        DeviceLost(Device.PRINTER),
    ]
    assert [reading.paper for reading in readings] == [
        PaperStatus.OK,
        PaperStatus.LOW,
        PaperStatus.OUT,
        PaperStatus.OK,
        PaperStatus.OK,
    ]
