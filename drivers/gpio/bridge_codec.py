"""What a driver of pins and an emulated header say to each other: short lines of ASCII words.

Host: ``board``; ``out PIN LEVEL``; ``in PIN PULL``; ``set PIN LEVEL``; ``pwm PIN HZ PERCENT``; ``free PIN``.
Header: ``board REVISION``; ``ok PIN LEVEL``; ``busy PIN``; ``denied PIN``; ``level PIN LEVEL``.
"""

from typing import Final

LONGEST: Final = 64
"""Bytes of one line: the longest that is ever said has less than 30."""


def line_of(*words: str | int) -> bytes:
    """Give a line with its end."""
    return " ".join(map(str, words)).encode("ascii") + b"\n"


class LineCodec:
    """Bytes in, however cut; lines of words out. What is no such line is passed over."""

    def __init__(self) -> None:
        self._kept = b""

    def receive_data(self, data: bytes) -> list[tuple[str, ...]]:
        """Give every line that has become whole."""
        *whole, self._kept = (self._kept + data).split(b"\n")
        self._kept = self._kept[-LONGEST:]
        return [
            tuple(line.decode("ascii").split())
            for line in whole
            if line.isascii() and line.split() and len(line) < LONGEST
        ]


def number(word: str, most: int) -> int | None:
    """Read a number from 0 to ``most``; ``None`` where it is none."""
    if not (word.isascii() and word.isdigit()) or len(word) > len(str(most)):
        return None
    value = int(word)
    return value if value <= most else None
