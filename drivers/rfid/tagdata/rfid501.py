"""RFID501, 3M's data model: eight blocks of four bytes, without a checksum.

| block | content |
| --- | --- |
| 0 | 04; part and parts, half a byte each; 00; kind of medium, 0 to 13 |
| 1-4 | number, padded with zeros |
| 5 | owner: branch (12 bits) and library (20 bits) |
| 6 | the site's own |
| 7 | zeros |

The owner is told as ``BRANCH/LIBRARY`` in decimal; both zero is no owner. A wrong byte within the number makes another
number, and no reader can know.
"""

import re
from typing import Final

from drivers.rfid.tagdata.content import LABEL, Damage, TagContent, TagDataError, TagFormat, TagWarning, Usage

BYTES: Final = 32
"""Of which the first 20 must have been read."""

_MARK: Final = 0x04
_LAST_KIND: Final = 13
_BOOK: Final = 1
_NUMBER: Final = slice(4, 20)
_OWNER: Final = slice(20, 24)
_ZEROS: Final = slice(28, 32)
_SPOKEN_OWNER: Final = re.compile(r"(0|[1-9][0-9]{0,3})/(0|[1-9][0-9]{0,6})")
_HALF: Final = 0xF
_LIBRARY_BITS: Final = 20
_LAST_BRANCH: Final = 0xFFF
_LAST_LIBRARY: Final = 0xFFFFF


def decode(memory: bytes) -> TagContent:
    """Read a tag's memory from block 0; raises `TagDataError`."""
    if len(memory) < _NUMBER.stop:
        raise TagDataError(Damage.TOO_SHORT)
    number = memory[_NUMBER].rstrip(b"\0").rstrip(b" ").decode("latin-1")
    if (
        (memory[0], memory[2]) != (_MARK, 0)
        or memory[3] > _LAST_KIND
        or any(memory[_ZEROS])
        or not LABEL.fullmatch(number)
    ):
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    part, parts = memory[1] >> 4, memory[1] & _HALF
    warnings: tuple[TagWarning, ...] = ()
    if part > parts > 0:
        part, parts, warnings = parts, part, (TagWarning.PARTS_SWAPPED,)
    if not part or not parts:
        part = parts = 1
    owner = int.from_bytes(memory[_OWNER], "big")
    return TagContent(
        TagFormat.RFID501,
        number,
        part,
        parts,
        library=f"{owner >> _LIBRARY_BITS}/{owner & _LAST_LIBRARY}" if owner else "",
        warnings=warnings,
    )


def encode(content: TagContent) -> bytes:
    """Write a content as a book's 32 bytes; raises `TagDataError` for what the model has no room for."""
    if not LABEL.fullmatch(content.item_id) or len(content.item_id) > _NUMBER.stop - _NUMBER.start:
        raise TagDataError(Damage.FIELD, "item_id")
    number = content.item_id.encode("ascii")
    if not 1 <= content.part <= content.parts <= _HALF:
        raise TagDataError(Damage.FIELD, "parts")
    if content.usage is not Usage.CIRCULATING:
        raise TagDataError(Damage.FIELD, "usage")
    if content.extensions:
        raise TagDataError(Damage.FIELD, "extensions")
    head = bytes((_MARK, content.part << 4 | content.parts, 0, _BOOK))
    return (head + number.ljust(_NUMBER.stop - _NUMBER.start, b"\0") + _owner(content.owner)).ljust(BYTES, b"\0")


def _owner(owner: str) -> bytes:
    if not owner:
        return bytes(4)
    spoken = _SPOKEN_OWNER.fullmatch(owner)
    branch, library = (int(spoken[1]), int(spoken[2])) if spoken else (-1, -1)
    if not 0 <= branch <= _LAST_BRANCH or not 0 <= library <= _LAST_LIBRARY or not branch + library:
        raise TagDataError(Damage.FIELD, "owner")
    return (branch << _LIBRARY_BITS | library).to_bytes(4, "big")
