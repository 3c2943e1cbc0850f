"""What a camera must do as a barcode scanner, and besides, over recorded pictures that stand for one."""

import threading
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from drivers.barcode.camera import CameraScanner
from drivers.barcode.preview import Preview
from drivers.emulators.label_pictures import Pose
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason, ProfileError
from drivers.registry import installed_registry
from drivers.spy import FIRST_LINE
from tests.support.camera_frames import ONE, OTHER, one, scene, write
from tests.support.waiting import eventually, in_time


@pytest.fixture
def view(tmp_path: Path) -> Path:
    """Give the picture file that stands for what the camera sees; an empty table at first."""
    path = tmp_path / "view.png"
    write(path, scene())
    return path


def make(path: Path, options: str = "fps=30") -> CameraScanner:
    scanner = installed_registry().scanner(f"camera://{path}?{options}")
    assert isinstance(scanner, CameraScanner)
    return scanner


async def test_a_label_that_is_held_before_the_camera_is_told_once_with_its_mark(view: Path) -> None:
    async with make(view) as scanner:
        write(view, one(30.0))
        reading = await in_time(anext(scanner.readings()))

    assert (reading.text, reading.symbology) == (ONE.text, "]C0")
    assert ONE.text not in repr(reading)
    assert scanner.health().exchanges == 1


async def test_labels_come_in_the_order_in_which_they_were_shown(view: Path) -> None:
    async with make(view) as scanner:
        readings = scanner.readings()
        found = []
        for label in (ONE, OTHER, ONE):
            write(view, scene((label, Pose(2.0, 15.0))))
            found.append((await in_time(anext(readings))).text)
            if label is OTHER:  # the first was out of view as long as a label must be
                write(view, scene())
                await _pause(scanner, frames=60)

    assert found == [ONE.text, OTHER.text, ONE.text]


async def test_a_label_may_turn_while_it_is_read(tmp_path: Path) -> None:
    film = tmp_path / "turning.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 360))
    for angle in range(0, 90, 3):
        writer.write(cv2.cvtColor(one(angle), cv2.COLOR_GRAY2BGR))
    writer.release()
    async with make(film) as scanner:
        reading = await in_time(anext(scanner.readings()))

    assert reading.text == ONE.text


async def test_two_labels_at_once_are_both_told(view: Path) -> None:
    async with make(view) as scanner:
        write(view, scene((ONE, Pose(2.0, at=(0.5, 0.25))), (OTHER, Pose(2.0, at=(0.5, 0.75)))))
        readings = scanner.readings()
        found = {(await in_time(anext(readings))).text for _ in range(2)}

    assert found == {ONE.text, OTHER.text}


async def test_a_folder_of_pictures_is_shown_one_after_the_other(tmp_path: Path) -> None:
    write(tmp_path / "1.png", scene((ONE, Pose(2.0))))
    write(tmp_path / "2.png", scene((OTHER, Pose(2.0))))
    (tmp_path / "notes.txt").write_text("not a picture", encoding="utf-8")
    async with make(tmp_path) as scanner:
        readings = scanner.readings()
        found = [(await in_time(anext(readings))).text for _ in range(2)]

    assert found == [ONE.text, OTHER.text]


async def test_recorded_pictures_may_end_as_a_camera_that_is_unplugged(tmp_path: Path) -> None:
    write(tmp_path / "1.png", one())
    async with make(tmp_path, "fps=30&once=1") as scanner:
        readings = scanner.readings()

        assert (await in_time(anext(readings))).text == ONE.text
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_a_camera_that_disappears_is_unplugged_and_leaves_no_thread(view: Path) -> None:
    threads = threading.active_count()
    async with make(view) as scanner:
        readings = scanner.readings()
        await eventually(lambda: threading.active_count() == threads + 1)
        view.unlink()
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

        await eventually(lambda: threading.active_count() == threads)

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_a_camera_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        await in_time(make(tmp_path / "nothing.png").__aenter__())

    assert caught.value.reason is LossReason.NOT_THERE


async def test_a_file_that_is_no_film_is_the_wrong_device(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(DeviceLostError) as caught:
        await in_time(make(tmp_path / "film.mp4").__aenter__())

    assert caught.value.reason is LossReason.WRONG_DEVICE


async def test_no_camera_has_the_number_ninety_nine() -> None:
    with pytest.raises(DeviceLostError) as caught:
        await in_time(installed_registry().scanner("camera://99").__aenter__())

    assert caught.value.reason is LossReason.NOT_THERE


async def test_black_frames_are_counted_and_the_next_picture_is_read(view: Path) -> None:
    async with make(view) as scanner:
        write(view, np.zeros((360, 640), np.uint8))
        await eventually(lambda: scanner.health().damaged > 3)
        write(view, one())

        assert (await in_time(anext(scanner.readings()))).text == ONE.text


async def test_a_picture_of_another_size_is_read_as_well(view: Path) -> None:
    async with make(view) as scanner:
        await eventually(lambda: scanner.preview() is not None)
        write(view, scene((ONE, Pose(2.0, 20.0)), size=(1000, 777)))

        assert (await in_time(anext(scanner.readings()))).text == ONE.text


async def test_a_file_that_is_no_picture_for_a_while_is_waited_for(view: Path) -> None:
    async with make(view) as scanner:
        view.write_bytes(b"half a pic")
        await eventually(lambda: scanner.health().unanswered > 2)
        write(view, one())

        assert (await in_time(anext(scanner.readings()))).text == ONE.text


async def test_what_the_rules_refuse_is_not_told(view: Path) -> None:
    write(view, scene((ONE, Pose(2.0, at=(0.5, 0.25))), (OTHER, Pose(2.0, at=(0.5, 0.75)))))
    async with make(view, "fps=30&symbologies=codabar,ean13") as scanner:
        await _pause(scanner, frames=10)

        assert scanner.health().exchanges == 0


async def test_the_preview_shows_the_scene_and_marks_the_label(view: Path) -> None:
    async with make(view) as scanner:
        empty = await eventually(scanner.preview)
        write(view, one())
        await in_time(anext(scanner.readings()))
        marked = await eventually(lambda: _marked(scanner.preview()))

    assert (empty.width, empty.height, len(empty.rgb), empty.found) == (480, 270, 480 * 270 * 3, False)
    assert marked.number > empty.number
    assert all(0.2 < x < 0.8 and 0.2 < y < 0.8 for x, y in marked.mark)


async def test_a_recording_keeps_the_frames_that_were_looked_at(view: Path, tmp_path: Path) -> None:
    recording = tmp_path / "cam.txt"
    scanner = installed_registry().scanner(f"spy+camera://{view}?fps=30&spy={recording}")
    async with scanner:
        write(view, one())
        await in_time(anext(scanner.readings()))
    lines = recording.read_text(encoding="ascii").splitlines()
    frames = sorted(tmp_path.glob("cam.txt-*.png"))

    assert lines[0] == FIRST_LINE
    assert f"frame {frames[0].name}" in recording.read_text(encoding="ascii")
    assert ONE.text not in recording.read_text(encoding="ascii")
    assert {file.stat().st_mode & 0o777 for file in [*frames, recording]} == {0o600}
    assert cv2.imread(str(frames[0])) is not None


async def test_a_recording_that_cannot_be_written_is_said(view: Path, tmp_path: Path) -> None:
    scanner = installed_registry().scanner(f"spy+camera://{view}?spy={tmp_path}/no/cam.txt")

    with pytest.raises(DeviceUrlError):
        await in_time(scanner.__aenter__())


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("camera://front", "name"),
        ("camera://0?width=20", "width"),
        ("camera://0?symbologies=aztec", "symbologies"),
        ("camera://0?length=0", "length"),
        ("camera://0?check_digit=codabar", "check_digit"),
        ("camera://0?colour=1", "colour"),
        ("picamera://left", "name"),
    ],
)
def test_a_url_that_cannot_be_used_says_which_part(url: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        installed_registry().scanner(url)

    assert caught.value.part == part


def test_a_profile_that_is_not_there_is_refused() -> None:
    with pytest.raises(ProfileError):
        installed_registry().scanner("camera://0?profile=none")


async def test_nothing_is_left_running_or_open(view: Path) -> None:
    process = psutil.Process()
    before = (process.num_fds(), threading.active_count())
    for _ in range(5):
        async with make(view) as scanner:
            readings = scanner.readings()

            assert threading.active_count() == before[1] + 1

    assert (process.num_fds(), threading.active_count()) == before
    assert [reading async for reading in readings] == []


def _marked(seen: Preview | None) -> Preview | None:
    return seen if seen is not None and seen.found else None


async def _pause(scanner: CameraScanner, frames: int) -> None:
    """Wait until the camera has seen so many more frames."""
    first = (await eventually(scanner.preview)).number
    await eventually(lambda: (seen := scanner.preview()) is not None and seen.number >= first + frames)
