"""What the library system says of a hold that was just placed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """A hold that stands."""

    ready: bool = False
    """A copy is kept for the patron already."""
    here: bool = True
    """It is to be fetched here."""
    place: str = ""
    """Where it is to be fetched, as the library system calls it; empty: it did not say."""
    position: int | None = None
    """The place in the queue, from 1; ``None``: not told."""
    until: date | None = None
    """The last day on which it is kept, or waited for."""
