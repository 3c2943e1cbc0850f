"""What the frames of an M100, QM100 or R200 module mean, read and written by the host and by the module alike.

Source: the modules' published protocol (M5Stack Unit UHF-RFID). Addresses and lengths in a tag are in words of two
bytes. A tag goes by its EPC, in upper-case hexadecimal.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from drivers.errors import DeviceError
from drivers.rfid.gen2_codec import CONTROL_AT_BIT, Bank, ControlWord, tag_crc
from drivers.rfid.m100_codec import Frame, FrameType

MOST_MASK_BYTES: Final = 12
"""The protocol's limit for a select mask."""

MOST_WRITE_WORDS: Final = 32
NO_PASSWORD: Final = bytes(4)
"""An access password of nothing but zeros is not sent to the tag."""

_CRC: Final = 2
_ALARM_CODE: Final = 8
_SUCCESS: Final = b"\x00"


class Command(IntEnum):
    """Command bytes."""

    VERSION = 0x03
    SET_REGION = 0x07
    REGION = 0x08
    SELECT = 0x0C
    SELECT_MODE = 0x12
    SINGLE_POLL = 0x22
    MULTI_POLL = 0x27
    STOP_POLL = 0x28
    READ = 0x39
    WRITE = 0x49
    KILL = 0x65
    LOCK = 0x82
    SET_HOPPING = 0xAD
    SET_POWER = 0xB6
    POWER = 0xB7
    CHANGE_EAS = 0xE3
    EAS_ALARM = 0xE4
    FAILED = 0xFF


class Region(IntEnum):
    """Where in the world the module may send; the names are those of a URL's ``region``."""

    CN900 = 1
    US = 2
    EU = 3
    CN800 = 4
    KR = 6


class VersionOf(IntEnum):
    """What a module tells of itself."""

    HARDWARE = 0
    SOFTWARE = 1
    MAKER = 2


class ErrorCode(IntEnum):
    """First byte behind `Command.FAILED`; a tag's own errors come as one of the bases with `TagError` in it."""

    READ_FAILED = 0x09
    """No tag of the selected EPC answered, or not well; so with the next ones."""
    WRITE_FAILED = 0x10
    KILL_FAILED = 0x12
    LOCK_FAILED = 0x13
    BLOCK_LOCK_FAILED = 0x14
    NO_TAG = 0x15
    """A poll found none, or one whose answer was damaged."""
    ACCESS = 0x16
    """The tag wants another access password."""
    MALFORMED = 0x17
    CONFIGURATION_FAILED = 0x1A
    CHANGE_EAS_FAILED = 0x1B
    NO_EAS_ALARM = 0x1D
    CHANNELS_BUSY = 0x20
    READ_REFUSED = 0xA0
    WRITE_REFUSED = 0xB0
    LOCK_REFUSED = 0xC0
    KILL_REFUSED = 0xD0
    BLOCK_LOCK_REFUSED = 0xE0


UNANSWERED: Final = frozenset(
    (
        ErrorCode.READ_FAILED,
        ErrorCode.WRITE_FAILED,
        ErrorCode.LOCK_FAILED,
        ErrorCode.BLOCK_LOCK_FAILED,
        ErrorCode.CONFIGURATION_FAILED,
        ErrorCode.CHANGE_EAS_FAILED,
    )
)
"""No answer of the selected tag; whether it is gone must be found out."""
_OF_A_TAG: Final = UNANSWERED - {ErrorCode.CONFIGURATION_FAILED} | {
    ErrorCode.KILL_FAILED,
    ErrorCode.NO_TAG,
    ErrorCode.ACCESS,
    ErrorCode.NO_EAS_ALARM,
}
_OF_THE_MODULE: Final = frozenset(
    (Command.VERSION, Command.SET_REGION, Command.REGION, Command.SET_HOPPING, Command.SET_POWER, Command.POWER)
)
"""Commands that no tag has a part in; when one of the failures above comes, it answers what was asked before."""


class MessageError(DeviceError, ValueError):
    """A frame with a good checksum says something that its command cannot mean."""

    def __init__(self, command: int) -> None:
        super().__init__(command)
        self.command = command


class ModuleRefusedError(DeviceError):
    """The module answered with an error code; ``tag`` says what of it is the tag's own, where it is."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def tag(self) -> int | None:
        """What the tag itself said."""
        return self.code & 0x0F if self.code >= ErrorCode.READ_REFUSED else None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A tag that a poll found."""

    rssi: int
    """dBm at the module's input, without what aerial and cable lose."""
    control: ControlWord
    epc: str
    sound: bool = True
    """The tag's own CRC over control word and EPC is right."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Which tags a command is for: those whose EPC bank holds these bytes at that bit."""

    at_bit: int
    data: bytes = field(repr=False)

    def fits(self, control: ControlWord, epc: str) -> bool:
        """Say whether a tag of that control word and EPC is meant."""
        start = (self.at_bit - CONTROL_AT_BIT) // 8
        named = control.raw() + bytes.fromhex(epc)
        return start >= 0 and named[start : start + len(self.data)] == self.data


@dataclass(frozen=True, slots=True)
class Access:
    """Where in a tag something is read or written."""

    bank: int
    first: int
    """Word address."""
    words: int
    data: bytes = field(default=b"", repr=False)
    """What is written."""
    password: bytes = field(default=NO_PASSWORD, repr=False)


@dataclass(frozen=True, slots=True)
class TagAnswer:
    """What the selected tag answered; it tells who it is, as it was when it was found."""

    control: ControlWord
    epc: str
    data: bytes = field(default=b"", repr=False)


# What the host sends


def command(code: int, parameters: bytes = b"") -> Frame:
    """Give a command's frame."""
    return Frame(FrameType.COMMAND, code, parameters)


SINGLE_POLL: Final = command(Command.SINGLE_POLL)
STOP_POLL: Final = command(Command.STOP_POLL)
EAS_ALARM: Final = command(Command.EAS_ALARM)
ASK_REGION: Final = command(Command.REGION)
HOPPING_ON: Final = command(Command.SET_HOPPING, b"\xff")


def multi_poll(times: int) -> Frame:
    """Ask for so many polls, one after the other."""
    return command(Command.MULTI_POLL, b"\x22" + times.to_bytes(2, "big"))


def ask_version(part: VersionOf) -> Frame:
    """Ask what the module is."""
    return command(Command.VERSION, bytes((part,)))


def set_region(region: Region) -> Frame:
    """Say where in the world the module stands."""
    return command(Command.SET_REGION, bytes((region,)))


def set_power(dbm: int) -> Frame:
    """Say how strongly to send."""
    return command(Command.SET_POWER, (dbm * 100).to_bytes(2, "big"))


def select(mask: Mask) -> Frame:
    """Say which tag the next reads and writes are for; polls find all the same."""
    into_epc_bank = 0x01
    head = bytes((into_epc_bank,)) + mask.at_bit.to_bytes(4, "big") + bytes((len(mask.data) * 8, 0x00))
    return command(Command.SELECT, head + mask.data)


def read(access: Access) -> Frame:
    """Ask the selected tag for words."""
    return command(Command.READ, access.password + _place(access))


def write(access: Access) -> Frame:
    """Write words to the selected tag."""
    return command(Command.WRITE, access.password + _place(access) + access.data)


def lock(payload: int, password: bytes = NO_PASSWORD) -> Frame:
    """Lock or unlock banks of the selected tag: ten mask bits and ten action bits of EPC Gen2."""
    return command(Command.LOCK, password + payload.to_bytes(3, "big"))


def change_eas(*, on: bool, password: bytes = NO_PASSWORD) -> Frame:
    """Set or clear the EAS bit of the selected tag, if it is NXP's."""
    return command(Command.CHANGE_EAS, password + bytes((on,)))


# What the host understands


def done(frame: Frame, code: int, *also: int) -> None:
    """Make sure that a command was carried out; ``also`` names other commands by which a module may answer it.

    Raises `ModuleRefusedError` and, for another frame, `MessageError`; so do the others.
    """
    if _content(frame, code, *also) != _SUCCESS:
        raise MessageError(frame.command)


def number_told(frame: Frame, code: int, size: int) -> int:
    """Return the number of ``size`` bytes that a module tells: its region, its power in hundredths of a dBm."""
    content = _content(frame, code)
    if len(content) != size:
        raise MessageError(frame.command)
    return int.from_bytes(content, "big")


def version_told(frame: Frame, part: VersionOf) -> str:
    """Return what the module is, printable characters only."""
    content = _content(frame, Command.VERSION)
    if content[:1] != bytes((part,)):
        raise MessageError(frame.command)
    return "".join(character for character in content[1:].decode("ascii", "replace") if character.isprintable()).strip()


def sighting_told(frame: Frame) -> Sighting:
    """Return the tag that a notice is about; some modules append the number of their aerial."""
    data = frame.parameters
    if frame.type is not FrameType.NOTICE or frame.command not in (Command.SINGLE_POLL, Command.MULTI_POLL):
        raise MessageError(frame.command)
    if len(data) < 1 + 2 + _CRC:
        raise MessageError(frame.command)
    control = ControlWord(int.from_bytes(data[1:3], "big"))
    end = 3 + control.epc_bytes
    if len(data) - end - _CRC not in (0, 1):
        raise MessageError(frame.command)
    crc = int.from_bytes(data[end : end + _CRC], "big")
    rssi = int.from_bytes(data[:1], "big", signed=True)
    return Sighting(rssi, control, _hex(data[3:end]), tag_crc(data[1:end]) == crc)


def words_told(frame: Frame, words: int) -> TagAnswer:
    """Return what a tag read."""
    answer = _tag_answer(frame, Command.READ)
    if len(answer.data) != words * 2:
        raise MessageError(frame.command)
    return answer


def tag_done(frame: Frame, code: int) -> TagAnswer:
    """Return which tag carried a command out."""
    answer = _tag_answer(frame, code)
    if answer.data != _SUCCESS:
        raise MessageError(frame.command)
    return answer


def alarm_told(frame: Frame) -> bytes:
    """Return the alarm code that a tag whose EAS bit is set has answered."""
    content = _content(frame, Command.EAS_ALARM)
    if len(content) != _ALARM_CODE:
        raise MessageError(frame.command)
    return content


# What the module understands and sends


def mask_asked(frame: Frame) -> Mask:
    """Return which tags a host selects; raises `MessageError`, as the next does."""
    data = frame.parameters
    if len(data) < 7 or len(data) - 7 != -(-data[5] // 8) or data[0] & 0x03 != Bank.EPC:  # noqa: PLR2004 - what stands before the mask
        raise MessageError(frame.command)
    return Mask(int.from_bytes(data[1:5], "big"), data[7:])


def access_asked(frame: Frame) -> Access:
    """Return what a host reads or writes."""
    data = frame.parameters
    if len(data) < 9:  # noqa: PLR2004 - password, bank, first word, number of words
        raise MessageError(frame.command)
    first, words = int.from_bytes(data[5:7], "big"), int.from_bytes(data[7:9], "big")
    return Access(data[4], first, words, data[9:], data[:4])


def response(code: int, content: bytes = _SUCCESS) -> Frame:
    """Answer a command."""
    return Frame(FrameType.RESPONSE, code, content)


def refusal(code: int, tag: Sighting | None = None) -> Frame:
    """Answer that it was not done, and why; ``tag`` is the one that said so."""
    who = b"" if tag is None else tag.control.raw() + bytes.fromhex(tag.epc)
    return response(Command.FAILED, bytes((code,)) + who)


def notice(code: int, tag: Sighting, aerial: int | None = None) -> Frame:
    """Tell of a tag that was found; one that is not sound is told with a wrong CRC."""
    named = tag.control.raw() + bytes.fromhex(tag.epc)
    crc = tag_crc(named) ^ (0 if tag.sound else 0xFFFF)
    tail = b"" if aerial is None else bytes((aerial,))
    rssi = tag.rssi.to_bytes(1, "big", signed=True)
    return Frame(FrameType.NOTICE, code, rssi + named + crc.to_bytes(_CRC, "big") + tail)


def tag_response(code: int, answer: TagAnswer) -> Frame:
    """Answer for one tag."""
    named = answer.control.raw() + bytes.fromhex(answer.epc)
    return response(code, bytes((len(named),)) + named + answer.data)


def _place(access: Access) -> bytes:
    return bytes((access.bank,)) + access.first.to_bytes(2, "big") + access.words.to_bytes(2, "big")


def _content(frame: Frame, *codes: int) -> bytes:
    """Return what a response to one of these commands says."""
    if frame.type is not FrameType.RESPONSE or not frame.parameters:
        raise MessageError(frame.command)
    if frame.command == Command.FAILED:
        if frame.parameters[0] in _OF_A_TAG and _OF_THE_MODULE.issuperset(codes):
            raise MessageError(frame.command)
        raise ModuleRefusedError(frame.parameters[0])
    if frame.command not in codes:
        raise MessageError(frame.command)
    return frame.parameters


def _tag_answer(frame: Frame, code: int) -> TagAnswer:
    """Return a tag's answer: how long its name is, control word, EPC, data."""
    content = _content(frame, code)
    end = 1 + content[0]
    if content[0] < 2 or len(content) < end:  # noqa: PLR2004 - a control word
        raise MessageError(frame.command)
    return TagAnswer(ControlWord(int.from_bytes(content[1:3], "big")), _hex(content[3:end]), content[end:])


def _hex(data: bytes) -> str:
    return data.hex().upper()
