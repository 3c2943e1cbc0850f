"""The emulated receipt printer: pictures, codes, pages, what it does wrong, and its paper to look at."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.emulators.device import OrderError
from drivers.emulators.escpos_decoder import (
    EscposDecoder,
    PaperFed,
    PrintedCode,
    PrintedLine,
    PrintedPicture,
    UnknownCommand,
)
from drivers.emulators.escpos_device import EscposDevice
from drivers.printer.escpos_status import ASK_ALL_PRINTED, ASK_ON_LINE, ASK_PAPER
from drivers.printer.raster_codec import Bitmap

DOT = Bitmap(8, 1, b"\x80")
CODE = b"\x1d(k\x03\x001C\x05" + b"\x1d(k\x05\x001P0ab" + b"\x1d(k\x03\x001Q0"


def read(data: bytes) -> list[object]:
    decoder = EscposDecoder()
    return [happening for byte in data for happening in decoder.take(byte)]


def say(device: EscposDevice, data: bytes) -> str:
    return b"".join(answer.data for answer in device.received(data)).hex()


def printed(device: EscposDevice) -> dict[str, Any]:
    return device.do({"do": "printed"})[0]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\x1dv0\x00\x01\x00\x01\x00\x80", [PrintedPicture(DOT)]),
        (b"\x1ba\x01\x1dv0\x00\x01\x00\x01\x00\x80\x1ba\x00", [PrintedPicture(DOT, centred=True)]),
        (b"\x1dv0\x00\x00\x00\x01\x00x\n", [UnknownCommand(b"\x1dv0\x00\x00\x00\x01\x00"), PrintedLine("x")]),
        (b"\x1dv1\x00\x01\x00\x01\x00", [UnknownCommand(b"\x1dv1\x00\x01\x00\x01\x00")]),
        (b"\x1b*\x21\x01\x00\x80\x00\x00\n", [PrintedPicture(Bitmap(1, 24, b"\x80" + bytes(23)))]),
        (b"\x1b*\x00\x01\x00", [UnknownCommand(b"\x1b*\x00\x01\x00")]),
        (CODE, [PrintedCode("ab", 5)]),
        (b"\x1d(k\x03\x001Q0", []),
        (b"\x1d(k\x03\x002Q0", [UnknownCommand(b"\x1d(k\x03\x002")]),
        (b"\x1d(A\x02\x00", [UnknownCommand(b"\x1d(A\x02\x00")]),
        (b"\x00a\x00\n", [PrintedLine("a")]),
        (b"\x1bJ\x20", [PaperFed(32)]),
        (b"a\x1bJ\x20", [PrintedLine("a"), PaperFed(32)]),
        (b"\x1b3\x18\x1b2x\n", [PrintedLine("x")]),
        (b"\x1bt\x1e\xd5\x1bt\x1fT\xd5\n", [PrintedLine("ếTẾ")]),
    ],
)
def test_it_knows_these_commands(raw: bytes, expected: list[object]) -> None:
    assert read(raw) == expected


@given(
    st.lists(st.sampled_from([CODE, b"\x1dv0\x00\x01\x00\x01\x00", b"\x1b*\x21\x01\x00", b"\x1b@", b"\n"])), st.binary()
)
def test_it_takes_cut_and_mixed_commands(parts: list[bytes], noise: bytes) -> None:
    assert isinstance(read(b"".join(parts) + noise), list)


def test_pictures_and_codes_stand_in_its_text() -> None:
    device = EscposDevice()
    say(device, b"\x1dv0\x00\x01\x00\x01\x00\x80" + CODE + b"\x1bJ\x08\x1dV\x00")

    assert printed(device)["receipts"] == ["[picture 8x1]\n[code ab]"]
    assert (printed(device)["pictures"], printed(device)["codes"]) == (1, ["ab"])


def test_a_mute_printer_prints_and_says_nothing() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "mute"})

    assert say(device, b"a\n\x1dV\x00" + ASK_ALL_PRINTED + ASK_PAPER) == ""
    assert printed(device)["receipts"] == ["a"]


def test_a_slow_printer_prints_after_it_was_asked_often_enough() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "slow", "looks": 2})
    say(device, b"a\n\x1dV\x00" + ASK_ON_LINE)
    before = printed(device)["receipts"]
    say(device, ASK_ON_LINE)

    assert (before, printed(device)["receipts"]) == ([], ["a"])


def test_what_is_forgotten_never_arrives() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "forget", "at": 2, "bytes": 3})
    say(device, b"ab")
    say(device, b"cd")
    say(device, b"ef\n")

    assert printed(device)["text"].strip() == "abf"


def test_a_printer_that_is_switched_off_and_on_forgets_what_waits_and_what_was_set() -> None:
    device = EscposDevice()
    device.do({"do": "misbehave", "what": "power_cycle_after", "lines": 2})
    answers = say(device, b"\x1bE\x01a\nb\nc\n" + ASK_ALL_PRINTED)
    say(device, b"d\n")

    assert answers == ""
    assert (printed(device)["torn"], printed(device)["text"].strip()) == (["a\nb"], "d")
    assert printed(device)["bold"] == ["a", "b"]


def test_a_printer_off_line_without_a_reason_says_so_and_prints_nothing() -> None:
    device = EscposDevice()
    told, _ = device.do({"do": "misbehave", "what": "offline"})

    assert told["offline"] is True
    assert say(device, b"a\n" + ASK_ON_LINE) == "1a"
    assert printed(device)["text"] == ""


def test_its_paper_can_be_looked_at(tmp_path: Path) -> None:
    device = EscposDevice()
    say(
        device,
        b"\x1b!\x38large\n\x1b!\x00small\n\x1dv0\x00\x01\x00\x01\x00\x80\x1bJ\x10\x1ba\x01" + CODE + b"\x1dV\x00",
    )
    device.do({"do": "picture", "path": str(tmp_path / "paper.png"), "dots": 384})

    with Image.open(tmp_path / "paper.png") as paper:
        width, height = paper.size
        left = paper.getpixel((24, 24 + 60 + 30))

    assert (width, left) == (384 + 48, 0)
    assert height > 60 + 30 + 1 + 16 + 48


@pytest.mark.parametrize(
    "order",
    [
        {"do": "picture", "path": "/none/paper.png"},
        {"do": "picture"},
        {"do": "misbehave", "what": "slow", "looks": -1},
    ],
)
def test_it_refuses_orders_that_make_no_sense(order: dict[str, Any]) -> None:
    device = EscposDevice()
    say(device, b"a\n")

    with pytest.raises(OrderError):
        device.do(order)
