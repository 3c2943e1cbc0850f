"""A 3M/Bibliotheca pad as calls that block: one request on the wire at a time, late and damaged answers thrown away."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from drivers.errors import AlarmNotVerifiedError, DeviceLostError, LossReason, TagGoneError, TagLockedError
from drivers.rfid.threem_codec import Frame, ThreemCodec
from drivers.rfid.threem_messages import (
    ASK_VERSION,
    PROBE,
    UID_BYTES,
    Command,
    ErrorCode,
    InfoMask,
    InventoryOption,
    MessageError,
    ReaderRefusedError,
    ReadOption,
    Sighting,
    TagFrame,
    blocks_told,
    byte_told,
    info_told,
    inventory_request,
    read_request,
    tag_request,
    tag_told,
    tags_told,
    version_told,
)

WANTED_BLOCKS: Final = 9
"""36 bytes: an ISO 28560-3 tag has its 34 there."""

LOST_AT: Final = 12
"""Three requests in a row without a byte, or twelve whose answers were damaged."""

_SILENT_WEIGHT: Final = 4

_PLAIN: Final = InventoryOption.UID | InventoryOption.AS_CAPTURED
_WITH_DSFID: Final = _PLAIN | InventoryOption.DSFID
_FRUGAL: Final = ReadOption.NEW_STYLE | ReadOption.NO_LOCK
"""Four bytes a block on the wire instead of six."""

_OPTION_ERRORS: Final = frozenset((ErrorCode.NOT_IMPLEMENTED, ErrorCode.OPTION_NOT_SUPPORTED, ErrorCode.PARAMETER))

T = TypeVar("T")


class BytePort(Protocol):
    """The wire, as the reader needs it."""

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
    broken_off: float = 0.1
    """Silence in the middle of a frame or behind a damaged one; USB adapters hand on what they have every 16 ms."""
    write_pause: float = 0.05
    """Between two attempts to write to one tag."""


@dataclass(slots=True)
class WireCounters:
    """How the exchanges went."""

    exchanges: int = 0
    unanswered: int = 0
    drained: int = 0
    """Bytes that came when nothing was asked."""
    received_ns: int = 0
    """``time.monotonic_ns()`` when the last byte of the newest answer had arrived."""


class NoAnswerError(Exception):
    """No whole answer came in time, not even on asking again."""


class ThreemReader:
    """The pad at the other end of ``port``; raises `DeviceLostError` when it falls silent or its cable goes."""

    def __init__(self, device: str, port: BytePort, timings: ReaderTimings | None = None) -> None:
        self._device = device
        self._port = port
        self._timings = timings or ReaderTimings()
        self._codec = ThreemCodec()
        self._inventory_options = _WITH_DSFID
        self._inventory_proven = False
        self._read_options: ReadOption | None = _FRUGAL
        self._read_proven = False
        self._trouble = 0
        self.counters = WireCounters()

    @property
    def damaged(self) -> int:
        """Bytes thrown away so far."""
        return self._codec.damaged + self.counters.drained

    def probe(self) -> str:
        """Make sure that a pad is there; return its version. Raises `DeviceLostError`."""
        for request, wait in (
            (PROBE, self._timings.first),
            (ASK_VERSION, self._timings.answer),
            (PROBE, self._timings.answer),
        ):
            try:
                return self._ask(request, wait, version_told)
            except (NoAnswerError, ReaderRefusedError):
                continue
        raise DeviceLostError(self._device, LossReason.WRONG_DEVICE if self.damaged else LossReason.SILENT)

    def inventory(self) -> tuple[Sighting, ...]:
        """Return the tags that lie there, each as often as the pad names it.

        Raises `NoAnswerError`, `ReaderRefusedError`. A pad that will not tell DSFIDs is asked without from then on.
        """
        try:
            found = self._ask_again(inventory_request(self._inventory_options), self._timings.inventory, tags_told)
        except (NoAnswerError, ReaderRefusedError):
            if self._inventory_proven:
                raise
            self._inventory_options = _PLAIN
            found = self._ask_again(inventory_request(_PLAIN), self._timings.inventory, tags_told)
        self._inventory_proven = True
        return found

    def memory(self, uid: str) -> bytes:
        """Return a tag's first `WANTED_BLOCKS` blocks, or all where it has fewer.

        Raises `NoAnswerError`, `ReaderRefusedError`.
        """
        try:
            return self._blocks(uid, WANTED_BLOCKS)
        except ReaderRefusedError as error:
            if error.code == ErrorCode.NO_TRANSPONDER:
                raise
            count = self._block_count(uid)
            if count is None or count >= WANTED_BLOCKS:
                raise
            return self._blocks(uid, count)

    def afi(self, uid: str) -> int:
        """Return a tag's AFI; raises `NoAnswerError`, `ReaderRefusedError`."""
        return self._ask_tag(TagFrame(Command.GET_AFI, uid), byte_told)

    def write_afi(self, uid: str, value: int, attempts: int, pause: Callable[[float], None] = time.sleep) -> None:
        """Write a tag's AFI and read it back, up to ``attempts`` times, asking before each new write.

        Raises `TagGoneError`, `TagLockedError`, `AlarmNotVerifiedError`.
        """
        found: int | None = None
        gone = False
        for attempt in range(attempts):
            if attempt:
                pause(self._timings.write_pause)
            try:
                self._write_afi_once(uid, value)
            except ReaderRefusedError as error:
                if error.code == ErrorCode.LOCKED:
                    raise TagLockedError(uid) from error
            except NoAnswerError:
                pass  # whether it was written, the read-back says
            try:
                found, gone = self.afi(uid), False
            except ReaderRefusedError as error:
                found, gone = None, error.code == ErrorCode.NO_TRANSPONDER
            except NoAnswerError:
                found, gone = None, False
            if found == value:
                return
        if gone:
            raise TagGoneError(uid)
        raise AlarmNotVerifiedError(uid, value, found)

    def _write_afi_once(self, uid: str, value: int) -> None:
        request = tag_request(TagFrame(Command.WRITE_AFI, uid, bytes((value,))))
        self._ask(request, self._timings.answer, lambda frame: _reply_of(frame, Command.WRITE_AFI, uid))

    def _blocks(self, uid: str, count: int) -> bytes:
        try:
            memory = self._blocks_as(uid, count, self._read_options)
        except (NoAnswerError, ReaderRefusedError) as error:
            refused = isinstance(error, ReaderRefusedError) and error.code not in _OPTION_ERRORS
            if self._read_proven or refused:
                raise
            memory = self._blocks_as(uid, count, None)
            self._read_options = None  # an older pad: it knows only the request without options
        self._read_proven = True
        return memory

    def _blocks_as(self, uid: str, count: int, options: ReadOption | None) -> bytes:
        return self._ask_again(
            read_request(uid, 0, count, options),
            self._timings.answer,
            lambda frame: blocks_told(_reply_of(frame, Command.READ_BLOCKS, uid), 0, count),
        )

    def _block_count(self, uid: str) -> int | None:
        request = TagFrame(Command.TAG_INFO, uid, bytes((InfoMask.MEMORY,)))
        return self._ask_tag(request, info_told).blocks

    def _ask_tag(self, request: TagFrame, understand: Callable[[TagFrame], T]) -> T:
        command = Command(request.command)
        return self._ask_again(
            tag_request(request),
            self._timings.answer,
            lambda frame: understand(_reply_of(frame, command, request.uid)),
        )

    def _ask_again(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Ask, and ask once more when no answer came: for requests that change nothing."""
        try:
            return self._ask(request, wait, understand)
        except NoAnswerError:
            return self._ask(request, wait, understand)

    def _ask(self, request: Frame, wait: float, understand: Callable[[Frame], T]) -> T:
        """Return what the answer means; a frame that means nothing to this request is not its answer."""
        self._codec.clear()
        self.counters.drained += self._port.drain()
        before = self._codec.damaged
        self._port.write(ThreemCodec.send(request), wait)
        for frame in self._arriving(wait):
            try:
                told = understand(frame)
            except MessageError:
                continue
            except ReaderRefusedError:
                self._answered()
                raise
            self._answered()
            return told
        self.counters.unanswered += 1
        self._trouble += 1 if self._codec.damaged > before else _SILENT_WEIGHT
        if self._trouble >= LOST_AT:
            raise DeviceLostError(self._device, LossReason.SILENT)
        raise NoAnswerError

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


def _reply_of(frame: Frame, command: Command, uid: str) -> TagFrame:
    """Return the reply if it is about this tag; a refusal may leave the tag out."""
    named = frame.data[1 : 1 + UID_BYTES].hex().upper()
    if len(frame.data) > UID_BYTES and named != uid:
        raise MessageError(frame.command)
    return tag_told(frame, command)
