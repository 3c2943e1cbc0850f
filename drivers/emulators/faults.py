"""What a bad cable does to a device's bytes: lost, doubled, wrong, late, in pieces, or not at all. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from drivers.emulators.device import Order, number_of, text_of

WIRE_FAULTS: Final = ("lose", "double", "corrupt", "delay", "split", "swallow")


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that go out together."""

    data: bytes
    delay: float
    """Seconds after the piece before, or after the answer was ready."""


@dataclass(frozen=True, slots=True)
class WireFault:
    """One fault and how often it still happens."""

    what: str
    at: int
    """Which byte of an answer, counted from 0; past the end means the last."""
    milliseconds: int
    size: int
    times: int

    @classmethod
    def from_order(cls, order: Order) -> "WireFault":
        """Read the order ``{"do":"misbehave","what":...,"at":3,"ms":200,"size":1,"times":1}``."""
        return cls(
            what=text_of(order, "what"),
            at=number_of(order, "at", 3),
            milliseconds=number_of(order, "ms", 100, most=60_000),
            size=max(1, number_of(order, "size", 1)),
            times=number_of(order, "times", 1),
        )

    def pieces(self, data: bytes) -> Iterator[Piece]:
        """Give what becomes of one answer."""
        at = min(self.at, len(data) - 1)
        seconds = self.milliseconds / 1000
        if self.what == "lose":
            yield Piece(data[:at] + data[at + 1 :], 0.0)
        elif self.what == "double":
            yield Piece(data[: at + 1] + data[at:], 0.0)
        elif self.what == "corrupt":
            yield Piece(data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :], 0.0)
        elif self.what == "delay":
            yield Piece(data, seconds)
        elif self.what == "split":
            for start in range(0, len(data), self.size):
                yield Piece(data[start : start + self.size], seconds if start else 0.0)
