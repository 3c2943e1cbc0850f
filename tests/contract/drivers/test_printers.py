"""What every receipt printer must do; each is worked through its own emulator on a pseudo-terminal."""

import threading
from collections.abc import AsyncIterator

import psutil
import pytest

from drivers.errors import DeviceLostError, LossReason, PaperOutError, PrinterStoppedError
from drivers.printer.base import Block, Cut, Feed, PaperStatus, Printer, Rule, TextLine, TextStyle
from drivers.registry import installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import in_time

RECEIPT: tuple[Block, ...] = (
    TextLine("THƯ VIỆN XÃ", TextStyle.LARGE),
    Rule(),
    TextLine("Đắc Nhân Tâm", TextStyle.BOLD),
    Feed(2),
    Cut(),
)


@pytest.fixture(params=["escpos"])
async def device(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulator(request.param) as running:
        yield running


def make(device: RunningEmulator) -> Printer:
    return installed_registry().printer(device.url())


async def receipts(device: RunningEmulator) -> list[list[str]]:
    """Return the lines of each receipt, empty ones left out."""
    found = (await device.do("printed"))["receipts"]
    assert isinstance(found, list)
    return [[line for line in str(receipt).splitlines() if line] for receipt in found]


async def test_a_receipt_comes_out_whole(device: RunningEmulator) -> None:
    async with make(device) as printer:
        await in_time(printer.print_blocks(RECEIPT))

        assert await receipts(device) == [["THƯ VIỆN XÃ", "-" * printer.columns, "Đắc Nhân Tâm"]]


async def test_a_strangers_commands_are_printed_as_letters_or_not_at_all(device: RunningEmulator) -> None:
    async with make(device) as printer:
        await in_time(printer.print_blocks((TextLine("a\x1bp\x00\x19\xfab\x1dV\x00\n\x10\x04\x01c"), Cut())))
        told = await device.do("printed")

    assert (told["unknown"], told["cuts"]) == ([], 1)
    assert await receipts(device) == [["ap\u00fabVc"]]


async def test_receipts_come_out_one_after_the_other(device: RunningEmulator) -> None:
    async with make(device) as printer:
        for number in range(3):
            await in_time(printer.print_blocks((TextLine(str(number)), Cut())))

    assert await receipts(device) == [["0"], ["1"], ["2"]]


async def test_a_printer_without_paper_prints_nothing(device: RunningEmulator) -> None:
    await device.do("paper", state="out")
    async with make(device) as printer:
        with pytest.raises(PaperOutError):
            await in_time(printer.print_blocks(RECEIPT))

        assert await in_time(printer.status()) is PaperStatus.OUT

    assert (await device.do("printed"))["hex"] == ""


async def test_paper_that_runs_out_in_mid_receipt_is_noticed_and_the_rest_never_printed(
    device: RunningEmulator,
) -> None:
    await device.misbehave("paper_out_after", lines=2)
    async with make(device) as printer:
        with pytest.raises(PaperOutError):
            await in_time(printer.print_blocks(RECEIPT))
        await device.do("paper", state="ok")
        await in_time(printer.print_blocks((TextLine("next"), Cut())))

    assert await receipts(device) == [["next"]]


async def test_low_paper_is_told_and_prints(device: RunningEmulator) -> None:
    await device.do("paper", state="low")
    async with make(device) as printer:
        await in_time(printer.print_blocks(RECEIPT))

        assert await in_time(printer.status()) is PaperStatus.LOW


async def test_the_paper_is_told_at_once_and_whenever_it_changes(device: RunningEmulator) -> None:
    async with make(device) as printer:
        readings = printer.readings()
        found = [(await in_time(anext(readings))).paper]
        for state in ("low", "out", "ok"):
            await device.do("paper", state=state)
            found.append((await in_time(anext(readings))).paper)

    assert found == [PaperStatus.OK, PaperStatus.LOW, PaperStatus.OUT, PaperStatus.OK]


@pytest.mark.parametrize("misdeed", ["cover_open", "cutter_stuck"])
async def test_a_printer_that_stops_is_noticed(device: RunningEmulator, misdeed: str) -> None:
    await device.misbehave(misdeed)
    async with make(device) as printer:
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.print_blocks(RECEIPT))
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.status())
        reading = await in_time(anext(printer.readings()))

    assert (reading.stopped, reading.paper) == (True, PaperStatus.OK)


async def test_an_answer_that_is_lost_is_asked_for_again(device: RunningEmulator) -> None:
    async with make(device) as printer:
        await device.misbehave("deaf", times=2)
        await in_time(printer.print_blocks(RECEIPT))

        assert printer.health().unanswered == 2


async def test_a_printer_that_falls_silent_is_lost(device: RunningEmulator) -> None:
    async with make(device) as printer:
        await device.misbehave("deaf", times=99)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(printer.print_blocks(RECEIPT))

    assert caught.value.reason is LossReason.SILENT


async def test_a_pulled_cable_ends_readings_and_commands(device: RunningEmulator) -> None:
    async with make(device) as printer:
        readings = printer.readings()
        await in_time(anext(readings))
        await device.cable(plugged=False)
        with pytest.raises(DeviceLostError):
            await in_time(printer.print_blocks(RECEIPT))
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_a_printer_that_is_not_there_cannot_be_opened(device: RunningEmulator) -> None:
    await device.cable(plugged=False)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(make(device).__aenter__())

    assert caught.value.reason is LossReason.NOT_THERE


async def test_noise_on_the_line_is_no_answer(device: RunningEmulator) -> None:
    async with make(device) as printer:
        await device.misbehave("babble", hex="ff80", times=20, ms=1)
        await in_time(printer.print_blocks(RECEIPT))

    assert len(await receipts(device)) == 1


async def test_nothing_is_left_running_or_open(device: RunningEmulator) -> None:
    process = psutil.Process()
    async with make(device) as printer:
        await in_time(printer.print_blocks(RECEIPT))  # loads what is loaded once
    before = (process.num_fds(), threading.active_count())
    async with make(device) as printer:
        await in_time(printer.print_blocks(RECEIPT))

    assert (process.num_fds(), threading.active_count()) == before
