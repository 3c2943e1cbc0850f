"""Elements one after the other, as ISO/IEC 15962 lays them down without a directory.

``precursor [number - 15] [filling bytes] length value [filling]``; the precursor's bits are: 7 filling follows,
6-4 compaction, 3-0 number (relative OID under 1 0 15961 8; 15 means that the next byte, plus 15, tells it). The length
is one byte, or two from 128 (seven bits each, the first with its highest bit set). Precursor 00 ends the list, 80
alone fills up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from drivers.rfid.tagdata.compaction import Compaction
from drivers.rfid.tagdata.content import Damage, TagDataError

ITEM_ID: Final = 1
CONTENT_PARAMETER: Final = 2
OWNER: Final = 3
SET_INFORMATION: Final = 4
USAGE: Final = 5
TITLE: Final = 17
OTHER_OWNER: Final = 23
LAST: Final = 31
"""ISO 28560 knows no number beyond; most of those from 27 on are free."""

UNKNOWN: Final = 0

NEVER_WRITTEN: Final = frozenset({11, 12, TITLE, 25})
"""What tells of a reader's tastes: who borrows it through another library, its title."""

_END: Final = 0x00
_FILLER: Final = 0x80
_FILLING: Final = frozenset({0x00, 0x80})
_OFFSET: Final = 0x80
_LONG: Final = 0x80
_SEVEN_BITS: Final = 0x7F
_LONGEST: Final = 0x3FFF
"""Bytes of a value, as many as two bytes of length can tell; a tag has far fewer."""
_ESCAPE: Final = 15
_LONGEST_HEAD: Final = 4
"""Bytes behind a precursor and before its value."""
_MOST_FILLING: Final = 31
"""A tag's blocks have 4 to 32 bytes, and filling reaches to the end of one."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element as it stands on a tag."""

    number: int
    """Relative OID, 1 to 31."""
    compaction: Compaction
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Elements:
    """What a memory holds."""

    whole: tuple[Element, ...]
    """In their order on the tag, each number once."""
    ended: bool
    """The list's end was met; else the memory ended first, and there may be more."""
    cut_off: int | None = None
    """The number of a last element that the memory does not hold whole, 0 where not even that was read."""

    def of(self, number: int) -> Element | None:
        """Find the element with a number."""
        return next((each for each in self.whole if each.number == number), None)


def read_elements(memory: bytes) -> Elements:
    """Read until the end or the end of the memory; raises `TagDataError` for what no encoder writes."""
    found: dict[int, Element] = {}
    at = 0
    while at < len(memory) and memory[at] != _END:
        if memory[at] == _FILLER:
            at += 1
            continue
        head = _Head(memory, at)
        if head.number in found:
            raise TagDataError(Damage.ELEMENT)
        if head.end is None or head.end > len(memory):
            return Elements(tuple(found.values()), ended=False, cut_off=head.number)
        found[head.number] = Element(head.number, head.compaction, memory[head.start : head.start + head.length])
        at = head.end
    return Elements(tuple(found.values()), ended=at < len(memory))


def write_elements(elements: Iterable[Element]) -> bytes:
    """Write elements and the zero that ends them; raises `TagDataError` for a number that is never written."""
    return b"".join(_written(each) for each in elements) + bytes((_END,))


class _Head:
    """What stands before a value; ``end`` is ``None`` where the memory ends within."""

    def __init__(self, memory: bytes, at: int) -> None:
        self._rest = list(memory[at + 1 : at + 1 + _LONGEST_HEAD])
        self.compaction = Compaction(memory[at] >> 4 & 0x7)
        self.length = self.start = 0
        self.end: int | None = None
        offset = bool(memory[at] & _OFFSET)
        self.number = self._number(memory[at] & 0xF)
        filling = self._rest.pop(0) if offset and self._rest else 0
        if filling > _MOST_FILLING:
            raise TagDataError(Damage.ELEMENT)
        length = self._length()
        if length is None:
            return
        if not length and (offset or self.number <= CONTENT_PARAMETER):
            raise TagDataError(Damage.ELEMENT)
        self.length = length
        self.start = at + 1 + min(_LONGEST_HEAD, len(memory) - at - 1) - len(self._rest)
        self.end = self.start + length + filling
        if not _FILLING.issuperset(memory[self.start + length : self.end]):
            raise TagDataError(Damage.ELEMENT)

    def _number(self, told: int) -> int:
        if told == _ESCAPE:
            if not self._rest:
                return UNKNOWN
            told += self._rest.pop(0)
        if not 1 <= told <= LAST:
            raise TagDataError(Damage.ELEMENT)
        return told

    def _length(self) -> int | None:
        high = 0
        if self._rest and self._rest[0] & _LONG:
            high = self._rest.pop(0) & _SEVEN_BITS
        if not self._rest:
            return None
        low = self._rest.pop(0)
        if low & _LONG:
            raise TagDataError(Damage.ELEMENT)
        return high << 7 | low


def _written(element: Element) -> bytes:
    if not 1 <= element.number <= LAST or element.number in NEVER_WRITTEN or len(element.value) > _LONGEST:
        raise TagDataError(Damage.FIELD)
    escaped = element.number >= _ESCAPE
    head = bytes((element.compaction << 4 | min(element.number, _ESCAPE), *(element.number - _ESCAPE,) * escaped))
    length = len(element.value)
    size = (length,) if length < _LONG else (length >> 7 | _LONG, length & _SEVEN_BITS)
    return head + bytes(size) + element.value
