"""One question and its answer over a wire, for protocols in which the host asks and the device answers in frames.

One question is under way at a time. What lies there before it, what comes late, what is damaged and what means nothing
to it are thrown away and counted; a device that answers nothing for long is lost.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from drivers.errors import DeviceLostError, LossReason
from drivers.frames import FrameBuffer
from drivers.rfid.tag_reader import NoAnswerError, WireCounters

LOST_AT: Final = 12
"""Three questions in a row without a byte, or twelve whose answers were damaged."""

_SILENT_WEIGHT: Final = 4

STALE_READS: Final = 64
"""Of what lies on the line before a question: something that never stops talking is asked all the same, and so lost."""

TAIL: Final = 128
"""Of what came last, for telling what talks there: a scanned line is shorter."""

F = TypeVar("F")
T = TypeVar("T")


class BytePort(Protocol):
    """The wire, as an exchange needs it; `drivers.wire.Wire` says what each does."""

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most so many seconds for a first byte."""
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of it."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """What a protocol asks of the time between bytes, in seconds."""

    broken_off: float
    """Silence in the middle of a frame, or behind a damaged one, after which nothing more comes."""
    between: float = 0.0
    """Between the end of an answer and the next question."""


class Exchange(Generic[F]):
    """Asks over ``port``; ``mistaken`` is what reading a frame raises that is not the answer to what was asked."""

    def __init__(
        self, device: str, port: BytePort, codec: FrameBuffer[F], pace: Pace, mistaken: type[Exception]
    ) -> None:
        self._device = device
        self._port = port
        self._codec = codec
        self._pace = pace
        self._mistaken = mistaken
        self._heard_at = 0.0
        self._drained = 0
        self._trouble = 0
        self.counters = WireCounters()
        self.strays = 0
        """Whole frames that answered nothing."""
        self.tail = b""
        """The last bytes that came, asked for or not."""

    def ask(self, request: bytes, wait: float, understand: Callable[[F], T]) -> T:
        """Return what the answer means; other errors of ``understand`` than ``mistaken`` are answers too, and raised.

        Raises `NoAnswerError`, and `DeviceLostError` when there has been none for long.
        """
        self._settle()
        before = self._codec.damaged
        self._port.write(request, wait)
        for frame in self._arriving(wait):
            try:
                told = understand(frame)
            except self._mistaken:
                self.strays += 1
                continue
            except Exception:
                self._answered()
                raise
            self._answered()
            return told
        self.counters.unanswered += 1
        self.counters.damaged = self._codec.damaged + self._drained
        self._trouble += 1 if self._codec.damaged > before else _SILENT_WEIGHT
        if self._trouble >= LOST_AT:
            raise DeviceLostError(self._device, LossReason.SILENT)
        raise NoAnswerError

    def _answered(self) -> None:
        self._trouble = 0
        self.counters.exchanges += 1
        self.counters.damaged = self._codec.damaged + self._drained

    def _settle(self) -> None:
        """Throw away what nobody asked for, and keep the pause before a question."""
        self._codec.clear()
        for _ in range(STALE_READS):
            data = self._port.read(0)
            if not data:
                break
            self._drained += len(data)
            self._took(data)
        if (left := self._heard_at + self._pace.between - time.monotonic()) > 0:
            time.sleep(left)

    def _arriving(self, wait: float) -> Iterator[F]:
        """Yield frames until ``wait`` is over, or the line is quiet after something that was no whole frame."""
        deadline = time.monotonic() + wait
        before = self._codec.damaged
        while (left := deadline - time.monotonic()) > 0:
            spoilt = self._codec.waiting or self._codec.damaged > before
            data = self._port.read(min(left, self._pace.broken_off) if spoilt else left)
            if data:
                self.counters.received_ns = time.monotonic_ns()
                self._took(data)
                self._codec.receive_data(data)
                yield from self._codec.messages()
                continue
            while self._codec.waiting:
                self._codec.skip_incomplete()
                yield from self._codec.messages()
            return

    def _took(self, data: bytes) -> None:
        self._heard_at = time.monotonic()
        self.tail = (self.tail + data)[-TAIL:]
