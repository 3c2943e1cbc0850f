"""Frames of the RDM6300 and of the ID-12 family: bytes in however cut, the numbers of EM4100 cards out.

A frame is ``02``, ten hexadecimal digits of the card's five bytes, two of their checksum (all five XORed), ``03``; an
ID-12 puts a carriage return and a line feed before the ``03``. Source: the modules' data sheets, checked against the
cards in the tests of the Python package rdm6300; the ID-12's line end is from its data sheet alone.
"""

from functools import reduce
from operator import xor
from typing import Final

from drivers.errors import DeviceError
from drivers.frames import FrameBuffer

START: Final = 0x02
END: Final = 0x03
CARD_BYTES: Final = 5
_DIGITS: Final = 2 * (CARD_BYTES + 1)
_LINE_END: Final = b"\r\n"
_SHORT: Final = 1 + _DIGITS + 1
_LONG: Final = _SHORT + len(_LINE_END)
_HEX: Final = frozenset(b"0123456789ABCDEFabcdef")

BUFFER_CAP: Final = 4096
"""Room for what a terminal's buffer hands over at once, less than one frame of which is kept."""


class CardLengthError(DeviceError, ValueError):
    """A number to be sent has not five bytes."""


class Rdm6300Codec(FrameBuffer[bytes]):
    """Either end of the wire; never raises on what it receives."""

    def __init__(self) -> None:
        super().__init__(BUFFER_CAP)

    @staticmethod
    def send(card: bytes, *, line_end: bool = False) -> bytes:
        """Give the frame of a card; ``line_end`` for the form of an ID-12. Raises `CardLengthError`."""
        if len(card) != CARD_BYTES:
            raise CardLengthError(len(card))
        digits = (card + bytes((reduce(xor, card),))).hex().upper().encode()
        return bytes((START,)) + digits + (_LINE_END if line_end else b"") + bytes((END,))

    def _next(self) -> bytes | None:
        buffer = self._buffer
        while buffer:
            if buffer[0] != START or not _HEX.issuperset(buffer[1 : 1 + _DIGITS]):
                self._drop_to_start()
                continue
            tail = bytes(buffer[1 + _DIGITS : _LONG])
            for length, end in ((_SHORT, bytes((END,))), (_LONG, _LINE_END + bytes((END,)))):
                if tail.startswith(end):
                    card = _checked(bytes(buffer[1 : 1 + _DIGITS]))
                    if card is None:
                        break
                    del buffer[:length]
                    return card
                if len(tail) < len(end) and end.startswith(tail):
                    return None
            self._drop_to_start()
        return None

    def _drop_to_start(self) -> None:
        """Drop the first byte and all after it that can begin no frame."""
        start = self._buffer.find(START, 1)
        self._drop(len(self._buffer) if start < 0 else start)


def _checked(digits: bytes) -> bytes | None:
    """Return a card's five bytes; ``None`` where they and their checksum do not agree."""
    data = bytes.fromhex(digits.decode("ascii"))
    return data[:CARD_BYTES] if reduce(xor, data) == 0 else None
