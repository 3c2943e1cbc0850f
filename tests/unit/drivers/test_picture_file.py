"""Pictures out of files: clear backgrounds, sixteen bits, a few bytes that name a picture larger than any memory."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drivers.barcode.chain import Chain
from drivers.barcode.picture_file import ENOUGH, LARGEST_FILE, PictureTooLargeError, grey_of, picture_in
from drivers.barcode.symbology import Symbology
from drivers.emulators.label_pictures import Label, drawn
from tests.support.camera_frames import write

LABEL = Label(Symbology.CODE128, "TV-2050000012")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_label_on_a_clear_background_is_seen_as_on_paper(mode: str, tmp_path: Path) -> None:
    flat = drawn(LABEL)
    clear = Image.merge("LA", (Image.new("L", flat.shape[::-1]), Image.fromarray(255 - flat))).convert("RGBA")
    (clear.quantize(4) if mode == "P" else clear.convert(mode)).save(tmp_path / "clear.png")
    found = picture_in(tmp_path / "clear.png")

    assert found is not None
    assert [read.text for read in Chain().read(grey_of(found))] == [LABEL.text]


def test_sixteen_bits_are_taken_as_eight(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 30), 51_400, np.uint16)).save(tmp_path / "deep.png")
    found = picture_in(tmp_path / "deep.png")

    assert found is not None
    assert (found.shape[:2], int(found.min()), int(found.max())) == ((20, 30), 200, 200)


def test_a_picture_of_more_pixels_than_are_looked_at_is_made_smaller(tmp_path: Path) -> None:
    Image.new("1", (6000, 3000), 1).save(tmp_path / "wide.png")
    found = picture_in(tmp_path / "wide.png")

    assert found is not None
    assert ENOUGH * 0.99 < found.shape[0] * found.shape[1] <= ENOUGH
    assert abs(found.shape[1] - 2 * found.shape[0]) <= 2


@pytest.mark.parametrize("side", [12_000, 14_000])
def test_a_small_file_with_a_huge_picture_is_not_unpacked(side: int, tmp_path: Path) -> None:
    Image.new("1", (side, side)).save(tmp_path / "bomb.png")

    assert (tmp_path / "bomb.png").stat().st_size < LARGEST_FILE / 100
    with pytest.raises(PictureTooLargeError):
        picture_in(tmp_path / "bomb.png")


def test_what_begins_like_a_picture_and_is_none_gives_nothing(tmp_path: Path) -> None:
    write(tmp_path / "whole.png", drawn(LABEL))
    whole = (tmp_path / "whole.png").read_bytes()
    for name, data in (("cut.png", whole[: len(whole) // 2]), ("head.png", whole[:20]), ("words.png", b"words")):
        (tmp_path / name).write_bytes(data)

        assert picture_in(tmp_path / name) is None
