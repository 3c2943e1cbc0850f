"""Input events as the kernel writes them: bytes in however cut, whole events out; and the bytes of events.

An event is ``struct input_event`` of linux/input.h: seconds and microseconds as the machine's own long numbers, then
type (16 bits), code (16 bits) and value (32 bits, signed), in the machine's byte order: 24 bytes where a long has
eight. Source: linux/input.h and linux/input-event-codes.h.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

_EVENT: Final = struct.Struct("@llHHi")
SIZE: Final = _EVENT.size

BUFFER_CAP: Final = 64 * SIZE
"""What one read of the kernel's can bring, and more than is ever kept: less than one event stays behind."""

_MICROSECONDS: Final = 1_000_000
_LAST_SECOND: Final = 1 << 34
"""In the year 2514; larger ones, like larger types and codes, do not exist: such bytes are no event, or a cut one."""
_LAST_TYPE: Final = 0x1F
_LAST_CODE: Final = 0x2FF

EV_SYN: Final = 0
EV_KEY: Final = 1
EV_MSC: Final = 4
SYN_REPORT: Final = 0
SYN_DROPPED: Final = 3
MSC_SCAN: Final = 4


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One event; its time is not kept."""

    type: int
    code: int = field(repr=False)
    value: int
    """Of a key: 1 down, 0 up, 2 repeated by the kernel."""


class EventCodec:
    """Either end of an event device; never raises on what it receives."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.damaged = 0
        """Bytes thrown away because they were no event; the kernel itself never sends such."""

    def receive_data(self, data: bytes) -> Iterator[InputEvent]:
        """Take bytes and yield the events that are whole; a byte that can begin none is dropped."""
        self._buffer += data
        place = 0
        while len(self._buffer) - place >= SIZE:
            seconds, microseconds, kind, code, value = _EVENT.unpack_from(self._buffer, place)
            in_time = 0 <= seconds < _LAST_SECOND and 0 <= microseconds < _MICROSECONDS
            if in_time and kind <= _LAST_TYPE and code <= _LAST_CODE:
                place += SIZE
                yield InputEvent(kind, code, value)
            else:
                place += 1
                self.damaged += 1
        del self._buffer[:place]

    @property
    def waiting(self) -> int:
        """How many bytes are kept for an event that is not whole yet."""
        return len(self._buffer)

    @staticmethod
    def send(events: Iterable[InputEvent], microseconds: int = 0) -> bytes:
        """Give the bytes of events, all of one time."""
        seconds, rest = divmod(microseconds, _MICROSECONDS)
        return b"".join(_EVENT.pack(seconds, rest, event.type, event.code, event.value) for event in events)
