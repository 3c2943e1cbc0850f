"""What the frames of a FEIG OBID reader in host mode mean, read and written by the host and by the reader alike.

Source: FEIG's manuals of the OBID i-scan (MR, PR, PRH, LR) and classic-pro (CPR) readers. UIDs are upper-case
hexadecimal, most significant byte first, as on the wire. Block data stands on the wire with the bytes of each block
reversed ("most significant byte first"): here it is in the order of the air interface. The reader's own way of saying
"no" is a status: `StatusError`; ours for a reply that cannot be one is `MessageError`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Final

from drivers.errors import DeviceError
from drivers.rfid.feig_codec import Frame
from drivers.rfid.iso15693_codec import SystemInformation

UID_BYTES: Final = 8
BLOCK_BYTES: Final = 4
MOST_BYTES: Final = 128
"""Of block data in one command, by the manuals."""

ISO15693_TAG: Final = 0x03
"""``TR-TYPE`` of an ISO 15693 tag; the readers know others, which libraries do not use."""

_DATA_SET: Final = 2 + UID_BYTES  # type, DSFID, UID


class Command(IntEnum):
    """Command bytes."""

    READ_BUFFER = 0x22
    """Never asked for: a reader in notification mode says it of itself."""
    FIND_BAUD_RATE = 0x52
    VERSION = 0x65
    RESET_FIELD = 0x69
    """The field off for 15 ms: every tag starts anew, also one that was told to be quiet."""
    SWITCH_FIELD = 0x6A
    ISO = 0xB0
    """What ISO 15693 names; the next byte is a `TagCommand`."""
    TRANSPARENT = 0xBF
    """Hands a request through to the tags as it is."""


class TagCommand(IntEnum):
    """Second byte of `Command.ISO`."""

    INVENTORY = 0x01
    STAY_QUIET = 0x02
    LOCK_BLOCKS = 0x22
    READ_BLOCKS = 0x23
    WRITE_BLOCKS = 0x24
    SELECT = 0x25
    RESET_TO_READY = 0x26
    WRITE_AFI = 0x27
    LOCK_AFI = 0x28
    WRITE_DSFID = 0x29
    LOCK_DSFID = 0x2A
    SYSTEM_INFORMATION = 0x2B
    LOCK_STATUS = 0x2C


class Mode(IntFlag):
    """Third byte of `Command.ISO`."""

    ANY_TAG = 0x00
    ADDRESSED = 0x01
    SELECTED = 0x02
    LOCKS = 0x08
    """Read each block's lock byte too; without it the byte is there and says nothing."""
    MORE = 0x80
    """The rest of an inventory; readers of the MR102's kind take `ADDRESSED` for it (a library's program)."""


class Status(IntEnum):
    """First data byte of a reply."""

    OK = 0x00
    NO_TAG = 0x01
    DATA_FALSE = 0x02
    WRITE_ERROR = 0x03
    ADDRESS_ERROR = 0x04
    WRONG_TYPE = 0x05
    NOT_AUTHORISED = 0x08
    COLLISION = 0x0B
    GENERAL_ERROR = 0x0E
    MEMORY_FAILED = 0x10
    PARAMETER = 0x11
    UNKNOWN_COMMAND = 0x80
    LENGTH = 0x81
    NOT_AVAILABLE = 0x82
    """In this mode: the reader scans or notifies of itself."""
    AIR_ERROR = 0x83
    AIR_WARNING = 0x84
    BUFFER_FULL = 0x93
    MORE_DATA = 0x94
    TAG_ERROR = 0x95
    """An error code of ISO 15693 follows, and for blocks which one."""
    CARD_ERROR = 0x96
    HARDWARE_WARNING = 0xF1


_WITH_DATA: Final = frozenset((Status.OK, Status.AIR_WARNING, Status.HARDWARE_WARNING))
"""Behind these stands what was asked for."""

_OF_INVENTORY: Final = _WITH_DATA | {Status.MORE_DATA, Status.AIR_ERROR}
"""The same; ``83`` means that the round is not finished, and behind it stands what was found."""


class TransparentMode(IntEnum):
    """How the reader waits for what a tag says to `Command.TRANSPARENT`."""

    READ = 0x01
    WRITE = 0x02
    """The answer may take 20 ms."""


class MessageError(DeviceError, ValueError):
    """A frame with a good checksum says something that its command cannot mean."""

    def __init__(self, command: int) -> None:
        super().__init__(command)
        self.command = command


class StatusError(DeviceError):
    """The reader answered with a status that says why not."""

    def __init__(self, command: int, status: int, fault: int | None = None) -> None:
        super().__init__(command, status, fault)
        self.command = command
        self.status = status
        self.fault = fault
        """ISO 15693's error code, with `Status.TAG_ERROR`; `drivers.rfid.iso15693_codec.AirFault` names them."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A tag that an inventory found."""

    uid: str
    dsfid: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """One answer to an inventory."""

    tags: tuple[Sighting, ...] = ()
    more: bool = False
    """The reader found others, to be asked for by `Mode.MORE`."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks that were read."""

    data: bytes = field(repr=False)
    size: int
    """Bytes of each block."""
    locks: bytes
    """A byte for each block; not zero: locked. Zeros where that was not asked."""


@dataclass(frozen=True, slots=True)
class TagRequest:
    """What is asked of one tag, or without ``uid`` of the only one in the field or the selected one."""

    command: int
    uid: str | None = None
    data: bytes = field(default=b"", repr=False)
    mode: Mode = Mode.ANY_TAG
    """Beside `Mode.ADDRESSED`, which goes with ``uid``."""


@dataclass(frozen=True, slots=True)
class TransparentRequest:
    """A request to be handed through."""

    mode: int
    reply_bits: int
    """Length of the tag's answer with its CRC, in bits (manuals of the PR101 and of Siemens' RF290R)."""
    raw: bytes = field(repr=False)


# What the host sends

ASK_VERSION: Final = Frame(Command.VERSION)
FIND_BAUD_RATE: Final = Frame(Command.FIND_BAUD_RATE, b"\0")
RESET_FIELD: Final = Frame(Command.RESET_FIELD)


def inventory_request(mode: Mode = Mode.ANY_TAG) -> Frame:
    """Ask which tags lie there; ``mode`` asks for the rest of an answer that had no room for all."""
    return Frame(Command.ISO, bytes((TagCommand.INVENTORY, mode)))


def tag_request(asked: TagRequest) -> Frame:
    """Ask something of one tag."""
    addressed = asked.mode if asked.uid is None else asked.mode | Mode.ADDRESSED
    uid = b"" if asked.uid is None else bytes.fromhex(asked.uid)
    return Frame(Command.ISO, bytes((asked.command, addressed)) + uid + asked.data)


def read_request(uid: str, first: int, count: int, *, locks: bool = False) -> Frame:
    """Ask for blocks of one tag."""
    mode = Mode.LOCKS if locks else Mode.ANY_TAG
    return tag_request(TagRequest(TagCommand.READ_BLOCKS, uid, bytes((first, count)), mode))


def write_request(uid: str, first: int, data: bytes, size: int = BLOCK_BYTES) -> Frame:
    """Write whole blocks of ``size`` bytes to one tag."""
    head = bytes((first, len(data) // size, size))
    return tag_request(TagRequest(TagCommand.WRITE_BLOCKS, uid, head + reversed_in_blocks(data, size)))


def transparent_request(asked: TransparentRequest) -> Frame:
    """Hand a request through to the tags."""
    return Frame(Command.TRANSPARENT, bytes((asked.mode,)) + asked.reply_bits.to_bytes(2, "big") + b"\0\0" + asked.raw)


# What the host understands; all raise `MessageError` and `StatusError`


def version_told(frame: Frame) -> str:
    """Return what a reader tells of itself: its type by FEIG's number and its firmware."""
    content = _content(frame, Command.VERSION)
    if len(content) < 7:  # noqa: PLR2004 - firmware (2), development, hardware, type, tags (2)
        raise MessageError(frame.command)
    return f"type {content[4]:02X}, firmware {content[0]:X}.{content[1]:02X}"


def tags_told(frame: Frame) -> Inventory:
    """Return the ISO 15693 tags that an inventory found, each as often as the reader names it."""
    if frame.command == Command.ISO and frame.data[:1] == bytes((Status.NO_TAG,)):
        return Inventory()
    content = _content(frame, Command.ISO, _OF_INVENTORY)
    more = frame.data[0] == Status.MORE_DATA
    if not content or len(content) != 1 + content[0] * _DATA_SET:
        raise MessageError(frame.command)
    sets = _parts(content[1:], _DATA_SET)
    return Inventory(tuple(Sighting(_uid(each[2:]), each[1]) for each in sets if each[0] == ISO15693_TAG), more)


def blocks_told(frame: Frame, count: int) -> Blocks:
    """Return the ``count`` blocks that were asked for, their bytes in the order of the air interface."""
    content = _content(frame, Command.ISO)
    if len(content) < 2:  # noqa: PLR2004 - number of blocks, bytes of a block
        raise MessageError(frame.command)
    size, rest = content[1], content[2:]
    if content[0] != count or not size or len(rest) != count * (1 + size):
        raise MessageError(frame.command)
    parts = _parts(rest, 1 + size)
    return Blocks(b"".join(part[:0:-1] for part in parts), size, bytes(part[0] for part in parts))


def information_told(frame: Frame, uid: str) -> SystemInformation:
    """Return what the tag with that UID tells of itself."""
    content = _content(frame, Command.ISO)
    if len(content) != 5 + UID_BYTES or _uid(content[1 : 1 + UID_BYTES]) != uid:
        raise MessageError(frame.command)
    afi, size, last, chip = content[1 + UID_BYTES :]
    if not size and not last:
        return SystemInformation(uid, content[0], afi, ic=chip)  # the reader does not know how much the tag has
    return SystemInformation(uid, content[0], afi, (size & 0x1F) + 1, last + 1, chip)


def done_told(frame: Frame, command: Command) -> None:
    """Take an answer that says only that it is done."""
    if _content(frame, command):
        raise MessageError(frame.command)


def transparent_told(frame: Frame) -> bytes:
    """Return what a tag answered, without its CRC, which the reader has checked."""
    content = _content(frame, Command.TRANSPARENT)
    if len(content) < 3:  # noqa: PLR2004 - flags and CRC (2)
        raise MessageError(frame.command)
    return content[:-2]


# What the reader understands and sends


def tag_asked(frame: Frame) -> TagRequest:
    """Return what a host asks of a tag; raises `MessageError`."""
    if frame.command != Command.ISO or len(frame.data) < 2:  # noqa: PLR2004 - command and mode
        raise MessageError(frame.command)
    command, mode, rest = frame.data[0], Mode(frame.data[1]), frame.data[2:]
    if command == TagCommand.INVENTORY or not mode & Mode.ADDRESSED:
        return TagRequest(command, None, rest, mode)
    if len(rest) < UID_BYTES:
        raise MessageError(frame.command)
    return TagRequest(command, _uid(rest[:UID_BYTES]), rest[UID_BYTES:], mode & ~Mode.ADDRESSED)


def transparent_asked(frame: Frame) -> TransparentRequest:
    """Return what a host wants handed through; raises `MessageError`."""
    data = frame.data
    if frame.command != Command.TRANSPARENT or len(data) < 6:  # noqa: PLR2004 - mode, length (2), reserved (2), a byte
        raise MessageError(frame.command)
    return TransparentRequest(data[0], int.from_bytes(data[1:3], "big"), data[5:])


def reply(command: int, status: Status = Status.OK, data: bytes = b"") -> Frame:
    """Answer with a status and what belongs to it."""
    return Frame(command, bytes((status,)) + data)


def version_reply(firmware: bytes, kind: int) -> Frame:
    """Answer `ASK_VERSION`; ``firmware`` is two bytes; the tags that it knows are ISO 15693's."""
    return reply(Command.VERSION, data=firmware + bytes((0, 0, kind, 0, 0x08)))


def inventory_reply(found: Sequence[Sighting], *, more: bool = False) -> Frame:
    """Answer an inventory."""
    if not found:
        return reply(Command.ISO, Status.NO_TAG)
    sets = b"".join(bytes((ISO15693_TAG, tag.dsfid)) + bytes.fromhex(tag.uid) for tag in found)
    return reply(Command.ISO, Status.MORE_DATA if more else Status.OK, bytes((len(found),)) + sets)


def blocks_reply(blocks: Blocks) -> Frame:
    """Answer a read."""
    parts = _parts(blocks.data, blocks.size)
    told = b"".join(bytes((lock,)) + part[::-1] for lock, part in zip(blocks.locks, parts, strict=True))
    return reply(Command.ISO, data=bytes((len(parts), blocks.size)) + told)


def information_reply(info: SystemInformation) -> Frame:
    """Answer what a tag tells of itself; what it does not tell is 0."""
    memory = bytes(((info.block_bytes or 1) - 1, (info.blocks or 1) - 1))
    tail = bytes((info.afi or 0,)) + memory + bytes((info.ic or 0,))
    return reply(Command.ISO, data=bytes((info.dsfid or 0,)) + bytes.fromhex(info.uid) + tail)


def reversed_in_blocks(data: bytes, size: int = BLOCK_BYTES) -> bytes:
    """Turn the bytes of each block round, from the wire's order to the air's or back."""
    return b"".join(part[::-1] for part in _parts(data, size))


def _content(frame: Frame, command: Command, with_data: Iterable[int] = _WITH_DATA) -> bytes:
    """Return a reply without its status; raises `StatusError` and, for another reply, `MessageError`."""
    if frame.command != command or not frame.data:
        raise MessageError(frame.command)
    status, rest = frame.data[0], frame.data[1:]
    if status not in with_data:
        fault = rest[0] if status == Status.TAG_ERROR and rest else None
        raise StatusError(frame.command, status, fault)
    return rest


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _uid(data: bytes) -> str:
    return data.hex().upper()
