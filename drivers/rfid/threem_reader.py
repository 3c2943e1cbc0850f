"""A 3M/Bibliotheca pad as a `drivers.rfid.tag_reader.TagReader`: which command does what, and what older pads need."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
from drivers.rfid.base import Ability, Air
from drivers.rfid.iso15693_codec import (
    NXP,
    AirCommand,
    AirError,
    AirFault,
    AirMessageError,
    AirRequest,
    maker_of,
    reply_told,
    request_bytes,
)
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from drivers.rfid.threem_codec import Frame
from drivers.rfid.threem_exchange import BytePort, ReaderTimings, ThreemExchange
from drivers.rfid.threem_messages import (
    ASK_VERSION,
    BLOCK_BYTES,
    INITIALISE_210,
    INITIALISE_810,
    PROBE,
    UID_BYTES,
    Command,
    ErrorCode,
    InfoMask,
    InventoryOption,
    MessageError,
    ReadOption,
    RefusalError,
    TagFrame,
    blocks_told,
    byte_told,
    info_told,
    inventory_request,
    pass_request,
    passed_told,
    read_request,
    tag_request,
    tag_told,
    tags_told,
    version_told,
    write_request,
    written_told,
)

WANTED_BLOCKS: Final = 9
"""36 bytes: an ISO 28560-3 tag has its 34 there."""

MOST_AT_ONCE: Final = 14
"""Blocks asked for at once when all of a tag is read: half of the commonest tag; a pad that minds is asked for less."""

_MOST_BLOCKS: Final = 256
_LONGEST_AIR_REPLY: Final = 40
"""An EAS alarm answers with 33 bytes."""

_PLAIN: Final = InventoryOption.UID | InventoryOption.AS_CAPTURED
_WITH_DSFID: Final = _PLAIN | InventoryOption.DSFID
_FRUGAL: Final = ReadOption.NEW_STYLE | ReadOption.NO_LOCK
"""Four bytes a block on the wire instead of six."""

_OPTION_ERRORS: Final = frozenset((ErrorCode.NOT_IMPLEMENTED, ErrorCode.OPTION_NOT_SUPPORTED, ErrorCode.PARAMETER))
_UNSUPPORTED: Final = frozenset(
    (
        ErrorCode.NOT_IMPLEMENTED,
        ErrorCode.TAG_DOES_NOT_SUPPORT,
        ErrorCode.TAG_DOES_NOT_RECOGNISE,
        ErrorCode.TAG_DOES_NOT_SUPPORT_OPTION,
        ErrorCode.NOT_SUPPORTED_BY_TAG,
        ErrorCode.OPTION_NOT_SUPPORTED,
    )
)

T = TypeVar("T")


class ThreemReader:
    """The pad at the other end of ``port``; a `TagReader`."""

    def __init__(self, device: str, port: BytePort, timings: ReaderTimings | None = None) -> None:
        self._device = device
        self._timings = timings or ReaderTimings()
        self._wire = ThreemExchange(device, port, self._timings)
        self._inventory_options = _WITH_DSFID
        self._inventory_proven = False
        self._read_options: ReadOption | None = _FRUGAL
        self._read_proven = False
        self._blocks_in_one_write = True
        self._own_eas = True
        """Whether the pad knows its own EAS commands; else NXP's are handed through."""
        self.air = Air.HF
        self.counters = self._wire.counters

    def probe(self) -> str:
        """Make sure that a pad is there and awake; return its maker and version."""
        for request, wait in (
            (PROBE, self._timings.first),
            (ASK_VERSION, self._timings.answer),
            (PROBE, self._timings.answer),
        ):
            try:
                version = self._wire.ask(request, wait, version_told)
            except (NoAnswerError, RefusalError):
                continue
            if request.boot:
                self._wake()
            return f"3M/Bibliotheca {version}"
        raise DeviceLostError(self._device, LossReason.WRONG_DEVICE if self.counters.damaged else LossReason.SILENT)

    def abilities(self) -> frozenset[Ability]:
        """Name what the pad can do: all of it."""
        return frozenset(Ability)

    def inventory(self) -> Mapping[str, int | None]:
        """Return the tags in the field; a pad that will not tell DSFIDs is asked without from then on."""
        try:
            return self._found(self._inventory_options)
        except (NoAnswerError, ReaderRefusedError):
            if self._inventory_proven:
                raise
            self._inventory_options = _PLAIN
            return self._found(_PLAIN)

    def memory(self, uid: str) -> bytes:
        """Return a tag's first `WANTED_BLOCKS` blocks, or all where it has fewer."""
        with _about(uid):
            try:
                return self._blocks(uid, 0, WANTED_BLOCKS)
            except RefusalError as error:
                if error.code == ErrorCode.NO_TRANSPONDER:
                    raise
                count = self._block_count(uid)
                if count is None or count >= WANTED_BLOCKS:
                    raise
                return self._blocks(uid, 0, count)

    def all_memory(self, uid: str) -> bytes:
        """Return all of a tag's memory; of a tag that does not tell its size, up to the block that is not there."""
        with _about(uid):
            count = self._block_count(uid)
            memory, step = b"", MOST_AT_ONCE
            while (first := len(memory) // BLOCK_BYTES) < (count or _MOST_BLOCKS):
                wanted = min(step, (count or _MOST_BLOCKS) - first)
                try:
                    memory += self._blocks(uid, first, wanted)
                except RefusalError as error:
                    if error.code == ErrorCode.NO_TRANSPONDER:
                        raise
                    if wanted > 1:
                        step = wanted // 2
                    elif memory and count is None and error.code == ErrorCode.MEMORY_NOT_AVAILABLE:
                        break
                    else:
                        raise
            return memory

    def user_memory(self, uid: str) -> None:
        """Say that an HF tag has no such bank."""
        del uid

    def afi(self, uid: str) -> int:
        """Return a tag's AFI."""
        with _about(uid):
            return self._ask_tag(TagFrame(Command.GET_AFI, uid), byte_told)

    def set_afi(self, uid: str, value: int) -> None:
        """Write a tag's AFI, once."""
        self._tell_tag(TagFrame(Command.WRITE_AFI, uid, bytes((value,))))

    def dsfid(self, uid: str) -> int:
        """Return a tag's DSFID."""
        with _about(uid):
            return self._ask_tag(TagFrame(Command.GET_DSFID, uid), byte_told)

    def set_dsfid(self, uid: str, value: int) -> None:
        """Write a tag's DSFID, once."""
        self._tell_tag(TagFrame(Command.WRITE_DSFID, uid, bytes((value,))))

    def eas(self, uid: str) -> bool:
        """Say whether the EAS bit is set; "no" when the alarm is silent both before and after the tag answered."""
        if self._alarms(uid):
            return True
        self.afi(uid)
        return self._alarms(uid)

    def set_eas(self, uid: str, *, on: bool) -> None:
        """Set or clear the EAS bit, once; where the pad has no command for it, by NXP's own."""
        if self._own_eas:
            try:
                self._tell_tag(TagFrame(Command.SET_EAS, uid, bytes((int(on),))))
            except TagUnsupportedError as error:
                if not self._pad_lacks(error):
                    raise
            else:
                return
        self._pass_eas(uid, AirCommand.SET_EAS if on else AirCommand.RESET_EAS)

    def set_blocks(self, uid: str, first: int, data: bytes) -> None:
        """Write whole blocks, once: together, or one by one where the pad does not know how."""
        if self._blocks_in_one_write:
            try:
                self._write_together(uid, first, data)
            except TagUnsupportedError as error:
                if not self._pad_lacks(error):
                    raise
                self._blocks_in_one_write = False
            else:
                return
        for at in range(0, len(data), BLOCK_BYTES):
            block = bytes((first + at // BLOCK_BYTES,)) + data[at : at + BLOCK_BYTES]
            self._tell_tag(TagFrame(Command.WRITE_BLOCK, uid, block))

    def pass_through(self, uid: str, command: AirCommand, data: bytes = b"") -> bytes:
        """Hand a request to one tag through and return what stands behind its reply's flags.

        Raises as `TagReader` says; a tag of Texas Instruments cannot be written this way (the pad does not wait).
        """
        raw = request_bytes(AirRequest(command, uid, data, maker=maker_of(uid)))
        with _about(uid):
            reply = self._wire.ask(pass_request(raw, _LONGEST_AIR_REPLY), self._timings.answer, passed_told)
            return reply_told(reply)

    def _wake(self) -> None:
        """Make sure that a pad whose boot part answered takes commands; one that does not is sent what hosts send."""
        for initialise in (None, INITIALISE_810, INITIALISE_210):
            try:
                if initialise is not None:
                    self._wire.ask(initialise, self._timings.answer, _any_answer_to(Command.INITIALISE))
                self._wire.ask(ASK_VERSION, self._timings.answer, _any_answer_to(Command.VERSION))
            except NoAnswerError:
                self._wire.forgive()
            else:
                return

    def _found(self, options: InventoryOption) -> dict[str, int | None]:
        try:
            tags = self._wire.ask_again(inventory_request(options), self._timings.inventory, tags_told)
        except RefusalError as error:
            raise ReaderRefusedError from error
        self._inventory_proven = True
        return {tag.uid: tag.dsfid for tag in tags}

    def _blocks(self, uid: str, first: int, count: int) -> bytes:
        try:
            memory = self._blocks_as(uid, first, count, self._read_options)
        except (NoAnswerError, RefusalError) as error:
            refused = isinstance(error, RefusalError) and error.code not in _OPTION_ERRORS
            if self._read_proven or refused:
                raise
            memory = self._blocks_as(uid, first, count, None)
            self._read_options = None  # an older pad: it knows only the request without options
        self._read_proven = True
        return memory

    def _blocks_as(self, uid: str, first: int, count: int, options: ReadOption | None) -> bytes:
        return self._wire.ask_again(
            read_request(uid, first, count, options),
            self._timings.answer,
            lambda frame: blocks_told(_reply_of(frame, Command.READ_BLOCKS, uid), first, count),
        )

    def _block_count(self, uid: str) -> int | None:
        """Return how many blocks a tag has; ``None`` where it or the pad does not tell."""
        try:
            info = self._ask_tag(TagFrame(Command.TAG_INFO, uid, bytes((InfoMask.MEMORY,))), info_told)
        except RefusalError as error:
            if error.code == ErrorCode.NO_TRANSPONDER:
                raise
            return None
        return info.blocks

    def _write_together(self, uid: str, first: int, data: bytes) -> None:
        count = len(data) // BLOCK_BYTES
        with _about(uid):
            whole = self._wire.ask(
                write_request(uid, first, data),
                self._timings.answer + count * self._timings.block,
                lambda frame: written_told(_reply_of(frame, Command.WRITE_BLOCKS, uid), first, count),
            )
        if not whole:
            raise TagUnreadableError(uid)

    def _alarms(self, uid: str) -> bool:
        """Say whether the alarm command was answered; silence may mean that the tag is gone."""
        if self._own_eas:
            try:
                with _about(uid):
                    return bool(self._ask_tag(TagFrame(Command.CHECK_EAS, uid), byte_told))
            except TagGoneError:
                return False
            except TagUnsupportedError as error:
                if not self._pad_lacks(error):
                    raise
                self._own_eas = False
        try:
            self._pass_eas(uid, AirCommand.EAS_ALARM)
        except TagGoneError:
            return False
        return True

    def _pass_eas(self, uid: str, command: AirCommand) -> None:
        """Hand one of NXP's own commands through: to the tags of others the same byte means something else."""
        if maker_of(uid) != NXP:
            raise TagUnsupportedError(uid)
        self.pass_through(uid, command)

    @staticmethod
    def _pad_lacks(error: TagUnsupportedError) -> bool:
        """Say whether it is the pad that does not know a command, and not the tag."""
        cause = error.__cause__
        return isinstance(cause, RefusalError) and cause.code == ErrorCode.NOT_IMPLEMENTED

    def _ask_tag(self, request: TagFrame, understand: Callable[[TagFrame], T]) -> T:
        command = Command(request.command)
        return self._wire.ask_again(
            tag_request(request),
            self._timings.answer,
            lambda frame: understand(_reply_of(frame, command, request.uid)),
        )

    def _tell_tag(self, request: TagFrame) -> None:
        """Order a change, once."""
        command = Command(request.command)
        with _about(request.uid):
            self._wire.ask(
                tag_request(request), self._timings.answer, lambda frame: _reply_of(frame, command, request.uid)
            )


@contextmanager
def _about(uid: str) -> Iterator[None]:
    """Turn a refusal into what it says of the tag."""
    try:
        yield
    except RefusalError as error:
        raise _said_by(error, uid) from error
    except AirError as error:
        raise _told_over_air(error, uid) from error
    except AirMessageError as error:
        raise TagUnreadableError(uid) from error


def _said_by(error: RefusalError, uid: str) -> TagError:
    if error.code == ErrorCode.NO_TRANSPONDER:
        return TagGoneError(uid)
    if error.code == ErrorCode.LOCKED:
        return TagLockedError(uid)
    return TagUnsupportedError(uid) if error.code in _UNSUPPORTED else TagUnreadableError(uid)


def _told_over_air(error: AirError, uid: str) -> TagError:
    if error.code in (AirFault.LOCKED, AirFault.ALREADY_LOCKED):
        return TagLockedError(uid)
    unsupported = (AirFault.NOT_SUPPORTED, AirFault.NOT_RECOGNISED, AirFault.OPTION_NOT_SUPPORTED)
    return TagUnsupportedError(uid) if error.code in unsupported else TagUnreadableError(uid)


def _reply_of(frame: Frame, command: Command, uid: str) -> TagFrame:
    """Return the reply if it is about this tag; a refusal may leave the tag out."""
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
