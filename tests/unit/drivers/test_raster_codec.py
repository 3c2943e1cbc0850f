"""Pictures as a printer's bytes, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.emulators.escpos_decoder import EscposDecoder, PrintedPicture
from drivers.printer.raster_codec import (
    STRIP,
    TALLEST,
    WIDEST,
    Bitmap,
    bitmap_of_columns,
    column_commands,
    harmless,
    raster_commands,
)

REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


@st.composite
def bitmaps(draw: st.DrawFn) -> Bitmap:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 60))
    stride = -(-width // 8)
    row = st.binary(min_size=stride, max_size=stride)
    rows = b"".join(draw(st.lists(row, min_size=height, max_size=height)))
    return Bitmap(width, height, rows)


def dots(bitmap: Bitmap) -> list[list[bool]]:
    return [[bitmap.black(x, y) for x in range(bitmap.width)] for y in range(bitmap.height)]


def printed(data: bytes) -> list[Bitmap]:
    decoder = EscposDecoder()
    found = [happening for byte in data for happening in decoder.take(byte)]
    assert all(isinstance(happening, PrintedPicture) for happening in found)
    return [happening.bitmap for happening in found if isinstance(happening, PrintedPicture)]


def differences(bitmap: Bitmap, shown: list[list[bool]]) -> int:
    return sum(
        a is not b for row, other in zip(dots(bitmap), shown, strict=False) for a, b in zip(row, other, strict=False)
    )


@given(bitmaps(), st.integers(8, 64))
def test_a_printer_shows_the_rows_that_were_sent_but_for_dots_that_would_be_commands(bitmap: Bitmap, band: int) -> None:
    data = b"".join(raster_commands(bitmap, band))
    shown = [row for part in printed(data) for row in dots(part)]

    assert len(shown) == bitmap.height
    assert differences(bitmap, shown) <= sum(bitmap.rows.count(pair) for pair in REAL_TIME) + bitmap.height


@given(bitmaps())
def test_a_printer_shows_the_columns_that_were_sent(bitmap: Bitmap) -> None:
    data = b"".join(column_commands(bitmap, 24))
    parts = printed(data)
    shown = [row for part in parts for row in dots(part)]

    assert {part.width for part in parts} == {bitmap.width}
    assert len(parts) == -(-bitmap.height // STRIP)
    assert differences(bitmap, shown) <= bitmap.width * len(parts)
    assert not any(dot for row in shown[bitmap.height :] for dot in row)


def test_a_small_picture_is_these_bytes() -> None:
    corner = Bitmap(9, 3, bytes.fromhex("8000 0080 ff80".replace(" ", "")))

    assert b"".join(raster_commands(corner, 2)).hex() == "1d76300002000200" + "80000080" + "1d76300002000100" + "ff80"
    assert b"".join(column_commands(corner, 24)).hex() == (
        "1b3318" + "1b2a210900" + "a00000" + "200000" * 7 + "600000" + "0a" + "1b32"
    )


@given(st.binary(max_size=300))
def test_no_dots_are_a_real_time_command(data: bytes) -> None:
    safe = harmless(data)

    assert len(safe) == len(data)
    assert not any(pair in safe for pair in REAL_TIME)
    assert all(a == b or (a, b) == (0x10, 0) for a, b in zip(data, safe, strict=True))


@pytest.mark.parametrize(
    ("width", "height", "size"), [(0, 1, 0), (1, 0, 0), (WIDEST + 1, 1, 105), (8, TALLEST + 1, TALLEST + 1), (8, 2, 3)]
)
def test_what_no_printer_takes_is_refused(width: int, height: int, size: int) -> None:
    with pytest.raises(ValueError, match="dots"):
        Bitmap(width, height, bytes(size))


@given(st.binary(min_size=1, max_size=90))
def test_any_columns_are_a_strip(data: bytes) -> None:
    assert bitmap_of_columns(data).height == STRIP
