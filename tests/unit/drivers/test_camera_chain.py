"""The camera's chain on drawn pictures: turned, spoilt, several at once, nothing; and on photographs where they are."""

import math
from pathlib import Path

import numpy as np
import pytest

from drivers.barcode.chain import STILL_SECONDS, Chain, Effort, Read
from drivers.barcode.decoders import Grey
from drivers.barcode.locator import stripes
from drivers.barcode.picture_file import grey_of, picture_in
from drivers.barcode.strips import cut_through
from drivers.barcode.symbology import LabelRules, Symbology
from drivers.emulators.label_pictures import Label, Pose, Seeing, drawn, picture

SIZE = (800, 600)
LABELS = (
    Label(Symbology.CODE128, "TV-2050000012"),
    Label(Symbology.CODE39, "LIB-004217"),
    Label(Symbology.CODABAR, "31117013206375"),
    Label(Symbology.EAN13, "9780804816632"),
    Label(Symbology.ITF, "30712345000010"),
)
PHOTOGRAPHS = Path(__file__).parents[4] / "shared" / "data" / "barcode_photos"


def _read(picture: Grey, effort: Effort = Effort.STILL) -> tuple[Read, ...]:
    return Chain().read(picture, effort)


def _texts(picture: Grey, effort: Effort = Effort.STILL) -> list[str]:
    return [read.text for read in _read(picture, effort)]


def test_at_least_97_of_100_labels_are_read_at_any_angle() -> None:
    seeing = Seeing(noise=2)
    wrong, read, shown = [], 0, 0
    for label in LABELS:
        for angle in range(0, 91, 5):
            texts = _texts(picture([(label, Pose(2.0, angle))], seeing, SIZE, angle))
            shown += 1
            read += label.text in texts
            wrong += [text for text in texts if text != label.text]

    assert wrong == []
    assert read >= 0.97 * shown


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.symbology)
def test_a_label_is_read_upside_down_and_inverted(label: Label) -> None:
    inverted = Label(label.symbology, label.text, inverted=True)

    assert _texts(picture([(label, Pose(2.0, 187.0))], Seeing(noise=2), SIZE, 3)) == [label.text]
    assert _texts(picture([(inverted, Pose(2.5, 20.0))], Seeing(noise=2), SIZE, 3)) == [label.text]


@pytest.mark.parametrize(
    "seeing",
    [
        Seeing(noise=12),
        Seeing(blur=1.0, noise=2),
        Seeing(light=0.2, noise=2),
        Seeing(contrast=0.25, noise=3),
        Seeing(glare=0.6, noise=3),
        Seeing(shadow=0.7, noise=3),
        Seeing(motion=4, motion_angle=80, noise=3),
    ],
    ids=["noise", "blur", "dark", "faint", "glare", "shadow", "motion"],
)
def test_most_labels_are_read_through_bad_seeing_and_none_wrongly(seeing: Seeing) -> None:
    poses = [(label, Pose(2.5, angle, tilt=0.1)) for label in LABELS for angle in (25.0, -50.0)]
    found = [(label.text, _texts(picture([(label, pose)], seeing, SIZE, 7))) for label, pose in poses]

    assert [texts for text, texts in found if texts not in ([], [text])] == []
    assert sum(texts == [text] for text, texts in found) >= 8


def test_a_label_seen_from_the_side_is_read() -> None:
    label, pose = LABELS[0], Pose(2.5, 35.0, tilt=0.35, pitch=0.15)

    assert _texts(picture([(label, pose)], Seeing(noise=2), SIZE, 1)) == [label.text]


def test_a_small_tilted_qr_code_is_read() -> None:
    label = Label(Symbology.QRCODE, "https://library.example/i/2050000012")

    assert _texts(picture([(label, Pose(3.0, 33.0, tilt=0.3, pitch=0.2))], Seeing(noise=2), SIZE, 1)) == [label.text]
    assert _texts(picture([(label, Pose(3.0, 12.0))], Seeing(blur=1.2, noise=2), SIZE, 2), Effort.SEARCH) == [
        label.text
    ]


@pytest.mark.parametrize("text", ["A/P123", "ABC%K"])
def test_a_code_39_is_told_as_it_stands_and_never_as_full_ascii(text: str) -> None:
    assert _texts(picture([(Label(Symbology.CODE39, text), Pose(2.0, 8.0))], Seeing(noise=2), SIZE, 1)) == [text]


@pytest.mark.parametrize("angle", [7.0, 45.0])
def test_of_an_itf_that_is_half_out_of_the_picture_no_shorter_number_is_read(angle: float) -> None:
    label = Label(Symbology.ITF, "5255648942")

    assert _texts(picture([(label, Pose(3.0, angle, at=(0.08, 0.5)))], Seeing(noise=2), SIZE, int(angle))) == []
    assert _texts(picture([(label, Pose(3.0, angle, at=(0.5, 0.5)))], Seeing(noise=2), SIZE, int(angle))) == [
        label.text
    ]


@pytest.mark.parametrize("label", LABELS[:4], ids=lambda label: label.symbology)
def test_a_picture_that_is_cut_close_around_the_bars_is_read(label: Label) -> None:
    flat = drawn(label)[40:140]
    bars = np.flatnonzero((flat < 128).any(axis=0))
    close = flat[:, bars[0] : bars[-1] + 1]

    assert _texts(np.ascontiguousarray(close[::2, ::2])) == [label.text]


def test_a_strip_with_bars_at_its_end_holds_a_part_of_a_code_only() -> None:
    label = drawn(Label(Symbology.ITF, "5255648942", worded=False))[40:80]
    framed = label.copy()
    framed[:, 4:20] = 0

    assert not cut_through(label)
    assert not cut_through(framed)
    assert cut_through(label[:, 120:])
    assert cut_through(label[:, :-120])


def test_a_small_label_in_a_picture_of_twelve_megapixels_is_read() -> None:
    label = LABELS[2]

    assert _texts(picture([(label, Pose(2.5, 40.0, at=(0.2, 0.8)))], Seeing(noise=2), (4000, 3000), 1)) == [label.text]


def test_two_labels_in_one_picture_are_both_read_and_marked_where_they_are() -> None:
    one, other = LABELS[0], LABELS[3]
    reads = _read(picture([(one, Pose(2.0, 0.0, at=(0.4, 0.25))), (other, Pose(2.0, 0.0, at=(0.6, 0.7)))], size=SIZE))
    middles = {read.text: read.corners.mean(axis=0) for read in reads}

    assert set(middles) == {one.text, other.text}
    assert math.dist(middles[one.text], (320, 150)) < 60
    assert math.dist(middles[other.text], (480, 420)) < 60


def test_of_two_codes_on_a_book_the_isbn_counts() -> None:
    isbn, price = Label(Symbology.EAN13, "9784872348880"), Label(Symbology.EAN13, "1920081045006")
    reads = _texts(picture([(price, Pose(2.0, at=(0.5, 0.5))), (isbn, Pose(2.0, at=(0.5, 0.15)))], size=SIZE))

    assert reads == [isbn.text, price.text]


@pytest.mark.parametrize("seed", range(4))
def test_print_paper_and_shadows_are_no_label(seed: int) -> None:
    assert _texts(picture([], Seeing(noise=4, shadow=0.3), SIZE, seed)) == []


@pytest.mark.parametrize("wave", [6, 9, 14])
def test_plain_stripes_are_found_and_not_read(wave: int) -> None:
    row = np.where(np.arange(800) % wave < wave // 2, 40, 210).astype(np.uint8)
    striped = np.tile(row, (600, 1))

    assert stripes(striped)
    assert _texts(striped) == []


@pytest.mark.parametrize(
    "shape", [(0, 0), (1, 1), (3, 500), (500, 3), (16, 16)], ids=lambda shape: f"{shape[0]}x{shape[1]}"
)
def test_a_picture_of_any_size_is_looked_at_without_harm(shape: tuple[int, int]) -> None:
    assert _read(np.full(shape, 90, np.uint8)) == ()


def test_no_symbology_means_no_reads() -> None:
    pictured = picture([(LABELS[0], Pose())], size=SIZE)

    assert Chain(LabelRules(frozenset())).read(pictured) == ()
    assert Chain(LabelRules(frozenset({Symbology.EAN13}))).read(pictured) == ()


def test_a_photograph_is_given_up_when_its_time_is_over() -> None:
    ticks = iter(range(10_000))
    pictured = picture([(LABELS[0], Pose(2.0, 45.0))], size=SIZE)

    assert Chain(clock=lambda: next(ticks) * STILL_SECONDS).read(pictured) == ()


def test_a_read_keeps_its_text_out_of_print() -> None:
    assert "2050000012" not in repr(_read(picture([(LABELS[0], Pose())], size=SIZE)))


FLOORS = {
    "codabar-1": 11,
    "code128-1": 7,
    "code128-3": 2,
    "code39-1": 4,
    "ean13-2": 25,
    "ean13-3": 55,
    "ean13-5": 0,
    "falsepositives-2": 0,
    "itf-1": 14,
    "qrcode-3": 42,
    "qrcode-6": 15,
}
"""Photographs of each folder of which the label is read at least."""


@pytest.mark.parametrize("folder", FLOORS)
def test_photographs_are_read_and_none_wrongly(folder: str) -> None:
    if not PHOTOGRAPHS.is_dir():
        pytest.skip("shared data set not present")
    right, wrong = 0, []
    for file in sorted((PHOTOGRAPHS / folder).glob("*.png")):
        said = file.with_suffix(".txt")
        expected = said.read_bytes().decode("utf-8") if said.exists() else None
        frame = picture_in(file)
        assert frame is not None
        texts = _texts(grey_of(frame))
        if texts and texts[0] != expected:
            wrong.append(file.name)
        right += bool(texts) and texts[0] == expected

    assert wrong == []
    assert right >= FLOORS[folder]
