"""What goes over the air to an ISO 15693 tag, for the readers that hand it through: requests and replies without CRC.

A request is ``flags command [maker] [UID, least significant byte first] data``; a reply ``flags data``, or ``flags``
with bit 0 set and an error code. Commands from A0 on are the maker's own and carry its code: NXP's ICODE tags have
the EAS bit there. An EAS alarm is answered only by tags whose bit is set: silence means that it is off, or that the
tag is gone. Source: ISO/IEC 15693-3 and the data sheets of NXP's ICODE SLIX as public readers' programs use them.
"""

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Final

from drivers.errors import DeviceError

UID_BYTES: Final = 8
NXP: Final = 0x04
_FIRST_OF_MAKER: Final = 0xA0


class AirCommand(IntEnum):
    """Command bytes; from A2 on NXP's own."""

    INVENTORY = 0x01
    STAY_QUIET = 0x02
    READ_BLOCK = 0x20
    WRITE_BLOCK = 0x21
    LOCK_BLOCK = 0x22
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
    SET_EAS = 0xA2
    RESET_EAS = 0xA3
    LOCK_EAS = 0xA4
    EAS_ALARM = 0xA5


class AirFlag(IntFlag):
    """Bits of a request's flags; the upper ones as they are outside an inventory."""

    HIGH_RATE = 0x02
    INVENTORY = 0x04
    SELECTED = 0x10
    ADDRESSED = 0x20
    OPTION = 0x40


class AirFault(IntEnum):
    """Error codes of a reply."""

    NOT_SUPPORTED = 0x01
    NOT_RECOGNISED = 0x02
    OPTION_NOT_SUPPORTED = 0x03
    UNKNOWN = 0x0F
    NO_SUCH_BLOCK = 0x10
    ALREADY_LOCKED = 0x11
    LOCKED = 0x12
    NOT_WRITTEN = 0x13
    NOT_LOCKED = 0x14


class AirError(DeviceError):
    """The tag answered with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class AirMessageError(DeviceError, ValueError):
    """The bytes are no request, or no reply, of this kind."""


@dataclass(frozen=True, slots=True)
class AirRequest:
    """What is asked of a tag; without ``uid`` of every tag that hears it."""

    command: int
    uid: str | None = None
    """Most significant byte first, in capitals."""
    data: bytes = field(default=b"", repr=False)
    option: bool = False
    maker: int = NXP
    """Sent with the maker's own commands only."""


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What a tag tells of itself; ``None`` where it does not."""

    uid: str
    dsfid: int | None = None
    afi: int | None = None
    block_bytes: int | None = None
    blocks: int | None = None
    ic: int | None = None


def request_bytes(asked: AirRequest) -> bytes:
    """Return a request as it goes over the air, without CRC."""
    flags = AirFlag.HIGH_RATE
    flags |= AirFlag.ADDRESSED if asked.uid is not None else AirFlag(0)
    flags |= AirFlag.OPTION if asked.option else AirFlag(0)
    maker = bytes((asked.maker,)) if asked.command >= _FIRST_OF_MAKER else b""
    uid = bytes.fromhex(asked.uid)[::-1] if asked.uid is not None else b""
    return bytes((flags, asked.command)) + maker + uid + asked.data


def request_told(raw: bytes) -> AirRequest:
    """Return what a request asks; an inventory, whose flags mean other things, raises `AirMessageError` too."""
    if len(raw) < 2 or raw[0] & AirFlag.INVENTORY:  # noqa: PLR2004 - flags and command
        raise AirMessageError
    flags, command, rest = raw[0], raw[1], raw[2:]
    maker = NXP
    if command >= _FIRST_OF_MAKER:
        if not rest:
            raise AirMessageError
        maker, rest = rest[0], rest[1:]
    uid: str | None = None
    if flags & AirFlag.ADDRESSED:
        if len(rest) < UID_BYTES:
            raise AirMessageError
        uid, rest = rest[UID_BYTES - 1 :: -1].hex().upper(), rest[UID_BYTES:]
    return AirRequest(command, uid, rest, bool(flags & AirFlag.OPTION), maker)


def reply_bytes(data: bytes = b"") -> bytes:
    """Return a good reply, without CRC."""
    return b"\0" + data


def fault_bytes(code: int) -> bytes:
    """Return the reply that says what went wrong."""
    return bytes((0x01, code))


def reply_told(raw: bytes) -> bytes:
    """Return what stands behind a good reply's flags; raises `AirError`, and `AirMessageError` for no reply at all."""
    if not raw:
        raise AirMessageError
    if raw[0] & 0x01:
        raise AirError(raw[1] if len(raw) > 1 else AirFault.UNKNOWN)
    return raw[1:]


def information_told(data: bytes) -> SystemInformation:
    """Return what a reply to `AirCommand.SYSTEM_INFORMATION` tells, its flags taken off; raises `AirMessageError`."""
    if len(data) < 1 + UID_BYTES:
        raise AirMessageError
    told, uid, rest = data[0], data[UID_BYTES:0:-1].hex().upper(), data[1 + UID_BYTES :]
    sizes = ((0x01, 1), (0x02, 1), (0x04, 2), (0x08, 1))  # DSFID, AFI, memory, IC reference
    if len(rest) != sum(size for bit, size in sizes if told & bit):
        raise AirMessageError
    parts: dict[int, bytes] = {}
    for bit, size in sizes:
        if told & bit:
            parts[bit], rest = rest[:size], rest[size:]
    memory = parts.get(0x04)
    return SystemInformation(
        uid,
        dsfid=parts[0x01][0] if 0x01 in parts else None,
        afi=parts[0x02][0] if 0x02 in parts else None,  # noqa: PLR2004 - the same
        block_bytes=(memory[1] & 0x1F) + 1 if memory else None,
        blocks=memory[0] + 1 if memory else None,
        ic=parts[0x08][0] if 0x08 in parts else None,  # noqa: PLR2004 - the same
    )


def information_bytes(info: SystemInformation) -> bytes:
    """Return what a tag tells of itself, to stand behind a good reply's flags."""
    told, tail = 0, b""
    for bit, value in ((0x01, info.dsfid), (0x02, info.afi)):
        if value is not None:
            told, tail = told | bit, tail + bytes((value,))
    if info.blocks is not None and info.block_bytes is not None:
        told, tail = told | 0x04, tail + bytes((info.blocks - 1, info.block_bytes - 1))
    if info.ic is not None:
        told, tail = told | 0x08, tail + bytes((info.ic,))
    return bytes((told,)) + bytes.fromhex(info.uid)[::-1] + tail


def maker_of(uid: str) -> int:
    """Return who made a tag: 02 ST, 04 NXP, 07 Texas Instruments, 16 (hexadecimal) EM."""
    return bytes.fromhex(uid)[1]


def crc16_iso15693(data: bytes) -> int:
    """CRC of the air frames, sent least significant byte first: polynomial 8408 reflected, start and end FFFF."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return crc ^ 0xFFFF
