"""Devices are tried as they are open; what is not there is said."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any, Self, cast

import pytest

from drivers.barcode.base import ScanReading
from drivers.card.base import CardReading
from drivers.errors import DeviceLostError, LossReason, PaperOutError
from drivers.gpio.base import Board, Lamp, Tone
from drivers.health import DeviceHealth
from drivers.registry import Registry, installed_registry
from kiosk.config import KioskConfig, load
from kiosk.devices.indicators import Indicators
from kiosk.devices.kept import Devices, Ears
from kiosk.devices.paper import PaperReceipts
from kiosk.devices.trials import DeviceTrials
from kiosk.receipts.slip import trial_slip
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected
from kiosk.session.staff_events import StaffCardPresented
from kiosk.session.staff_values import ActResult, DeviceNow, StaffId
from kiosk.session.values import Device, Language, VisitId
from kiosk.texts import load_texts
from library.text.width import display_width
from tests.support.waiting import eventually
from tests.unit.kiosk.test_paper import FakePrinter

TEXTS = load_texts()
LAN, MAI = StaffId("quay-1"), StaffId("quay-2")
OF_CARDS = StaffCardPresented | CardPresented | LabelRejected | ItemScanned
TOML = """
schema_version = 1
kiosk_id = "tang-1"
site_name = "Thư viện"
state_folder = "state"
library_system = {url = "sip2://127.0.0.1:6001"}
devices = {barcode = "sim://barcode", card = "sim://card", printer = "sim://printer", gpio = "sim://gpio"}
agent = {socket = "agent.sock"}
"""


class FakeBoard:
    """Has two lamps, and is lost when it is told so."""

    lamps = frozenset({Lamp.RED, Lamp.GREEN})

    def __init__(self) -> None:
        self.lit: list[frozenset[Lamp]] = []
        self.sounded: list[Tone] = []
        self.lost = False

    async def light(self, lit: frozenset[Lamp], blinking: frozenset[Lamp] = frozenset()) -> None:
        del blinking
        if self.lost:
            raise DeviceLostError("board", LossReason.UNPLUGGED)
        self.lit.append(lit)

    async def sound(self, tone: Tone) -> None:
        self.sounded.append(tone)

    def health(self) -> DeviceHealth:
        return DeviceHealth("board 1", 5, 2, 1)


def config(folder: Path) -> KioskConfig:
    path = folder / "kiosk.toml"
    path.write_text(TOML, encoding="utf-8")
    return load(path)


@pytest.fixture
def devices(tmp_path: Path) -> Devices:
    return Devices(config(tmp_path), installed_registry())


def trials(devices: Devices, paused: list[float]) -> DeviceTrials:
    async def pause(seconds: float) -> None:
        paused.append(seconds)

    paper = PaperReceipts(devices.printer, TEXTS, "Thư viện xã")
    return DeviceTrials(devices, paper, Indicators(lambda _: None), Language.VIETNAMESE, pause)


async def test_the_printer_prints_a_slip_with_the_letters_that_go_wrong(devices: Devices) -> None:
    printer = FakePrinter()
    devices.printer.current = printer
    result = await trials(devices, []).try_device(Device.PRINTER)

    assert result is ActResult.DONE
    assert "Ắ ằ ẵ" in repr([vars_of(block) for block in printer.printed[0]])


def vars_of(block: object) -> str:
    return str(getattr(block, "text", ""))


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (PaperOutError(), ActResult.PAPER_OUT),
        (DeviceLostError("printer", LossReason.UNPLUGGED), ActResult.LOST),
        (TimeoutError(), ActResult.FAILED),
    ],
)
async def test_what_hinders_the_printer_is_said(devices: Devices, error: Exception, result: ActResult) -> None:
    devices.printer.current = FakePrinter(error)

    assert await trials(devices, []).try_device(Device.PRINTER) is result


async def test_every_lamp_is_lit_in_turn_and_a_board_that_goes_is_lost(devices: Devices) -> None:
    board, paused = FakeBoard(), list[float]()
    devices.board.current = cast("Board", board)
    tried = trials(devices, paused)
    good = await tried.try_device(Device.BOARD)
    board.lost = True
    gone = await tried.try_device(Device.BOARD)

    assert (good, gone) == (ActResult.DONE, ActResult.LOST)
    assert board.lit == [frozenset({Lamp.GREEN}), frozenset({Lamp.RED})]
    assert (board.sounded[0], len(paused)) == (Tone.DONE, 2)


@pytest.mark.parametrize("device", Device)
async def test_what_is_not_there_is_said_to_be_lost(devices: Devices, device: Device) -> None:
    assert await trials(devices, []).try_device(device) is ActResult.LOST


async def test_a_reader_that_is_there_is_good_until_it_is_heard_and_says_how_it_did(devices: Devices) -> None:
    devices.board.current = cast("Board", FakeBoard())
    devices.scanners[0].current = cast("Any", FakeBoard())
    tried = trials(devices, [])

    assert await tried.try_device(Device.SCANNER) is ActResult.DONE
    assert tried.now() == (
        DeviceNow(Device.SCANNER, "board 1", 5, 3),
        DeviceNow(Device.BOARD, "board 1", 5, 3),
    )


def test_the_slip_fits_the_narrowest_paper() -> None:
    for texts in TEXTS.values():
        lines = [getattr(block, "text", "") for block in trial_slip(texts, "Thư viện xã " * 9, 32)]

        assert max(map(display_width, lines)) <= 32


class Said:
    """A device that says these, and then nothing more."""

    def __init__(self, said: list[ScanReading | CardReading]) -> None:
        self._said = said

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    async def readings(self) -> AsyncIterator[ScanReading | CardReading]:
        for each in self._said:
            yield each
        await asyncio.Event().wait()


class FakeRegistry:
    """Gives a scanner and a card reader that read a staff card and others, and nothing else that works."""

    def scanner(self, _url: str) -> Said:
        return Said([ScanReading(text, received_ns=1) for text in (" NV-0001 ", " ", "SIM-READER-0001")])

    def card_reader(self, _url: str) -> Said:
        return Said([CardReading(bytes.fromhex(uid), "", received_ns=1) for uid in ("04A1B2C3", "04FFFFFF")])

    def printer(self, _url: str) -> Said:
        raise DeviceLostError("printer", LossReason.NOT_THERE)

    board = pad = printer


async def test_a_staff_card_is_told_as_such_by_scanner_and_card_reader_and_others_as_before(tmp_path: Path) -> None:
    told: list[Event] = []
    staff = {"NV-0001": LAN, "04A1B2C3": MAI}
    ears = Ears(
        told.append,
        lambda: VisitId("v1"),
        lambda: date(2026, 11, 23),
        lambda _: None,
        lambda _: asyncio.sleep(0),
        staff_card=staff.get,
    )
    devices = Devices(config(tmp_path), cast("Registry", FakeRegistry()))
    keeping = asyncio.create_task(devices.keep(ears))
    try:
        await eventually(lambda: sum(isinstance(event, OF_CARDS) for event in told) >= 5)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    heard = [event for event in told if isinstance(event, OF_CARDS)]

    assert StaffCardPresented(LAN) in heard
    assert StaffCardPresented(MAI) in heard
    assert sum(isinstance(event, StaffCardPresented) for event in heard) == 2
