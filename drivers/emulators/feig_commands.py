"""What tags do at each ISO 15693 command of a FEIG OBID reader, rightly or as ordered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.tags import BLOCK_BYTES, EmulatedTag, Pad, TagFault, TagFaultError
from drivers.rfid.feig_messages import (
    MOST_BYTES,
    Blocks,
    Mode,
    Status,
    TagCommand,
    TagRequest,
    blocks_reply,
    information_reply,
    reversed_in_blocks,
)
from drivers.rfid.iso15693_codec import AirFault, SystemInformation

_TAG_ERRORS: Final = {
    TagFault.NO_SUCH_BLOCK: AirFault.NO_SUCH_BLOCK,
    TagFault.LOCKED: AirFault.LOCKED,
    TagFault.UNSUPPORTED: AirFault.NOT_SUPPORTED,
}
_BLOCKS_AT_ONCE: Final = MOST_BYTES // BLOCK_BYTES


class TagRefusedError(Exception):
    """The reader or the tag says no."""

    def __init__(self, status: Status, told: bytes = b"") -> None:
        super().__init__(status, told)
        self.status = status
        self.told = told
        """What stands behind the status."""


@dataclass(slots=True)
class ReaderMisdeeds:
    """What the reader does otherwise than a well-behaved one in host mode; counters run down."""

    mute: int = 0
    not_host_mode: str = ""
    """``scan`` or ``notification``: it speaks of itself and refuses to be asked."""
    no_advanced: bool = False
    """Knows standard frames only."""
    long_answers: bool = False
    """What has no room in a standard frame comes in an advanced one, not in pieces."""
    more_by: Mode = Mode.MORE
    """What a host must say to be told the rest of an inventory."""
    most_sets: int = 0
    """How many tags an answer names at most; 0: as many as the frame has room for."""
    tells_once: bool = False
    """Names a tag once and again only behind a reset of the field."""
    unfinished: int = 0
    """So many inventories end with an error and all but the last tag."""
    no_information: bool = False
    """The tags do not tell of themselves."""
    no_size: bool = False
    """The tags tell of themselves, and not how much memory they have."""
    broken_writes: int = 0
    """So many writes of blocks end after the first."""
    reply_bytes: bool = False
    """Counts the length of a transparent answer in bytes."""
    told: set[str] = field(default_factory=set)
    """The tags that were named since the field was on."""


class TagCommands:
    """The commands of `TagCommand` but the inventory."""

    def __init__(self, pad: Pad) -> None:
        self._pad = pad
        self._selected = ""
        self.field = True
        """Whether the field is on."""
        self.wrong = ReaderMisdeeds()
        self._by_command: dict[int, Callable[[EmulatedTag, TagRequest], bytes]] = {
            TagCommand.STAY_QUIET: self._stay_quiet,
            TagCommand.LOCK_BLOCKS: self._lock_blocks,
            TagCommand.READ_BLOCKS: self._read_blocks,
            TagCommand.WRITE_BLOCKS: self._write_blocks,
            TagCommand.SELECT: self._select,
            TagCommand.RESET_TO_READY: self._reset,
            TagCommand.WRITE_AFI: self._write_afi,
            TagCommand.LOCK_AFI: self._lock_afi,
            TagCommand.WRITE_DSFID: self._write_dsfid,
            TagCommand.LOCK_DSFID: self._lock_dsfid,
            TagCommand.SYSTEM_INFORMATION: self._information,
            TagCommand.LOCK_STATUS: self._lock_status,
        }

    def carry_out(self, asked: TagRequest) -> bytes:
        """Do it and return what the tag answers; raises `TagRefusedError`."""
        act = self._by_command.get(asked.command)
        if act is None:
            raise TagRefusedError(Status.UNKNOWN_COMMAND)
        try:
            return act(self._meant(asked), asked)
        except TagFaultError as error:
            raise _refusal(error.fault) from error

    def _meant(self, asked: TagRequest) -> EmulatedTag:
        """Return the tag that is named, that was selected, or that lies alone there."""
        uid = asked.uid or (self._selected if asked.mode & Mode.SELECTED else None)
        if uid is None:
            lying = self._pad.lying()
            if len(lying) > 1:
                raise TagRefusedError(Status.COLLISION)
            uid = lying[0].uid if lying else ""
        tag = self._pad.find(uid) if self.field else None
        if tag is None:
            raise TagRefusedError(Status.NO_TAG)
        return tag

    def _stay_quiet(self, tag: EmulatedTag, _: TagRequest) -> bytes:
        tag.quiet = True
        return b""

    def _reset(self, tag: EmulatedTag, _: TagRequest) -> bytes:
        tag.quiet = False
        return b""

    def _select(self, tag: EmulatedTag, _: TagRequest) -> bytes:
        self._selected = tag.uid
        return b""

    def _read_blocks(self, tag: EmulatedTag, asked: TagRequest) -> bytes:
        first, count = _range_of(asked)
        data = tag.read(first, count)
        wanted = bool(asked.mode & Mode.LOCKS)
        locks = bytes(int(wanted and block in tag.locked_blocks) for block in range(first, first + count))
        return blocks_reply(Blocks(data, BLOCK_BYTES, locks)).data[1:]

    def _write_blocks(self, tag: EmulatedTag, asked: TagRequest) -> bytes:
        if len(asked.data) < 3 or len(asked.data) != 3 + asked.data[1] * asked.data[2]:  # noqa: PLR2004 - first, count, size
            raise TagRefusedError(Status.LENGTH)
        first, count, size = asked.data[:3]
        if not count or size != BLOCK_BYTES or count > _BLOCKS_AT_ONCE:
            raise TagRefusedError(Status.PARAMETER)
        data = reversed_in_blocks(asked.data[3:])
        for index in range(count):
            block = first + index
            if index and self.wrong.broken_writes > 0:
                self.wrong.broken_writes -= 1
                raise TagRefusedError(Status.WRITE_ERROR, bytes((block,)))
            try:
                self._pad.write_block(tag, block, data[index * BLOCK_BYTES :][:BLOCK_BYTES])
            except TagFaultError as error:
                raise _refusal(error.fault, block) from error
        return b""

    def _lock_blocks(self, tag: EmulatedTag, asked: TagRequest) -> bytes:
        first, count = _range_of(asked)
        for block in range(first, first + count):
            try:
                self._pad.lock_block(tag, block)
            except TagFaultError as error:
                raise _refusal(error.fault, block) from error
        return b""

    def _lock_status(self, tag: EmulatedTag, asked: TagRequest) -> bytes:
        first, count = _range_of(asked)
        if first + count > tag.blocks:
            raise TagFaultError(TagFault.NO_SUCH_BLOCK)
        return bytes((count, *(int(block in tag.locked_blocks) for block in range(first, first + count))))

    def _write_afi(self, tag: EmulatedTag, asked: TagRequest) -> bytes:
        self._pad.write_afi(tag, _byte_of(asked))
        return b""

    def _lock_afi(self, tag: EmulatedTag, _: TagRequest) -> bytes:
        tag.afi_locked = True
        return b""

    def _write_dsfid(self, tag: EmulatedTag, asked: TagRequest) -> bytes:
        self._pad.write_dsfid(tag, _byte_of(asked))
        return b""

    def _lock_dsfid(self, tag: EmulatedTag, _: TagRequest) -> bytes:
        tag.dsfid_locked = True
        return b""

    def _information(self, tag: EmulatedTag, _: TagRequest) -> bytes:
        if self.wrong.no_information:
            raise TagFaultError(TagFault.UNSUPPORTED)
        size = (1, 1) if self.wrong.no_size else (BLOCK_BYTES, tag.blocks)
        return information_reply(SystemInformation(tag.uid, tag.dsfid, tag.afi, *size, ic=1)).data[1:]


def _refusal(fault: TagFault, block: int | None = None) -> TagRefusedError:
    """Return how a reader says what a tag said."""
    if fault is TagFault.GONE:
        return TagRefusedError(Status.NO_TAG)
    if fault is TagFault.UNREADABLE:
        return TagRefusedError(Status.DATA_FALSE)
    where = b"" if block is None else bytes((block & 0xFF,))
    return TagRefusedError(Status.TAG_ERROR, bytes((_TAG_ERRORS[fault],)) + where)


def _range_of(asked: TagRequest) -> tuple[int, int]:
    if len(asked.data) != 2:  # noqa: PLR2004 - first and count
        raise TagRefusedError(Status.LENGTH)
    if not 0 < asked.data[1] <= _BLOCKS_AT_ONCE:
        raise TagRefusedError(Status.PARAMETER)
    return asked.data[0], asked.data[1]


def _byte_of(asked: TagRequest) -> int:
    if len(asked.data) != 1:
        raise TagRefusedError(Status.LENGTH)
    return asked.data[0]
