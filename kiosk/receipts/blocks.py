"""The parts of a receipt, each as wide as the paper at most; a printer's driver has its own words for them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Style(StrEnum):
    """How a line looks."""

    NORMAL = "normal"
    BOLD = "bold"
    LARGE = "large"
    """Twice as wide and twice as high: half as many columns fit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: NFC, without control characters, already broken and centred with spaces."""

    text: str = field(repr=False)
    style: Style = Style.NORMAL
    centred: bool = False
    """The spaces before the text are there to centre it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the receipt."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Something for a telephone to read, and a line beneath it for people."""

    text: str = field(repr=False)
    label: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """The site's logo: a PNG."""

    data: bytes = field(repr=False)


Block = Line | Rule | Feed | Cut | QrCode | Picture
