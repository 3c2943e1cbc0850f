"""Straightens an area of stripes out of a picture: upright bars, enlarged, evenly lit; and strips of it, sharpened."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from drivers.barcode.locator import Stripes

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

QUIET: Final = 0.14
"""Of an area's width: white that belongs to a code on either side."""
_WIDEST: Final = 1800
"""Pixels of a straightened label: 4 for each module of the longest that is in use."""
_AIM: Final = 900
_TALLEST: Final = 160
_UPRIGHT: Final = 0.8
"""Pixels that bars may lean over their whole height."""
_ENOUGH_PLACES: Final = 3
_FEW_ROWS: Final = 4
_CERTAIN: Final = 0.35
"""Of the standard deviation of a line: less is no change from dark to light."""
FEWEST_EDGES: Final = 16
"""Changes along the shortest code are 36; a blur may swallow half of them, and print has fewer."""
_SPARSE: Final = 8
"""Every so many rows and columns tell how light the paper is."""
_LIGHT: Final = 95
"""Percent of a picture that is darker than paper."""
_AT_THE_END: Final = 0.06
"""Of a straightened area's width: less than the white that belongs there, and room for several bars."""
_FEW_EDGES: Final = 3
"""A label's own edge is one change from dark to light, and the frame around an ITF-14 two."""
_LARGEST: Final = 4.0
"""Enlarging more shows nothing new."""


def straightened(grey: Grey, area: Stripes, *, quiet: float = QUIET, on_paper: bool = False) -> Grey | None:
    """Cut an area out with its bars upright, and some white on both sides.

    Bars that lean differently at the two ends, as on a label seen from the side, are made parallel. An area with too
    few bars for any code gives nothing. What lies beyond the picture is like its edge, or ``on_paper``: white.
    """
    margin = quiet * area.width + 12
    width, height = area.width + 2 * margin, max(12.0, area.height)
    scale = float(np.clip(_AIM / width, 1.0, _LARGEST))
    scale = min(scale, _WIDEST / width)
    upright = min(scale, max(1.0, _TALLEST / height)) if height < _TALLEST else min(1.0, 2 * _TALLEST / height)
    size = (round(width * scale), max(8, round(height * upright)))
    first = _cut(grey, area, (width, height), size, np.zeros(2), on_paper=on_paper)
    if edges(first) < FEWEST_EDGES:
        return None
    lean = _lean(first)
    if np.abs(lean).max() * size[1] < _UPRIGHT:
        return first
    return _cut(grey, area, (width, height), size, lean, on_paper=on_paper)


def _cut(  # noqa: PLR0913 - what of which picture, how large, how upright, and what lies around it
    grey: Grey,
    area: Stripes,
    extent: tuple[float, float],
    size: tuple[int, int],
    lean: npt.NDArray[np.floating],
    *,
    on_paper: bool,
) -> Grey:
    """Warp; ``lean`` is how far bars at the left and at the right end move sideways for each row."""
    width, height = size
    to_left, to_right = lean[0] * height / 2, lean[1] * height / 2
    corners = np.array(
        [[-to_left, 0], [width - to_right, 0], [width + to_right, height], [to_left, height]], np.float64
    )
    across = (corners[:, 0] / width - 0.5) * extent[0]
    along = (corners[:, 1] / height - 0.5) * extent[1] + area.slope * across
    cos, sin = np.cos(area.angle), np.sin(area.angle)
    there = np.stack(
        [area.middle[0] + across * cos - along * sin, area.middle[1] + across * sin + along * cos], axis=1
    ).astype(np.float32)
    here = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    how = cv2.getPerspectiveTransform(here, there)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    if not on_paper:
        return np.asarray(cv2.warpPerspective(grey, how, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    light = float(np.percentile(grey[::_SPARSE, ::_SPARSE], _LIGHT))
    return np.asarray(cv2.warpPerspective(grey, how, size, flags=flags, borderValue=light), np.uint8)


def _lean(cut: Grey) -> npt.NDArray[np.floating]:
    """Give how far bars move sideways for each row, at the left and at the right end."""
    smooth = cv2.blur(cut, (3, 5))
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    rows = np.s_[cut.shape[0] // 8 : cut.shape[0] - cut.shape[0] // 8]
    xx, xy = (across[rows] ** 2).sum(axis=0), (across[rows] * down[rows]).sum(axis=0)
    places, leans, weights = [], [], []
    columns = cut.shape[1]
    for part in range(1, 9):  # the outermost tenths are margin
        piece = np.s_[columns * part // 10 : columns * (part + 1) // 10]
        strength = float(xx[piece].sum())
        if strength > 0:
            places.append((part + 0.5) / 10)
            leans.append(-float(xy[piece].sum()) / strength)
            weights.append(strength)
    if len(places) < _ENOUGH_PLACES:
        return np.zeros(2)
    slope, start = np.polyfit(places, leans, 1, w=np.sqrt(weights))
    return np.asarray(np.clip(np.array([start, start + slope]), -0.6, 0.6))


def levelled(cut: Grey) -> Grey:
    """Take shade and lamp out: each column's dark and light ends are stretched to the whole range."""
    reach = max(31, (cut.shape[1] // 8) | 1)
    kernel = np.ones((1, reach), np.uint8)
    low = cv2.blur(cv2.erode(cut, kernel), (reach, 1)).astype(np.float32)
    high = cv2.blur(cv2.dilate(cut, kernel), (reach, 1)).astype(np.float32)
    span = np.maximum(high - low, 12.0)
    return np.asarray(np.clip((cut - low) * (255.0 / span), 0, 255), np.uint8)


def bands(cut: Grey, count: int) -> Iterator[Floats]:
    """Give the mean grey along the bars for each of so many slices, from the middle outwards."""
    edges = np.linspace(0, cut.shape[0], count + 1).round().astype(int)
    pieces = [cut[top:bottom].mean(axis=0, dtype=np.float32) for top, bottom in pairwise(edges) if bottom > top]
    for place in sorted(range(len(pieces)), key=lambda place: abs(place - (len(pieces) - 1) / 2)):
        yield pieces[place].astype(np.float32)


def edges(cut: Grey) -> int:
    """Count the changes between dark and light along the middle of a straightened area; faint ones are noise."""
    middle = cut.shape[0] // 2
    rows = cut[max(0, middle - _FEW_ROWS) : middle + _FEW_ROWS]
    profile = rows.mean(axis=0, dtype=np.float32)[None, :]
    reach = max(15, (profile.shape[1] // 10) | 1)
    swing = (profile - cv2.blur(profile, (reach, 1)))[0]
    faint = _CERTAIN * float(swing.std())
    certain = swing[np.abs(swing) > faint] > 0
    return int(np.count_nonzero(certain[1:] != certain[:-1]))


def cut_through(cut: Grey) -> bool:
    """Say whether bars stand at an end of a straightened area, so that it holds a part of a code only."""
    profile = cut.mean(axis=0, dtype=np.float32)
    low, high = (float(edge) for edge in np.percentile(profile, (5, 95)))
    reach = max(_FEW_ROWS, round(_AT_THE_END * profile.size))
    for end in (profile[:reach], profile[-reach:]):
        certain = end[np.abs(end - (low + high) / 2) > _CERTAIN / 2 * (high - low)] > (low + high) / 2
        if np.count_nonzero(certain[1:] != certain[:-1]) >= _FEW_EDGES:
            return True
    return False


def sharpened(profile: Floats, blur: float, noise: float = 0.01) -> Floats:
    """Undo a blur of so many pixels (standard deviation) as far as the noise lets: Wiener's filter."""
    padding = int(4 * blur) + 8
    padded = np.pad(profile, padding, mode="edge")
    frequencies = np.fft.rfftfreq(padded.size)
    passed = np.exp(-2 * (np.pi * blur * frequencies) ** 2)
    spectrum = np.fft.rfft(padded - padded.mean()) * passed / (passed**2 + noise)
    undone = np.fft.irfft(spectrum, padded.size)[padding : padding + profile.size] + padded.mean()
    return np.asarray(undone, np.float32)


def strip(profile: Floats, rows: int = 6) -> Grey:
    """Make a picture of a profile: a few equal rows, its range stretched."""
    low, high = (float(edge) for edge in np.percentile(profile, (2, 98)))
    grey = np.clip((profile - low) * (255.0 / max(8.0, high - low)), 0, 255).astype(np.uint8)
    return np.tile(grey, (rows, 1))
