"""Questions to a 3M/Bibliotheca pad: it is woken first, asked one thing at a time, and its refusals told by meaning."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.exchange import BytePort, Exchange, Pace
from drivers.rfid.iso15693_codec import (
    AirCommand,
    AirError,
    AirFault,
    AirMessageError,
    AirRequest,
    maker_of,
    reply_told,
    request_bytes,
)
from drivers.rfid.tag_reader import NoAnswerError, WireCounters
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import (
    ASK_VERSION,
    INITIALISE_210,
    INITIALISE_810,
    PROBE,
    UID_BYTES,
    Command,
    ErrorCode,
    MessageError,
    RefusalError,
    TagFrame,
    pass_request,
    passed_told,
    tag_request,
    tag_told,
    version_told,
)

_LONGEST_AIR_REPLY: Final = 40
"""An EAS alarm answers with 33 bytes."""

_BY_CODE: Final[Mapping[int, type[TagError]]] = {
    ErrorCode.NO_TRANSPONDER: TagGoneError,
    ErrorCode.LOCKED: TagLockedError,
    ErrorCode.NOT_IMPLEMENTED: TagUnsupportedError,
    ErrorCode.TAG_DOES_NOT_SUPPORT: TagUnsupportedError,
    ErrorCode.TAG_DOES_NOT_RECOGNISE: TagUnsupportedError,
    ErrorCode.TAG_DOES_NOT_SUPPORT_OPTION: TagUnsupportedError,
    ErrorCode.NOT_SUPPORTED_BY_TAG: TagUnsupportedError,
    ErrorCode.OPTION_NOT_SUPPORTED: TagUnsupportedError,
}
"""What a refusal says of the tag; any other: that it cannot be read."""

_BY_FAULT: Final[Mapping[int, type[TagError]]] = {
    AirFault.LOCKED: TagLockedError,
    AirFault.ALREADY_LOCKED: TagLockedError,
    AirFault.NOT_SUPPORTED: TagUnsupportedError,
    AirFault.NOT_RECOGNISED: TagUnsupportedError,
    AirFault.OPTION_NOT_SUPPORTED: TagUnsupportedError,
}
"""The same for what the tag itself says when a request was handed through."""

T = TypeVar("T")


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
    """USB adapters hand on what they have every 16 ms."""


class ThreemLine:
    """The pad at the other end of ``port``; raises `DeviceLostError` when it falls silent or its cable goes."""

    def __init__(self, device: str, port: BytePort, timings: ReaderTimings) -> None:
        self._device = device
        self._timings = timings
        self._exchange = Exchange(device, port, ThreemCodec(), Pace(timings.broken_off), MessageError)

    @property
    def counters(self) -> WireCounters:
        """How the exchanges went."""
        return self._exchange.counters

    def version(self) -> str:
        """Make sure that a pad is there and awake; return its version. Raises `DeviceLostError`."""
        for request, wait in (
            (PROBE, self._timings.first),
            (ASK_VERSION, self._timings.answer),
            (PROBE, self._timings.answer),
        ):
            try:
                version = self.ask(request, wait, version_told)
            except (NoAnswerError, RefusalError):
                continue
            if request.boot:
                self._wake()
            return version
        raise DeviceLostError(self._device, LossReason.WRONG_DEVICE if self.counters.damaged else LossReason.SILENT)

    def ask(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Return what the answer means; raises `RefusalError`, `NoAnswerError`."""
        return self._exchange.ask(ThreemCodec.send(request), wait, understand)

    def ask_again(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Ask, and ask once more when no answer came: for requests that change nothing."""
        try:
            return self.ask(request, wait, understand)
        except NoAnswerError:
            return self.ask(request, wait, understand)

    def ask_tag(self, request: TagFrame, understand: Callable[[TagFrame], T]) -> T:
        """Ask something of one tag, twice if need be."""
        command = Command(request.command)
        return self.ask_again(
            tag_request(request),
            self._timings.answer,
            lambda frame: understand(reply_of(frame, command, request.uid)),
        )

    def tell_tag(self, request: TagFrame) -> None:
        """Order a change of one tag, once; raises `TagError`."""
        command = Command(request.command)
        with about(request.uid):
            self.ask(tag_request(request), self._timings.answer, lambda frame: reply_of(frame, command, request.uid))

    def pass_through(self, uid: str, command: AirCommand, data: bytes = b"") -> bytes:
        """Hand a request to one tag through, once; return what stands behind its reply's flags. Raises `TagError`.

        A tag of Texas Instruments cannot be written this way: the pad does not wait as such tags need.
        """
        raw = request_bytes(AirRequest(command, uid, data, maker=maker_of(uid)))
        with about(uid):
            return reply_told(self.ask(pass_request(raw, _LONGEST_AIR_REPLY), self._timings.answer, passed_told))

    def _wake(self) -> None:
        """Make sure that a pad whose boot part answered takes commands; one that does not is sent what hosts send."""
        for initialise in (None, INITIALISE_810, INITIALISE_210):
            try:
                if initialise is not None:
                    self.ask(initialise, self._timings.answer, _any_answer_to(Command.INITIALISE))
                self.ask(ASK_VERSION, self._timings.answer, _any_answer_to(Command.VERSION))
            except NoAnswerError:
                continue
            return


@contextmanager
def about(uid: str) -> Iterator[None]:
    """Turn a refusal, of the pad or the tag, into what it says of the tag."""
    try:
        yield
    except RefusalError as error:
        raise _BY_CODE.get(error.code, TagUnreadableError)(uid) from error
    except AirError as error:
        raise _BY_FAULT.get(error.code, TagUnreadableError)(uid) from error
    except AirMessageError as error:
        raise TagUnreadableError(uid) from error


def reply_of(frame: Frame, command: Command, uid: str) -> TagFrame:
    """Return the reply if it is about this tag, else raise `MessageError`; a refusal may leave the tag out."""
    named = frame.data[1 : 1 + UID_BYTES].hex().upper()
    if len(frame.data) > UID_BYTES and named != uid:
        raise MessageError(frame.command)
    return tag_told(frame, command)


def _any_answer_to(command: Command) -> Callable[[Frame], None]:
    """Return how to understand an answer of which only matters that it came."""

    def understand(frame: Frame) -> None:
        if frame.boot or frame.command != command:
            raise MessageError(frame.command)

    return understand
