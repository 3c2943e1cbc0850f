"""What the recorder leaves."""

import io
import json
import time
from pathlib import Path

from PIL import Image

from kiosk.ui.recorder import Pixels, Recorder, Shown, Target

RED, BLUE = b"\xff\x00\x00\x80", b"\x00\x00\xff\x00"


def _shown(page: str, touchable_in_s: float = 0.0) -> Shown:
    return Shown(
        page=page,
        language="vi",
        targets=(Target("start", 1, 2, 3, 4, "Bắt đầu"),),
        texts=("Bắt đầu",),
        rows=(("a", "done", "Bin 1"),),
        busy=False,
        refused=False,
        shown_monotonic_ns=7,
        touchable_monotonic_ns=time.monotonic_ns() + int(touchable_in_s * 1e9),
        pixels=lambda: Pixels(1, 2, RED + BLUE),
    )


def test_a_picture_is_a_png_with_its_top_on_top_and_nothing_seen_through() -> None:
    picture = Image.open(io.BytesIO(Pixels(1, 2, RED + BLUE).png()))

    assert (picture.mode, picture.size) == ("RGB", (1, 2))
    assert [picture.getpixel((0, row)) for row in range(2)] == [(0, 0, 255), (255, 0, 0)]


async def test_each_screen_is_a_picture_and_a_file_of_facts(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "recording")
    recorder.note(_shown("home"))
    recorder.note(_shown("identify"))
    await recorder.close()

    assert sorted(path.name for path in (tmp_path / "recording").iterdir()) == [
        "0001-home.png",
        "0001.json",
        "0002-identify.png",
        "0002.json",
    ]
    assert json.loads((tmp_path / "recording" / "0001.json").read_text(encoding="utf-8")) == {
        "number": 1,
        "page": "home",
        "language": "vi",
        "targets": [{"name": "start", "x": 1, "y": 2, "width": 3, "height": 4, "words": "Bắt đầu"}],
        "texts": ["Bắt đầu"],
        "rows": [{"key": "a", "mark": "done", "where": "Bin 1"}],
        "busy": False,
        "refused": False,
        "shown_monotonic_ns": 7,
    }


async def test_the_facts_come_only_when_the_buttons_count(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    shown = _shown("home", touchable_in_s=0.2)
    recorder.note(shown)
    await recorder.close()

    assert (tmp_path / "0001.json").exists()
    assert time.monotonic_ns() >= shown.touchable_monotonic_ns
