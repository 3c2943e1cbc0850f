"""Where a camera's frames come from: OpenCV's capture and picamera2, both by stand-ins."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.barcode.camera_profile import CameraProfile
from drivers.barcode.picamera import PicameraScanner, RibbonCamera
from drivers.barcode.picture_sources import RecordedPictures, VideoDevice
from drivers.errors import DeviceLostError, LossReason

PROFILE = CameraProfile(name="test", width=640, height=480, focus=30, exposure=100)


class FakeCapture:
    """OpenCV's capture: some frames are there at once, then one comes late, as from a living camera."""

    def __init__(self, place: str | int, *, opens: bool = True) -> None:
        self.place = place
        self.opens = opens
        self.wishes: dict[int, float] = {}
        self.grabbed = 0
        self.fails = False
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opens

    def set(self, name: int, value: float) -> bool:
        self.wishes[name] = value
        return True

    def get(self, name: int) -> float:
        return {cv2.CAP_PROP_FRAME_WIDTH: 640.0, cv2.CAP_PROP_FRAME_HEIGHT: 480.0}[name]

    def grab(self) -> bool:
        self.grabbed += 1
        return not self.fails

    def retrieve(self) -> tuple[bool, Any]:
        return True, np.full((480, 640, 3), self.grabbed, np.uint8)

    def release(self) -> None:
        self.released = True


class Camera:
    """A camera in a file that stands for its device node."""

    def __init__(self, folder: Path, *, opens: bool = True) -> None:
        self.node = folder / "video0"
        self.node.touch()
        self.captures: list[FakeCapture] = []
        self._opens = opens
        self.device = VideoDevice(str(self.node), PROFILE, self._make)

    def _make(self, place: str | int) -> FakeCapture:
        self.captures.append(FakeCapture(place, opens=self._opens))
        return self.captures[-1]


def test_a_camera_is_asked_for_what_its_profile_says(tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    name = camera.device.open()
    camera.device.close()
    wishes = camera.captures[0].wishes

    assert name == "test 640x480"
    assert (wishes[cv2.CAP_PROP_FRAME_WIDTH], wishes[cv2.CAP_PROP_FRAME_HEIGHT]) == (640, 480)
    assert (wishes[cv2.CAP_PROP_AUTOFOCUS], wishes[cv2.CAP_PROP_FOCUS], wishes[cv2.CAP_PROP_EXPOSURE]) == (0, 30, 100)
    assert camera.captures[0].released


def test_frames_that_waited_in_the_queue_are_dropped(tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    camera.device.open()
    frame = camera.device.newest()

    assert frame is not None
    assert int(frame[0, 0, 0]) == camera.captures[0].grabbed == 4


def test_a_frame_that_fails_is_none_while_the_camera_is_there(tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    camera.device.open()
    camera.captures[0].fails = True

    assert camera.device.newest() is None


def test_a_camera_whose_node_is_gone_is_unplugged(tmp_path: Path) -> None:
    camera = Camera(tmp_path)
    camera.device.open()
    camera.captures[0].fails = True
    camera.node.unlink()
    with pytest.raises(DeviceLostError) as caught:
        camera.device.newest()

    assert caught.value.reason is LossReason.UNPLUGGED
    camera.device.interrupt()
    assert camera.device.newest() is None


def test_a_camera_that_does_not_open_is_in_use(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        Camera(tmp_path, opens=False).device.open()

    assert caught.value.reason is LossReason.IN_USE


def test_a_number_names_the_kernel_s_node() -> None:
    assert VideoDevice("7", PROFILE).path == Path("/dev/video7")


def test_a_node_that_cannot_be_read_is_in_use(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        VideoDevice(str(tmp_path), PROFILE).open()

    assert caught.value.reason is LossReason.IN_USE


def _film(folder: Path) -> Path:
    path = folder / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    for grey in (40, 120, 200):
        writer.write(np.full((48, 64, 3), grey, np.uint8))
    writer.release()
    return path


def _greys(source: RecordedPictures, count: int) -> list[int]:
    frames = [source.newest() for _ in range(count)]
    return [10 * round(float(frame.mean()) / 10) for frame in frames if frame is not None]


def test_a_film_begins_again_at_its_end(tmp_path: Path) -> None:
    source = RecordedPictures(_film(tmp_path), PROFILE)
    source.open()
    greys = _greys(source, 30)
    source.close()

    assert greys.count(40) > 1
    assert set(greys) <= {40, 120, 200}


def test_a_film_that_is_shown_once_ends_as_a_camera_that_is_unplugged(tmp_path: Path) -> None:
    source = RecordedPictures(_film(tmp_path), PROFILE, once=True)
    source.open()
    with pytest.raises(DeviceLostError) as caught:
        _greys(source, 30)
    source.close()

    assert caught.value.reason is LossReason.UNPLUGGED


def test_an_empty_folder_shows_nothing_yet(tmp_path: Path) -> None:
    source = RecordedPictures(tmp_path, PROFILE)
    source.open()

    assert source.newest() is None


class FakePicamera2:
    """What is used of picamera2."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.log: list[str] = []
        self.wishes: dict[str, Any] = {}
        self.broken = False

    def create_video_configuration(self, **wishes: Any) -> Any:
        self.wishes = wishes
        return "configuration"

    def configure(self, configuration: Any) -> None:
        self.log.append(str(configuration))

    def start(self) -> None:
        self.log.append("start")

    def capture_array(self, name: str) -> Any:
        if self.broken:
            raise RuntimeError(name)
        planes = np.zeros((480 * 3 // 2, 704), np.uint8)  # rows of the sensor's stride, colour under the grey
        planes[:480, :640] = 200
        return planes

    def stop(self) -> None:
        self.log.append("stop")

    def close(self) -> None:
        self.log.append("close")


def test_a_ribbon_camera_gives_the_grey_plane_of_its_frames() -> None:
    made: list[FakePicamera2] = []

    def make(number: int) -> FakePicamera2:
        made.append(FakePicamera2(number))
        return made[-1]

    camera = RibbonCamera(1, PROFILE, make)
    name = camera.open()
    frame = camera.newest()
    camera.interrupt()
    after = camera.newest()
    camera.close()
    camera.close()

    assert name == "test 640x480"
    assert frame is not None
    assert frame.shape == (480, 640)
    assert int(frame.min()) == 200
    assert after is None
    assert made[0].log == ["configuration", "start", "stop", "close"]
    assert made[0].wishes["main"] == {"size": (640, 480), "format": "YUV420"}


def test_a_ribbon_camera_that_fails_is_unplugged() -> None:
    fake = FakePicamera2(0)
    camera = RibbonCamera(0, PROFILE, lambda _: fake)
    camera.open()
    fake.broken = True

    with pytest.raises(DeviceLostError) as caught:
        camera.newest()
    assert caught.value.reason is LossReason.UNPLUGGED
    camera.close()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ImportError("no picamera2"), LossReason.NOT_THERE),
        (IndexError("no such camera"), LossReason.NOT_THERE),
        (RuntimeError("in use"), LossReason.IN_USE),
    ],
)
def test_a_ribbon_camera_that_does_not_open_says_why(error: Exception, reason: LossReason) -> None:
    def make(_: int) -> FakePicamera2:
        raise error

    with pytest.raises(DeviceLostError) as caught:
        RibbonCamera(0, PROFILE, make).open()
    assert caught.value.reason is reason


async def test_a_ribbon_camera_without_its_library_is_not_there() -> None:
    with pytest.raises(DeviceLostError) as caught:
        await PicameraScanner.from_url("picamera://0").__aenter__()

    assert caught.value.reason is LossReason.NOT_THERE
