"""Frames of the 3M/Bibliotheca 210 and 810 pads: bytes in however cut, whole frames with a good checksum out.

A frame is ``D6 LEN LEN COMMAND data CRC CRC``; LEN (big-endian) counts everything after itself; the CRC is
CRC-16/GENIBUS over everything between the start byte and itself. ``D5`` starts the frames of the boot part (probe).
Source: 3M RFID Reader Model 210 Protocol Specification 1.0.0, checked against captures of a real 810.
"""

from binascii import crc_hqx
from dataclasses import dataclass, field
from typing import Final

from drivers.frames import FrameBuffer, FrameTooLongError

START_COMMAND: Final = 0xD6
START_BOOT: Final = 0xD5
_STARTS: Final = frozenset((START_COMMAND, START_BOOT))
_HEAD: Final = 3  # start byte and length
_CRC: Final = 2
_LEAST_LENGTH: Final = 1 + _CRC  # a command byte and the checksum

LONGEST_LENGTH: Final = 2400
"""A larger LEN is noise: the longest frame there is, an inventory of 255 tags with DSFID, has 2,302."""

BUFFER_CAP: Final = 2 * (LONGEST_LENGTH + _HEAD)
"""Room for one frame that is still coming and one behind it; whatever is older than that is thrown away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its start, length and checksum; a reply's first data byte is its error code."""

    command: int
    data: bytes = field(default=b"", repr=False)
    boot: bool = False
    """Started by ``D5``."""


class ThreemCodec(FrameBuffer[Frame]):
    """Either end of the wire; never raises on what it receives."""

    def __init__(self) -> None:
        super().__init__(BUFFER_CAP)

    @staticmethod
    def send(message: Frame) -> bytes:
        """Give the bytes of a frame; raises `FrameTooLongError`."""
        length = 1 + len(message.data) + _CRC
        if length > LONGEST_LENGTH:
            raise FrameTooLongError(length)
        body = length.to_bytes(2, "big") + bytes((message.command,)) + message.data
        start = START_BOOT if message.boot else START_COMMAND
        return bytes((start,)) + body + crc16_genibus(body).to_bytes(_CRC, "big")

    def _next(self) -> Frame | None:
        buffer = self._buffer
        while len(buffer) >= _HEAD:
            length = int.from_bytes(buffer[1:_HEAD], "big")
            if buffer[0] not in _STARTS or not _LEAST_LENGTH <= length <= LONGEST_LENGTH:
                self._drop_to_start()
                continue
            end = _HEAD + length
            if len(buffer) < end:
                return None
            body, checksum = bytes(buffer[1 : end - _CRC]), int.from_bytes(buffer[end - _CRC : end], "big")
            if crc16_genibus(body) != checksum:
                self._drop_to_start()
                continue
            boot = buffer[0] == START_BOOT
            del buffer[:end]
            return Frame(body[2], body[3:], boot)
        if buffer and buffer[0] not in _STARTS:
            self._drop_to_start()
        return None

    def _drop_to_start(self) -> None:
        """Drop the first byte and all after it that can begin no frame."""
        count = 1
        while count < len(self._buffer) and self._buffer[count] not in _STARTS:
            count += 1
        self._drop(count)


def crc16_genibus(data: bytes) -> int:
    """CRC-16/GENIBUS: polynomial 1021, start FFFF, not reflected, inverted at the end."""
    return crc_hqx(data, 0xFFFF) ^ 0xFFFF
