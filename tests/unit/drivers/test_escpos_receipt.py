"""A receipt as bytes, and the bytes as an emulated printer reads them."""

from pathlib import Path

import pytest
from escpos import capabilities
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.emulators.escpos_decoder import EscposDecoder, PaperCut, PrintedLine, StatusAsked, UnknownCommand
from drivers.printer.base import Block, Cut, Feed, Rule, TextLine, TextStyle
from drivers.printer.escpos_commands import ReceiptCommands
from drivers.printer.escpos_profile import FOLDER, PrinterProfile
from drivers.profiles import load_profile

EPSON = load_profile(FOLDER, "epson-80mm", PrinterProfile)
MODELS = ["epson-80mm", "xprinter-80mm", "xprinter-58mm", "ascii-80mm"]
RECEIPT: tuple[Block, ...] = (
    TextLine("THƯ VIỆN XÃ", TextStyle.LARGE),
    Rule(),
    TextLine("Đắc Nhân Tâm", TextStyle.BOLD),
    TextLine("  Hạn trả: 31/12/2026"),
    Feed(2),
    Cut(),
)


def bytes_of(blocks: tuple[Block, ...], profile: PrinterProfile = EPSON) -> bytes:
    return b"".join(ReceiptCommands(profile).pieces(blocks))


def read(data: bytes) -> list[object]:
    decoder = EscposDecoder()
    return [happening for byte in data for happening in decoder.take(byte)]


def test_a_receipt_is_these_bytes() -> None:
    normal = "1b2100" * 3  # the library says it thrice
    set_up = "1b401b7434"
    heading = "1b21001b21001b21301b45005448dd205649caf24e205841de0a"
    rule = normal + "1b4500" + "2d" * 42 + "0a"
    title = normal + "1b4501d0e3ec63204e68e26e2054e26d0a"
    due = normal + "1b4500202048 61f26e 20747261d2 3a2033312f31322f323032360a"
    end = "1b64021b64061d5601"

    assert bytes_of(RECEIPT) == bytes.fromhex(set_up + heading + rule + title + due + end)


@pytest.mark.parametrize("model", [model for model in MODELS if model != "ascii-80mm"])
def test_an_emulated_printer_reads_what_was_to_be_printed(model: str) -> None:
    profile = load_profile(FOLDER, model, PrinterProfile)
    happenings = read(bytes_of(RECEIPT, profile))
    lines = [happening for happening in happenings if isinstance(happening, PrintedLine) and happening.text]

    assert lines == [
        PrintedLine("THƯ VIỆN XÃ", large=True),
        PrintedLine("-" * profile.columns),
        PrintedLine("Đắc Nhân Tâm", bold=True),
        PrintedLine("  Hạn trả: 31/12/2026"),
    ]
    assert happenings.count(PaperCut()) == (profile.cut != "none")


def test_a_printer_without_vietnamese_gets_letters_without_marks() -> None:
    happenings = read(bytes_of(RECEIPT, load_profile(FOLDER, "ascii-80mm", PrinterProfile)))

    assert PrintedLine("Dac Nhan Tam", bold=True) in happenings


def test_a_printer_made_for_chinese_is_told_to_read_single_bytes() -> None:
    assert bytes_of((), load_profile(FOLDER, "xprinter-80mm", PrinterProfile)).hex() == "1b401c2e1b745e"


def test_a_full_cut_is_a_full_cut() -> None:
    assert bytes_of((Cut(),), EPSON.model_copy(update={"cut": "full"})).endswith(b"\x1dV\x00")


@settings(max_examples=50)
@given(st.lists(st.text(max_size=60), max_size=5), st.sampled_from(TextStyle))
def test_no_text_at_all_makes_the_printer_do_anything_but_print_it(texts: list[str], style: TextStyle) -> None:
    happenings = read(bytes_of(tuple(TextLine(text, style) for text in texts)))

    assert len(happenings) == len(texts)
    assert all(isinstance(happening, PrintedLine) for happening in happenings)


def test_nothing_is_left_of_the_cache_that_the_library_makes() -> None:
    bytes_of(())

    assert not Path(capabilities.pickle_dir).exists()


def test_a_cache_that_somebody_gave_a_place_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(capabilities.pickle_dir)
    bytes_of(())  # takes away what the library wrote when it was loaded
    folder.mkdir()
    monkeypatch.setenv("ESCPOS_CAPABILITIES_PICKLE_DIR", str(folder))
    bytes_of(())
    stays = folder.exists()
    folder.rmdir()

    assert stays


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\x1bA", [UnknownCommand(b"\x1bA")]),
        (b"\x07", [UnknownCommand(b"\x07")]),
        (b"a\x1dVB\x00", [PrintedLine("a"), PaperCut()]),
        (b"a\x1bd\x02", [PrintedLine("a"), PrintedLine("")]),
        (b"\x1dr\x01", [StatusAsked()]),
        (b"\x1b!\x38a\n", [PrintedLine("a", bold=True, large=True)]),
        (b"\x1d!\x11a\n\x1d!\x00b\n", [PrintedLine("a", large=True), PrintedLine("b")]),
        (b"\x1bt\x00\x82\n", [PrintedLine("é")]),
        (b"\x1bt\x63\x82\n", [PrintedLine("\N{REPLACEMENT CHARACTER}")]),
        (b"lost\x1b@kept\n", [PrintedLine("kept")]),
        (b"\x1ba\x01\x1bM\x00\x1b-\x01\x1dB\x00\x1c.x\n", [PrintedLine("x")]),
    ],
)
def test_the_emulated_printer_knows_these_commands(raw: bytes, expected: list[object]) -> None:
    assert read(raw) == expected


def test_the_emulated_printer_forgets_a_line_when_told_to() -> None:
    decoder = EscposDecoder()
    for byte in b"half a li":
        list(decoder.take(byte))

    assert decoder.unfinished == "half a li"

    decoder.clear()

    assert decoder.unfinished == ""


@given(st.binary(max_size=300))
def test_the_emulated_printer_takes_any_bytes_at_all(data: bytes) -> None:
    assert isinstance(read(data), list)
