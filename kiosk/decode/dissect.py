"""How a protocol's frames are taken apart to be explained, the bad ones too; pure."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with some bytes."""

    what: str
    expected: str = ""
    found: str = ""

    @property
    def hides_meaning(self) -> bool:
        """Whether nothing can be said of what was meant."""
        return self.what not in ("checksum", "end")


class Dissector(Protocol):
    """One protocol; ``data`` is never empty."""

    @property
    def marked(self) -> bool:
        """Whether a frame begins with bytes that say so; without them any byte may be taken for a length."""
        ...

    def begin(self, data: bytes) -> int:
        """Return how many bytes stand before the first that may begin a frame; all, where there is none."""
        ...

    def measure(self, data: bytes) -> tuple[int, Problem | None]:
        """Return how many bytes the frame at the front has, at least 1, and what is wrong with its length."""
        ...

    def check(self, frame: bytes) -> Problem | None:
        """Say what is wrong with a frame of the right length."""
        ...

    def explain(self, frame: bytes) -> dict[str, Any]:
        """Say what a frame of the right length means, even if its checksum is wrong."""
        ...


def cut_off(size: int, there: int) -> Problem:
    """Say that a frame tells of more bytes than there are."""
    return Problem("cut_off", f"{size} bytes", f"{there} bytes")


def wrong_sum(expected: bytes, found: bytes) -> Problem | None:
    """Say that a checksum is wrong, if it is."""
    return None if expected == found else Problem("checksum", expected.hex(), found.hex())


def name_of(names: type, value: int) -> str:
    """Return a number's name in an enumeration, in small letters; hexadecimal where it has none."""
    try:
        return str(names(value).name).lower()
    except (ValueError, AttributeError):
        return f"{value:02x}"
