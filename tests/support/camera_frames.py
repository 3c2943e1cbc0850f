"""A camera for tests: frames by hand, and scenes in files that stand for one."""

import os
import threading
from collections import deque
from pathlib import Path

import cv2
import numpy as np

from drivers.barcode.picture_file import Frame
from drivers.barcode.symbology import Symbology
from drivers.emulators.label_pictures import Label, Pose, Seeing, picture
from drivers.errors import DeviceLostError, LossReason

SIZE = (640, 360)
ONE = Label(Symbology.CODE128, "2050000001")
OTHER = Label(Symbology.CODE128, "2050000002")


def scene(*labels: tuple[Label, Pose], size: tuple[int, int] = SIZE, seed: int = 0) -> Frame:
    """Draw what lies before the camera."""
    return picture(labels, Seeing(noise=2), size, seed)


def one(angle: float = 0.0) -> Frame:
    """Draw a label, turned."""
    return scene((ONE, Pose(2.0, angle)))


def write(path: Path, frame: Frame) -> None:
    """Put a picture where the camera sees it, whole or not at all."""
    good, data = cv2.imencode(".png", frame)
    assert good
    beside = path.with_suffix(".new")
    beside.write_bytes(data.tobytes())
    os.replace(beside, path)  # noqa: PTH105 - atomic, and the name of what it does


class FakeFrames:
    """A `FrameSource` that gives what a test has put in, and then waits."""

    def __init__(self, *frames: Frame | None) -> None:
        self._frames: deque[Frame | DeviceLostError | None] = deque(frames)
        self._changed = threading.Condition()
        self._ended = False
        self.closed = 0
        self.refusal: LossReason | None = None

    def put(self, *frames: Frame | None) -> None:
        """Let the camera see more."""
        with self._changed:
            self._frames.extend(frames)
            self._changed.notify_all()

    def lose(self, reason: LossReason) -> None:
        """Pull the cable after what is still to be seen."""
        with self._changed:
            self._frames.append(DeviceLostError("camera", reason))
            self._changed.notify_all()

    def open(self) -> str:
        """Open."""
        if self.refusal is not None:
            raise DeviceLostError("camera", self.refusal)
        return "fake camera"

    def newest(self) -> Frame | None:
        """Wait for the next frame; all are seen, none is dropped."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._frames)
            if self._ended:
                return None
            frame = self._frames.popleft()
        if isinstance(frame, DeviceLostError):
            raise frame
        return frame

    def interrupt(self) -> None:
        """End waiting."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        """Close."""
        self.closed += 1


def living(frame: Frame, count: int) -> list[Frame]:
    """Give the same scene so many times as a sensor would, never quite the same."""
    dice = np.random.default_rng(1)
    return [np.clip(frame + dice.integers(-1, 2, frame.shape), 0, 255).astype(np.uint8) for _ in range(count)]
