"""Frames of the PN532 on its serial line (HSU): bytes in however cut, whole frames with good checksums out.

A normal frame is ``00 00 FF LEN LCS data DCS 00``: LEN and LCS, and the data and DCS, add up to 0 modulo 256. An
extended one is ``00 00 FF FF FF LEN LEN LCS data DCS 00`` with a LEN of two bytes, the higher first. ``00 00 FF 00 FF
00`` is ACK: a command was understood, or, from the host, is to be broken off; ``00 00 FF FF 00 00`` is NACK: say that
again. The data begin with ``D4`` from the host, ``D5`` from the chip, and are ``7F`` alone where the chip does not
understand. Zeros before and behind a frame mean nothing. Source: NXP UM0701-02, the PN532's user manual, 6.2.1.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from drivers.frames import FrameBuffer, FrameTooLongError

LONGEST_DATA: Final = 265
"""The manual's own limit: an identifier, a command and 263 bytes; a larger LEN is noise."""
LONGEST_NORMAL: Final = 0xFF - 1
"""255 would look like an extended frame."""

BUFFER_CAP: Final = 4096
"""Room for what a terminal's buffer hands over at once; of more the oldest is thrown away."""

_START: Final = b"\x00\xff"
_ACK: Final = b"\x00\xff"
_NACK: Final = b"\xff\x00"
_EXTENDED: Final = b"\xff\xff"
_NORMAL_HEAD: Final = 4
"""Start code, LEN, LCS."""
_EXTENDED_HEAD: Final = 7

WAKE: Final = b"\x55\x55" + bytes(14)
"""Sent before the first command: the chip sleeps when it gets power, and takes a moment to wake."""


class FrameKind(Enum):
    """What a frame is."""

    DATA = "data"
    ACK = "ack"
    NACK = "nack"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its start, length and checksums."""

    data: bytes = field(default=b"", repr=False)
    kind: FrameKind = FrameKind.DATA


ACK: Final = Frame(kind=FrameKind.ACK)
NACK: Final = Frame(kind=FrameKind.NACK)
ERROR: Final = Frame(b"\x7f")
"""The chip did not understand the command, or knows none of that number."""


class Pn532Codec(FrameBuffer[Frame]):
    """Either end of the wire; never raises on what it receives."""

    def __init__(self) -> None:
        super().__init__(BUFFER_CAP)

    @property
    def waiting(self) -> int:
        """How many bytes are kept for a frame that is not whole yet; a zero alone is no part of one."""
        return len(self._buffer) if self._buffer != b"\0" else 0

    @staticmethod
    def send(message: Frame) -> bytes:
        """Give the bytes of a frame; raises `FrameTooLongError`."""
        if message.kind is not FrameKind.DATA:
            return b"\0" + _START + (_ACK if message.kind is FrameKind.ACK else _NACK) + b"\0"
        length = len(message.data)
        if not 0 < length <= LONGEST_DATA:
            raise FrameTooLongError(length)
        if length <= LONGEST_NORMAL:
            head = bytes((length, complement(length)))
        else:
            high, low = divmod(length, 0x100)
            head = _EXTENDED + bytes((high, low, complement(high + low)))
        return b"\0" + _START + head + message.data + bytes((complement(sum(message.data)), 0))

    def _next(self) -> Frame | None:
        while self._find_start():
            head = bytes(self._buffer[2:_NORMAL_HEAD])
            if len(head) < len(_ACK):
                return None
            if head in (_ACK, _NACK):
                self._take(_NORMAL_HEAD)
                return ACK if head == _ACK else NACK
            begin = _EXTENDED_HEAD if head == _EXTENDED else _NORMAL_HEAD
            if len(self._buffer) < begin:
                return None
            length = self._length(begin)
            if length is None:
                self._drop(1)
                continue
            end = begin + length + 1
            if len(self._buffer) < end:
                return None
            if sum(self._buffer[begin:end]) & 0xFF:
                self._drop(1)
                continue
            data = bytes(self._buffer[begin : end - 1])
            self._take(end)
            return Frame(data)
        return None

    def _find_start(self) -> bool:
        """Throw away what stands before the next start code, zeros uncounted; keep what may begin one."""
        start = self._buffer.find(_START)
        if start < 0:
            start = len(self._buffer) - self._buffer.endswith(b"\0")
        zeros = self._buffer.count(0, 0, start)
        self._drop(start)
        self.damaged -= zeros
        return self._buffer.startswith(_START)

    def _length(self, begin: int) -> int | None:
        """Return the length that the head tells; ``None`` for one that cannot be."""
        told = self._buffer[2:begin] if begin == _NORMAL_HEAD else self._buffer[_NORMAL_HEAD:begin]
        length = int.from_bytes(told[:-1], "big")
        return length if sum(told) & 0xFF == 0 and 0 < length <= LONGEST_DATA else None

    def _take(self, end: int) -> None:
        """Take a frame out of the buffer, with the zero behind it if it is there."""
        if self._buffer[end : end + 1] == b"\0":
            end += 1
        del self._buffer[:end]


def complement(number: int) -> int:
    """Return what must be added to a number for 0 modulo 256."""
    return -number & 0xFF
