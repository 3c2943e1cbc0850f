"""Questions to a FEIG OBID reader in host mode, and the answers that belong to them.

An answer names neither its tag nor its sub-command, so a late one could be taken for the answer to the next question.
After a question without an answer the reader is therefore asked for its version first: it answers in order, so
whatever was still to come has come when that is told.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeVar

from drivers.errors import DeviceLostError, LossReason
from drivers.rfid.exchange import BytePort, Exchange, Pace
from drivers.rfid.feig_codec import ANY_READER, FeigCodec, Frame
from drivers.rfid.feig_messages import ASK_VERSION, Command, MessageError, Status, StatusError, version_told
from drivers.rfid.tag_reader import NoAnswerError, WireCounters

SERIAL_PACE: Final = Pace(broken_off=0.1, between=0.005)
"""The manuals: bytes of a frame at most 12 ms apart, at least 5 ms before a question. A USB adapter hands on what it
has every 16 ms."""

NETWORK_PACE: Final = Pace(broken_off=0.1)

_SCANNED_UID: Final = re.compile(rb"[Ee]0[0-9A-Fa-f]{14}")
"""What a reader in scan mode says of a tag, in letters."""

T = TypeVar("T")


class FrameKinds(Enum):
    """Which kinds of frames a reader is asked in, the preferred first; ``True`` is advanced."""

    STANDARD = (False,)
    ADVANCED = (True,)
    STANDARD_FIRST = (False, True)
    ADVANCED_FIRST = (True, False)


@dataclass(frozen=True, slots=True)
class FeigOptions:
    """How one reader is spoken to; times in seconds."""

    kinds: FrameKinds = FrameKinds.STANDARD_FIRST
    address: int = ANY_READER
    transparent_eas: bool = False
    """Offer the EAS bit through transparent commands."""
    pace: Pace = SERIAL_PACE
    first: float = 1.5
    """For the first answer: a Raspberry Pi's newly opened USB port can keep the first byte for a second."""
    inventory: float = 1.5
    answer: float = 0.5


class FeigLine:
    """One question at a time; raises `DeviceLostError` when the reader falls silent or is not in host mode."""

    def __init__(self, device: str, port: BytePort, options: FeigOptions) -> None:
        self._device = device
        self._options = options
        self._exchange = Exchange(device, port, FeigCodec(), options.pace, MessageError)
        self._advanced = options.kinds.value[0]
        self._other_kind_tried = len(options.kinds.value) == 1
        self._in_doubt = False
        self.counters: WireCounters = self._exchange.counters

    def version(self) -> str:
        """Find the kind of frames that the reader answers; return its type and firmware."""
        try:
            version = self._first_version()
        except DeviceLostError as error:
            if error.reason is not LossReason.SILENT:
                raise
            raise DeviceLostError(self._device, self._what_talks_there()) from error
        if version is None:
            raise DeviceLostError(self._device, self._what_talks_there())
        return version

    def prefer_advanced(self) -> bool:
        """Ask in advanced frames from now on, if the reader may be and can; say whether that is new."""
        if self._other_kind_tried or self._advanced:
            return False
        self._other_kind_tried = True
        self._advanced = True
        try:
            self._ask(ASK_VERSION, self._options.answer, version_told)
        except (NoAnswerError, StatusError):
            self._advanced, self._in_doubt = False, True
            return False
        return True

    def ask(self, question: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Return what the answer means; raises `NoAnswerError` and `StatusError`."""
        if self._in_doubt:
            with suppress(StatusError):  # a refusal is an answer too
                self._ask(ASK_VERSION, self._options.answer, version_told)
            self._in_doubt = False
        self._in_doubt = True
        try:
            told = self._ask(question, wait, understand)
        except StatusError as error:
            self._in_doubt = False
            if error.command == Command.ISO and error.status == Status.NOT_AVAILABLE:
                raise DeviceLostError(self._device, LossReason.WRONG_MODE) from error
            raise
        self._in_doubt = False
        return told

    def ask_again(self, question: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Ask, and ask once more when no answer came: for questions that change nothing."""
        try:
            return self.ask(question, wait, understand)
        except NoAnswerError:
            return self.ask(question, wait, understand)

    def _first_version(self) -> str | None:
        wait = self._options.first
        for kind in self._options.kinds.value:
            self._advanced = kind
            for _ in range(2):
                try:
                    return self._ask(ASK_VERSION, wait, version_told)
                except (NoAnswerError, StatusError):
                    wait = self._options.answer
        return None

    def _ask(self, question: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        addressed = replace(question, address=self._options.address, advanced=self._advanced)
        return self._exchange.ask(FeigCodec.send(addressed), wait, understand)

    def _what_talks_there(self) -> LossReason:
        """Say why no version was told."""
        if self._exchange.strays or _SCANNED_UID.search(self._exchange.tail):
            return LossReason.WRONG_MODE
        return LossReason.WRONG_DEVICE if self.counters.damaged else LossReason.SILENT
