"""Labels before the camera: what the chain reads beside pyzbar alone and zxing-cpp alone, and how long each takes.

Photographs come from the shared data set where it is; drawn labels are turned by 0 to 90 degrees.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2

from drivers.barcode.chain import Chain, Effort
from drivers.barcode.decoders import Grey, Sighting, zbar, zxing
from drivers.barcode.picture_file import grey_of, picture_in
from drivers.barcode.symbology import LabelRules, Symbology
from drivers.emulators.label_pictures import Label, Pose, Seeing, picture
from tests.bench.harness import Comparison, compare, timed

PHOTOGRAPHS = Path(__file__).parents[3] / "shared" / "data" / "barcode_photos"
LABELS = (
    Label(Symbology.CODABAR, "31117013206375"),
    Label(Symbology.CODE39, "LIB-004217"),
    Label(Symbology.CODE128, "TV-2050000012"),
    Label(Symbology.EAN13, "9780804816632"),
    Label(Symbology.ITF, "30712345000010"),
    Label(Symbology.QRCODE, "TV-2050000012"),
)
ANGLES = range(0, 91, 5)
SEEINGS = {
    "noise 12": Seeing(noise=12),
    "blur 1.0 px": Seeing(blur=1.0, noise=2),
    "blur 1.6 px": Seeing(blur=1.6, noise=2),
    "motion 5 px": Seeing(motion=5, noise=3),
    "a fifth of the light": Seeing(light=0.2, noise=3),
    "a quarter of the contrast": Seeing(contrast=0.25, noise=3),
    "glare": Seeing(glare=0.8, noise=3),
}
RULES = LabelRules()
STREAM = (Effort.QUICK, Effort.SEARCH, Effort.QUICK, Effort.SECOND)
"""What four frames without a label cost."""

Reader = Callable[[Grey], str | None]


def run() -> Sequence[Comparison]:
    """Print what is read; give what it costs."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        readers = {"chain": _chain, "pyzbar": _pyzbar, "zxing-cpp": _zxing}
        _photographs(readers)
        _turned(readers)
        _badly_seen(readers)
        return _times()
    finally:
        cv2.setNumThreads(threads)


def _chain(grey: Grey) -> str | None:
    reads = Chain(RULES).read(grey)
    return reads[0].text if reads else None


def _pyzbar(grey: Grey) -> str | None:
    return _first(zbar(grey, RULES.symbologies))


def _zxing(grey: Grey) -> str | None:
    return _first(zxing(grey, RULES.symbologies, thorough=True, inverted=True))


def _first(found: Sequence[Sighting]) -> str | None:
    """Take a library's first text as it is, but for Codabar's start and stop and UPC-A's 0."""
    if not found:
        return None
    text = found[0].text
    if found[0].symbology is Symbology.CODABAR:
        return text.upper().strip("ABCD")
    return text.rjust(13, "0") if found[0].symbology is Symbology.EAN13 else text


def _tell(cells: Sequence[object]) -> None:
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


def _heading(first: str, readers: Mapping[str, Reader]) -> None:
    print()
    _tell([first, "shown", *(f"{name} right / wrong" for name in readers)])
    _tell(["---"] * (2 + len(readers)))


def _photographs(readers: Mapping[str, Reader]) -> None:
    if not PHOTOGRAPHS.is_dir():
        print("shared data set not present: no photographs")
        return
    _heading("photographs", readers)
    for folder in sorted(path for path in PHOTOGRAPHS.iterdir() if path.is_dir()):
        pictures = []
        for file in sorted(folder.glob("*.png")):
            frame, said = picture_in(file), file.with_suffix(".txt")
            if frame is not None:
                pictures.append((grey_of(frame), said.read_bytes().decode() if said.exists() else None))
        _tell([folder.name, len(pictures), *_score(readers, pictures)])


def _turned(readers: Mapping[str, Reader]) -> None:
    _heading("drawn, two pixels a module, 0 to 90 degrees", readers)
    for label in LABELS:
        pose = [Pose(3.0 if label.symbology is Symbology.QRCODE else 2.0, angle) for angle in ANGLES]
        pictures = [(picture([(label, each)], Seeing(noise=2), seed=int(each.angle)), label.text) for each in pose]
        _tell([label.symbology, len(pictures), *_score(readers, pictures)])


def _badly_seen(readers: Mapping[str, Reader]) -> None:
    _heading("drawn, 2.5 pixels a module, any angle, seen through", readers)
    for name, seeing in SEEINGS.items():
        pictures = [
            (picture([(label, Pose(2.5, angle, tilt=0.1))], seeing, seed=number), label.text)
            for label in LABELS
            for number, angle in enumerate((4.0, 23.0, -38.0, 71.0, 176.0))
        ]
        _tell([name, len(pictures), *_score(readers, pictures)])


def _score(readers: Mapping[str, Reader], pictures: Sequence[tuple[Grey, str | None]]) -> list[str]:
    scores = []
    for reader in readers.values():
        found = [(reader(grey), expected) for grey, expected in pictures]
        right = sum(text is not None and text == expected for text, expected in found)
        wrong = sum(text is not None and text != expected for text, expected in found)
        scores.append(f"{right} / {wrong}")
    return scores


def _times() -> list[Comparison]:
    upright = picture([(LABELS[2], Pose(2.0, 3.0))], Seeing(noise=2), seed=1)
    tilted = picture([(LABELS[2], Pose(2.0, 40.0))], Seeing(noise=2), seed=1)
    empty = picture([], Seeing(noise=2), seed=1)
    chain = Chain(RULES)
    ways: dict[str, Callable[[Grey], object]] = {
        "chain, quick": lambda grey: chain.read(grey, Effort.QUICK),
        "chain, search": lambda grey: chain.read(grey, Effort.SEARCH),
        "chain, second opinion": lambda grey: chain.read(grey, Effort.SECOND),
        "chain, photograph": lambda grey: chain.read(grey, Effort.STILL),
        "zxing-cpp": _zxing,
        "pyzbar": _pyzbar,
    }
    print()
    _tell(["CPU ms a frame of 1280x720, median (95th percentile)", "upright label", "turned by 40 degrees", "empty"])
    _tell(["---"] * 4)
    for name, way in ways.items():
        _tell([name, *(_median(way, grey) for grey in (upright, tilted, empty))])
    print()

    def stream(grey: Grey) -> object:
        return [chain.read(grey, effort) for effort in STREAM]

    return [
        compare(
            f"one frame of 1280x720 on a stream, {name}",
            ("chain", lambda grey=grey: timed(lambda: stream(grey), len(STREAM))),  # type: ignore[misc]  # a lambda's default
            ("zxing-cpp, then pyzbar", lambda grey=grey: timed(lambda: _both(grey), 1)),  # type: ignore[misc]  # the same
            note="the mean of quick, search, quick, second opinion",
        )
        for name, grey in (("a turned label", tilted), ("empty", empty))
    ]


def _both(grey: Grey) -> str | None:
    return _zxing(grey) or _pyzbar(grey)


def _median(way: Callable[[Grey], object], grey: Grey, times: int = 20) -> str:
    way(grey)
    taken = []
    for _ in range(times):
        began = time.thread_time()
        way(grey)
        taken.append((time.thread_time() - began) * 1e3)
    return f"{statistics.median(taken):.1f} ({statistics.quantiles(taken, n=20)[-1]:.1f})"
