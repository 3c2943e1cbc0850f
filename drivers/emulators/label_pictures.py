"""Draws pictures of labels as a camera would see them: turned, tilted, blurred, noisy, badly lit, among other things.

For tests, benches and the emulated camera. The same seed draws the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any, Final

import barcode
import cv2
import numpy as np
import numpy.typing as npt
import qrcode
from barcode.errors import BarcodeError

from drivers.barcode.symbology import Symbology

Grey = npt.NDArray[np.uint8]

_FINE: Final = 6
"""Pixels of a drawn label for each of its modules, before the camera sees it."""
_QUIET: Final = 10
"""Modules of white on either side of bars, as the standards ask."""
_DARK, _LIGHT = 25, 235


@dataclass(frozen=True, slots=True)
class Label:
    """One printed label."""

    symbology: Symbology
    text: str
    tall: float = 0.4
    """Height of the bars as a share of their width."""
    inverted: bool = False
    """Light bars on dark ground."""
    worded: bool = True
    """With its text under the bars."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How a label lies before the camera."""

    module: float = 2.0
    """Pixels of its narrowest bar in the picture."""
    angle: float = 0.0
    """Degrees that it is turned, against the clock."""
    tilt: float = 0.0
    """How much smaller its far side is than its near side, as a share; tilted about its upright axis."""
    pitch: float = 0.0
    """The same about its level axis."""
    at: tuple[float, float] = (0.5, 0.5)
    """Where its middle is, as shares of the picture's width and height."""


@dataclass(frozen=True, slots=True)
class Seeing:
    """What the camera and the light make of it."""

    blur: float = 0.0
    """Standard deviation in pixels: out of focus."""
    motion: float = 0.0
    """Pixels that the label moved while the shutter was open."""
    motion_angle: float = 0.0
    noise: float = 0.0
    """Standard deviation in grey levels."""
    light: float = 1.0
    """1 is well lit, 0.2 is a dark corner."""
    contrast: float = 1.0
    """1 is black on white, 0.2 is grey on grey."""
    glare: float = 0.0
    """0 is none; 1 is a lamp mirrored in the middle of the label, washing out a good part of its height."""
    shadow: float = 0.0
    """How much darker the shaded side of the picture is."""


PLAIN: Final = Seeing()


class LabelTextError(ValueError):
    """A text that its symbology cannot hold."""

    def __init__(self, symbology: Symbology) -> None:
        super().__init__(symbology)
        self.symbology = symbology

    def __str__(self) -> str:
        return f"{self.symbology} cannot hold this text"


def picture(
    labels: Sequence[tuple[Label, Pose]],
    seeing: Seeing = PLAIN,
    size: tuple[int, int] = (1280, 720),
    seed: int = 0,
    *,
    clutter: bool = True,
) -> Grey:
    """Draw the labels on a table; ``size`` is width and height; eight bits of grey."""
    dice = np.random.default_rng(seed)
    seen: npt.NDArray[np.float32] = _table(size, dice, clutter=clutter).astype(np.float32)
    for label, pose in labels:
        _lay(seen, drawn(label), pose)
    seen = 128 + (seen - 128) * np.float32(seeing.contrast)
    if labels and seeing.glare > 0:
        _mirror(seen, labels[0][1], seeing.glare)
    if seeing.shadow > 0:
        slope = np.linspace(1.0, 1.0 - seeing.shadow, size[0], dtype=np.float32)
        seen *= slope[None, :]
    if seeing.blur > 0:
        seen = cv2.GaussianBlur(seen, (0, 0), seeing.blur).astype(np.float32)
    if seeing.motion >= 1:
        seen = cv2.filter2D(seen, -1, _streak(seeing.motion, seeing.motion_angle)).astype(np.float32)
    seen *= np.float32(seeing.light)
    if seeing.noise > 0:
        seen += dice.normal(0.0, seeing.noise, seen.shape).astype(np.float32)
    return np.asarray(np.clip(seen, 0, 255), np.uint8)


def drawn(label: Label) -> Grey:
    """Draw a label alone, flat, six pixels a module, with white around it."""
    square = label.symbology is Symbology.QRCODE
    flat = _qr(label.text) if square else _bars(label)
    return np.asarray(255 - flat, np.uint8) if label.inverted else flat


def bars_of(label: Label) -> tuple[str, int]:
    """Give bars as ones, spaces as zeros, and how many the narrowest bar is wide; raises `LabelTextError`."""
    code: Any = barcode.get_barcode_class({Symbology.CODABAR: "codabar"}.get(label.symbology, label.symbology.value))
    text = label.text
    if label.symbology is Symbology.EAN13:
        text = text[:12]
    if label.symbology is Symbology.CODABAR and not text[:1].isalpha():
        text = f"A{text}B"
    try:
        made = code(text, add_checksum=False) if label.symbology is Symbology.CODE39 else code(text)
        bars: str = made.build()[0]
    except (BarcodeError, KeyError) as error:
        raise LabelTextError(label.symbology) from error
    return bars, 2 if label.symbology in (Symbology.CODABAR, Symbology.ITF) else 1


def _bars(label: Label) -> Grey:
    bars, narrow = bars_of(label)
    fine = _FINE // narrow
    row = np.repeat(np.frombuffer(bars.encode("ascii"), np.uint8) == ord("1"), fine)
    height = max(8 * _FINE, int(row.size * label.tall))
    words = 14 * _FINE if label.worded else 2 * _FINE
    quiet = _QUIET * _FINE
    flat = np.full((height + words + 4 * _FINE, row.size + 2 * quiet), _LIGHT, np.uint8)
    flat[4 * _FINE : 4 * _FINE + height, quiet : quiet + row.size][:, row] = _DARK
    if label.worded:
        size = 8 * _FINE / 22
        (width, _), _ = cv2.getTextSize(label.text, cv2.FONT_HERSHEY_SIMPLEX, size, _FINE // 2)
        place = (max(0, (flat.shape[1] - width) // 2), 4 * _FINE + height + 10 * _FINE)
        cv2.putText(flat, label.text, place, cv2.FONT_HERSHEY_SIMPLEX, size, _DARK, _FINE // 2, cv2.LINE_AA)
    return flat


def _qr(text: str) -> Grey:
    code: Any = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    dark = np.kron(np.array(code.get_matrix(), bool), np.ones((_FINE, _FINE), bool))
    return np.where(dark, _DARK, _LIGHT).astype(np.uint8)


def _lay(seen: npt.NDArray[np.float32], flat: Grey, pose: Pose) -> None:
    """Put a flat label into the scene, seen from above or from the side."""
    scale = pose.module / _FINE
    if scale < 1:  # what is drawn finer than the camera sees is averaged, as a lens does
        flat = cv2.GaussianBlur(flat, (0, 0), 0.45 / scale).astype(np.uint8)
    height, width = flat.shape
    half_w, half_h = width * scale / 2, height * scale / 2
    corners = np.array([[-half_w, -half_h], [half_w, -half_h], [half_w, half_h], [-half_w, half_h]])
    corners[[0, 3], 1] *= 1 - pose.tilt
    corners[:, 0] *= 1 - pose.tilt / 3
    corners[[0, 1], 0] *= 1 - pose.pitch
    corners[:, 1] *= 1 - pose.pitch / 3
    turn = radians(pose.angle)
    turned = corners @ np.array([[cos(turn), -sin(turn)], [sin(turn), cos(turn)]])
    turned += np.array([pose.at[0] * seen.shape[1], pose.at[1] * seen.shape[0]])
    flat_corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    how = cv2.getPerspectiveTransform(flat_corners, turned.astype(np.float32))
    size = (seen.shape[1], seen.shape[0])
    there = cv2.warpPerspective(np.full_like(flat, 255), how, size, flags=cv2.INTER_LINEAR)
    laid = cv2.warpPerspective(flat, how, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = there.astype(np.float32) / 255
    seen += (laid.astype(np.float32) - seen) * share


def _table(size: tuple[int, int], dice: np.random.Generator, *, clutter: bool) -> Grey:
    """Draw what lies behind: wood, book covers, print."""
    width, height = size
    ground = np.full((height, width), int(dice.integers(60, 180)), np.uint8)
    if not clutter:
        return ground
    for _ in range(12):
        one = (int(dice.integers(0, width)), int(dice.integers(0, height)))
        other = (one[0] + int(dice.integers(40, width // 2)), one[1] + int(dice.integers(30, height // 2)))
        cv2.rectangle(ground, one, other, int(dice.integers(20, 230)), -1)
    words = "Thu vien tinh Lorem ipsum dolor sit amet 0123456789"
    for _ in range(25):
        place = (int(dice.integers(-50, width)), int(dice.integers(0, height)))
        start = int(dice.integers(0, 20))
        thick = int(dice.integers(1, 3))
        size_of_it = float(dice.uniform(0.3, 1.2))
        grey = int(dice.integers(0, 255))
        cv2.putText(ground, words[start : start + 25], place, cv2.FONT_HERSHEY_SIMPLEX, size_of_it, grey, thick)
    grain = dice.normal(0, 3, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    coarse = cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(ground + coarse, 0, 255), np.uint8)


def _mirror(seen: npt.NDArray[np.float32], pose: Pose, strength: float) -> None:
    height, width = seen.shape
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    reach = 40 * pose.module / 2
    from_x, from_y = across - pose.at[0] * width, down - pose.at[1] * height + 0.6 * reach
    lamp = np.exp(-(from_x**2 + (2.5 * from_y) ** 2) / (2 * reach**2)) * 260 * strength
    seen += lamp
    np.minimum(seen, 255, out=seen)


def _streak(length: float, angle: float) -> npt.NDArray[np.float32]:
    size = int(length) | 1
    kernel = np.zeros((size, size), np.float32)
    kernel[size // 2] = 1
    how = cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), angle, 1)
    turned: npt.NDArray[np.float32] = cv2.warpAffine(kernel, how, (size, size)).astype(np.float32)
    return turned / np.float32(turned.sum())
