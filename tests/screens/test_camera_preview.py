"""The camera's preview as it is drawn."""

import json
import os
import subprocess
import sys

import pytest
from PIL import Image

from tests.support.screen import ROOT

Pixel = tuple[int, int, int]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Image.Image], dict[str, int]]:
    """Give the widget with brackets, with a found label, with a square picture, without any; and its count."""
    folder = tmp_path_factory.mktemp("preview")
    files = [folder / f"{number}.png" for number in range(4)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.preview_program", str(folder / "state"), *map(str, files)],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("KIVY_", "SDL_"))},
            "SDL_VIDEODRIVER": "offscreen",
            "SDL_AUDIODRIVER": "dummy",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        },
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Image.open(file).convert("RGB") for file in files], json.loads(done.stdout)


@pytest.fixture
def pictures(drawn: tuple[list[Image.Image], dict[str, int]]) -> list[Image.Image]:
    return drawn[0]


def _pixel(picture: Image.Image, x: float, y: float) -> Pixel:
    """Give a pixel by its place in the shown frame, which fills the widget's width (480x270 of 480x300)."""
    found = picture.getpixel((round(x * 480), round(15 + y * 270)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def test_a_frame_stands_upright_in_its_own_colours_and_proportions(pictures: list[Image.Image]) -> None:
    shown = pictures[0]

    assert shown.size == (480, 300)
    assert _pixel(shown, 0.1, 0.1) == (200, 0, 0)
    assert _pixel(shown, 0.9, 0.1) == (0, 200, 0)
    assert _pixel(shown, 0.1, 0.9) == (0, 0, 200)
    assert _pixel(shown, 0.9, 0.9) == (200, 200, 200)
    assert shown.getpixel((240, 5)) == (0, 0, 0)


def test_brackets_mark_the_corners_and_leave_the_sides_open(pictures: list[Image.Image]) -> None:
    shown = pictures[0]

    assert _pixel(shown, 0.2, 0.25) not in {(200, 0, 0), (0, 0, 0)}
    assert _pixel(shown, 0.4, 0.25) == (200, 0, 0)


def test_a_found_label_is_framed_all_around(pictures: list[Image.Image]) -> None:
    shown = pictures[1]

    assert _pixel(shown, 0.4, 0.25) != (200, 0, 0)
    assert _pixel(shown, 0.25, 0.4) != (200, 0, 0)
    assert _pixel(shown, 0.4, 0.4) == (200, 0, 0)


def test_a_picture_of_another_size_is_shown_whole(pictures: list[Image.Image]) -> None:
    shown = pictures[2]

    assert shown.getpixel((20, 150)) == (0, 0, 0)
    assert shown.getpixel((100, 10)) == (200, 0, 0)
    assert shown.getpixel((380, 290)) == (200, 200, 200)


def test_without_a_camera_nothing_is_drawn(pictures: list[Image.Image]) -> None:
    assert pictures[3].getextrema() == ((0, 0), (0, 0), (0, 0))


def test_one_texture_serves_all_frames(drawn: tuple[list[Image.Image], dict[str, int]]) -> None:
    assert drawn[1]["textures"] > 0
    assert drawn[1]["more_textures"] <= 1
