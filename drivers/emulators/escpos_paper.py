"""Draws what a printer put on paper as a picture, so that a person can look at a receipt without a printer."""

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final, assert_never

from PIL import Image, ImageDraw, ImageFont

from drivers.emulators.escpos_decoder import OnPaper, PaperFed, PrintedCode, PrintedLine, PrintedPicture
from drivers.printer.pictures import code_bitmap
from drivers.printer.raster_codec import Bitmap

MARGIN: Final = 24
"""Dots of white around what a printer can reach."""

LINE: Final = 30
"""Dots from line to line: a sixth of an inch, rounded."""

_CELL: Final = (12, 24)
"""Dots of a letter of font A."""

_TALLEST: Final = 20_000
"""Dots, two and a half metres: no receipt is longer."""


def picture_of_paper(happenings: Sequence[OnPaper], dots: int) -> bytes:
    """Give a PNG of the paper, which prints ``dots`` wide."""
    height = min(_TALLEST, sum(map(_height, happenings)))
    paper = Image.new("L", (dots + 2 * MARGIN, height + 2 * MARGIN), 255)
    top = MARGIN
    for happening in happenings:
        _put(paper, happening, top, dots)
        top += _height(happening)
    out = BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def _height(happening: OnPaper) -> int:
    match happening:
        case PrintedLine(large=large):
            return LINE * (2 if large else 1)
        case PrintedPicture(bitmap):
            return bitmap.height
        case PrintedCode():
            return _code(happening).height
        case PaperFed(dots):
            return dots
        case _:
            assert_never(happening)


def _put(paper: Image.Image, happening: OnPaper, top: int, dots: int) -> None:
    match happening:
        case PrintedLine():
            _write(paper, happening, top)
        case PrintedPicture(bitmap, centred):
            _lay(paper, bitmap, top, dots, centred=centred)
        case PrintedCode():
            _lay(paper, _code(happening), top, dots, centred=happening.centred)
        case PaperFed():
            return
        case _:
            assert_never(happening)


def _write(paper: Image.Image, line: PrintedLine, top: int) -> None:
    """Write letters in equal cells, as a printer's own letters are."""
    scale = 2 if line.large else 1
    width, height = _CELL[0] * scale, _CELL[1] * scale
    pen = ImageDraw.Draw(paper)
    for place, char in enumerate(line.text):
        middle = (MARGIN + place * width + width // 2, top + height)
        pen.text(middle, char, fill=0, font=_font(20 * scale, bold=line.bold), anchor="ms")


def _lay(paper: Image.Image, bitmap: Bitmap, top: int, dots: int, *, centred: bool) -> None:
    ink = Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.rows)
    left = MARGIN + ((dots - bitmap.width) // 2 if centred else 0)
    paper.paste(0, (left, top), ink)


def _code(code: PrintedCode) -> Bitmap:
    return code_bitmap(code.text, code.module, 10_000)


@lru_cache(maxsize=8)
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    place = files("fontpkg_be_vietnam_pro").joinpath("files", f"BeVietnamPro-{'Bold' if bold else 'Regular'}.ttf")
    return ImageFont.truetype(str(place), size, layout_engine=ImageFont.Layout.BASIC)
