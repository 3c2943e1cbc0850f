"""Frames of UHF readers of the UHFReader18 and UHFReader288 families: bytes in however cut, whole good frames out.

A frame is ``LEN ADDRESS COMMAND data CRC CRC``; LEN counts everything but itself. The CRC is that of FEIG's readers
(polynomial 8408 reflected, start FFFF, not inverted, least significant byte first) over LEN and all behind it. A reply
has its status as first data byte and the reader's own address. Nothing marks a start: a frame is told by length and
CRC. Sources: the maker's UHFReader18 User's Manual V2.0; captures of real readers in a public library's tests.
"""

from dataclasses import dataclass, field
from typing import Final

from drivers.frames import FrameBuffer, FrameTooLongError
from drivers.rfid.feig_codec import crc16_feig

ANY_READER: Final = 0xFF
"""The address that every reader hears, whatever its own is."""

LEAST_LENGTH: Final = 4
"""LEN of a request without data: address, command, CRC."""

LONGEST_LENGTH: Final = 255
"""What one byte of LEN can say."""

CRC_BYTES: Final = 2

BUFFER_CAP: Final = 4096
"""Room for what a terminal's buffer hands over at once, two hundred tags; of more the oldest is thrown away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its length and checksum; a reply's first data byte is its status."""

    command: int
    data: bytes = field(default=b"", repr=False)
    address: int = ANY_READER
    """In a request whom it is for, in a reply who it is from."""


class Uhfreader18Codec(FrameBuffer[Frame]):
    """Either end of the wire; never raises on what it receives."""

    def __init__(self) -> None:
        super().__init__(BUFFER_CAP)

    @staticmethod
    def send(message: Frame) -> bytes:
        """Give the bytes of a frame; raises `FrameTooLongError`."""
        length = LEAST_LENGTH + len(message.data)
        if length > LONGEST_LENGTH:
            raise FrameTooLongError(length)
        body = bytes((length, message.address, message.command)) + message.data
        return body + crc16_feig(body).to_bytes(CRC_BYTES, "little")

    def _next(self) -> Frame | None:
        buffer = self._buffer
        while buffer:
            end = 1 + buffer[0]
            if buffer[0] < LEAST_LENGTH:
                self._drop(1)
                continue
            if len(buffer) < end:
                return None
            body = bytes(buffer[: end - CRC_BYTES])
            if crc16_feig(body) != int.from_bytes(buffer[end - CRC_BYTES : end], "little"):
                self._drop(1)
                continue
            del buffer[:end]
            return Frame(body[2], body[3:], body[1])
        return None
