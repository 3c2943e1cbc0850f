"""Receipts as files: whole or not at all, and a full disk is told."""

import asyncio
import resource
import stat
from pathlib import Path

import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason, PrinterStoppedError
from drivers.printer.base import Block, Cut, PaperStatus, Picture, PictureError, PrinterReading, TextLine
from drivers.printer.escpos_file import EscposFilePrinter, ReceiptFolder, SpoolFullError
from drivers.printer.escpos_profile import FOLDER, PrinterProfile
from drivers.profiles import load_profile
from drivers.wire import WirePlace
from tests.support.waiting import in_time

PROFILE = load_profile(FOLDER, "epson-80mm", PrinterProfile)
RECEIPT: tuple[Block, ...] = (TextLine("one"), Cut())


def opened(path: Path, *, folder: bool = False, room: int = 0) -> tuple[ReceiptFolder, list[PrinterReading]]:
    readings: list[PrinterReading] = []
    line = ReceiptFolder(path, PROFILE, readings.append, folder=folder, room=room)
    line.open()
    return line, readings


async def test_each_receipt_is_a_file_of_its_own_in_a_folder(tmp_path: Path) -> None:
    async with EscposFilePrinter.from_url(f"escpos+file://{tmp_path}/") as printer:
        for _ in range(3):
            await in_time(printer.print_blocks(RECEIPT))
        paper = await in_time(printer.status())
    files = sorted(tmp_path.iterdir())

    assert [file.suffix for file in files] == [".escpos"] * 3
    assert all(b"one\n" in file.read_bytes() for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert paper is PaperStatus.UNKNOWN


async def test_a_file_holds_the_newest_receipt(tmp_path: Path) -> None:
    file = tmp_path / "last.escpos"
    async with EscposFilePrinter.from_url(f"escpos+file://{file}") as printer:
        await in_time(printer.print_blocks(RECEIPT))
        await in_time(printer.print_blocks((TextLine("two"), Cut())))

        assert printer.health().exchanges == 2

    assert [path.name for path in tmp_path.iterdir()] == ["last.escpos"]
    assert b"two\n" in file.read_bytes()
    assert b"one\n" not in file.read_bytes()


def test_a_folder_that_is_not_there_is_lost_and_never_becomes_a_file(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        opened(tmp_path / "spool", folder=True)

    assert caught.value.reason is LossReason.NOT_THERE


def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path: Path) -> None:
    line = ReceiptFolder(tmp_path, PROFILE, lambda _: None, may_write=lambda _: False)
    with pytest.raises(DeviceLostError) as caught:
        line.open()

    assert caught.value.reason is LossReason.NOT_ALLOWED


def test_too_little_room_is_told_before_a_receipt_is_wanted(tmp_path: Path) -> None:
    line, readings = opened(tmp_path, room=1 << 62)
    with pytest.raises(PrinterStoppedError):
        line.print_blocks(RECEIPT)

    assert [(reading.paper, reading.stopped) for reading in readings] == [(PaperStatus.UNKNOWN, True)]
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_in_mid_receipt_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    line, _ = opened(tmp_path)
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(SpoolFullError):
            line.print_blocks(RECEIPT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_goes_while_a_receipt_is_written_is_lost(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    line, _ = opened(spool, folder=True)
    spool.rmdir()
    with pytest.raises(DeviceLostError):
        line.print_blocks(RECEIPT)

    with pytest.raises(DeviceLostError):
        line.work()


def test_a_picture_that_is_none_is_told_before_anything_is_written(tmp_path: Path) -> None:
    line, _ = opened(tmp_path)
    with pytest.raises(PictureError):
        line.print_blocks((Picture(b"no picture"), *RECEIPT))

    assert list(tmp_path.iterdir()) == []


def test_before_it_is_opened_nothing_is_written(tmp_path: Path) -> None:
    line = ReceiptFolder(tmp_path, PROFILE, lambda _: None)
    with pytest.raises(DeviceLostError):
        line.print_blocks(RECEIPT)
    line.interrupt()
    line.close()

    assert list(tmp_path.iterdir()) == []


async def test_a_recording_has_each_receipt_and_its_name(tmp_path: Path) -> None:
    spool, file = tmp_path / "spool", tmp_path / "recording.txt"
    spool.mkdir()
    async with EscposFilePrinter.from_url(f"spy+escpos+file://{spool}/?spy={file}") as printer:
        await in_time(printer.print_blocks(RECEIPT))
    (receipt,) = spool.iterdir()
    lines = [line.partition(" ")[2] for line in file.read_text(encoding="ascii").splitlines()[2:]]

    assert lines == ["open", f"> {receipt.read_bytes().hex()}", f"! kept as {receipt.name}", "close"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_recording_says_why_a_receipt_was_not_kept(tmp_path: Path) -> None:
    spool, file = tmp_path / "spool", tmp_path / "recording.txt"
    place = WirePlace(str(spool), recording=file)
    spool.mkdir()
    full = ReceiptFolder(spool, PROFILE, lambda _: None, folder=True, room=1 << 62, record=place.begin_recording)
    full.open()
    with pytest.raises(PrinterStoppedError):
        full.print_blocks(RECEIPT)
    spool.rmdir()
    for look in (full.work, full.open):
        with pytest.raises(DeviceLostError):
            look()
        full.close()
    words = file.read_text(encoding="ascii")

    assert "! not kept: too little room" in words
    assert "! lost: not_there" in words
    assert "! not opened:" in words


async def test_a_recording_that_cannot_be_written_is_a_wrong_url(tmp_path: Path) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        await in_time(EscposFilePrinter.from_url(f"spy+escpos+file://{tmp_path}/?spy={tmp_path}").__aenter__())

    assert caught.value.part == "spy"


async def test_a_printer_whose_folder_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError):
        await asyncio.wait_for(EscposFilePrinter.from_url(f"escpos+file://{tmp_path}/none/").__aenter__(), 20)
