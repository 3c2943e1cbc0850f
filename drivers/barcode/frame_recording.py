"""Keeps the frames that a camera's chain looked at as PNG files beside the recording, for its owner alone."""

import os
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from drivers.spy import Recording

MOST_FRAMES: Final = 200
"""Some 15 MB each hundred at 1280x720: enough for a fault report, too few to fill a disk."""
_OWNER_ONLY: Final = 0o600


class FrameRecording:
    """Raises `OSError` where the recording cannot be made; a frame that cannot be written is passed over."""

    def __init__(self, path: Path, device: str) -> None:
        self._path = path
        self._recording = Recording(path, device)
        self._count = len(list(path.parent.glob(f"{path.name}-*.png")))

    def frame(self, grey: npt.NDArray[np.uint8]) -> None:
        """Write a frame, unless there are enough."""
        if self._count >= MOST_FRAMES:
            return
        self._count += 1
        file = self._path.with_name(f"{self._path.name}-{self._count:04}.png")
        good, data = cv2.imencode(".png", grey)
        if not good:
            return
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OWNER_ONLY)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data.tobytes())
        except OSError:
            self.note(f"frame {self._count} was not written")
            return
        self.note(f"frame {file.name}")

    def note(self, words: str) -> None:
        """Take a remark."""
        self._recording.note(words)

    def close(self) -> None:
        """End."""
        self._recording.close()
