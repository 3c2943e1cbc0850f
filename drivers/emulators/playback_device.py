"""A device that says again what a real one said: it plays a wire's recording, so that a report becomes a test.

A request that stands in the recording gets the answers that it got there: its first asking the first answers, and so
on; asked more often than that it hears the last ones again, for a driver that looks around asks as often as it likes. A
request that does not stand there gets no answer, and is told to whoever asks the control socket. What a device says of
itself (a scanner's labels) comes by the order ``play``.

Orders beside those of the cable: ``play``: all that came unasked, with the pauses of the recording; ``quick`` (value):
answers come at once instead of after the recorded time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from drivers.emulators.device import Answer, Fact, Order, OrderError, flag_of, text_of
from drivers.emulators.recording_frames import Exchange

LONGEST_REQUEST: Final = 65_536
"""Bytes kept of a request that is not whole: no protocol of ours has longer ones, and a host that sends on is wrong."""

_SHOWN: Final = 32
"""Requests without an answer that are told; the first ones say most."""


class PlaybackDevice:
    """The device of a recording."""

    def __init__(self, exchanges: Sequence[Exchange], *, quick: bool = False) -> None:
        self._unasked = [answer for each in exchanges if not each.request for answer in each.answers]
        self._answers: dict[bytes, list[tuple[Answer, ...]]] = defaultdict(list)
        for each in exchanges:
            if each.request:
                self._answers[each.request].append(each.answers)
        self._asked: dict[bytes, int] = defaultdict(int)
        self._quick = quick
        self._waiting = b""
        self._unknown: list[bytes] = []
        self._unknown_count = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer every whole request that stands in the recording."""
        self._waiting += data
        answers: list[Answer] = []
        while self._waiting:
            request = self._known_request()
            if request is None:
                break
            self._waiting = self._waiting[len(request) :]
            answers += self._next_answers(request)
        return self._timed(answers)

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        answers: Iterable[Answer] = ()
        match text_of(order, "do"):
            case "play":
                answers = self._timed(self._unasked)
            case "quick":
                self._quick = flag_of(order, "value", default=True)
            case "state" | "misbehave":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        unknown_requests: list[Fact] = [each.hex() for each in self._unknown]
        return {
            "requests": sum(self._asked.values()),
            "unknown_requests": unknown_requests,
            "unknown_count": self._unknown_count,
        }, answers

    def _known_request(self) -> bytes | None:
        """Return the longest request that the host's bytes begin with; forget bytes with which none begins."""
        if self._waiting in self._answers:
            return self._waiting
        whole = [each for each in self._answers if self._waiting.startswith(each)]
        if any(len(each) > len(self._waiting) and each.startswith(self._waiting) for each in self._answers):
            return None  # a longer one may be under way
        if whole:
            return max(whole, key=len)
        self._unknown_count += 1
        if len(self._unknown) < _SHOWN:
            self._unknown.append(self._waiting[:LONGEST_REQUEST])
        self._waiting = b""
        return None

    def _next_answers(self, request: bytes) -> tuple[Answer, ...]:
        turns = self._answers[request]
        turn = min(self._asked[request], len(turns) - 1)
        self._asked[request] += 1
        return turns[turn]

    def _timed(self, answers: Iterable[Answer]) -> list[Answer]:
        return [replace(each, delay=0.0) for each in answers] if self._quick else list(answers)
