"""Tells whether anything moved before the camera, so that an empty table costs no work."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

_SMALL: Final = (160, 90)
_FIELDS: Final = (16, 9)
_MOVED: Final = 5.0
"""Grey levels by which some field of the picture must have changed on average; lamps flicker by one or two."""
BLACK: Final = 6
"""A picture nowhere lighter than this shows nothing: the lens is covered or the camera has no light."""

PRINT_EVERY: Final = 7
"""Of the pixels, along and across, by which two pictures are compared whether they are one and the same."""


@dataclass(slots=True)
class MotionGate:
    """Compares each picture with the last that was let through."""

    _before: npt.NDArray[np.float32] | None = None

    def moved(self, grey: Grey) -> bool:
        """Say whether this picture differs from the last one of which this was said."""
        now = np.asarray(cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA), np.float32)
        if self._before is not None:
            change = cv2.resize(np.abs(now - self._before), _FIELDS, interpolation=cv2.INTER_AREA)
            if float(np.max(change)) < _MOVED:
                return False
        self._before = now
        return True


def is_black(grey: Grey) -> bool:
    """Say whether a picture shows nothing."""
    return int(grey[::8, ::8].max(initial=0)) <= BLACK


def print_of(grey: Grey) -> bytes:
    """Give a part of the pixels: a living camera never delivers the same twice, for no sensor is without noise."""
    return grey[::PRINT_EVERY, ::PRINT_EVERY].tobytes()
