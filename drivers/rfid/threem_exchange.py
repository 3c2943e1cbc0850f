"""One question and its answer on a 3M/Bibliotheca pad's wire at a time; late and damaged answers are thrown away."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from drivers.errors import DeviceLostError, LossReason
from drivers.rfid.tag_reader import NoAnswerError, WireCounters
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import MessageError, RefusalError

LOST_AT: Final = 12
"""Three questions in a row without a byte, or twelve whose answers were damaged."""

_SILENT_WEIGHT: Final = 4

T = TypeVar("T")


class BytePort(Protocol):
    """The wire, as questions need it."""

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most so many seconds for a first byte."""
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of it."""
        ...

    def drain(self) -> int:
        """Throw away what is there."""
        ...


@dataclass(frozen=True, slots=True)
class ReaderTimings:
    """How long to wait, in seconds."""

    first: float = 1.5
    """For the first answer: a Raspberry Pi's newly opened USB port can keep the first byte for a second."""
    inventory: float = 1.5
    """Fifty tags take half a second on the air and as much on the wire."""
    answer: float = 0.5
    block: float = 0.03
    """More for each block that is written: a tag takes up to 27 ms."""
    broken_off: float = 0.1
    """Silence in the middle of a frame or behind a damaged one; USB adapters hand on what they have every 16 ms."""


class ThreemExchange:
    """Asks over ``port``; raises `DeviceLostError` when the pad falls silent or its cable goes."""

    def __init__(self, device: str, port: BytePort, timings: ReaderTimings) -> None:
        self._device = device
        self._port = port
        self._timings = timings
        self._codec = ThreemCodec()
        self._trouble = 0
        self._drained = 0
        self.counters = WireCounters()

    def ask(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Return what the answer means; a frame that means nothing to this request is not its answer.

        ``understand`` raises `MessageError` for such a frame and `RefusalError` for the pad's "no", which goes
        through. Raises `NoAnswerError`.
        """
        self._codec.clear()
        self._drained += self._port.drain()
        before = self._codec.damaged
        self._port.write(ThreemCodec.send(request), wait)
        try:
            for frame in self._arriving(wait):
                try:
                    told = understand(frame)
                except MessageError:
                    continue
                except RefusalError:
                    self._answered()
                    raise
                self._answered()
                return told
        finally:
            self.counters.damaged = self._codec.damaged + self._drained
        self.counters.unanswered += 1
        self._trouble += 1 if self._codec.damaged > before else _SILENT_WEIGHT
        if self._trouble >= LOST_AT:
            raise DeviceLostError(self._device, LossReason.SILENT)
        raise NoAnswerError

    def ask_again(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Ask, and ask once more when no answer came: for requests that change nothing."""
        try:
            return self.ask(request, wait, understand)
        except NoAnswerError:
            return self.ask(request, wait, understand)

    def forgive(self) -> None:
        """Count troubles anew: what was asked may well not be known to this pad."""
        self._trouble = 0

    def _arriving(self, wait: float) -> Iterator[Frame]:
        """Yield frames until ``wait`` is over, or the line is quiet after something that was no whole frame."""
        deadline = time.monotonic() + wait
        before = self._codec.damaged
        while (left := deadline - time.monotonic()) > 0:
            spoilt = self._codec.waiting or self._codec.damaged > before
            data = self._port.read(min(left, self._timings.broken_off) if spoilt else left)
            if data:
                self.counters.received_ns = time.monotonic_ns()
                self._codec.receive_data(data)
                yield from self._codec.messages()
                continue
            while self._codec.waiting:
                self._codec.skip_incomplete()
                yield from self._codec.messages()
            return

    def _answered(self) -> None:
        self._trouble = 0
        self.counters.exchanges += 1
