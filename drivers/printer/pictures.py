"""Logos and QR codes as dots: a site's picture made to fit the paper, a code for printers that draw none themselves."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import qrcode
from PIL import Image, UnidentifiedImageError

from drivers.printer.base import Picture, PictureError
from drivers.printer.line_picture import bitmap_of
from drivers.printer.raster_codec import TALLEST, Bitmap

MOST_BYTES: Final = 4 << 20
"""Of a picture's file: a logo for a receipt has some kilobytes."""

MOST_PIXELS: Final = 16 << 20
"""A small file can name a huge picture; this one still fits a small computer's memory."""

HIGHEST: Final = 240
"""Dots, 3 cm: a logo stands over the receipt and is not the receipt."""

_GREYS: Final = (48, 208)
_PHOTO: Final = 0.15
"""Of a picture's dots, so many neither black nor white: a photograph, which is dithered; a drawing is not."""

_QUIET: Final = 4
"""Modules of white around a code (ISO/IEC 18004)."""


def picture_bitmap(picture: Picture, dots: int) -> Bitmap:
    """Make a PNG (or what else Pillow reads) into dots, never wider than ``dots``; raises `PictureError`."""
    return _fitted(_data(picture.source), dots)


def code_bitmap(text: str, module: int, dots: int) -> Bitmap:
    """Draw a QR code, a module so many dots wide or as many as fit; raises `PictureError`."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=_QUIET, box_size=1)
    try:
        code.add_data(text)
        code.make(fit=True)
    except ValueError as error:  # qrcode's own DataOverflowError, and what version 41 would be
        raise PictureError("too much for a QR code") from error
    modules = code.get_matrix()
    size = len(modules)
    scale = min(module, dots // size)
    small = Image.new("L", (size, size), 255)
    small.putdata([0 if black else 255 for row in modules for black in row])
    return bitmap_of(small.resize((size * scale, size * scale), Image.Resampling.NEAREST))


def in_the_middle(bitmap: Bitmap, dots: int) -> Bitmap:
    """Give white to the left of a picture, in whole bytes, so that it stands in the middle of the paper."""
    white = max(0, (dots - bitmap.width) // 16)
    rows = b"".join(bytes(white) + bitmap.row(y) for y in range(bitmap.height))
    return Bitmap(white * 8 + bitmap.width, bitmap.height, rows)


def _data(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PictureError(f"{source}: {error.strerror}") from error


@lru_cache(maxsize=4)
def _fitted(data: bytes, dots: int) -> Bitmap:
    """Read a picture and fit it; kept, for a receipt's logo is the same each time."""
    if len(data) > MOST_BYTES:
        raise PictureError(f"more than {MOST_BYTES} bytes")
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PictureError(f"{image.width} x {image.height} pixels are too many")
            grey = _on_white(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PictureError(f"no picture: {error}") from error
    except Image.DecompressionBombError as error:
        raise PictureError("too many pixels") from error
    scale = min(1.0, dots / grey.width, HIGHEST / grey.height, TALLEST / grey.height)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return _dots(grey.resize(size, Image.Resampling.LANCZOS))


def _on_white(image: Image.Image) -> Image.Image:
    whole = image.convert("RGBA")
    white = Image.new("RGBA", whole.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, whole).convert("L")


def _dots(grey: Image.Image) -> Bitmap:
    darkest, lightest = _GREYS
    between = sum(grey.histogram()[darkest:lightest])
    if between <= _PHOTO * grey.width * grey.height:
        return bitmap_of(grey)
    return bitmap_of(grey.convert("1", dither=Image.Dither.FLOYDSTEINBERG).convert("L"))
