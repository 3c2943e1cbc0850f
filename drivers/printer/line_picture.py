"""Lines of text as pictures, for a printer without Vietnamese letters: drawn in Be Vietnam Pro, dot for dot the same.

The same text, profile, font and version of Pillow give the same dots. A line that would be wider than the paper is
drawn smaller; a letter that the font lacks becomes its nearest relative or ``?``.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from drivers.printer.base import TextLine, TextStyle
from drivers.printer.code_page import seen_text
from drivers.printer.raster_codec import Bitmap
from library.text.forms import to_ascii

_WEIGHTS: Final = {TextStyle.NORMAL: "Medium", TextStyle.BOLD: "Bold", TextStyle.LARGE: "SemiBold"}
"""Thermal paper eats thin strokes."""

_SIZE_OF_CELL: Final = 1.9
"""Font size in widths of a printer's own letter: about as many letters fit as the printer's own."""

_SPACE_OF_CELL: Final = 0.65
"""A space before the text in widths of a printer's own letter: what stands under "1. " begins where its text does."""

_SMALLEST: Final = 10
"""Dots; in this size a line of nothing but the widest letters still fits."""

_TALLEST: Final = "ẴỆgỵ"
_BLACK: Final = 128
_MISSING: Final = "\U0010ffff"


class LineArtist:
    """Draws lines for one width of paper."""

    def __init__(self, dots: int, columns: int) -> None:
        self._dots = dots
        self._cell = dots // columns

    def draw(self, line: TextLine) -> Bitmap | None:
        """Draw a line; ``None`` where nothing is to be seen."""
        text = seen_text(line.text)
        words = text.strip(" ")
        if not words:
            return None
        cell = self._cell * (2 if line.style is TextStyle.LARGE else 1)
        indent = 0 if line.centred else round((len(text) - len(text.lstrip(" "))) * cell * _SPACE_OF_CELL)
        indent = min(indent, self._dots // 2)
        font = _fitting(words, _WEIGHTS[line.style], round(cell * _SIZE_OF_CELL), self._dots - indent)
        words = _held(words, font)
        left, _, right, _ = font.getbbox(words)
        top, bottom = _height(font)
        width = min(round(right - left), self._dots - indent)
        x = (self._dots - width) // 2 if line.centred else indent
        canvas = Image.new("L", (x + width, bottom - top), 255)
        ImageDraw.Draw(canvas).text((x - left, -top), words, fill=0, font=font)
        return bitmap_of(canvas)

    def rule(self) -> Bitmap:
        """Draw a line across the paper, with some white above and below."""
        canvas = Image.new("L", (self._dots, self._cell), 255)
        middle = self._cell // 2
        ImageDraw.Draw(canvas).rectangle((0, middle - 1, self._dots, middle), fill=0)
        return bitmap_of(canvas)


def bitmap_of(canvas: Image.Image) -> Bitmap:
    """Make dots of a grey picture: what is darker than half is black."""
    inked = canvas.point(lambda grey: 255 if grey < _BLACK else 0).convert("1", dither=Image.Dither.NONE)
    return Bitmap(inked.width, inked.height, inked.tobytes())


@lru_cache(maxsize=64)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    place = files("fontpkg_be_vietnam_pro").joinpath("files", f"BeVietnamPro-{weight}.ttf")
    return ImageFont.truetype(str(place), size, layout_engine=ImageFont.Layout.BASIC)


def _fitting(words: str, weight: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    """Give the font in the size in which the words fit, or in the smallest."""
    font = _font(weight, size)
    wide = font.getlength(_held(words, font))
    if wide <= width:
        return font
    return _font(weight, max(_SMALLEST, int(size * width / wide)))


def _held(words: str, font: ImageFont.FreeTypeFont) -> str:
    return "".join(char if _holds(font, char) else to_ascii(char) for char in words)


@lru_cache(maxsize=4096)
def _holds(font: ImageFont.FreeTypeFont, char: str) -> bool:
    """Say whether the font has a letter: what it lacks is drawn as its sign for nothing."""
    if char.isascii():
        return True
    return bytes(font.getmask(char)) != bytes(font.getmask(_MISSING))


@lru_cache(maxsize=64)
def _height(font: ImageFont.FreeTypeFont) -> tuple[int, int]:
    """Give the highest and the lowest dot of any Vietnamese letter."""
    _, top, _, bottom = font.getbbox(_TALLEST)
    return round(top) - 1, round(bottom) + 1
