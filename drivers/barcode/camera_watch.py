"""The work of a camera's thread: newest frame, motion gate, chain, two equal reads, one reading."""

import time
from collections.abc import Callable
from typing import Final

from drivers.barcode.base import ScanReading
from drivers.barcode.camera_settings import CameraSettings
from drivers.barcode.chain import Chain, Effort, Read
from drivers.barcode.confirmation import TWICE_WITHIN, Confirmation
from drivers.barcode.decoders import Grey
from drivers.barcode.frame_recording import FrameRecording
from drivers.barcode.motion import MotionGate, is_black, print_of
from drivers.barcode.picture_file import Frame, grey_of
from drivers.barcode.picture_sources import FrameSource
from drivers.barcode.preview import Preview
from drivers.barcode.preview_maker import preview_of
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.health import DeviceHealth

SECOND_PASS_EVERY: Final = 2
"""Of the pictures without a label, every second is searched for tilted ones, every fourth read by both libraries."""
HARD_LOOKS: Final = 12
"""Pictures of an unchanged scene that are looked at before it is taken for empty: three of each effort and more."""
HARD_LOOKS_FOR: Final = 1.0
"""Seconds for which they are looked at, at least: longer than two equal reads may be apart."""
LOOK_AGAIN: Final = 1.0
"""Seconds between looks at a scene that does not change."""
NO_FRAME_FOR: Final = 5.0
"""Seconds without any picture after which the camera counts as lost."""
ASKED_WITHIN: Final = 2.0
"""Seconds after the last call for a preview in which frames are still made into one."""
_MARKED_FOR: Final = 1.0
"""Seconds that a found label stays marked in the preview."""


class CameraWatch:
    """A `BlockingDevice` that looks at frames."""

    def __init__(
        self,
        name: str,
        source: FrameSource,
        settings: CameraSettings,
        publish: Callable[[ScanReading], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._source = source
        self._settings = settings
        self._publish = publish
        self._clock = clock
        self._chain = Chain(settings.rules)
        self._gate = MotionGate()
        self._confirmation = Confirmation()
        self._recording: FrameRecording | None = None
        self._identity = settings.profile.name
        self._labels = self._lost = self._black = self._frames = 0
        self._misses = self._still = 0
        self._effort = Effort.QUICK
        self._looked = self._moved = self._came = self._changed = 0.0
        self._print = b""
        self._asked = -ASKED_WITHIN
        self._preview: Preview | None = None
        self._found: tuple[float, Read] | None = None

    def open(self) -> None:
        """Open the camera."""
        if self._settings.recording is not None:
            try:
                self._recording = FrameRecording(self._settings.recording, self._name)
            except OSError as error:
                raise DeviceUrlError(str(self._settings.recording), "spy") from error
        try:
            self._identity = self._source.open()
        except DeviceLostError as error:
            self._note(f"not opened: {error}")
            raise
        self._came = self._changed = self._clock()

    def work(self) -> float:
        """Wait for a frame and look at it."""
        try:
            frame = self._source.newest()
            now = self._clock()
            self._alive(frame, now)
        except DeviceLostError as error:
            self._note(f"lost: {error.reason.value}")
            raise
        if frame is not None:
            self._look(frame, now)
        return 0.0

    def interrupt(self) -> None:
        """Make waiting for a frame end."""
        self._source.interrupt()

    def close(self) -> None:
        """Give the camera back."""
        self._source.close()
        if self._recording is not None:
            self._recording.close()

    def health(self) -> DeviceHealth:
        """Tell the counters."""
        return DeviceHealth(self._identity, self._labels, self._lost, self._black)

    def preview(self) -> Preview | None:
        """Give the newest preview and ask for more."""
        self._asked = self._clock()
        return self._preview

    def _alive(self, frame: Frame | None, now: float) -> None:
        """Hold a camera for lost that gives no frames, or always the same."""
        if frame is None:
            self._lost += 1
            if now - self._came > NO_FRAME_FOR:
                raise DeviceLostError(self._name, LossReason.SILENT)
            return
        self._came = now
        self._frames += 1
        seen = print_of(frame)
        if seen != self._print:
            self._print, self._changed = seen, now
        elif now - self._changed > self._settings.profile.frozen_s:
            raise DeviceLostError(self._name, LossReason.SILENT)

    def _look(self, frame: Frame, now: float) -> None:
        grey = grey_of(frame)
        if is_black(grey):
            self._black += 1
        elif self._worth_a_look(grey, now):
            self._looked = now
            if self._recording is not None:
                self._recording.frame(grey)
            self._read(grey, now)
        else:
            self._confirmation.unchanged(now)
        if now - self._asked < ASKED_WITHIN:
            marked = self._found is not None and now - self._found[0] < _MARKED_FOR
            corners = self._found[1].corners if self._found is not None and marked else None
            self._preview = preview_of(frame, self._frames, corners)

    def _worth_a_look(self, grey: Grey, now: float) -> bool:
        if self._gate.moved(grey):
            self._still, self._moved = 0, now
            return True
        self._still += 1
        return self._still <= HARD_LOOKS or now - self._moved <= HARD_LOOKS_FOR or now - self._looked >= LOOK_AGAIN

    def _read(self, grey: Grey, now: float) -> None:
        reads = self._chain.read(grey, self._next_effort(now))
        received_ns = time.monotonic_ns()
        by_key = {(read.symbology, read.text): read for read in reads}
        if reads:
            self._misses = 0
            self._found = (now, reads[0])
        else:
            self._misses += 1
        for key in self._confirmation.seen(by_key, now):
            self._labels += 1
            self._publish(ScanReading(key[1], received_ns, by_key[key].aim))

    def _next_effort(self, now: float) -> Effort:
        """Look harder the longer nothing is found; what found a label is used again, for it must be seen twice."""
        if self._found is not None and now - self._found[0] <= TWICE_WITHIN:
            return self._effort
        place = self._misses + 1
        self._effort = Effort.QUICK
        if place % (2 * SECOND_PASS_EVERY) == 0:
            self._effort = Effort.SECOND
        elif place % SECOND_PASS_EVERY == 0:
            self._effort = Effort.SEARCH
        return self._effort

    def _note(self, words: str) -> None:
        if self._recording is not None:
            self._recording.note(words)
