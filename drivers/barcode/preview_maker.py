"""Makes a small picture for the screen of a frame; see `drivers.barcode.preview`."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from drivers.barcode.preview import Preview

WIDTH: Final = 480
"""Pixels: enough for a hand to find its place by."""


def preview_of(frame: npt.NDArray[np.uint8], number: int, corners: npt.NDArray[np.float32] | None = None) -> Preview:
    """Make a preview of a frame (grey or blue-green-red), with a label's corners in the frame's pixels."""
    height, width = frame.shape[:2]
    size = (min(WIDTH, width), max(1, round(height * min(WIDTH, width) / width)))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    how = cv2.COLOR_GRAY2RGB if frame.ndim == 2 else cv2.COLOR_BGR2RGB  # noqa: PLR2004 - rows and columns
    rgb = np.asarray(cv2.cvtColor(small, how), np.uint8).tobytes()
    if corners is None:
        return Preview(number, size[0], size[1], rgb)
    first, second, third, fourth = (
        (min(1.0, max(0.0, float(x) / width)), min(1.0, max(0.0, float(y) / height))) for x, y in corners
    )
    return Preview(number, size[0], size[1], rgb, (first, second, third, fourth), found=True)
