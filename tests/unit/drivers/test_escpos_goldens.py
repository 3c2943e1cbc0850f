"""One receipt in the bytes of each kind of printer, compared with committed ones byte for byte."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from drivers.emulators.escpos_decoder import PrintedCode, PrintedLine, PrintedPicture
from drivers.emulators.escpos_device import EscposDevice
from drivers.printer.base import Block, Cut, Feed, Picture, PictureError, QrCode, Rule, TextLine, TextStyle
from drivers.printer.escpos_commands import ReceiptCommands
from drivers.printer.escpos_profile import FOLDER, PrinterProfile
from drivers.profiles import load_profile
from tests.support.goldens import golden

KINDS = (
    "ascii-80mm",
    "citizen-80mm",
    "epson-80mm",
    "epson-tm-t20",
    "image-80mm-columns",
    "xprinter-58mm-image",
    "xprinter-80mm",
)
"""One of each way to write Vietnamese, to draw, to cut and to make a code."""


def logo() -> bytes:
    image = Image.new("L", (64, 48), 255)
    ImageDraw.Draw(image).polygon(((0, 47), (31, 0), (63, 47)), fill=0)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


RECEIPT: tuple[Block, ...] = (
    Picture(logo()),
    TextLine("     PHIẾU MƯỢN", TextStyle.LARGE, centred=True),
    Rule(),
    TextLine("1. Dế Mèn phiêu lưu ký"),
    TextLine("   ĐƯA THỦ THƯ XEM", TextStyle.BOLD),
    TextLine(""),
    QrCode("https://library.example/gia-han", "Gia hạn"),
    Feed(2),
    Cut(),
)


def profile_of(name: str) -> PrinterProfile:
    return load_profile(FOLDER, name, PrinterProfile)


def bytes_of(blocks: tuple[Block, ...], profile: PrinterProfile) -> bytes:
    return b"".join(ReceiptCommands(profile).pieces(blocks))


@pytest.mark.parametrize("name", KINDS)
def test_a_receipt_is_the_agreed_bytes(name: str) -> None:
    written = bytes_of(RECEIPT, profile_of(name)).hex()
    lines = "".join(f"{written[start : start + 96]}\n" for start in range(0, len(written), 96))

    assert lines == golden(f"receipts/bytes/{name}.hex", lines)


@pytest.mark.parametrize("name", KINDS)
def test_an_emulated_printer_knows_every_command_of_it(name: str) -> None:
    profile = profile_of(name)
    device = EscposDevice()
    list(device.received(bytes_of(RECEIPT, profile)))
    told = device.do({"do": "printed"})[0]

    assert told["unknown"] == []
    assert told["cuts"] == (profile.cut != "none")
    assert (told["pictures"], told["codes"]) != (0, []) or profile.raster == "none"


@pytest.mark.parametrize("name", [name for name in KINDS if "image" in name])
def test_no_piece_of_a_picture_is_larger_than_a_small_buffer(name: str) -> None:
    profile = profile_of(name)
    pieces = ReceiptCommands(profile).pieces(RECEIPT)

    assert max(map(len, pieces)) <= max(profile.band, 24) * profile.dots // 8 + 16


def test_a_printer_with_two_pages_prints_what_was_meant() -> None:
    device = EscposDevice()
    list(device.received(bytes_of(RECEIPT, profile_of("epson-tm-t20"))))
    text = str(device.do({"do": "printed"})[0]["text"])

    assert "PHIẾU MƯỢN" in text
    assert "Dế Mèn phiêu lưu ký" in text
    assert "ĐƯA THỦ THƯ XEM" in text


def test_a_printer_that_draws_nothing_gets_the_address_in_letters_and_no_logo() -> None:
    device = EscposDevice()
    list(device.received(bytes_of(RECEIPT, profile_of("ascii-80mm"))))
    told = device.do({"do": "printed"})[0]

    assert "https://library.example/gia-han" in str(told["text"])
    assert told["pictures"] == 0


def test_a_code_without_a_text_or_a_label_is_nothing() -> None:
    bare = bytes_of((), profile_of("epson-tm-t20"))

    assert bytes_of((QrCode("\x1b\n"),), profile_of("epson-tm-t20")) == bare


def test_a_picture_that_is_none_is_told_before_the_first_piece() -> None:
    with pytest.raises(PictureError):
        ReceiptCommands(profile_of("epson-80mm")).pieces((TextLine("x"), Picture(b"no picture")))


def test_the_paper_can_be_looked_at() -> None:
    kinds = (PrintedLine, PrintedPicture, PrintedCode)
    device = EscposDevice()
    list(device.received(bytes_of(RECEIPT, profile_of("epson-tm-t20"))))

    assert {type(happening) for happening in device._newest} == set(kinds)
