"""Takes pictures out of files that anybody may have made: small files that hold huge pictures, clear backgrounds."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Frame = npt.NDArray[np.uint8]
"""Grey (rows, columns) or colour (rows, columns, blue-green-red)."""

LARGEST_FILE: Final = 64 * 1024 * 1024
"""Bytes: a picture of 12 megapixels without any compression has half as many."""
LARGEST_PICTURE: Final = 1 << 27
"""Pixels: the sensors of telephones have 108 million; a file of a few kilobytes can name thousands of millions."""
ENOUGH: Final = 1 << 24
"""Pixels: a larger picture is made smaller; to look at all of it takes longer than anybody waits, and shows no more."""
_GREY_AND_ALPHA: Final = 2
_COLOUR_AND_ALPHA: Final = 4


class PictureTooLargeError(OSError):
    """A file, or the picture in it, is larger than what is looked at."""


def picture_in(file: Path) -> Frame | None:
    """Give the picture in a file, or nothing where it is none; raises `OSError`, of which `PictureTooLargeError`."""
    if file.stat().st_size > LARGEST_FILE:
        raise PictureTooLargeError(file)
    data = file.read_bytes()
    head = _head(data)
    if head is None:
        return None
    pixels, clear = head
    if pixels > LARGEST_PICTURE:
        raise PictureTooLargeError(file)
    how = cv2.IMREAD_UNCHANGED if clear else cv2.IMREAD_COLOR
    if pixels > 2 * ENOUGH:
        how = cv2.IMREAD_REDUCED_COLOR_2
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error:
        return None
    return None if found is None else _on_white(_fitted(np.asarray(found)))


def grey_of(frame: Frame) -> Frame:
    """Give a frame's grey."""
    return frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)  # noqa: PLR2004 - rows and columns


def _head(data: bytes) -> tuple[int, bool] | None:
    """Give how many pixels a picture has, and whether a background may shine through them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # nothing is unpacked here
            image = Image.open(BytesIO(data))
    except Image.DecompressionBombError:
        return LARGEST_PICTURE + 1, False
    except (OSError, ValueError):
        return None
    return image.width * image.height, image.mode in {"LA", "RGBA"} or "transparency" in image.info


def _fitted(found: npt.NDArray[Any]) -> Frame:
    """Give eight bits a colour, and not more pixels than are looked at."""
    eight = np.asarray(found >> 8 if found.dtype == np.uint16 else found, np.uint8)
    share = (ENOUGH / (eight.shape[0] * eight.shape[1])) ** 0.5
    if share >= 1:
        return eight
    return np.asarray(cv2.resize(eight, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def _on_white(found: Frame) -> Frame:
    """Lay a picture with a clear background on paper."""
    if found.ndim == 2 or found.shape[2] not in {_GREY_AND_ALPHA, _COLOUR_AND_ALPHA}:  # noqa: PLR2004 - rows and columns
        return found
    seen = found[:, :, -1:].astype(np.float32) / 255
    return np.asarray(found[:, :, :-1] * seen + 255 * (1 - seen), np.uint8)
