"""Reads a wire's recording (`drivers.spy` has its form) back into what was asked and what was answered. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from drivers.emulators.device import Answer
from drivers.spy import FIRST_LINE, MOST_BYTES

_LINE: Final = re.compile(r"\+(\d{1,9}\.\d{1,9}) (?:(open|close)|([<>]) ([0-9a-f]+)|! .*)")

ONE_REQUEST: Final = 0.02
"""Shorter than any driver waits before it asks again."""


class RecordingError(ValueError):
    """A line of a recording that means nothing; ``line`` counts from 1, 0 stands for the whole file."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        self.line = line
        self.problem = problem

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}" if self.line else self.problem


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the host sent in one go, and what came before it sent anything else."""

    request: bytes
    """Empty for what came before the host had sent anything."""
    answers: tuple[Answer, ...]
    """Each with the seconds since the request, or since the piece before it."""


def read_recording(text: str) -> tuple[Exchange, ...]:
    """Return every exchange in order, openings one behind the other; raises `RecordingError`.

    Pieces that the host sent within `ONE_REQUEST` seconds, hearing nothing in between, are one request.
    """
    if len(text) > MOST_BYTES:
        raise RecordingError(0, f"longer than {MOST_BYTES} characters")
    lines = text.splitlines()
    if not lines or lines[0] != FIRST_LINE:
        raise RecordingError(1, f"not a recording: it begins with {FIRST_LINE!r}")
    found = _Found()
    for number, line in enumerate(lines[1:], start=2):
        if line and not line.startswith("#"):
            found.take(*_parts(number, line))
    return found.whole()


class _Found:
    """What was read so far."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._request = b""
        self._answers: list[Answer] = []
        self._since = 0.0

    def take(self, moment: float, turn: str, data: bytes) -> None:
        match turn:
            case "open":
                self._finish()
                self._since = moment
            case ">":
                if self._answers or moment - self._since > ONE_REQUEST:
                    self._finish()
                self._request += data
                self._since = moment
            case "<":
                self._answers.append(Answer(data, max(0.0, moment - self._since)))
                self._since = moment

    def whole(self) -> tuple[Exchange, ...]:
        self._finish()
        return tuple(self._exchanges)

    def _finish(self) -> None:
        if self._request or self._answers:
            self._exchanges.append(Exchange(self._request, tuple(self._answers)))
        self._request, self._answers = b"", []


def _parts(number: int, line: str) -> tuple[float, str, bytes]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise RecordingError(number, "not of the form +SECONDS open, close, > HEX, < HEX or ! WORDS")
    moment, turn, arrow, digits = found.groups(default="")
    try:
        return float(moment), turn or arrow, bytes.fromhex(digits)
    except ValueError as error:
        raise RecordingError(number, "an odd number of hexadecimal digits") from error
