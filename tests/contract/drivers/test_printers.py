"""What every receipt printer must do, on each kind of line and in each kind of profile, worked on emulated printers."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from drivers.emulators.device import Order
from drivers.errors import DeviceLostError, LossReason, PaperOutError, PrinterStoppedError
from drivers.printer.base import Block, Cut, Feed, PaperStatus, Picture, PictureError, QrCode, Rule, TextLine, TextStyle
from drivers.printer.escpos_profile import PrinterProfile
from drivers.registry import installed_registry
from tests.support.emulators import emulator
from tests.support.printers import TRANSPORTS, Rig, profile_of, rig
from tests.support.waiting import in_time

RECEIPT: tuple[Block, ...] = (
    TextLine("THƯ VIỆN XÃ", TextStyle.LARGE),
    Rule(),
    TextLine("Đắc Nhân Tâm", TextStyle.BOLD),
    QrCode("https://library.example"),
    Feed(2),
    Cut(),
)
ONE: tuple[Block, ...] = (TextLine("next"), Cut())
EPSON = profile_of("epson-80mm")
IMPATIENT = profile_of("epson-80mm", seconds=1.5)
KINDS = (
    "epson-80mm",
    "epson-tm-t20",
    "ascii-80mm",
    "xprinter-80mm-image",
    "xprinter-58mm-image",
    "image-80mm-columns",
    "silent-80mm",
)
"""One of each: pages, pictures in rows and in columns, a native code, no knife, no answer in turn, no answer at all."""

ANSWERING = tuple(kind for kind in KINDS if not kind.startswith("silent"))
EACH_ON_ONE = tuple((TRANSPORTS[place % len(TRANSPORTS)], kind) for place, kind in enumerate(KINDS))
"""Each kind, and each line twice: for what is settled before the bytes reach a line."""

ANSWERING_ON_SOME = tuple(
    (line, kind)
    for place, kind in enumerate(ANSWERING)
    for line in (TRANSPORTS if kind == "epson-80mm" else (TRANSPORTS[place % len(TRANSPORTS)],))
)
"""Each line with one kind, and each kind on one line: for what a line and a profile settle each by itself."""


@pytest.fixture(params=TRANSPORTS)
async def device(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    async with rig(request.param) as found:
        yield found


async def come_out(device: Rig, profile: PrinterProfile) -> Order:
    """Tell what was printed; of a printer that answers nothing the last byte may still be on its way."""
    async with asyncio.timeout(20):
        while True:
            told = await device.do("printed")
            if profile.status != "none" or told["cuts"]:
                return told


async def receipts(device: Rig) -> list[list[str]]:
    """Return the lines of each receipt, empty ones left out."""
    found = (await device.do("printed"))["receipts"]
    assert isinstance(found, list)
    return [[line for line in str(receipt).splitlines() if line] for receipt in found]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_receipt_comes_out_whole_and_once(device: Rig, kind: str) -> None:
    profile = profile_of(kind)
    async with device.printer(profile) as printer:
        await in_time(printer.print_blocks(RECEIPT))
        columns = printer.columns
        told = await come_out(device, profile)
    text = str(told["text"])

    assert told["unknown"] == []
    assert told["cuts"] == (profile.cut != "none")
    assert columns == profile.columns
    if profile.text == "image":
        assert text.count("[picture") >= 4
    else:
        lines = [line for line in text.splitlines() if line]
        wanted = ["THU VIEN XA", "Dac Nhan Tam"] if profile.text == "ascii" else ["THƯ VIỆN XÃ", "Đắc Nhân Tâm"]

        assert lines[:3] == [wanted[0], "-" * columns, wanted[1]]


@pytest.mark.parametrize(("device", "kind"), EACH_ON_ONE, indirect=["device"])
async def test_a_strangers_commands_are_printed_as_letters_or_not_at_all(device: Rig, kind: str) -> None:
    stranger = "a\x1bp\x00\x19\xfab\x1dV\x00\n\x10\x04\x01c"
    profile = profile_of(kind)
    async with device.printer(profile) as printer:
        await in_time(printer.print_blocks((TextLine(stranger), QrCode(stranger), Cut())))
        told = await come_out(device, profile)

    assert (told["unknown"], told["cuts"]) == ([], int(profile.cut != "none"))


@pytest.mark.parametrize(("device", "kind"), ANSWERING_ON_SOME, indirect=["device"])
async def test_paper_that_runs_out_in_mid_receipt_is_noticed_and_the_rest_never_printed(device: Rig, kind: str) -> None:
    await device.do("misbehave", what="paper_out_after", lines=2)
    async with device.printer(profile_of(kind)) as printer:
        with pytest.raises(PaperOutError):
            await in_time(printer.print_blocks(RECEIPT))
        await device.do("paper", state="ok")
        await in_time(printer.print_blocks(ONE))
    told = await device.do("printed")
    torn = told["torn"]

    assert isinstance(torn, list)
    assert [len(str(part).splitlines()) for part in torn] == [2]
    assert told["codes"] == []
    assert "library.example" not in str(told["text"])


async def test_receipts_come_out_one_after_the_other(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        for number in range(3):
            await in_time(printer.print_blocks((TextLine(str(number)), Cut())))

    assert await receipts(device) == [["0"], ["1"], ["2"]]


async def test_a_printer_without_paper_prints_nothing(device: Rig) -> None:
    await device.do("paper", state="out")
    async with device.printer(EPSON) as printer:
        with pytest.raises(PaperOutError):
            await in_time(printer.print_blocks(RECEIPT))

        assert await in_time(printer.status()) is PaperStatus.OUT

    assert (await device.do("printed"))["hex"] == ""


async def test_low_paper_is_told_and_prints(device: Rig) -> None:
    await device.do("paper", state="low")
    async with device.printer(EPSON) as printer:
        await in_time(printer.print_blocks(RECEIPT))

        assert await in_time(printer.status()) is PaperStatus.LOW


async def test_the_paper_is_told_at_once_and_whenever_it_changes(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        readings = printer.readings()
        found = [(await in_time(anext(readings))).paper]
        for state in ("low", "out", "ok"):
            await device.do("paper", state=state)
            found.append((await in_time(anext(readings))).paper)

    assert found == [PaperStatus.OK, PaperStatus.LOW, PaperStatus.OUT, PaperStatus.OK]


@pytest.mark.parametrize("misdeed", ["cover_open", "offline"])
async def test_a_printer_that_is_off_line_is_noticed_before_a_receipt_is_wanted(device: Rig, misdeed: str) -> None:
    async with device.printer(EPSON) as printer:
        readings = printer.readings()
        before = await in_time(anext(readings))
        await device.do("misbehave", what=misdeed)
        stopped = await in_time(anext(readings))
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.print_blocks(RECEIPT))
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.status())
        await device.do("misbehave", what="normal")
        after = await in_time(anext(readings))

    assert [reading.stopped for reading in (before, stopped, after)] == [False, True, False]
    assert stopped.paper is PaperStatus.OK
    assert await receipts(device) == []


async def test_a_stuck_cutter_is_told_and_the_next_receipt_holds_nothing_of_this_one(device: Rig) -> None:
    await device.do("misbehave", what="cutter_stuck")
    async with device.printer(EPSON) as printer:
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.print_blocks(RECEIPT))
        await device.do("misbehave", what="normal")
        await in_time(printer.print_blocks(ONE))

    assert await receipts(device) == [["next"]]


async def test_a_printer_switched_off_and_on_in_mid_receipt_did_not_print_it_whole(device: Rig) -> None:
    await device.do("misbehave", what="power_cycle_after", lines=2)
    async with device.printer(IMPATIENT) as printer:
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.print_blocks(RECEIPT))
        await in_time(printer.print_blocks(ONE))
    told = await device.do("printed")

    assert told["torn"] == [f"THƯ VIỆN XÃ\n{'-' * 42}"]
    assert "THƯ VIỆN XÃ" not in str(told["text"])
    assert (await receipts(device))[-1] == ["next"]


async def test_a_slow_printer_is_waited_for(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        await device.do("misbehave", what="slow", looks=4)
        await in_time(printer.print_blocks(ONE))

    assert await receipts(device) == [["next"]]


async def test_a_printer_that_is_too_slow_is_told_and_what_it_kept_is_forgotten(device: Rig) -> None:
    async with device.printer(IMPATIENT) as printer:
        await device.do("misbehave", what="slow", looks=10_000)
        with pytest.raises(PrinterStoppedError):
            await in_time(printer.print_blocks(RECEIPT))
        await device.do("misbehave", what="normal")
        await in_time(printer.print_blocks(ONE))

    assert (await receipts(device))[-1] == ["next"]
    assert len(await receipts(device)) == 1


async def test_bytes_lost_on_the_way_spoil_one_receipt_and_not_the_next(device: Rig) -> None:
    async with device.printer(IMPATIENT) as printer:
        await device.do("misbehave", what="forget", at=700, bytes=40)
        with contextlib.suppress(PrinterStoppedError):  # what was lost may make the printer wait for more: it is told
            await in_time(printer.print_blocks(RECEIPT))
        await in_time(printer.print_blocks(ONE))

    assert (await receipts(device))[-1] == ["next"]


async def test_an_answer_that_is_lost_is_asked_for_again(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        await device.do("misbehave", what="deaf", times=2)
        await in_time(printer.print_blocks(ONE))

        assert printer.health().unanswered >= 2


async def test_a_printer_that_falls_silent_is_lost(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        await device.do("misbehave", what="mute")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(printer.print_blocks(RECEIPT))

    assert caught.value.reason is LossReason.SILENT


async def test_a_printer_that_never_answers_is_no_printer_unless_its_profile_says_so(device: Rig) -> None:
    await device.do("misbehave", what="mute")
    with pytest.raises(DeviceLostError) as caught:
        await in_time(device.printer(EPSON).__aenter__())
    async with device.printer(profile_of("silent-80mm")) as printer:
        paper = await in_time(printer.status())
        reading = await in_time(anext(printer.readings()))
        await in_time(printer.print_blocks(ONE))
        told = await come_out(device, profile_of("silent-80mm"))

    assert caught.value.reason is LossReason.SILENT
    assert (paper, reading.paper, reading.stopped) == (PaperStatus.UNKNOWN, PaperStatus.UNKNOWN, False)
    assert told["cuts"] == 1


@pytest.mark.parametrize("kind", ["epson-80mm", "silent-80mm"])
async def test_a_pulled_cable_ends_readings_and_commands(device: Rig, kind: str) -> None:
    async with device.printer(profile_of(kind)) as printer:
        readings = printer.readings()
        await in_time(anext(readings))
        await device.unplug()
        with pytest.raises(DeviceLostError):
            await in_time(printer.print_blocks(RECEIPT))
        with pytest.raises(DeviceLostError):
            await in_time(anext(readings))


async def test_noise_on_the_line_is_no_answer(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        await device.noise(b"\xff\x80")
        await in_time(printer.print_blocks(RECEIPT))

    assert len(await receipts(device)) == 1


async def test_a_picture_that_is_none_is_told_and_nothing_is_printed(device: Rig) -> None:
    async with device.printer(EPSON) as printer:
        with pytest.raises(PictureError):
            await in_time(printer.print_blocks((Picture(b"no picture"), *RECEIPT)))

    assert (await device.do("printed"))["hex"] == ""


async def test_nothing_is_left_running_or_open(device: Rig) -> None:
    process = psutil.Process()
    async with device.printer(EPSON) as printer:
        await in_time(printer.print_blocks(RECEIPT))  # loads what is loaded once
    await device.do("state")
    before = (process.num_fds(), threading.active_count())
    async with device.printer(EPSON) as printer:
        await in_time(printer.print_blocks(RECEIPT))

    assert (process.num_fds(), threading.active_count()) == before


@pytest.mark.parametrize(
    ("transport", "reason"),
    [("serial", LossReason.NOT_THERE), ("network", LossReason.IN_USE), ("usb", LossReason.NOT_THERE)],
)
async def test_a_printer_that_is_not_there_cannot_be_opened(transport: str, reason: LossReason) -> None:
    async with rig(transport) as device:
        await device.unplug()
        with pytest.raises(DeviceLostError) as caught:
            await in_time(device.printer(EPSON).__aenter__())

    assert caught.value.reason is reason


async def test_a_network_printer_that_serves_another_host_says_so_and_is_there_when_that_one_has_gone() -> None:
    async with emulator("escpos", network=True) as running:
        with socket.create_connection(("localhost", running.port)) as other:
            other.sendall(b"\x10\x04\x01")
            answer = await asyncio.to_thread(other.recv, 1)
            with pytest.raises(DeviceLostError) as caught:
                await in_time(installed_registry().printer(running.url()).__aenter__())
        async with installed_registry().printer(running.url("profile=epson-tm-t20")) as printer:
            await in_time(printer.print_blocks(ONE))

    assert answer == b"\x12"
    assert caught.value.reason is LossReason.IN_USE


async def test_a_network_printer_that_hangs_is_silent() -> None:
    async with emulator("escpos", network=True) as running:
        await running.misbehave("hang")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(installed_registry().printer(running.url()).__aenter__())

    assert caught.value.reason is LossReason.SILENT


async def test_a_silent_network_printer_that_hung_up_on_an_idle_host_is_called_again() -> None:
    async with (
        emulator("escpos", network=True) as running,
        installed_registry().printer(running.url("profile=silent-80mm")) as printer,
    ):
        await running.cable(plugged=False)
        await running.cable(plugged=True)
        paper = await in_time(printer.status())
        await in_time(printer.print_blocks(ONE))

    assert paper is PaperStatus.UNKNOWN


@pytest.mark.parametrize("network", [False, True])
async def test_a_recording_holds_the_receipt(tmp_path: Path, network: bool) -> None:  # noqa: FBT001 - pytest hands it
    file = tmp_path / "printer.txt"
    async with (
        emulator("escpos", network=network) as running,
        installed_registry().printer(f"spy+{running.url(f'spy={file}')}") as printer,
    ):
        await in_time(printer.print_blocks(ONE))

    assert any(" > " in line and line.endswith("1d7201") for line in file.read_text(encoding="ascii").splitlines())
