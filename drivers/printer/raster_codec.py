"""Black and white pictures as ESC/POS bytes, written by the host and read by the emulated printer alike. Pure.

``GS v 0`` takes rows of dots, ``ESC *`` strips of 24 dots column by column. Source: Epson ESC/POS command reference.
Both warn that a printer obeys a real-time command (``DLE EOT``, ``DLE ENQ``, ``DLE DC4``) also where it stands among a
picture's dots; so no such pair of bytes is ever sent: one dot of it is left white.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

GS_V_0: Final = b"\x1dv0\x00"
ESC_STAR: Final = b"\x1b*\x21"
"""24 dots high, each dot as wide as it is high."""

STRIP: Final = 24
WIDEST: Final = 832
"""Dots: the printing width of the widest receipt printers (112 mm paper at 8 dots a millimetre)."""

TALLEST: Final = 2400
"""Dots: 30 cm of paper; a picture that is longer belongs on no receipt."""

_BITS: Final = 8
_REAL_TIME: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Rows of dots from the top; in each row the first dot is the highest bit of the first byte; 1 is black."""

    width: int
    height: int
    rows: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no printer takes."""
        if not (0 < self.width <= WIDEST and 0 < self.height <= TALLEST):
            raise ValueError(f"{self.width} x {self.height} dots")
        if len(self.rows) != self.height * self.stride:
            raise ValueError(f"{len(self.rows)} bytes for {self.width} x {self.height} dots")

    @property
    def stride(self) -> int:
        """Bytes in a row."""
        return -(-self.width // _BITS)

    def row(self, number: int) -> bytes:
        """Give one row."""
        return self.rows[number * self.stride : (number + 1) * self.stride]

    def black(self, x: int, y: int) -> bool:
        """Say whether a dot is black."""
        return bool(self.rows[y * self.stride + x // _BITS] & 0x80 >> x % _BITS)


def raster_commands(bitmap: Bitmap, band: int) -> Iterator[bytes]:
    """Write a picture as ``GS v 0`` commands of at most ``band`` rows, so that a small buffer holds one."""
    for top in range(0, bitmap.height, band):
        rows = bitmap.rows[top * bitmap.stride : (top + band) * bitmap.stride]
        height = len(rows) // bitmap.stride
        yield GS_V_0 + bitmap.stride.to_bytes(2, "little") + height.to_bytes(2, "little") + harmless(rows)


def column_commands(bitmap: Bitmap, feed: int) -> Iterator[bytes]:
    """Write a picture as ``ESC *`` commands, a line each; ``feed`` is what ``ESC 3`` takes for 24 dots."""
    yield b"\x1b3" + bytes((feed,))
    for top in range(0, bitmap.height, STRIP):
        strip = [int.from_bytes(bitmap.row(y), "big") for y in range(top, min(top + STRIP, bitmap.height))]
        columns = b"".join(_column(strip, bitmap.stride * _BITS - 1 - x) for x in range(bitmap.width))
        yield ESC_STAR + bitmap.width.to_bytes(2, "little") + harmless(columns) + b"\n"
    yield b"\x1b2"


def bitmap_of_columns(data: bytes) -> Bitmap:
    """Read the columns of one ``ESC *`` strip; raises `ValueError` for none, or for more than a printer is wide."""
    columns = [int.from_bytes(data[start : start + 3], "big") for start in range(0, len(data), 3)]
    rows = (sum((column >> (STRIP - 1 - y) & 1) << place for place, column in _places(columns)) for y in range(STRIP))
    stride = -(-len(columns) // _BITS)
    return Bitmap(len(columns), STRIP, b"".join(row.to_bytes(stride, "big") for row in rows))


def harmless(data: bytes) -> bytes:
    """Leave out one dot wherever a printer would take two bytes for a real-time command."""
    return _REAL_TIME.sub(b"\0", data)


def _column(strip: list[int], bit: int) -> bytes:
    column = sum((row >> bit & 1) << (STRIP - 1 - y) for y, row in enumerate(strip))
    return column.to_bytes(3, "big")


def _places(columns: list[int]) -> Iterable[tuple[int, int]]:
    """Pair each column with the place of its bit in a row."""
    last = -(-len(columns) // _BITS) * _BITS - 1
    return ((last - x, column) for x, column in enumerate(columns))
