"""Readings that could not be told: the latest of them, a bounded row; the oldest give way and are counted."""

from collections import deque
from itertools import islice
from typing import Final, Generic, TypeVar

T = TypeVar("T")

READINGS_KEPT: Final = 2_016
"""A week of one reading every five minutes: half a megabyte of memory, and nothing on the card."""


class TelemetryRing(Generic[T]):
    """The latest readings in the order of their making; a full ring drops its oldest, never what is new.

    Nothing that must be kept belongs here: that is what ``mqtt.outbox`` is for.
    """

    def __init__(self, limit: int = READINGS_KEPT) -> None:
        if limit < 1:
            raise ValueError("a ring has room for one at least")
        self._limit = limit
        self._first = 0
        self._readings: deque[T] = deque()
        self.dropped = 0
        """How many gave way since the ring was made."""

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._readings)

    def add(self, reading: T) -> None:
        """Keep a reading; in a full ring the oldest gives way."""
        self._readings.append(reading)
        if len(self._readings) > self._limit:
            self._readings.popleft()
            self._first += 1
            self.dropped += 1

    def oldest(self, limit: int) -> tuple[int, tuple[T, ...]]:
        """Return at most ``limit`` readings from the oldest on, with the mark that ``told`` wants once they are out."""
        taken = tuple(islice(self._readings, limit))
        return self._first + len(taken), taken

    def told(self, mark: int) -> None:
        """Forget what stood before the mark; what gave way or came meanwhile makes no difference."""
        while self._readings and self._first < mark:
            self._readings.popleft()
            self._first += 1
