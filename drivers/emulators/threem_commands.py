"""What one tag does at each command of a 3M/Bibliotheca pad, rightly or as ordered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.tags import BLOCK_BYTES, EmulatedTag, Pad
from drivers.rfid.threem_messages import Command, ErrorCode, InfoMask, ReadOption

_SUPPORTED_READ: Final = ReadOption.NEW_STYLE | ReadOption.NO_LOCK | ReadOption.ALL_DATA | ReadOption.TELL_ERROR


class TagRefusedError(Exception):
    """The pad or the tag says no."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Misdeeds:
    """What goes wrong from now on; counters run down."""

    lift_in_write_after: int = 0
    lift_when_written: bool = False
    writes_ignored: int = 0
    duplicates: int = 0
    mute: int = 0
    old_firmware: bool = False
    flicker: dict[str, int] = field(default_factory=dict)


class TagCommands:
    """The commands that name a tag."""

    def __init__(self, pad: Pad) -> None:
        self._pad = pad
        self.wrong = Misdeeds()
        self.afi_writes = 0
        self._by_command: dict[int, Callable[[EmulatedTag, bytes], bytes]] = {
            Command.STAY_QUIET: self._stay_quiet,
            Command.READ_BLOCKS: self._read_blocks,
            Command.CHECK_EAS: self._check_eas,
            Command.WRITE_BLOCKS: self._write_blocks,
            Command.WRITE_BLOCK: self._write_block,
            Command.LOCK_AFI: self._lock_afi,
            Command.WRITE_AND_LOCK_BLOCK: self._write_and_lock_block,
            Command.LOCK_BLOCK: self._lock_block,
            Command.WRITE_AFI: self._write_afi,
            Command.GET_AFI: lambda tag, _: bytes((tag.afi,)),
            Command.WRITE_DSFID: self._write_dsfid,
            Command.SET_EAS: self._set_eas,
            Command.TAG_INFO: self._tag_info,
            Command.LOCK_DSFID: self._lock_dsfid,
            Command.GET_DSFID: lambda tag, _: bytes((tag.dsfid,)),
        }

    def known(self, command: int) -> bool:
        """Say whether there is such a command."""
        return command in self._by_command

    def carry_out(self, command: int, tag: EmulatedTag, asked: bytes) -> bytes:
        """Do it and return what the tag answers; raises `TagRefusedError`."""
        return self._by_command[command](tag, asked)

    def _stay_quiet(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.quiet = True
        return b""

    def _read_blocks(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) not in (2, 3) or (self.wrong.old_firmware and len(asked) != 2):  # noqa: PLR2004 - first, count, options
            raise TagRefusedError(ErrorCode.PARAMETER)
        first, count = asked[0], asked[1]
        options = ReadOption(asked[2] & _SUPPORTED_READ) if len(asked) > 2 else ReadOption(0)  # noqa: PLR2004 - the same
        if tag.unreadable:
            raise TagRefusedError(ErrorCode.NOT_READ)
        if not count or first + count > tag.blocks:
            raise TagRefusedError(ErrorCode.MEMORY_NOT_AVAILABLE)
        new_style = bool(options & ReadOption.NEW_STYLE)
        told = bytes((first, count)) if new_style else bytes((count,))
        for block in range(first, first + count):
            lock = bytes((int(block in tag.locked_blocks),))
            head = b"" if new_style and options & ReadOption.NO_LOCK else lock
            told += (b"" if new_style else bytes((block,))) + head
            told += tag.memory[block * BLOCK_BYTES : (block + 1) * BLOCK_BYTES]
        return told

    def _check_eas(self, tag: EmulatedTag, _: bytes) -> bytes:
        if not tag.eas:
            raise TagRefusedError(ErrorCode.NO_TRANSPONDER)
        return b"\x01"

    def _set_eas(self, tag: EmulatedTag, asked: bytes) -> bytes:
        tag.eas = bool(_one(asked))
        return b""

    def _write_blocks(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) < 3 or len(asked) != 3 + asked[1] * BLOCK_BYTES:  # noqa: PLR2004 - first, count, flags
            raise TagRefusedError(ErrorCode.PARAMETER)
        first, count = asked[0], asked[1]
        for index in range(count):
            self._write_memory(tag, first + index, asked[3 + index * BLOCK_BYTES :][:BLOCK_BYTES])
        return bytes(((first + count) & 0xFF,))

    def _write_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) != 1 + BLOCK_BYTES:
            raise TagRefusedError(ErrorCode.PARAMETER)
        self._write_memory(tag, asked[0], asked[1:])
        return b""

    def _write_and_lock_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._write_block(tag, asked)
        tag.locked_blocks.add(asked[0])
        return b""

    def _lock_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        block = _one(asked)
        if block >= tag.blocks:
            raise TagRefusedError(ErrorCode.MEMORY_NOT_AVAILABLE)
        tag.locked_blocks.add(block)
        return b""

    def _write_memory(self, tag: EmulatedTag, block: int, data: bytes) -> None:
        if block >= tag.blocks:
            raise TagRefusedError(ErrorCode.MEMORY_NOT_AVAILABLE)
        if block in tag.locked_blocks:
            raise TagRefusedError(ErrorCode.LOCKED)
        tag.memory[block * BLOCK_BYTES : (block + 1) * BLOCK_BYTES] = data

    def _write_afi(self, tag: EmulatedTag, asked: bytes) -> bytes:
        value = _one(asked)
        self.afi_writes += 1
        if self._lifted_now(tag):
            if self.wrong.lift_when_written:
                tag.afi = value
            raise TagRefusedError(ErrorCode.NO_TRANSPONDER)
        if tag.afi_locked:
            raise TagRefusedError(ErrorCode.LOCKED)
        if self.wrong.writes_ignored > 0:
            self.wrong.writes_ignored -= 1
        else:
            tag.afi = value
        return b""

    def _lifted_now(self, tag: EmulatedTag) -> bool:
        """Say whether this write is the one in which the tag is lifted."""
        if self.wrong.lift_in_write_after > 0:
            self.wrong.lift_in_write_after -= 1
            if self.wrong.lift_in_write_after == 0:
                self._pad.take_away(tag.uid)
                return True
        return False

    def _lock_afi(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.afi_locked = True
        return b""

    def _write_dsfid(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if tag.dsfid_locked:
            raise TagRefusedError(ErrorCode.LOCKED)
        tag.dsfid = _one(asked)
        return b""

    def _lock_dsfid(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.dsfid_locked = True
        return b""

    def _tag_info(self, tag: EmulatedTag, asked: bytes) -> bytes:
        mask = InfoMask(_one(asked) & (InfoMask.DSFID | InfoMask.AFI | InfoMask.MEMORY))
        told = bytes((mask,))
        if mask & InfoMask.DSFID:
            told += bytes((tag.dsfid,))
        if mask & InfoMask.AFI:
            told += bytes((tag.afi,))
        if mask & InfoMask.MEMORY:
            told += bytes((BLOCK_BYTES - 1, tag.blocks - 1))
        return told


def _one(asked: bytes) -> int:
    if len(asked) != 1:
        raise TagRefusedError(ErrorCode.PARAMETER)
    return asked[0]
