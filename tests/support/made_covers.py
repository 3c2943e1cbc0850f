"""Covers of books that never were, as our server writes them."""

import io
from functools import cache

from PIL import Image, ImageDraw


@cache
def made_cover(ground: str, size: tuple[int, int] = (240, 360)) -> bytes:
    """Draw one: a ground, a frame, a sun."""
    width, height = size
    made = Image.new("RGB", size, ground)
    pencil = ImageDraw.Draw(made)
    pencil.rectangle((width // 20, width // 20, width - width // 20, height - width // 20), outline="white", width=3)
    pencil.ellipse((width // 4, height // 3, width * 3 // 4, height // 3 + width // 2), fill="gold")
    pencil.rectangle((width // 5, height // 8, width * 4 // 5, height // 5), fill="white")
    out = io.BytesIO()
    made.save(out, "JPEG", quality=80)
    return out.getvalue()
