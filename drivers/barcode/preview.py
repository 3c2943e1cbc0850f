"""A small picture of what the camera sees, for the screen, with a mark where a label is expected or was found."""

from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

Point = tuple[float, float]
Mark = tuple[Point, Point, Point, Point]
"""Four corners as shares of the picture's width and height, from its upper left."""

EXPECTED: Final[Mark] = ((0.2, 0.25), (0.8, 0.25), (0.8, 0.75), (0.2, 0.75))
"""Where a label is to be held: it then covers at least 40 % of the width, as its bars need."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One frame, red-green-blue, rows from the top."""

    number: int
    """Grows with each frame."""
    width: int
    height: int
    rgb: bytes = field(repr=False)
    mark: Mark = EXPECTED
    found: bool = False
    """Whether the mark shows a label that was read, and not where one is expected."""


@runtime_checkable
class Previewing(Protocol):
    """A scanner that sees pictures; ask with ``isinstance``."""

    def preview(self) -> Preview | None:
        """Give the newest frame, or nothing yet."""
        ...
