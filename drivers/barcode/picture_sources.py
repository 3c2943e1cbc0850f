"""Where pictures come from: a camera of the operating system, or recorded pictures that stand for one."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any, Final, Protocol

import cv2
import numpy as np

from drivers.barcode.camera_profile import CameraProfile
from drivers.barcode.motion import PRINT_EVERY
from drivers.barcode.picture_file import Frame, picture_in
from drivers.errors import DeviceLostError, LossReason

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".pgm", ".bmp"})
_QUEUED: Final = 4
"""Frames that a driver of the kernel may hold back; older than the newest, they are dropped."""
_AT_ONCE: Final = 0.004
"""Seconds: a frame that is there sooner has waited in the queue."""
_SHOWN_FOR: Final = 1.0
"""Seconds that each picture of a folder is shown; a whole number of frames."""


class FrameSource(Protocol):
    """Gives one picture after the other; everything but `interrupt` on one thread."""

    def open(self) -> str:
        """Open; say what it is; raises `DeviceLostError`."""
        ...

    def newest(self) -> Frame | None:
        """Wait for the newest picture; ``None`` when one was lost or waiting was interrupted.

        Raises `DeviceLostError` when there will be no more.
        """
        ...

    def interrupt(self) -> None:
        """Make `newest` return soon; from another thread."""
        ...

    def close(self) -> None:
        """Give the camera back, open or not."""
        ...


class VideoDevice:
    """A camera behind Video4Linux, through OpenCV; ``place`` is its number or path."""

    def __init__(self, place: str, profile: CameraProfile, capture: Callable[[str | int], Any] | None = None) -> None:
        self._place = place
        self._profile = profile
        self._make = capture or _video_capture
        self._capture: Any = None
        self._ended = False

    @property
    def path(self) -> Path:
        """Where the kernel shows it."""
        return Path(f"/dev/video{self._place}" if self._place.isdigit() else self._place)

    def open(self) -> str:
        """Open it."""
        if not self.path.exists():
            raise DeviceLostError(str(self.path), LossReason.NOT_THERE)
        try:
            self.path.open("rb").close()
        except PermissionError as error:
            raise DeviceLostError(str(self.path), LossReason.NOT_ALLOWED) from error
        except OSError as error:
            raise DeviceLostError(str(self.path), LossReason.IN_USE) from error
        number = int(self._place) if self._place.isdigit() else str(self.path)
        self._capture = self._make(number)
        if not self._capture.isOpened():
            raise DeviceLostError(str(self.path), LossReason.IN_USE)
        for name, value in self._wishes():
            self._capture.set(name, value)  # what a camera does not know it ignores
        size = (int(self._capture.get(kind)) for kind in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        return f"{self._profile.name} {'x'.join(str(side) for side in size)}"

    def newest(self) -> Frame | None:
        """Wait for the newest picture."""
        for _ in range(_QUEUED):
            asked = time.monotonic()
            if not self._capture.grab():
                self._failed()
                return None
            if time.monotonic() - asked > _AT_ONCE:
                break
        good, frame = self._capture.retrieve()
        if good and frame is not None and frame.size:
            return np.asarray(frame, np.uint8)
        self._failed()
        return None

    def interrupt(self) -> None:
        """Make waiting end."""
        self._ended = True

    def close(self) -> None:
        """Give it back."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _failed(self) -> None:
        if not self.path.exists() and not self._ended:
            raise DeviceLostError(str(self.path), LossReason.UNPLUGGED)

    def _wishes(self) -> Iterator[tuple[int, float]]:
        profile = self._profile
        yield cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*profile.pixels)
        yield cv2.CAP_PROP_FRAME_WIDTH, profile.width
        yield cv2.CAP_PROP_FRAME_HEIGHT, profile.height
        yield cv2.CAP_PROP_FPS, profile.fps
        yield cv2.CAP_PROP_BUFFERSIZE, 1
        yield cv2.CAP_PROP_AUTOFOCUS, int(profile.autofocus)
        if profile.focus is not None:
            yield cv2.CAP_PROP_FOCUS, profile.focus
        if profile.exposure is not None:
            yield cv2.CAP_PROP_AUTO_EXPOSURE, 1
            yield cv2.CAP_PROP_EXPOSURE, profile.exposure


class RecordedPictures:
    """Stands for a camera: a folder of pictures, a second each, a video at its rate, or one picture that may change.

    The pace is that of a clock: who looks late misses frames, as with a camera. When the file or the folder is taken
    away, the cable is pulled. One pixel of each frame changes a little, as every one of a sensor does.
    """

    def __init__(self, path: Path, profile: CameraProfile, *, once: bool = False) -> None:
        self._path = path
        self._fps = float(profile.fps)
        self._name = profile.name
        self._once = once
        self._ending = Event()
        self._began = 0.0
        self._next = 0
        self._video: Any = None
        self._read = 0
        self._files: list[Path] = []
        self._kept: tuple[object, Frame] | None = None

    def open(self) -> str:
        """Open it."""
        if not self._path.exists():
            raise DeviceLostError(str(self._path), LossReason.NOT_THERE)
        if self._path.is_file() and self._path.suffix.lower() not in PICTURES | {""}:
            self._video = cv2.VideoCapture(str(self._path))
            if not self._video.isOpened():
                raise DeviceLostError(str(self._path), LossReason.WRONG_DEVICE)
            self._fps = float(self._video.get(cv2.CAP_PROP_FPS)) or self._fps
        self._began = time.monotonic()
        return f"{self._name}, recorded"

    def newest(self) -> Frame | None:
        """Wait for the newest picture."""
        number = max(self._next, int((time.monotonic() - self._began) * self._fps))
        if self._ending.wait(max(0.0, self._began + number / self._fps - time.monotonic())):
            return None
        if not self._path.exists():
            raise DeviceLostError(str(self._path), LossReason.UNPLUGGED)
        self._next = number + 1
        frame = self._of_video(number) if self._video is not None else self._of_files(number)
        if frame is None or not frame.size:
            return None
        frame = frame.copy()
        frame[0, number * PRINT_EVERY % (frame.shape[1] // PRINT_EVERY * PRINT_EVERY or 1)] ^= 1
        return frame

    def interrupt(self) -> None:
        """Make waiting end."""
        self._ending.set()

    def close(self) -> None:
        """Give it back."""
        if self._video is not None:
            self._video.release()
            self._video = None

    def _of_video(self, number: int) -> Frame | None:
        while self._read < number:  # those that nobody looked at in time
            self._read += 1
            if not self._video.grab():
                return self._again()
        self._read += 1
        good, frame = self._video.read()
        return np.asarray(frame, np.uint8) if good else self._again()

    def _again(self) -> Frame | None:
        self._end_of_recording()
        self._video.set(cv2.CAP_PROP_POS_FRAMES, 0)
        self._began, self._next, self._read = time.monotonic(), 0, 0
        return None

    def _of_files(self, number: int) -> Frame | None:
        if self._path.is_file():
            return self._picture(self._path)
        place = int(number / (self._fps * _SHOWN_FOR))
        files = sorted(file for file in self._path.iterdir() if file.suffix.lower() in PICTURES)
        if not files:
            return None
        if place >= len(files):
            self._end_of_recording()
        return self._picture(files[place % len(files)])

    def _end_of_recording(self) -> None:
        if self._once:
            raise DeviceLostError(str(self._path), LossReason.UNPLUGGED)

    def _picture(self, file: Path) -> Frame | None:
        try:
            facts = file.stat()
            key = (file, facts.st_mtime_ns, facts.st_ino)
            if self._kept is None or self._kept[0] != key:
                found = picture_in(file)
                if found is None:
                    return None
                self._kept = (key, found)
        except OSError:
            return None
        return self._kept[1]


def _video_capture(place: str | int) -> Any:
    return cv2.VideoCapture(place, cv2.CAP_V4L2)
