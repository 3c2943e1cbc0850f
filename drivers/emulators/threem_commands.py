"""What one tag does at each command of a 3M/Bibliotheca pad, rightly or as ordered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.emulators.tags import BLOCK_BYTES, EmulatedTag, Pad, TagFault, TagFaultError
from drivers.rfid.threem_messages import Command, ErrorCode, InfoMask, ReadOption

_SUPPORTED_READ: Final = ReadOption.NEW_STYLE | ReadOption.NO_LOCK | ReadOption.ALL_DATA | ReadOption.TELL_ERROR
_FAULTS: Final = {
    TagFault.GONE: ErrorCode.NO_TRANSPONDER,
    TagFault.UNREADABLE: ErrorCode.NOT_READ,
    TagFault.NO_SUCH_BLOCK: ErrorCode.MEMORY_NOT_AVAILABLE,
    TagFault.LOCKED: ErrorCode.LOCKED,
    TagFault.UNSUPPORTED: ErrorCode.NOT_SUPPORTED_BY_TAG,
}


class TagRefusedError(Exception):
    """The pad or the tag says no."""

    def __init__(self, code: ErrorCode, told: bytes = b"") -> None:
        super().__init__(code, told)
        self.code = code
        self.told = told
        """What stands behind the tag's UID."""


@dataclass(slots=True)
class PadMisdeeds:
    """What the pad itself does otherwise than the specification; counters run down."""

    mute: int = 0
    asleep: bool = False
    """Answers nothing but the probe until it is initialised."""
    old_firmware: bool = False
    no_eas: bool = False
    single_writes: bool = False
    no_tag_info: bool = False
    most_blocks: int = 255
    """How many blocks it reads at once."""
    broken_writes: int = 0
    """So many writes of several blocks end after the first."""


class TagCommands:
    """The commands that name a tag."""

    def __init__(self, pad: Pad) -> None:
        self._pad = pad
        self.wrong = PadMisdeeds()
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
        missing: set[int] = set()
        if self.wrong.no_eas:
            missing |= {Command.CHECK_EAS, Command.SET_EAS}
        if self.wrong.single_writes:
            missing.add(Command.WRITE_BLOCKS)
        if self.wrong.no_tag_info:
            missing.add(Command.TAG_INFO)
        return command in self._by_command.keys() - missing

    def carry_out(self, command: int, tag: EmulatedTag, asked: bytes) -> bytes:
        """Do it and return what the tag answers; raises `TagRefusedError`."""
        try:
            return self._by_command[command](tag, asked)
        except TagFaultError as error:
            raise TagRefusedError(_FAULTS[error.fault]) from error

    def _stay_quiet(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.quiet = True
        return b""

    def _read_blocks(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) not in (2, 3) or (self.wrong.old_firmware and len(asked) != 2):  # noqa: PLR2004 - first, count, options
            raise TagRefusedError(ErrorCode.PARAMETER)
        first, count = asked[0], asked[1]
        if count > self.wrong.most_blocks:
            raise TagRefusedError(ErrorCode.NO_MEMORY)
        options = ReadOption(asked[2] & _SUPPORTED_READ) if len(asked) > 2 else ReadOption(0)  # noqa: PLR2004 - the same
        memory = tag.read(first, count)
        new_style = bool(options & ReadOption.NEW_STYLE)
        told = bytes((first, count)) if new_style else bytes((count,))
        for index in range(count):
            lock = bytes((int(first + index in tag.locked_blocks),))
            head = b"" if new_style and options & ReadOption.NO_LOCK else lock
            told += (b"" if new_style else bytes((first + index,))) + head
            told += memory[index * BLOCK_BYTES : (index + 1) * BLOCK_BYTES]
        return told

    def _check_eas(self, tag: EmulatedTag, _: bytes) -> bytes:
        if not tag.eas:
            raise TagRefusedError(ErrorCode.NO_TRANSPONDER, b"\0")
        return b"\x01"

    def _set_eas(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._pad.write_eas(tag, on=bool(_one(asked)))
        return b""

    def _write_blocks(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) < 3 or len(asked) != 3 + asked[1] * BLOCK_BYTES:  # noqa: PLR2004 - first, count, flags
            raise TagRefusedError(ErrorCode.PARAMETER)
        first, count = asked[0], asked[1]
        broken = count > 1 and self.wrong.broken_writes > 0
        self.wrong.broken_writes -= int(broken)
        for index in range(1 if broken else count):
            self._pad.write_block(tag, first + index, asked[3 + index * BLOCK_BYTES :][:BLOCK_BYTES])
        return bytes(((first + (1 if broken else count)) & 0xFF,))

    def _write_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        if len(asked) != 1 + BLOCK_BYTES:
            raise TagRefusedError(ErrorCode.PARAMETER)
        self._pad.write_block(tag, asked[0], asked[1:])
        return b""

    def _write_and_lock_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._write_block(tag, asked)
        self._pad.lock_block(tag, asked[0])
        return b""

    def _lock_block(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._pad.lock_block(tag, _one(asked))
        return b""

    def _write_afi(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._pad.write_afi(tag, _one(asked))
        return b""

    def _lock_afi(self, tag: EmulatedTag, _: bytes) -> bytes:
        tag.afi_locked = True
        return b""

    def _write_dsfid(self, tag: EmulatedTag, asked: bytes) -> bytes:
        self._pad.write_dsfid(tag, _one(asked))
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
