"""The work of a camera's thread, frame by frame on a clock that the test turns."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.barcode.base import ScanReading
from drivers.barcode.camera_profile import CameraProfile
from drivers.barcode.camera_settings import CameraSettings
from drivers.barcode.camera_watch import NO_FRAME_FOR, CameraWatch
from drivers.barcode.frame_recording import MOST_FRAMES, FrameRecording
from drivers.barcode.label_rules import label_rules
from drivers.barcode.picture_file import Frame
from drivers.emulators.label_pictures import Pose
from drivers.errors import DeviceLostError, LossReason
from tests.support.camera_frames import ONE, FakeFrames, living, one, scene

TICK = 0.1
_POSE = Pose(2.0, 20.0)


class Watched:
    """A watch, its camera, its clock and what it told."""

    def __init__(self, recording: Path | None = None) -> None:
        self.source = FakeFrames()
        self.told: list[str] = []
        self.now = 0.0
        settings = CameraSettings(CameraProfile(name="test"), label_rules(), recording)
        self.watch = CameraWatch("camera", self.source, settings, self._told, lambda: self.now)

    def _told(self, reading: ScanReading) -> None:
        self.told.append(reading.text)

    def sees(self, *frames: Frame | None, each: float = TICK) -> None:
        for frame in frames:
            self.source.put(frame)
            self.now += each
            self.watch.work()


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    made.watch.open()
    yield made
    made.watch.close()


def test_one_read_is_no_label_yet_and_the_second_tells_it(watched: Watched) -> None:
    first, second = living(one(), 2)
    watched.sees(first)

    assert watched.told == []
    watched.sees(second)
    assert watched.told == [ONE.text]


def test_a_tilted_label_is_told_within_a_second_at_ten_frames_a_second(watched: Watched) -> None:
    watched.sees(*living(one(40.0), 10))

    assert watched.told == [ONE.text]


def test_a_label_that_lies_there_for_a_minute_is_told_once(watched: Watched) -> None:
    watched.sees(*living(one(40.0), 30), each=2.0 / 30)
    watched.sees(*living(one(40.0), 60), each=1.0)

    assert watched.told == [ONE.text]


def test_a_label_that_was_taken_away_is_told_again(watched: Watched) -> None:
    for _ in range(2):
        watched.sees(*living(one(), 5))
        watched.sees(*living(scene(), 30))

    assert watched.told == [ONE.text, ONE.text]


def test_an_empty_table_is_left_alone_after_some_looks(watched: Watched) -> None:
    recorded = watched.watch.health()
    watched.sees(*living(scene(), 60))

    assert watched.told == []
    assert watched.watch.health() == recorded


def test_a_camera_without_frames_is_silent_after_a_while(watched: Watched) -> None:
    watched.sees(*living(scene(), 2))
    watched.sees(*[None] * 40)

    with pytest.raises(DeviceLostError) as caught:
        watched.sees(None, each=NO_FRAME_FOR)
    assert caught.value.reason is LossReason.SILENT
    assert watched.watch.health().unanswered == 41


def test_a_picture_that_is_frozen_to_the_pixel_is_no_camera_any_more(watched: Watched) -> None:
    frozen = one()
    with pytest.raises(DeviceLostError) as caught:
        watched.sees(*[frozen] * 100)

    assert caught.value.reason is LossReason.SILENT
    assert watched.told == [ONE.text]
    assert 5.0 < watched.now < 5.5


def test_black_frames_are_counted_and_nothing_is_read_in_them(watched: Watched) -> None:
    watched.sees(*living(np.full((360, 640), 2, np.uint8), 7))

    assert watched.watch.health().damaged == 7


def test_a_frame_of_another_size_and_in_colour_is_read(watched: Watched) -> None:
    large = scene((ONE, _POSE), size=(1000, 800))
    watched.sees(*living(one(), 1), *living(np.stack([large] * 3, axis=2), 1))

    assert watched.told == [ONE.text]


def test_previews_are_made_only_while_somebody_asks(watched: Watched) -> None:
    watched.sees(*living(one(), 2))
    assert watched.watch.preview() is None

    watched.sees(*living(one(), 2))
    seen = watched.watch.preview()
    assert seen is not None
    assert (seen.width, seen.height, seen.found) == (480, 270, True)


def test_a_camera_that_cannot_be_opened_is_noted_in_the_recording(tmp_path: Path) -> None:
    made = Watched(tmp_path / "cam.txt")
    made.source.refusal = LossReason.IN_USE
    with pytest.raises(DeviceLostError):
        made.watch.open()
    made.watch.close()

    assert "not opened: camera: in_use" in (tmp_path / "cam.txt").read_text(encoding="ascii")


def test_a_lost_camera_is_noted_in_the_recording(tmp_path: Path) -> None:
    made = Watched(tmp_path / "cam.txt")
    made.watch.open()
    made.sees(*living(scene(), 1))
    made.source.lose(LossReason.UNPLUGGED)
    with pytest.raises(DeviceLostError):
        made.watch.work()
    made.watch.close()

    assert "lost: unplugged" in (tmp_path / "cam.txt").read_text(encoding="ascii")
    assert made.source.closed == 1


def test_a_recording_stops_at_its_most_frames(tmp_path: Path) -> None:
    recording = FrameRecording(tmp_path / "cam.txt", "camera")
    for _ in range(MOST_FRAMES + 5):
        recording.frame(np.zeros((8, 8), np.uint8))
    recording.close()
    again = FrameRecording(tmp_path / "cam.txt", "camera")
    again.frame(np.zeros((8, 8), np.uint8))
    again.close()

    assert len(list(tmp_path.glob("*.png"))) == MOST_FRAMES


def test_a_frame_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    recording = FrameRecording(tmp_path / "cam.txt", "camera")
    (tmp_path / "cam.txt-0001.png").mkdir()
    recording.frame(np.zeros((8, 8), np.uint8))
    recording.close()

    assert "frame 1 was not written" in (tmp_path / "cam.txt").read_text(encoding="ascii")
