"""A PN532 at the other end of a wire: woken, made sure of, and asked again and again which cards lie there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from drivers.card.pn532_codec import ACK, WAKE, Frame, Pn532Codec
from drivers.card.pn532_messages import (
    ASK_VERSION,
    CHIP,
    FIELD_OFF,
    SAM_NORMAL,
    Command,
    MessageError,
    NotUnderstoodError,
    Target,
    Version,
    done_told,
    list_request,
    retries_request,
    targets_told,
    version_told,
)
from drivers.errors import DeviceLostError, LossReason
from drivers.rfid.exchange import BytePort, Exchange, Pace
from drivers.rfid.tag_reader import NoAnswerError, WireCounters

PACE: Final = Pace(broken_off=0.05)
"""The chip sends a frame without a pause; a USB adapter hands on what it has every 16 ms."""

_TRIES: Final = 2
"""The first command may come while the chip is still waking."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds."""

    first: float = 1.5
    """For the first answer: a Raspberry Pi's newly opened USB port can keep the first byte for a second."""
    answer: float = 0.5
    """A look for cards lasts 30 ms with its retries, and a card that is slow to answer 100 more."""


class Pn532Chip:
    """Raises `DeviceLostError` when the wire is gone or the chip falls silent for long."""

    def __init__(self, device: str, port: BytePort, timings: Timings | None = None) -> None:
        self._device = device
        self._port = port
        self._timings = timings or Timings()
        self._exchange: Exchange[Frame] = Exchange(device, port, Pn532Codec(), PACE, MessageError)

    @property
    def counters(self) -> WireCounters:
        """How the exchanges went."""
        return self._exchange.counters

    def probe(self) -> Version:
        """Wake the chip, make sure that it is one, and have it look for cards for a short while only.

        Raises `DeviceLostError`: ``SILENT``, or ``WRONG_DEVICE`` where something else answers.
        """
        version = self._woken()
        if version is None:
            talked = self.counters.damaged or self.counters.exchanges or self._exchange.strays
            raise DeviceLostError(self._device, LossReason.WRONG_DEVICE if talked else LossReason.SILENT)
        if version.chip != CHIP:
            raise DeviceLostError(self._device, LossReason.WRONG_DEVICE)
        self._ask(retries_request(), lambda frame: done_told(Command.RF_CONFIGURATION, frame))
        return version

    def cards(self) -> tuple[Target, ...]:
        """Return the cards in the field, two at the most, and let them go; raises `NoAnswerError`."""
        found = self._ask(list_request(), targets_told)
        self._ask(FIELD_OFF, lambda frame: done_told(Command.RF_CONFIGURATION, frame))
        return found

    def _woken(self) -> Version | None:
        for attempt in range(_TRIES):
            wait = self._timings.answer if attempt else self._timings.first
            try:
                self._ask(SAM_NORMAL, lambda frame: done_told(Command.SAM_CONFIGURATION, frame), wait, before=WAKE)
                return self._ask(ASK_VERSION, version_told)
            except NoAnswerError:
                continue
        return None

    def _ask(
        self, request: Frame, understand: Callable[[Frame], T], wait: float | None = None, *, before: bytes = b""
    ) -> T:
        """Ask; a command that gets no answer, or that the chip does not understand, is broken off."""
        data = before + Pn532Codec.send(request)
        try:
            return self._exchange.ask(data, self._timings.answer if wait is None else wait, understand)
        except NotUnderstoodError as error:
            raise NoAnswerError from error
        except NoAnswerError:
            self._port.write(Pn532Codec.send(ACK), self._timings.answer)
            raise
