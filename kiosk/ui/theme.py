"""Colours and sizes of the screen: every text at 7:1, every outline at 3:1, every length in millimetres of glass."""

from dataclasses import dataclass
from typing import Self

from kiosk.ui.panel import Panel

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity, each from 0 to 1, as Kivy takes them."""


def colour(code: str, opacity: float = 1.0) -> Colour:
    """Turn ``#RRGGBB`` into a colour."""
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return (red, green, blue, opacity)


PAPER = colour("#F5F1E8")
"""Behind everything."""
PAPER_EDGE = colour("#D8D0BF")
"""Around a row that wants nothing from the patron; it is no control and needs no contrast."""
SURFACE = colour("#FFFFFF")
"""Behind a row and a plain button."""
INK = colour("#14213D")
SOFT_INK = colour("#37445E")
PRIMARY = colour("#0B4A8F")
PRIMARY_PRESSED = colour("#07305E")
ON_PRIMARY = colour("#FFFFFF")
PRESSED = colour("#DCE8F6")
OUTLINE = colour("#5A6A88")
SKY = colour("#DCE8F6")
"""Behind a picture."""
ATTENTION = colour("#FFE2B0")
ATTENTION_EDGE = colour("#A85800")
REFUSED = colour("#9B2410")
REFUSED_PAPER = colour("#FBE6E0")
SCRIM = colour("#14213D", 0.82)
"""Over the page while the warning asks."""
NIGHT = colour("#000000", 0.9)
"""Over everything while nobody is there: dark, and still to be seen that the kiosk is on."""
NOTHING = colour("#FFFFFF", 0.0)
WOOD = colour("#D9B88F")
LEAF = colour("#3F7D6B")
SUN = colour("#F2B544")
BRICK = colour("#C7603C")
STEEL = colour("#8494AE")

TEXT_PAIRS: tuple[tuple[Colour, Colour], ...] = (
    (INK, PAPER),
    (INK, SURFACE),
    (INK, SKY),
    (INK, PRESSED),
    (INK, ATTENTION),
    (INK, REFUSED_PAPER),
    (SOFT_INK, PAPER),
    (SOFT_INK, SURFACE),
    (PRIMARY, SURFACE),
    (PRIMARY, PRESSED),
    (ON_PRIMARY, PRIMARY),
    (ON_PRIMARY, PRIMARY_PRESSED),
)
"""Every pair of letters and ground that a page uses; each at least 7:1."""

OUTLINE_PAIRS: tuple[tuple[Colour, Colour], ...] = (
    (PRIMARY, PAPER),
    (PRIMARY, SURFACE),
    (PRIMARY, SKY),
    (OUTLINE, PAPER),
    (OUTLINE, SURFACE),
    (ATTENTION_EDGE, ATTENTION),
    (ATTENTION_EDGE, PAPER),
    (ATTENTION_EDGE, SURFACE),
    (REFUSED, SURFACE),
    (REFUSED, REFUSED_PAPER),
)
"""Every pair of a button's or mark's outline and its ground; each at least 3:1."""


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(shade: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG's own constants
        for part in shade[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


CAP_HEIGHT_EM = 0.74
"""Height of a capital letter of Be Vietnam Pro in parts of its size (its OS/2 table)."""

_SMALLEST_CAP_MM = 4.8  # ADA/ABA 707.7.2: capitals at least 3/16 inch
_LARGEST_CAP_MM = 7.0  # more only costs lines
_CAP_MM_PER_MM = 0.02  # a larger panel is read from a little further away
_SEVEN_INCH_SHORT_SIDE_MM = 90
_PRIMARY_MM = 25.0
_TARGET_MM = 20.0
_GAP_MM = 3.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths in pixels for one panel."""

    width: int
    height: int
    landscape: bool
    pixels_per_mm: float
    text: int
    """Font size of everything that a patron has to read."""
    title: int
    small: int
    """Font size that a text is never set below, and of small print."""
    primary: int
    """Height of the button that goes on."""
    target: int
    """Height of any other button, and the least width of all."""
    gap: int
    """Between two targets, and around a page."""
    radius: int
    line: int
    """Thickness of an outline."""
    mark: int
    """Diameter of the picture beside a row."""

    @classmethod
    def of(cls, panel: Panel) -> Self:
        """Work out the lengths for `panel`."""
        width, height = panel.shown_size
        per_mm = panel.pixels_per_mm
        short_mm = min(width, height) / per_mm
        cap_mm = min(
            max(_SMALLEST_CAP_MM, _SMALLEST_CAP_MM + (short_mm - _SEVEN_INCH_SHORT_SIDE_MM) * _CAP_MM_PER_MM),
            _LARGEST_CAP_MM,
        )
        text_mm = cap_mm / CAP_HEIGHT_EM
        return cls(
            width=width,
            height=height,
            landscape=width >= height,
            pixels_per_mm=per_mm,
            text=_up(text_mm * per_mm),
            title=_up(text_mm * 1.2 * per_mm),
            small=_up(text_mm * 0.66 * per_mm),
            primary=_up(_PRIMARY_MM * per_mm),
            target=_up(_TARGET_MM * per_mm),
            gap=_up(_GAP_MM * per_mm),
            radius=_up(2.6 * per_mm),
            line=max(2, _up(0.4 * per_mm)),
            mark=_up(9.0 * per_mm),
        )


def _up(length: float) -> int:
    return int(-(-length // 1))
