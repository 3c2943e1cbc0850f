"""What a tag does at each command that a UHF module carries to it, rightly or as ordered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from drivers.emulators.uhf_tags import UhfMisdeeds, UhfPad, UhfTag
from drivers.rfid.gen2_codec import CONTROL_WORD, Bank, ControlWord, TagErrorCode, tag_crc
from drivers.rfid.m100_codec import Frame
from drivers.rfid.m100_messages import (
    MOST_WRITE_WORDS,
    NO_PASSWORD,
    Access,
    Command,
    ErrorCode,
    Mask,
    MessageError,
    TagAnswer,
    access_asked,
    refusal,
    tag_response,
)

_TID: Final = bytes.fromhex("e2806894200040010000000000000000")
_EPC_LOCK_BITS: Final = 0x000030
_EPC_LOCK_MASK: Final = 0x00C000
_LOCK_PARAMETERS: Final = 7
_EAS_PARAMETERS: Final = 5


class CommandFailedError(Exception):
    """The module or the tag says no."""

    def __init__(self, code: int, *, named: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.named = named
        """The tag's name stands behind the code."""


@dataclass(slots=True)
class Misdeeds(UhfMisdeeds):
    """What goes wrong from now on; counters run down."""

    busy: int = 0
    stops_unanswered: int = 0
    selects_ignored: int = 0
    aerial: bool = False
    refuses_region: bool = False
    unsound: dict[str, int] = field(default_factory=dict)


class TagCommands:
    """The commands that go to the selected tag."""

    def __init__(self, pad: UhfPad) -> None:
        self._pad = pad
        self.wrong = Misdeeds()
        self.mask: Mask | None = None
        self.afi_writes = 0
        self._by_command: dict[int, tuple[Callable[[UhfTag, Frame], bytes], ErrorCode]] = {
            Command.READ: (self._read, ErrorCode.READ_FAILED),
            Command.WRITE: (self._write, ErrorCode.WRITE_FAILED),
            Command.LOCK: (self._lock, ErrorCode.LOCK_FAILED),
            Command.CHANGE_EAS: (self._change_eas, ErrorCode.CHANGE_EAS_FAILED),
        }

    def known(self, command: int) -> bool:
        """Say whether there is such a command."""
        return command in self._by_command

    def carry_out(self, frame: Frame) -> Frame:
        """Carry a command to the selected tag; where several are meant, the one that was laid last answers."""
        carry, nobody = self._by_command[frame.command]
        meant = [tag for tag in self._pad.lying() if self.mask is None or self.mask.fits(tag.told_control, tag.epc)]
        if not meant or meant[-1].unreadable:
            return refusal(nobody)
        tag = meant[-1]
        before = tag.sighting()
        try:
            data = carry(tag, frame)
        except MessageError:
            return refusal(ErrorCode.MALFORMED)
        except CommandFailedError as error:
            return refusal(error.code, before if error.named else None)
        return tag_response(frame.command, TagAnswer(before.control, before.epc, data))

    def _read(self, tag: UhfTag, frame: Frame) -> bytes:
        asked = access_asked(frame)
        self._check_password(tag, asked.password)
        memory = _bank(tag, asked.bank)
        start, end = asked.first * 2, (asked.first + asked.words) * 2
        if not asked.words or end > len(memory):
            raise CommandFailedError(ErrorCode.READ_REFUSED | TagErrorCode.OVERRUN, named=True)
        return memory[start:end]

    def _write(self, tag: UhfTag, frame: Frame) -> bytes:
        asked = access_asked(frame)
        self._check_password(tag, asked.password)
        if not 0 < asked.words <= MOST_WRITE_WORDS or len(asked.data) != asked.words * 2:
            raise MessageError(frame.command)
        self.afi_writes += asked.bank == Bank.EPC and asked.words == 1
        if self._lifted_now():
            if self.wrong.lift_when_written:
                _store(tag, asked)
            tag.lying = False
            raise CommandFailedError(ErrorCode.WRITE_FAILED)
        if (tag.user_locked if asked.bank == Bank.USER else tag.locked) and asked.password == NO_PASSWORD:
            raise CommandFailedError(ErrorCode.WRITE_REFUSED | TagErrorCode.LOCKED, named=True)
        if self.wrong.torn_after_words >= 0:
            words, self.wrong.torn_after_words = self.wrong.torn_after_words, -1
            _store(tag, Access(asked.bank, asked.first, words, asked.data[: words * 2]))
            raise CommandFailedError(ErrorCode.WRITE_REFUSED | TagErrorCode.POWER, named=True)
        if self.wrong.writes_ignored > 0:
            self.wrong.writes_ignored -= 1
        else:
            _store(tag, asked)
        return b"\0"

    def _lock(self, tag: UhfTag, frame: Frame) -> bytes:
        if len(frame.parameters) != _LOCK_PARAMETERS:
            raise MessageError(frame.command)
        self._check_password(tag, frame.parameters[:4])
        payload = int.from_bytes(frame.parameters[4:], "big")
        if payload & _EPC_LOCK_MASK:
            tag.locked = bool(payload & _EPC_LOCK_BITS)
        return b"\0"

    def _change_eas(self, tag: UhfTag, frame: Frame) -> bytes:
        """Only NXP's chips, and only with a password that is not zero, as their makers' manuals say."""
        if len(frame.parameters) != _EAS_PARAMETERS:
            raise MessageError(frame.command)
        self._check_password(tag, frame.parameters[:4])
        if not tag.nxp or tag.password == NO_PASSWORD or frame.parameters[:4] == NO_PASSWORD:
            raise CommandFailedError(ErrorCode.CHANGE_EAS_FAILED)
        if self.wrong.writes_ignored > 0:
            self.wrong.writes_ignored -= 1
        else:
            tag.eas = bool(frame.parameters[4])
        return b"\0"

    def _lifted_now(self) -> bool:
        """Say whether this write is the one in which the tag is lifted."""
        if self.wrong.lift_in_write_after > 0:
            self.wrong.lift_in_write_after -= 1
            return self.wrong.lift_in_write_after == 0
        return False

    @staticmethod
    def _check_password(tag: UhfTag, password: bytes) -> None:
        if password not in (NO_PASSWORD, tag.password):
            raise CommandFailedError(ErrorCode.ACCESS, named=True)


def _bank(tag: UhfTag, bank: int) -> bytes:
    match bank:
        case Bank.EPC:
            named = tag.told_control.raw() + bytes.fromhex(tag.epc)
            return tag_crc(named).to_bytes(2, "big") + tag.told_control.raw() + bytes(tag.epc_memory)
        case Bank.TID:
            return _TID
        case Bank.USER:
            return bytes(tag.user)
        case _:
            return bytes(4) + tag.password


def _store(tag: UhfTag, asked: Access) -> None:
    """Write words where they belong; raises `CommandFailedError` where there is no such place."""
    memory = bytearray(_bank(tag, asked.bank))
    end = (asked.first + asked.words) * 2
    writable = asked.bank == Bank.USER or (asked.bank == Bank.EPC and asked.first >= CONTROL_WORD)
    if not writable or end > len(memory):
        raise CommandFailedError(ErrorCode.WRITE_REFUSED | TagErrorCode.OVERRUN, named=True)
    memory[asked.first * 2 : end] = asked.data
    if asked.bank == Bank.USER:
        tag.user = memory
    else:
        tag.control = ControlWord(int.from_bytes(memory[2:4], "big"))
        tag.epc_memory = memory[4:]
