"""What is asked of a PN532 to read the identifiers of cards, and what it answers; both ends.

A command is ``D4 COMMAND ...``, its answer ``D5 COMMAND+1 ...``. Source: NXP UM0701-02, chapter 7; cards: ISO/IEC
14443-3, chapter 6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from drivers.card.pn532_codec import ERROR, Frame, FrameKind
from drivers.errors import DeviceError

FROM_HOST: Final = 0xD4
FROM_CHIP: Final = 0xD5


class Command(IntEnum):
    """Second byte of the data; the answer's is one more."""

    GET_FIRMWARE_VERSION = 0x02
    SAM_CONFIGURATION = 0x14
    RF_CONFIGURATION = 0x32
    IN_LIST_PASSIVE_TARGET = 0x4A
    IN_RELEASE = 0x52


MOST_TARGETS: Final = 2
"""The chip keeps two cards at once."""
CHIP: Final = 0x32
"""The first byte of its version: a PN532."""

_TYPE_A: Final = 0
"""106 kbit/s, ISO/IEC 14443 type A: MIFARE, NTAG and nearly every card of a library."""
_ITEM_FIELD: Final = 1
_ITEM_RETRIES: Final = 5
_SAM_NORMAL: Final = 1

ASK_VERSION: Final = Frame(bytes((FROM_HOST, Command.GET_FIRMWARE_VERSION)))
SAM_NORMAL: Final = Frame(bytes((FROM_HOST, Command.SAM_CONFIGURATION, _SAM_NORMAL)))
"""No security module: the chip reads cards for the host."""
FIELD_OFF: Final = Frame(bytes((FROM_HOST, Command.RF_CONFIGURATION, _ITEM_FIELD, 0)))
"""Cards lose their power and forget that they were found; the next look switches the field on by itself."""

RETRIES: Final = 2
"""Looks more for a card, each 5 ms or so; the chip's own setting is to look for ever."""

UID_LENGTHS: Final = (4, 7, 10)
_RANDOM: Final = 0x08
"""First byte of a four-byte identifier that the card makes up anew whenever it gets power."""
_WITH_ATS: Final = 0x20
"""In a card's SEL_RES: it speaks ISO/IEC 14443-4, and a chip as it leaves the factory has asked it for its ATS."""
_TARGET_HEAD: Final = 5
"""Number, SENS_RES (2), SEL_RES, length of the identifier."""


class MessageError(DeviceError, ValueError):
    """A frame that is not the answer to what was asked."""


class NotUnderstoodError(DeviceError):
    """The chip says that it does not understand the command."""


@dataclass(frozen=True, slots=True)
class Target:
    """A card in the field."""

    uid: bytes = field(repr=False)
    sens_res: int = 0x0004
    sel_res: int = 0x08
    ats: bytes = field(default=b"", repr=False)
    """Without its length byte; only of a card that speaks ISO/IEC 14443-4."""

    @property
    def random(self) -> bool:
        """Whether the card makes up a new identifier each time: a phone, an identity card."""
        return len(self.uid) == UID_LENGTHS[0] and self.uid[0] == _RANDOM


@dataclass(frozen=True, slots=True)
class Version:
    """What the chip says of itself."""

    chip: int
    major: int
    minor: int
    support: int = 0x07

    def __str__(self) -> str:
        return f"PN5{self.chip:02X} {self.major}.{self.minor}"


def list_request(most: int = MOST_TARGETS) -> Frame:
    """Ask for the cards of type A in the field, ``most`` of them at the most."""
    return Frame(bytes((FROM_HOST, Command.IN_LIST_PASSIVE_TARGET, most, _TYPE_A)))


def retries_request(passive_activation: int = RETRIES) -> Frame:
    """Set how often the chip looks for a card; its other retries as they are when it gets power."""
    return Frame(bytes((FROM_HOST, Command.RF_CONFIGURATION, _ITEM_RETRIES, 0xFF, 0x01, passive_activation)))


def reply(command: int, data: bytes = b"") -> Frame:
    """Make the chip's answer to a command."""
    return Frame(bytes((FROM_CHIP, (command + 1) & 0xFF)) + data)


def version_reply(version: Version) -> Frame:
    """Make the answer to `ASK_VERSION`."""
    return reply(Command.GET_FIRMWARE_VERSION, bytes((version.chip, version.major, version.minor, version.support)))


def targets_reply(targets: Sequence[Target]) -> Frame:
    """Make the answer to `list_request`."""
    return reply(Command.IN_LIST_PASSIVE_TARGET, bytes((len(targets),)) + b"".join(_target_bytes(targets)))


def command_told(frame: Frame) -> tuple[int, bytes]:
    """Return a host's command and what goes with it; raises `MessageError`."""
    if frame.kind is not FrameKind.DATA or len(frame.data) < 2 or frame.data[0] != FROM_HOST:  # noqa: PLR2004 - two bytes
        raise MessageError
    return frame.data[1], frame.data[2:]


def answer_told(command: int, frame: Frame) -> bytes:
    """Return what a chip answers to ``command``; raises `MessageError`, `NotUnderstoodError`."""
    if frame == ERROR:
        raise NotUnderstoodError
    if frame.data[:2] != bytes((FROM_CHIP, command + 1)):
        raise MessageError
    return frame.data[2:]


def done_told(command: int, frame: Frame) -> None:
    """Take an answer that says nothing but that a command was carried out."""
    if answer_told(command, frame):
        raise MessageError


def version_told(frame: Frame) -> Version:
    """Take the answer to `ASK_VERSION`."""
    told = answer_told(Command.GET_FIRMWARE_VERSION, frame)
    if len(told) != 4:  # noqa: PLR2004 - chip, version, revision, support
        raise MessageError
    return Version(*told)


def targets_told(frame: Frame) -> tuple[Target, ...]:
    """Take the answer to `list_request`: the cards in the field."""
    told = answer_told(Command.IN_LIST_PASSIVE_TARGET, frame)
    if not told:
        raise MessageError
    count, rest = told[0], told[1:]
    targets = []
    for number in range(1, count + 1):
        if len(rest) < _TARGET_HEAD or rest[0] != number:
            raise MessageError
        uid_end = _TARGET_HEAD + rest[4]
        ats_length = rest[uid_end] if rest[3] & _WITH_ATS and uid_end < len(rest) else 0
        end = uid_end + ats_length
        if rest[4] not in UID_LENGTHS or len(rest) < end:
            raise MessageError
        sens_res = int.from_bytes(rest[1:3], "big")
        targets.append(Target(rest[_TARGET_HEAD:uid_end], sens_res, rest[3], rest[uid_end + 1 : end]))
        rest = rest[end:]
    if rest:
        raise MessageError
    return tuple(targets)


def _target_bytes(targets: Iterable[Target]) -> Iterable[bytes]:
    for number, target in enumerate(targets, start=1):
        head = bytes((number, *target.sens_res.to_bytes(2, "big"), target.sel_res, len(target.uid)))
        ats = bytes((len(target.ats) + 1,)) + target.ats if target.sel_res & _WITH_ATS else b""
        yield head + target.uid + ats
