"""A picture file of anybody's making as a small cover of ours, or a word for why it is none.

A file is opened for its head alone first: what says that it is larger than a cover may be is never unpacked. What is
kept was written by us from the dots of the picture: nothing else that the file held (its place, its camera, what hides
behind its end) goes on.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from PIL import Image, ImageOps

from server.errors import ServerError

LARGEST_FILE: Final = 20_000_000
"""Bytes; a photograph of a camera has less."""
MOST_PIXELS: Final = 30_000_000
"""A cover is shown with a thousandth of them; unpacked these are 120 MB."""
FEWEST_A_SIDE: Final = 40
_LONGEST_TO_SHORTEST: Final = 4
_FORMS: Final = ("JPEG", "PNG", "WEBP")
_WHOLE: Final = (240, 360)
_SMALL: Final = (72, 108)
LARGEST_WHOLE: Final = 24_000
LARGEST_SMALL: Final = 4_000
"""Bytes of what is kept: each cover travels to every kiosk."""
_QUALITIES: Final = (80, 65, 50, 35, 20)
_PAPER: Final = (255, 255, 255)


class PictureFault(StrEnum):
    """Why a file is no cover."""

    TOO_LARGE = "too_large"
    NO_PICTURE = "no_picture"
    """Neither JPEG nor PNG nor WebP, whatever it is called."""
    TOO_MANY_DOTS = "too_many_dots"
    NO_COVER = "no_cover"
    """Too small, or a strip."""
    BROKEN = "broken"
    """It ends too soon, or what it says cannot be."""


class PictureError(ServerError):
    """A file is no cover."""

    def __init__(self, fault: PictureFault) -> None:
        super().__init__(f"no cover: {fault.value}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class SmallCover:
    """A cover as it is kept: JPEG, upright, without anything but its dots."""

    whole: bytes = field(repr=False)
    small: bytes = field(repr=False)
    """For lists."""

    @property
    def digest(self) -> str:
        """Another one for another picture."""
        return hashlib.sha256(self.whole + self.small).hexdigest()[:32]


def small_cover(data: bytes) -> SmallCover:
    """Make a cover of a file's bytes; raises :class:`PictureError`."""
    if len(data) > LARGEST_FILE:
        raise PictureError(PictureFault.TOO_LARGE)
    picture = _dots(data)
    return SmallCover(_written(picture, _WHOLE, LARGEST_WHOLE), _written(picture, _SMALL, LARGEST_SMALL))


def _dots(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow warns of is refused below, or harmless
        try:
            picture = Image.open(io.BytesIO(data), formats=_FORMS)
        except Image.DecompressionBombError:
            raise PictureError(PictureFault.TOO_MANY_DOTS) from None
        except Exception:  # noqa: BLE001 - its readers raise whatever a broken head leads them to
            raise PictureError(PictureFault.NO_PICTURE) from None
        with picture:
            _check(picture.size)
            try:
                picture.draft("RGB", (2 * _WHOLE[0], 2 * _WHOLE[1]))
                picture.load()
                return _on_paper(ImageOps.exif_transpose(picture))
            except Exception:  # noqa: BLE001 - as above
                raise PictureError(PictureFault.BROKEN) from None


def _check(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise PictureError(PictureFault.TOO_MANY_DOTS)
    if min(size) < FEWEST_A_SIDE or max(size) > _LONGEST_TO_SHORTEST * min(size):
        raise PictureError(PictureFault.NO_COVER)


def _on_paper(picture: Image.Image) -> Image.Image:
    """Give the dots without what shines through: a cover has a ground."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, (*_PAPER, 255))
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")


def _written(picture: Image.Image, most: tuple[int, int], largest: int) -> bytes:
    """Write a picture of at most so many dots, in so many bytes: the best that fits; noise fits at last as well."""
    fitting = picture.copy()
    fitting.thumbnail(most, Image.Resampling.LANCZOS)
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            fitting.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= largest:
                return out.getvalue()
        fitting.thumbnail((fitting.width * 3 // 4, fitting.height * 3 // 4), Image.Resampling.LANCZOS)
