"""Frames of FEIG OBID readers in host mode: bytes in however cut, whole frames with a good checksum out.

A standard frame is ``LEN ADDRESS COMMAND data CRC CRC``, LEN counting all of it (up to 255). An advanced frame is
``02 LEN LEN ADDRESS COMMAND data CRC CRC``, LEN big-endian and counting all of it too; no standard frame has length 2,
so the first byte tells them apart. The CRC (polynomial 8408 reflected, start FFFF, not inverted, least significant
byte first) is over everything before it. A reply has its status as first data byte. A reader answers in the kind in
which it was asked, but for more than 255 bytes in an advanced frame. Source: FEIG's manuals of the OBID i-scan and
classic-pro readers (H20800, H60301), checked against a capture from a library's reader.
"""

from dataclasses import dataclass, field
from typing import Final

from drivers.frames import FrameBuffer, FrameTooLongError

ANY_READER: Final = 0xFF
"""The address that every reader hears, whatever its own is."""

START_ADVANCED: Final = 0x02
_STANDARD_HEAD: Final = 1  # length
_ADVANCED_HEAD: Final = 3  # start and length
_ADDRESS_AND_COMMAND: Final = 2
_CRC: Final = 2
_LEAST_STANDARD: Final = _STANDARD_HEAD + _ADDRESS_AND_COMMAND + _CRC
_LEAST_ADVANCED: Final = _ADVANCED_HEAD + _ADDRESS_AND_COMMAND + _CRC

LONGEST_STANDARD: Final = 255

LONGEST_ADVANCED: Final = 2560
"""A larger LEN is noise: the longest frame that is asked for, an inventory of 255 tags, has 2,559 bytes."""

BUFFER_CAP: Final = 2 * LONGEST_ADVANCED
"""Room for one frame that is still coming and one behind it; whatever is older than that is thrown away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its start, length and checksum; a reply's first data byte is its status."""

    command: int
    data: bytes = field(default=b"", repr=False)
    address: int = ANY_READER
    """In a request whom it is for, in a reply who it is from."""
    advanced: bool = False


class FeigCodec(FrameBuffer[Frame]):
    """Either end of the wire; never raises on what it receives."""

    def __init__(self) -> None:
        super().__init__(BUFFER_CAP)

    @staticmethod
    def send(message: Frame) -> bytes:
        """Give the bytes of a frame; raises `FrameTooLongError`."""
        least, longest = (
            (_LEAST_ADVANCED, LONGEST_ADVANCED) if message.advanced else (_LEAST_STANDARD, LONGEST_STANDARD)
        )
        length = least + len(message.data)
        if length > longest:
            raise FrameTooLongError(length)
        head = bytes((START_ADVANCED,)) + length.to_bytes(2, "big") if message.advanced else bytes((length,))
        body = head + bytes((message.address, message.command)) + message.data
        return body + crc16_feig(body).to_bytes(_CRC, "little")

    def _next(self) -> Frame | None:
        buffer = self._buffer
        while buffer:
            advanced = buffer[0] == START_ADVANCED
            head = _ADVANCED_HEAD if advanced else _STANDARD_HEAD
            if len(buffer) < head:
                return None
            length = int.from_bytes(buffer[1:head], "big") if advanced else buffer[0]
            if not (_LEAST_ADVANCED <= length <= LONGEST_ADVANCED if advanced else length >= _LEAST_STANDARD):
                self._drop(1)
                continue
            if len(buffer) < length:
                return None
            body = bytes(buffer[: length - _CRC])
            if crc16_feig(body) != int.from_bytes(buffer[length - _CRC : length], "little"):
                self._drop(1)
                continue
            del buffer[:length]
            return Frame(body[head + 1], body[head + 2 :], body[head], advanced)
        return None


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ 0x8408 if byte & 1 else byte >> 1
    return byte


_CRC_TABLE: Final = tuple(_crc_of(byte) for byte in range(256))


def crc16_feig(data: bytes) -> int:
    """CRC-16/MCRF4XX: polynomial 1021 reflected (8408), start FFFF, not inverted at the end."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc
