"""Frames of UHF modules with an M100, QM100 or R200: bytes in however cut, whole frames with a good checksum out.

A frame is ``BB TYPE COMMAND LEN LEN parameters SUM 7E``; LEN (big-endian) counts the parameters; SUM is the low byte of
the sum of everything between the start and itself. ``BB`` and ``7E`` may stand in the parameters: a frame is told by
its length, never by its ends. Source: the modules' published protocol (M5Stack Unit UHF-RFID) and public captures.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from drivers.frames import FrameBuffer, FrameTooLongError

START: Final = 0xBB
END: Final = 0x7E
_HEAD: Final = 5  # start, type, command, length
_TAIL: Final = 2  # checksum, end

LONGEST_PARAMETERS: Final = 256
"""A larger LEN is noise: the longest frame that is asked for, 32 words behind the longest EPC, has 128."""

BUFFER_CAP: Final = 4096
"""Room for what a terminal's buffer hands over at once, forty tags; of more the oldest is thrown away."""


class FrameType(IntEnum):
    """Second byte of a frame."""

    COMMAND = 0x00
    RESPONSE = 0x01
    NOTICE = 0x02
    """A tag that was found; nobody asked for this very frame."""


_TYPES: Final = frozenset(FrameType)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its start, length, checksum and end."""

    type: FrameType
    command: int
    parameters: bytes = field(default=b"", repr=False)


class M100Codec(FrameBuffer[Frame]):
    """Either end of the wire; never raises on what it receives."""

    def __init__(self) -> None:
        super().__init__(BUFFER_CAP)

    @staticmethod
    def send(message: Frame) -> bytes:
        """Give the bytes of a frame; raises `FrameTooLongError`."""
        length = len(message.parameters)
        if length > LONGEST_PARAMETERS:
            raise FrameTooLongError(length)
        body = bytes((message.type, message.command)) + length.to_bytes(2, "big") + message.parameters
        return bytes((START,)) + body + bytes((checksum(body), END))

    def _next(self) -> Frame | None:
        buffer = self._buffer
        while buffer:
            if not self._may_begin_here():
                self._drop_to_start()
                continue
            if len(buffer) < _HEAD:
                return None
            end = _HEAD + int.from_bytes(buffer[3:_HEAD], "big") + _TAIL
            if len(buffer) < end:
                return None
            body = bytes(buffer[1 : end - _TAIL])
            if buffer[end - 1] != END or buffer[end - _TAIL] != checksum(body):
                self._drop_to_start()
                continue
            del buffer[:end]
            return Frame(FrameType(body[0]), body[1], body[4:])
        return None

    def _may_begin_here(self) -> bool:
        """Say whether the bytes so far can be the head of a frame."""
        buffer = self._buffer
        if buffer[0] != START or (len(buffer) > 1 and buffer[1] not in _TYPES):
            return False
        return len(buffer) < _HEAD or int.from_bytes(buffer[3:_HEAD], "big") <= LONGEST_PARAMETERS

    def _drop_to_start(self) -> None:
        """Drop the first byte and all after it that can begin no frame."""
        start = self._buffer.find(START, 1)
        self._drop(len(self._buffer) if start < 0 else start)


def checksum(body: bytes) -> int:
    """Return the low byte of the sum of type, command, length and parameters."""
    return sum(body) & 0xFF
