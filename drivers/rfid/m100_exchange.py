"""A UHF module's wire: questions and answers, and polls, whose finds come unasked until they are stopped."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from drivers.errors import DeviceLostError, LossReason
from drivers.rfid.exchange import LOST_AT, BytePort, Exchange, Pace
from drivers.rfid.m100_codec import Frame, M100Codec
from drivers.rfid.m100_messages import (
    STOP_POLL,
    Command,
    MessageError,
    ModuleRefusedError,
    VersionOf,
    ask_version,
    done,
    version_told,
)
from drivers.rfid.m100_poll import Finds
from drivers.rfid.tag_reader import NoAnswerError

_SILENT_WEIGHT: Final = 4
"""As for a question that got no byte."""


@dataclass(frozen=True, slots=True)
class ModuleTimings:
    """How long to wait, in seconds."""

    first: float = 1.5
    """For the first answer: a Raspberry Pi's newly opened USB port can keep the first byte for a second."""
    answer: float = 0.5
    """A write of 32 words takes a tag up to 20 ms a word at worst, mostly far less."""
    poll: float = 0.3
    """For the first find of a poll, or the word that there is none."""
    quiet: float = 0.05
    """Silence after which a short poll is taken to be over; USB adapters hand on what they have every 16 ms."""
    dwell: float = 1.0
    """The longest that finds are listened to: a hundred tags four times, at the wire's speed."""
    broken_off: float = 0.05
    """Silence in the middle of a frame."""


class M100Exchange(Exchange[Frame]):
    """An `Exchange` that can also say who is there, and listen to a poll."""

    def __init__(self, device: str, port: BytePort, timings: ModuleTimings) -> None:
        super().__init__(device, port, M100Codec(), Pace(timings.broken_off), MessageError)
        self._timings = timings

    def identity(self) -> str:
        """Return maker, hardware and software; raises `DeviceLostError`. Nothing is changed, nothing sent by air."""
        hardware = self._hardware()
        told = (self._about(VersionOf.MAKER), hardware, self._about(VersionOf.SOFTWARE))
        return " ".join(part for part in told if part)

    def _hardware(self) -> str:
        """Return the module's version; one that was left polling is stopped first."""
        for wait in (self._timings.first, self._timings.answer, self._timings.answer):
            with suppress(NoAnswerError, ModuleRefusedError):
                return self._version(VersionOf.HARDWARE, wait)
            with suppress(NoAnswerError, ModuleRefusedError):
                self.ask(M100Codec.send(STOP_POLL), self._timings.answer, lambda frame: done(frame, Command.STOP_POLL))
        strange = self.tail and not self.strays
        raise DeviceLostError(self._device, LossReason.WRONG_DEVICE if strange else LossReason.SILENT)

    def _about(self, part: VersionOf) -> str:
        with suppress(NoAnswerError, ModuleRefusedError):
            return self._version(part, self._timings.answer)
        return ""

    def _version(self, part: VersionOf, wait: float) -> str:
        return self.ask(M100Codec.send(ask_version(part)), wait, lambda frame: version_told(frame, part))

    def poll(self, start: Frame, stop: Frame, finds: Finds) -> None:
        """Give ``finds`` each frame that comes until it has enough or nothing comes any more; then stop the poll.

        Raises `NoAnswerError` when not one frame came, and `DeviceLostError` when that has been so for long.
        """
        timings = self._timings
        self._settle()
        self._port.write(M100Codec.send(start), timings.answer)
        heard = self._listen(finds, lambda: finds.enough, timings.poll)
        self._port.write(M100Codec.send(stop), timings.answer)
        heard = self._listen(finds, lambda: finds.stopped, timings.answer) or heard
        if heard:
            self._answered()
            return
        self.counters.unanswered += 1
        self._trouble += _SILENT_WEIGHT
        if self._trouble >= LOST_AT:
            raise DeviceLostError(self._device, LossReason.SILENT)
        raise NoAnswerError

    def _listen(self, finds: Finds, over: Callable[[], bool], first: float) -> bool:
        """Hand on frames until it is over or the line is quiet; say whether there were any."""
        heard = False
        end = time.monotonic() + self._timings.dwell
        while (now := time.monotonic()) < end:
            data = self._port.read(min(end - now, self._timings.quiet if heard else first))
            if data:
                self.counters.received_ns = time.monotonic_ns()
                self._took(data)
                self._codec.receive_data(data)
            elif self._codec.waiting:
                self._codec.skip_incomplete()  # nothing more will come of the frame at the front
            else:
                break
            for frame in self._codec.messages():
                heard = True
                finds.take(frame)
            if over():
                break
        return heard
