"""What the frames of a 3M/Bibliotheca pad mean, read and written by the host and by the pad alike.

Source: 3M RFID Reader Model 210 Protocol Specification 1.0.0. UIDs are upper-case hexadecimal, most significant byte
first, as on the wire. The pad's own way of saying "bad data" is an error code in the reply; ours is `MessageError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Final

from drivers.errors import DeviceError
from drivers.rfid.threem_codec import Frame

UID_BYTES: Final = 8
_PASSED_HEAD: Final = 3  # flags and length
_PASS_HEAD: Final = 6  # lengths and control word
BLOCK_BYTES: Final = 4
VENDOR: Final = 0x0A
"""First byte of every version that a 3M/Bibliotheca pad gives."""


class Command(IntEnum):
    """Command bytes."""

    STAY_QUIET = 0x01
    READ_BLOCKS = 0x02
    CHECK_EAS = 0x03
    WRITE_BLOCKS = 0x04
    WRITE_BLOCK = 0x05
    LOCK_AFI = 0x06
    WRITE_AND_LOCK_BLOCK = 0x07
    LOCK_BLOCK = 0x08
    WRITE_AFI = 0x09
    GET_AFI = 0x0A
    WRITE_DSFID = 0x0B
    SET_EAS = 0x0C
    TAG_INFO = 0x0D
    LOCK_DSFID = 0x0E
    GET_DSFID = 0x0F
    VERSION = 0x11
    INITIALISE = 0x13
    """Not in the specification; hosts in the field send it, see `INITIALISE_810`."""
    PASS_THROUGH = 0x14
    INVENTORY = 0xFE
    BOOT = 0x04
    """Only in a frame that ``D5`` starts."""


class ErrorCode(IntEnum):
    """Second byte of a reply."""

    OK = 0x00
    NOT_IMPLEMENTED = 0x02
    NO_TRANSPONDER = 0x06
    UNKNOWN = 0x0F
    MEMORY_NOT_AVAILABLE = 0x11
    LOCKED = 0x12
    NOT_READ = 0x15
    NOT_WRITTEN = 0x16
    TAG_DOES_NOT_SUPPORT = 0x21
    TAG_DOES_NOT_RECOGNISE = 0x22
    TAG_DOES_NOT_SUPPORT_OPTION = 0x23
    NOT_SUPPORTED_BY_TAG = 0x30
    OPTION_NOT_SUPPORTED = 0x31
    PARAMETER = 0x32
    CANCELLED = 0xFD
    NO_MEMORY = 0xFE


class InventoryOption(IntFlag):
    """What an inventory is to tell."""

    UID = 0x01
    DSFID = 0x02
    AS_CAPTURED = 0x04
    """Not in the specification; set in every capture of a real host."""


class ReadOption(IntFlag):
    """How blocks are to be told."""

    ALL_DATA = 0x01
    TELL_ERROR = 0x02
    NEW_STYLE = 0x04
    NO_LOCK = 0x08


class InfoMask(IntFlag):
    """What a tag is to tell of itself."""

    DSFID = 0x01
    AFI = 0x02
    MEMORY = 0x04
    IC = 0x08


class MessageError(DeviceError, ValueError):
    """A frame with a good checksum says something that its command cannot mean."""

    def __init__(self, command: int) -> None:
        super().__init__(command)
        self.command = command


class RefusalError(DeviceError):
    """The pad answered with an error code."""

    def __init__(self, command: int, code: int) -> None:
        super().__init__(command, code)
        self.command = command
        self.code = code


@dataclass(frozen=True, slots=True)
class Sighting:
    """A tag that an inventory found."""

    uid: str
    dsfid: int | None = None


@dataclass(frozen=True, slots=True)
class TagInfo:
    """What a tag tells of itself; ``None`` where it does not."""

    dsfid: int | None = None
    afi: int | None = None
    block_bytes: int | None = None
    blocks: int | None = None


@dataclass(frozen=True, slots=True)
class TagFrame:
    """A frame about one tag: in a request what is asked of it, in a good reply what it answered."""

    command: int
    uid: str
    data: bytes = field(default=b"", repr=False)


# What the host sends

PROBE: Final = Frame(Command.BOOT, bytes((0x00, 0x11)), boot=True)
ASK_VERSION: Final = Frame(Command.VERSION)

INITIALISE_810: Final = Frame(Command.INITIALISE, bytes.fromhex("040100020003000400"))
INITIALISE_210: Final = Frame(Command.INITIALISE, bytes.fromhex("0601000200030004000b000a00"))
"""What hosts in the field send to these models after the probe; what it sets is not published."""

_PASS_CONTROL: Final = b"\0\0"
"""No option of the specification's control word: the reader adds and takes off the CRC, as it does by itself."""


def inventory_request(options: InventoryOption, afi: int = 0) -> Frame:
    """Ask which tags of an application family (0: any) lie there."""
    return Frame(Command.INVENTORY, bytes((afi, options)))


def tag_request(request: TagFrame) -> Frame:
    """Ask something of one tag."""
    return Frame(request.command, bytes.fromhex(request.uid) + request.data)


def read_request(uid: str, first: int, count: int, options: ReadOption | None) -> Frame:
    """Ask for blocks of one tag; ``None`` leaves the options away, as old hosts do."""
    tail = () if options is None else (options,)
    return tag_request(TagFrame(Command.READ_BLOCKS, uid, bytes((first, count, *tail))))


def write_request(uid: str, first: int, data: bytes) -> Frame:
    """Ask that neighbouring blocks of one tag be written; ``data`` is whole blocks."""
    head = bytes((first, len(data) // BLOCK_BYTES, 0))
    return tag_request(TagFrame(Command.WRITE_BLOCKS, uid, head + data))


def pass_request(raw: bytes, most: int) -> Frame:
    """Ask that an air frame (`drivers.rfid.iso15693_codec`) be sent; its reply has at most ``most`` bytes."""
    data = len(raw).to_bytes(2, "big") + most.to_bytes(2, "big") + _PASS_CONTROL + raw
    return Frame(Command.PASS_THROUGH, data)


# What the host understands


def version_told(frame: Frame) -> str:
    """Return the version that a reply to `PROBE` or `ASK_VERSION` tells, such as ``5.0.2``."""
    head = bytes((0x00, 0x11)) if frame.boot else bytes((ErrorCode.OK,))
    version = frame.data[len(head) :]
    expected = Command.BOOT if frame.boot else Command.VERSION
    if frame.command != expected or not frame.data.startswith(head) or len(version) != 4 or version[0] != VENDOR:  # noqa: PLR2004 - vendor, major, minor, build
        raise MessageError(frame.command)
    return ".".join(str(part) for part in version[1:])


def tags_told(frame: Frame) -> tuple[Sighting, ...]:
    """Return the tags that an inventory found, each as often as the pad names it; raises as `_content`."""
    if frame.data[:1] == bytes((ErrorCode.NO_TRANSPONDER,)):
        return ()
    content = _content(frame, Command.INVENTORY)
    if len(content) < 3:  # noqa: PLR2004 - AFI, options, number of tags
        raise MessageError(frame.command)
    count, rest = content[2], content[3:]
    if len(rest) == count * UID_BYTES:
        return tuple(Sighting(_uid(part)) for part in _parts(rest, UID_BYTES))
    if len(rest) == count * (UID_BYTES + 1):
        return tuple(Sighting(_uid(part[1:]), part[0]) for part in _parts(rest, UID_BYTES + 1))
    raise MessageError(frame.command)


def tag_told(frame: Frame, command: Command) -> TagFrame:
    """Return a good reply about one tag; raises as `_content`."""
    content = _content(frame, command)
    if len(content) < UID_BYTES:
        raise MessageError(frame.command)
    return TagFrame(frame.command, _uid(content[:UID_BYTES]), content[UID_BYTES:])


def byte_told(reply: TagFrame) -> int:
    """Return the one byte that the tag answered (AFI, DSFID, EAS)."""
    if len(reply.data) != 1:
        raise MessageError(reply.command)
    return reply.data[0]


def blocks_told(reply: TagFrame, first: int, count: int) -> bytes:
    """Return the blocks that were asked for, in any of the styles in which a pad may tell them.

    Old: ``N {block lock data}``; new: ``first N {lock data}`` or ``first N {data}``. A lock byte above 3 is an error
    of that block.
    """
    data = reply.data
    if len(data) == 1 + count * (2 + BLOCK_BYTES) and data[0] == count:
        blocks = _parts(data[1:], 2 + BLOCK_BYTES)
        if any(block[0] != first + index for index, block in enumerate(blocks)):
            raise MessageError(reply.command)
        return _unlocked(reply, [block[1:] for block in blocks])
    if data[:2] != bytes((first, count)):
        raise MessageError(reply.command)
    if len(data) == 2 + count * BLOCK_BYTES:
        return data[2:]
    if len(data) == 2 + count * (1 + BLOCK_BYTES):
        return _unlocked(reply, _parts(data[2:], 1 + BLOCK_BYTES))
    raise MessageError(reply.command)


def info_told(reply: TagFrame) -> TagInfo:
    """Return what a tag tells of itself."""
    if not reply.data:
        raise MessageError(reply.command)
    available, rest = InfoMask(reply.data[0] & 0x0F), reply.data[1:]
    sizes = ((InfoMask.DSFID, 1), (InfoMask.AFI, 1), (InfoMask.MEMORY, 2), (InfoMask.IC, 2))
    if len(rest) != sum(size for bit, size in sizes if available & bit):
        raise MessageError(reply.command)
    parts: dict[InfoMask, bytes] = {}
    for bit, size in sizes:
        if available & bit:
            parts[bit], rest = rest[:size], rest[size:]
    memory = parts.get(InfoMask.MEMORY)
    return TagInfo(
        dsfid=parts[InfoMask.DSFID][0] if InfoMask.DSFID in parts else None,
        afi=parts[InfoMask.AFI][0] if InfoMask.AFI in parts else None,
        block_bytes=memory[0] + 1 if memory else None,
        blocks=memory[1] + 1 if memory else None,
    )


def written_told(reply: TagFrame, first: int, count: int) -> bool:
    """Say whether all blocks were written: the reply names the block behind the last, or the one that failed."""
    return byte_told(reply) == (first + count) & 0xFF


def passed_told(frame: Frame) -> bytes:
    """Return the air frame that the tag answered; raises as `_content`."""
    content = _content(frame, Command.PASS_THROUGH)
    raw = content[_PASSED_HEAD:]
    if len(content) < _PASSED_HEAD or int.from_bytes(content[1:_PASSED_HEAD], "big") != len(raw):
        raise MessageError(frame.command)
    return raw


# What the pad understands and sends


def tag_asked(frame: Frame) -> TagFrame:
    """Return what a host asks of one tag; raises `MessageError`."""
    if frame.boot or len(frame.data) < UID_BYTES:
        raise MessageError(frame.command)
    return TagFrame(frame.command, _uid(frame.data[:UID_BYTES]), frame.data[UID_BYTES:])


def version_reply(version: bytes, *, boot: bool) -> Frame:
    """Answer `PROBE` (``boot``) or `ASK_VERSION`; ``version`` is three bytes."""
    if boot:
        return Frame(Command.BOOT, bytes((0x00, 0x11, VENDOR)) + version, boot=True)
    return Frame(Command.VERSION, bytes((ErrorCode.OK, VENDOR)) + version)


def inventory_reply(options: InventoryOption, found: Iterable[Sighting], afi: int = 0) -> Frame:
    """Answer an inventory."""
    tags = tuple(found)
    data = bytes((ErrorCode.OK, afi, options, len(tags)))
    for tag in tags:
        head = bytes((tag.dsfid or 0,)) if options & InventoryOption.DSFID else b""
        data += head + bytes.fromhex(tag.uid)
    return Frame(Command.INVENTORY, data)


def tag_reply(reply: TagFrame) -> Frame:
    """Answer for one tag that it is done."""
    return Frame(reply.command, bytes((ErrorCode.OK,)) + bytes.fromhex(reply.uid) + reply.data)


def pass_asked(frame: Frame) -> tuple[bytes, int]:
    """Return the air frame that a host hands through, and how long its reply may be; raises `MessageError`."""
    raw = frame.data[_PASS_HEAD:]
    if frame.boot or len(frame.data) < _PASS_HEAD or int.from_bytes(frame.data[:2], "big") != len(raw):
        raise MessageError(frame.command)
    return raw, int.from_bytes(frame.data[2:4], "big")


def pass_reply(raw: bytes) -> Frame:
    """Answer with the air frame that a tag answered."""
    return Frame(Command.PASS_THROUGH, bytes((ErrorCode.OK, 0)) + len(raw).to_bytes(2, "big") + raw)


def refusal(command: int, code: ErrorCode, uid: str = "", told: bytes = b"") -> Frame:
    """Answer that it was not done, and why."""
    return Frame(command, bytes((code,)) + bytes.fromhex(uid) + told)


def _content(frame: Frame, command: Command) -> bytes:
    """Return a reply without its error code; raises `RefusalError` and, for another reply, `MessageError`."""
    if frame.boot or frame.command != command or not frame.data:
        raise MessageError(frame.command)
    if frame.data[0] != ErrorCode.OK:
        raise RefusalError(frame.command, frame.data[0])
    return frame.data[1:]


def _unlocked(reply: TagFrame, blocks: list[bytes]) -> bytes:
    """Return the blocks without their lock bytes."""
    worst_lock_state = 3
    if any(block[0] > worst_lock_state for block in blocks):
        raise RefusalError(reply.command, ErrorCode.NOT_READ)
    return b"".join(block[1:] for block in blocks)


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _uid(data: bytes) -> str:
    return data.hex().upper()
