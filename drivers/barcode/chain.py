"""Reads the labels in one picture: a quick look, a search for tilted and blurred ones, then a second opinion.

A wrong text is worse than none. What a decoder says is a vote; a text is believed when it was seen in several views of
the same label, more of them where the code has no check of its own, and when no other text has as many.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import cv2
import numpy as np

from drivers.barcode.ballot import Ballot
from drivers.barcode.decoders import MATRIX, Binarizer, Corners, Grey, Sighting, zbar, zxing
from drivers.barcode.locator import Stripes, direction_at, stripes
from drivers.barcode.strips import QUIET, bands, cut_through, levelled, sharpened, straightened, strip
from drivers.barcode.symbology import BESIDE_AN_ISBN, ISBN, OPEN_ENDED, LabelRules, Symbology


class Effort(IntEnum):
    """How much is tried with one picture."""

    QUICK = 0
    """One pass of zxing-cpp over the whole picture."""
    SEARCH = 1
    """And areas of stripes are straightened and read by zxing-cpp."""
    SECOND = 2
    """And by ZBar, and sharpened."""
    STILL = 3
    """Everything, as for a photograph that is shown once."""


STILL_SECONDS: Final = 1.5
"""After so much work no further way is tried with a photograph."""
STREAM_SECONDS: Final = 0.25
"""The same on a stream: the next frame is as good."""

_SMALLEST: Final = 8
"""Pixels on a side: no label is in less."""
_SMALL: Final = 720
"""Pixels: a picture whose longer side is shorter is also looked at enlarged."""
_TILE: Final = 1024
"""Pixels on a side of the pieces of a large picture that are looked at enlarged."""
_FINE_ENOUGH: Final = 2400
"""Pixels: a label so wide in the picture is read from the smaller copy in which it was found."""
_LEVELS: Final = 3
_TALL_ENOUGH: Final = 0.1
"""Of a code's width: so many lines of a picture say the same that they count as a second view."""
_AROUND: Final = 0.4
"""Of a code's width, on both sides: a line that leaves a code early sees a part of it, around it is the rest."""
_WHITE: Final = 0.05
"""Of a code's width: so much white must be seen beside it, where only that shows its end."""
_BLURS: Final = (1.6, 2.6, 4.0, 6.0)
"""Pixels in a straightened label that is about 900 wide."""


@dataclass(frozen=True, slots=True)
class Read:
    """A label that was read."""

    symbology: Symbology
    text: str = field(repr=False)
    aim: str
    corners: Corners
    """Its four corners in the picture, or those of its bars."""
    votes: int
    found_by: str


@dataclass(slots=True)
class Chain:
    """Reads by the given rules; keeps nothing between pictures."""

    rules: LabelRules = field(default_factory=LabelRules)
    clock: Callable[[], float] = time.thread_time
    """Seconds of work, not of waiting: a busy computer reads what an idle one does, later."""

    def read(self, grey: Grey, effort: Effort = Effort.STILL) -> tuple[Read, ...]:
        """Give the labels in a picture of eight-bit grey, the one that counts first."""
        looking = _Looking(grey, self.rules, effort, self.clock)
        return looking.everything()


class _Looking:
    """One picture being read."""

    def __init__(self, grey: Grey, rules: LabelRules, effort: Effort, clock: Callable[[], float]) -> None:
        self._grey = grey
        self._rules = rules
        self._effort = effort
        self._clock = clock
        self._until = clock() + (STILL_SECONDS if effort is Effort.STILL else STREAM_SECONDS)
        self._linear = tuple(sorted(rules.symbologies - MATRIX))
        self._matrix = tuple(sorted(rules.symbologies & MATRIX))
        self._reads: dict[tuple[Symbology, str], Read] = {}

    def everything(self) -> tuple[Read, ...]:
        if not self._rules.symbologies or min(self._grey.shape) < _SMALLEST:
            return ()
        for step in self._steps():
            step()
            if self._enough() or self._clock() > self._until:
                break
        return self._ordered()

    def _steps(self) -> Iterator[Callable[[], None]]:
        still = self._effort is Effort.STILL
        yield lambda: self._whole(self._grey, 1.0, "quick", thorough=still, inverted=still)
        if self._matrix and self._effort in (Effort.SEARCH, Effort.SECOND):
            yield self._middle
        if self._effort >= Effort.SEARCH and self._linear:
            areas = [found for level in self._levels() for found in self._areas(level)]
            yield from (lambda area=area: self._area(area, Effort.SEARCH) for area in areas)
            if self._effort >= Effort.SECOND:
                yield from (lambda area=area: self._area(area, Effort.SECOND) for area in areas)
        if still:
            yield from self._still_steps()

    def _still_steps(self) -> Iterator[Callable[[], None]]:
        longest = max(self._grey.shape)
        if longest <= 2 * _SMALL:
            wanted = self._rules.symbologies if longest < _SMALL else self._matrix
            yield lambda: self._whole(_resized(self._grey, 2.0), 2.0, "enlarged", wanted, thorough=True)
        yield lambda: self._whole(_evened(self._grey), 1.0, "evened", thorough=True)
        if self._matrix:
            yield lambda: self._whole(_smooth(self._grey), 1.0, "smooth", self._matrix, thorough=True)
            yield lambda: self._whole(_smooth(_resized(self._grey, 0.5)), 0.5, "small", self._matrix, thorough=True)
        if longest <= 2 * _SMALL:
            yield lambda: self._second_opinion(self._grey)
        elif self._matrix:
            yield from (lambda tile=tile: self._tile(tile) for tile in _tiles(self._grey))

    # -- the whole picture

    def _whole(  # noqa: PLR0913 - which picture, at which scale, and how it is to be read
        self,
        grey: Grey,
        scale: float,
        name: str,
        symbologies: Iterable[Symbology] | None = None,
        *,
        thorough: bool = False,
        inverted: bool = False,
        corner: tuple[int, int] = (0, 0),
    ) -> None:
        wanted = self._rules.symbologies if symbologies is None else symbologies
        for seen in zxing(grey, wanted, thorough=thorough, inverted=inverted):
            self._weigh(seen, seen.corners / np.float32(scale) + np.array(corner, np.float32), name)

    def _middle(self) -> None:
        """Look for small and blurred codes of two dimensions where a person holds them: in the middle, enlarged."""
        high, wide = self._grey.shape
        self._tile((wide // 4, high // 4, wide - wide // 4, high - high // 4))

    def _tile(self, tile: tuple[int, int, int, int]) -> None:
        left, top, right, bottom = tile
        enlarged = _resized(self._grey[top:bottom, left:right], 2.0)
        self._whole(enlarged, 2.0, "enlarged", self._matrix, corner=(left, top))

    def _second_opinion(self, grey: Grey) -> None:
        for seen in zbar(grey, self._rules.symbologies):
            self._weigh(seen, seen.corners, "second")

    def _weigh(self, seen: Sighting, corners: Corners, name: str) -> None:
        """Take what was seen in the whole picture: believe it, or look at its place again.

        ITF is only looked for there: its start and stop are so short that a line across half a code passes for a whole.
        """
        text = self._rules.told(seen.symbology, seen.text)
        if text is None or (seen.symbology, text) in self._reads:
            return
        ballot = Ballot()
        if seen.symbology is Symbology.ITF:
            ballot.mention(seen.symbology, text)
        else:
            ballot.cast(name, seen.symbology, text, seen.aim)
        if seen.symbology not in MATRIX:
            area = _squared(self._grey, _area_of(corners))
            if area.height > _TALL_ENOUGH * area.width and seen.symbology is not Symbology.ITF:
                ballot.cast("lines", seen.symbology, text, seen.aim)
            self._poll(self._grey, area, ballot, Effort.SECOND, quiet=_AROUND)
        self._elect(ballot, corners, name)

    # -- areas of stripes

    def _levels(self) -> list[tuple[Grey, float]]:
        grey, scale = self._grey, 1.0
        levels = [(grey, scale)]
        if self._effort is not Effort.STILL:
            return levels
        if max(grey.shape) < _SMALL // 2:
            levels.append((_resized(grey, 2.0), 2.0))
        while max(grey.shape) > _SMALL // 2 and len(levels) < _LEVELS:
            grey, scale = _resized(grey, 0.5), scale / 2
            levels.append((grey, scale))
        return levels

    def _areas(self, level: tuple[Grey, float]) -> list[tuple[Grey, Stripes, float]]:
        grey, scale = level
        return [(grey, area, scale) for area in stripes(grey)]

    def _area(self, found: tuple[Grey, Stripes, float], effort: Effort) -> None:
        grey, area, scale = found
        ballot = Ballot()
        whole = area.scaled(1 / scale)
        # fine bars are only in the full picture; a much larger one is read as it was found
        source, place = (self._grey, whole) if whole.width < _FINE_ENOUGH else (grey, area)
        self._poll(source, place, ballot, effort)
        self._elect(ballot, _corners_of(whole), "located")

    def _poll(self, grey: Grey, area: Stripes, ballot: Ballot, effort: Effort, *, quiet: float = QUIET) -> None:
        """Collect votes for what stands in an area, view by view, until one text is elected.

        Bars that reach the picture's edge are looked at once more as if there were paper beyond it.
        """
        at_the_edge = _at_the_edge(grey, area)
        for on_paper in (False, True) if at_the_edge else (False,):
            cut = straightened(grey, area, quiet=quiet, on_paper=on_paper)
            if cut is None:
                return
            wanted = self._linear
            if at_the_edge or cut_through(cut):
                wanted = tuple(symbology for symbology in wanted if symbology not in OPEN_ENDED)
            for name, seen in _views(cut, wanted, effort):
                text = self._rules.told(seen.symbology, seen.text)
                if text is not None:
                    ballot.cast(name, seen.symbology, text, seen.aim)
                    if ballot.elected() is not None:
                        return
                if self._clock() > self._until:
                    return

    def _elect(self, ballot: Ballot, corners: Corners, found_by: str) -> None:
        elected = ballot.elected()
        if elected is not None:
            self._reads.setdefault(
                (elected.symbology, elected.text),
                Read(elected.symbology, elected.text, elected.aim, corners, elected.votes, found_by),
            )

    # -- the outcome

    def _enough(self) -> bool:
        return bool(self._reads)

    def _ordered(self) -> tuple[Read, ...]:
        middle = np.array(self._grey.shape[::-1]) / 2

        def worth(read: Read) -> tuple[bool, bool, float]:
            isbn = read.symbology is Symbology.EAN13 and read.text.startswith(ISBN)
            return _beside(read), not isbn, float(np.linalg.norm(read.corners.mean(axis=0) - middle))

        return tuple(sorted(self._reads.values(), key=worth))


def _beside(read: Read) -> bool:
    return read.symbology is Symbology.EAN13 and read.text.startswith(BESIDE_AN_ISBN)


def _views(cut: Grey, symbologies: Iterable[Symbology], effort: Effort) -> Iterator[tuple[str, Sighting]]:
    """Give what decoders see in a straightened label, view by view, the cheap ones first."""
    wanted = tuple(symbologies)
    level = levelled(cut)

    def named(name: str, seen: Iterable[Sighting]) -> Iterator[tuple[str, Sighting]]:
        return ((name, each) for each in seen)

    yield from named("cut", zxing(cut, wanted))
    yield from named("level", zxing(level, wanted, binarizer=Binarizer.GLOBAL))
    for number, profile in enumerate(bands(level, 5)):
        yield from named(f"band {number}", zxing(strip(profile), wanted))
    dark = np.asarray(255 - level, np.uint8)
    inverted = list(named("inverted", zxing(dark, wanted)))
    yield from inverted
    for number, profile in enumerate(bands(dark, 5) if inverted else ()):
        yield from named(f"inverted band {number}", zxing(strip(profile), wanted))
    if effort < Effort.SECOND:
        return
    yield from named("zbar", zbar(cut, wanted))
    smooth = np.vstack([strip(profile) for profile in bands(level, 3)])
    yield from named("zbar smooth", zbar(smooth, wanted))
    for blur in _BLURS:
        for number, profile in enumerate(bands(level, 3)):
            sharp = strip(sharpened(profile, blur))
            yield from named(f"sharp {number}", zxing(sharp, wanted))
            if number == 0:
                yield from named("zbar sharp", zbar(sharp, wanted))


def _area_of(corners: Corners) -> Stripes:
    """Give the area of a code that a decoder has found; its corners go around from its own upper left."""
    top, bottom = corners[1] - corners[0], corners[2] - corners[3]
    across = (top + bottom) / 2
    width = float(np.linalg.norm(across)) + 1.0
    angle = float(np.arctan2(across[1], across[0]))
    down = ((corners[3] - corners[0]) + (corners[2] - corners[1])) / 2
    height = abs(float(-down[0] * np.sin(angle) + down[1] * np.cos(angle))) + 1.0
    middle = corners.mean(axis=0)
    return Stripes((float(middle[0]), float(middle[1])), angle, width, max(height, 6.0), 0.0, 1.0)


def _at_the_edge(grey: Grey, area: Stripes) -> bool:
    """Say whether an area ends where the picture does: bars may go on beyond it."""
    reach = (0.5 + _WHITE) * area.width * np.array([np.cos(area.angle), np.sin(area.angle)])
    ends = np.array([area.middle - reach, area.middle + reach])
    return bool((ends < 0).any() or (ends > np.array(grey.shape[::-1])).any())


def _squared(grey: Grey, area: Stripes) -> Stripes:
    """Turn an area, known from a line that crossed its bars somehow, so that the line crosses them squarely."""
    reach = area.width / 2 * np.array([abs(np.cos(area.angle)), abs(np.sin(area.angle))])
    reach = np.maximum(reach, 0.1 * area.width)
    left, top = (int(max(0, place)) for place in np.array(area.middle) - reach)
    right, bottom = (int(place) + 1 for place in np.array(area.middle) + reach)
    angle = direction_at(grey[top:bottom, left:right])
    if angle is None:
        return area
    turn = (angle - area.angle + np.pi / 2) % np.pi - np.pi / 2
    if abs(turn) > np.pi / 3:
        return area
    width = area.width * float(np.cos(turn))
    return Stripes(area.middle, area.angle + turn, width, max(area.height, 0.12 * width), 0.0, area.weight)


def _corners_of(area: Stripes) -> Corners:
    cos, sin = np.cos(area.angle), np.sin(area.angle)
    corners = []
    for side, edge in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        across = side * area.width / 2
        along = edge * area.height / 2 + area.slope * across
        corners.append((area.middle[0] + across * cos - along * sin, area.middle[1] + across * sin + along * cos))
    return np.array(corners, np.float32)


def _resized(grey: Grey, by: float) -> Grey:
    how = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, None, fx=by, fy=by, interpolation=how), np.uint8)


def _smooth(grey: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.5), np.uint8)


def _tiles(grey: Grey) -> Iterator[tuple[int, int, int, int]]:
    """Give pieces of a large picture that overlap by a quarter: left, top, right, bottom."""
    step = _TILE * 3 // 4
    for top in range(0, max(1, grey.shape[0] - _TILE // 4), step):
        for left in range(0, max(1, grey.shape[1] - _TILE // 4), step):
            yield left, top, min(left + _TILE, grey.shape[1]), min(top + _TILE, grey.shape[0])


def _evened(grey: Grey) -> Grey:
    """Give each part of the picture the whole range of grey."""
    return np.asarray(cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(grey), np.uint8)
