"""A 3M/Bibliotheca pad as a `drivers.rfid.tag_reader.TagReader`: which command does what, and what older pads need."""

from collections.abc import Mapping
from typing import Final

from drivers.errors import TagGoneError, TagUnreadableError, TagUnsupportedError
from drivers.rfid.base import Ability, Air
from drivers.rfid.exchange import BytePort
from drivers.rfid.iso15693_codec import NXP, AirCommand, maker_of
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError
from drivers.rfid.threem_line import ReaderTimings, ThreemLine, about, reply_of
from drivers.rfid.threem_messages import (
    BLOCK_BYTES,
    Command,
    ErrorCode,
    InfoMask,
    InventoryOption,
    ReadOption,
    RefusalError,
    TagFrame,
    blocks_told,
    byte_told,
    info_told,
    inventory_request,
    read_request,
    tags_told,
    write_request,
    written_told,
)

WANTED_BLOCKS: Final = 9
"""36 bytes: an ISO 28560-3 tag has its 34 there."""

MOST_AT_ONCE: Final = 14
"""Blocks asked for at once when all of a tag is read: half of the commonest tag; a pad that minds is asked for less."""

_MOST_BLOCKS: Final = 256
_PLAIN: Final = InventoryOption.UID | InventoryOption.AS_CAPTURED
_WITH_DSFID: Final = _PLAIN | InventoryOption.DSFID
_FRUGAL: Final = ReadOption.NEW_STYLE | ReadOption.NO_LOCK
"""Four bytes a block on the wire instead of six."""

_OPTION_ERRORS: Final = frozenset((ErrorCode.NOT_IMPLEMENTED, ErrorCode.OPTION_NOT_SUPPORTED, ErrorCode.PARAMETER))


class ThreemReader:
    """The pad at the other end of ``port``; a `TagReader`."""

    def __init__(self, device: str, port: BytePort, timings: ReaderTimings | None = None) -> None:
        self._timings = timings or ReaderTimings()
        self._line = ThreemLine(device, port, self._timings)
        self._inventory_options = _WITH_DSFID
        self._inventory_proven = False
        self._read_options: ReadOption | None = _FRUGAL
        self._read_proven = False
        self._blocks_in_one_write = True
        self._own_eas = True
        """Whether the pad knows its own EAS commands; else NXP's are handed through."""
        self.air = Air.HF
        self.counters = self._line.counters

    def probe(self) -> str:
        """Make sure that a pad is there and awake; return its maker and version."""
        return f"3M/Bibliotheca {self._line.version()}"

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
        with about(uid):
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
        with about(uid):
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
        with about(uid):
            return self._line.ask_tag(TagFrame(Command.GET_AFI, uid), byte_told)

    def set_afi(self, uid: str, value: int) -> None:
        """Write a tag's AFI, once."""
        self._line.tell_tag(TagFrame(Command.WRITE_AFI, uid, bytes((value,))))

    def dsfid(self, uid: str) -> int:
        """Return a tag's DSFID."""
        with about(uid):
            return self._line.ask_tag(TagFrame(Command.GET_DSFID, uid), byte_told)

    def set_dsfid(self, uid: str, value: int) -> None:
        """Write a tag's DSFID, once."""
        self._line.tell_tag(TagFrame(Command.WRITE_DSFID, uid, bytes((value,))))

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
                self._line.tell_tag(TagFrame(Command.SET_EAS, uid, bytes((int(on),))))
            except TagUnsupportedError as error:
                if not self._pad_lacks(error):
                    raise
                self._own_eas = False
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
            self._line.tell_tag(TagFrame(Command.WRITE_BLOCK, uid, block))

    def _found(self, options: InventoryOption) -> dict[str, int | None]:
        try:
            tags = self._line.ask_again(inventory_request(options), self._timings.inventory, tags_told)
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
        return self._line.ask_again(
            read_request(uid, first, count, options),
            self._timings.answer,
            lambda frame: blocks_told(reply_of(frame, Command.READ_BLOCKS, uid), first, count),
        )

    def _block_count(self, uid: str) -> int | None:
        """Return how many blocks a tag has; ``None`` where it or the pad does not tell."""
        try:
            info = self._line.ask_tag(TagFrame(Command.TAG_INFO, uid, bytes((InfoMask.MEMORY,))), info_told)
        except RefusalError as error:
            if error.code == ErrorCode.NO_TRANSPONDER:
                raise
            return None
        return info.blocks

    def _write_together(self, uid: str, first: int, data: bytes) -> None:
        count = len(data) // BLOCK_BYTES
        with about(uid):
            whole = self._line.ask(
                write_request(uid, first, data),
                self._timings.answer + count * self._timings.block,
                lambda frame: written_told(reply_of(frame, Command.WRITE_BLOCKS, uid), first, count),
            )
        if not whole:
            raise TagUnreadableError(uid)

    def _alarms(self, uid: str) -> bool:
        """Say whether the alarm command was answered; silence may mean that the tag is gone."""
        if self._own_eas:
            try:
                with about(uid):
                    return bool(self._line.ask_tag(TagFrame(Command.CHECK_EAS, uid), byte_told))
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
        self._line.pass_through(uid, command)

    @staticmethod
    def _pad_lacks(error: TagUnsupportedError) -> bool:
        """Say whether it is the pad that does not know a command, and not the tag."""
        cause = error.__cause__
        return isinstance(cause, RefusalError) and cause.code == ErrorCode.NOT_IMPLEMENTED
