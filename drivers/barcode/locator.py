"""Finds where in a picture stripes run side by side, as the bars of a label do, at any angle and under poor light.

The structure tensor of a picture says for each small field how strongly the grey changes and whether it changes in one
direction only. Bars do so over a whole area; print, faces and fabric do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]

CELL: Final = 8
"""Pixels on a side of the fields into which a picture is divided."""
WINDOWS: Final = (3, 7)
"""Cells that are taken together: the smaller finds small labels, the larger bridges wide bars."""
DIRECTIONS: Final = 8
"""Stripes are gathered by direction, so that two labels that touch are told apart."""
_ONE_WAY: Final = 0.45
"""Share of the change that must be in one direction."""
_FAINTEST: Final = 0.03
"""Weakest change that counts, as a share of the strongest in the picture: a label in the shadow beside a lit one."""
_ONE_SIDED: Final = 0.55
"""Bars go from dark to light as often as back; the edge of a sheet goes one way. Share that may stay unbalanced."""
_NOTHING: Final = 40.0
"""Change that the noise of a good sensor makes in a plain area."""
_FEWEST: Final = 6
"""Cells that make an area."""
_NARROWEST: Final = 4
_SLOPED: Final = 6
"""Cells: an area must be so wide before its slope means anything."""
MOST: Final = 8
"""Areas of a picture that are looked at; there are not more labels before a camera."""


@dataclass(frozen=True, slots=True)
class Stripes:
    """An area of parallel stripes, in pixels of the picture."""

    middle: tuple[float, float]
    angle: float
    """Radians from the picture's rows to the line that crosses the stripes."""
    width: float
    """Across the stripes."""
    height: float
    """Along them."""
    slope: float
    """How far the area's middle moves along the stripes for each pixel across: not 0 for a label seen from the side."""
    weight: float
    """The larger the likelier a label."""

    def scaled(self, by: float) -> "Stripes":
        """Give the same area in a picture so many times as large."""
        x, y = self.middle
        return Stripes((x * by, y * by), self.angle, self.width * by, self.height * by, self.slope, self.weight * by)


def stripes(grey: Grey, windows: tuple[int, ...] = WINDOWS, most: int = MOST) -> list[Stripes]:
    """Find areas of stripes, the likeliest first."""
    if min(grey.shape) < 2 * CELL:
        return []
    changes = _changes(grey)
    found = [area for window in windows for area in _areas(changes, window)]
    found.sort(key=lambda area: -area.weight)
    chosen: list[Stripes] = []
    for area in found:
        if not any(_same(area, other) for other in chosen):
            chosen.append(area)
        if len(chosen) == most:
            break
    return chosen


Changes = tuple[Field, Field, Field, Field, Field, Field]


def _changes(grey: Grey) -> Changes:
    """Give, averaged over cells, the structure tensor (three parts), the signed change (two) and its amount."""
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)
    cells = (max(1, grey.shape[1] // CELL), max(1, grey.shape[0] // CELL))

    def averaged(product: npt.NDArray[Any]) -> Field:
        return np.asarray(cv2.resize(product, cells, interpolation=cv2.INTER_AREA), np.float32)

    xx, yy = across * across, down * down
    amount = np.sqrt(xx + yy)
    return averaged(xx), averaged(yy), averaged(across * down), averaged(across), averaged(down), averaged(amount)


def _areas(changes: Changes, window: int) -> Iterator[Stripes]:
    xx, yy, xy, x, y, amount = (cv2.blur(part, (window, window)) for part in changes)
    strength = xx + yy + 1e-3
    straight, slant = (xx - yy) / strength, 2 * xy / strength
    strongest = float(np.partition(strength, -1 - strength.size // 200, axis=None)[-1 - strength.size // 200])
    enough = strength > max(_FAINTEST * strongest, _NOTHING)
    enough &= x * x + y * y < (_ONE_SIDED * amount) ** 2
    for number in range(DIRECTIONS):
        doubled = 2 * np.pi * number / DIRECTIONS
        along = straight * np.float32(np.cos(doubled)) + slant * np.float32(np.sin(doubled))
        mask = ((along > _ONE_WAY) & enough).astype(np.uint8)
        if not mask.any():
            continue
        mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
        count, names, facts, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        for name in range(1, count):
            left, top, wide, high, cells = (int(fact) for fact in facts[name])
            if cells < _FEWEST:
                continue
            part = np.s_[top : top + high, left : left + wide]
            inside = names[part] == name
            angle = _direction(xx[part][inside], yy[part][inside], xy[part][inside])
            rows, columns = np.nonzero(inside)
            area = _measured(columns + left + 0.5, rows + top + 0.5, angle)
            if area is not None:
                certain = float(np.abs(along[part][inside]).mean())
                yield Stripes(*area, weight=certain**2 * cells * float(strength[part][inside].mean()) ** 0.25)


def _direction(xx: Field, yy: Field, xy: Field) -> float:
    """Give the angle of the line that crosses the stripes; each cell counts alike, strong or weak."""
    strength = xx + yy + 1e-3
    slant, straight = float((2 * xy / strength).mean()), float(((xx - yy) / strength).mean())
    return float(np.arctan2(slant, straight)) / 2


def direction_at(grey: Grey) -> float | None:
    """Give the angle of the line that crosses the stripes of a small piece, or nothing where there are none."""
    if min(grey.shape) < _FEWEST:
        return None
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)
    xx, yy, xy = float((across * across).sum()), float((down * down).sum()), float((across * down).sum())
    if np.hypot(xx - yy, 2 * xy) < _ONE_WAY / 2 * (xx + yy) or xx + yy <= 0:
        return None
    return float(np.arctan2(2 * xy, xx - yy)) / 2


def _measured(
    columns: npt.NDArray[np.floating], rows: npt.NDArray[np.floating], angle: float
) -> tuple[tuple[float, float], float, float, float, float] | None:
    """Give middle, angle, width, height and slope of an area of cells, in pixels."""
    across = columns * np.cos(angle) + rows * np.sin(angle)
    along = rows * np.cos(angle) - columns * np.sin(angle)
    from_across, to_across = float(across.min()) - 0.5, float(across.max()) + 0.5
    width = to_across - from_across
    middle_across = (from_across + to_across) / 2
    slope = 0.0
    if width > _SLOPED and across.size > 2 * _SLOPED:
        offset = across - across.mean()
        slope = float((offset * (along - along.mean())).sum() / max(1e-6, float((offset**2).sum())))
        slope = float(np.clip(slope, -0.8, 0.8))
    straightened = along - slope * (across - middle_across)
    straightened.sort()
    spare = straightened.size // 25
    low, high = float(straightened[spare]), float(straightened[-1 - spare])
    height = max(1.0, high - low)
    middle_along = (low + high) / 2
    x = middle_across * np.cos(angle) - middle_along * np.sin(angle)
    y = middle_across * np.sin(angle) + middle_along * np.cos(angle)
    if width < _NARROWEST:
        return None
    return (float(x) * CELL, float(y) * CELL), angle, width * CELL, height * CELL, slope


def _same(one: Stripes, other: Stripes) -> bool:
    """Say whether two areas are one, found twice."""
    turned = abs((one.angle - other.angle + np.pi / 2) % np.pi - np.pi / 2)
    apart = float(np.hypot(one.middle[0] - other.middle[0], one.middle[1] - other.middle[1]))
    return turned < np.pi / 9 and apart < max(other.height, other.width) * 0.35 and one.width < 1.35 * other.width
