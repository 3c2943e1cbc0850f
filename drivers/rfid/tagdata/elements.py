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
    cut_off: int | None
    """The number of a last element that the memory does not hold whole; ``None`` where there is none."""

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
            return Elements(tuple(found.values()), head.number)
        found[head.number] = Element(head.number, head.compaction, memory[head.start : head.start + head.length])
        at = head.end
    return Elements(tuple(found.values()), None)


def write_elements(elements: Iterable[Element]) -> bytes:
    """Write elements and the zero that ends them; raises `TagDataError` for a number that is never written."""
    return b"".join(_written(each) for each in elements) + bytes((_END,))


class _Head:
    """What stands before a value; ``end`` is ``None`` where the memory ends within."""

    def __init__(self, memory: bytes, at: int) -> None:
        precursor, at = memory[at], at + 1
        self.compaction = Compaction(precursor >> 4 & 0x7)
        self.number = precursor & 0xF
        self.length = 0
        self.start = at
        self.end: int | None = None
        rest = list(memory[at : at + 4])
        if self.number == _ESCAPE and rest:
            self.number += rest.pop(0)
            self.start += 1
        if not 1 <= self.number <= LAST:
            raise TagDataError(Damage.ELEMENT)
        filling = 0
        if precursor & _OFFSET and rest:
            filling = rest.pop(0)
            self.start += 1
        if filling > _MOST_FILLING:
            raise TagDataError(Damage.ELEMENT)
        if rest and rest[0] & _LONG:
            self.length = (rest.pop(0) & _SEVEN_BITS) << 7
            self.start += 1
        if not rest:
            return
        if rest[0] & _LONG:
            raise TagDataError(Damage.ELEMENT)
        self.length += rest[0]
        self.start += 1
        if not self.length and (precursor & _OFFSET or self.number <= CONTENT_PARAMETER):
            raise TagDataError(Damage.ELEMENT)
        self.end = self.start + self.length + filling
        if not _FILLING.issuperset(memory[self.start + self.length : self.end]):
            raise TagDataError(Damage.ELEMENT)


def _written(element: Element) -> bytes:
    if not 1 <= element.number <= LAST or element.number in NEVER_WRITTEN or len(element.value) > _LONGEST:
        raise TagDataError(Damage.FIELD)
    escaped = element.number >= _ESCAPE
    head = bytes((element.compaction << 4 | min(element.number, _ESCAPE), *(element.number - _ESCAPE,) * escaped))
    length = len(element.value)
    size = (length,) if length < _LONG else (length >> 7 | _LONG, length & _SEVEN_BITS)
    return head + bytes(size) + element.value
