"""ISO 28560-3, the Danish data model (DS/INF 163): 34 bytes, or 32 on small tags, with a checksum over all of them.

| byte | field |
| --- | --- |
| 0 | version (1) and usage, half a byte each, in either order |
| 1, 2 | number of parts, number of this part |
| 3-18 | item id, padded with zeros |
| 19, 20 | CRC-16 (1021, start FFFF), low byte first, over bytes 0-18 and 21-33 |
| 21, 22 | owner's country |
| 23-33 | owner's library; the last two bytes are zero where the tag has only 32 |
| 34- | extension blocks: length, number (low byte first), check byte, data; the whole block XORs to zero |
"""

from binascii import crc_hqx
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from drivers.rfid.tagdata.blocks import BLOCK_BYTES, reverse_blocks
from drivers.rfid.tagdata.content import (
    Damage,
    Extension,
    TagContent,
    TagDataError,
    TagFormat,
    TagWarning,
    Usage,
)

DSFID: Final = 0x3E
"""What the tag's data storage format identifier should be, and often is not."""

FULL_BYTES: Final = 34
SMALL_BYTES: Final = 32
_VERSION: Final = 1
_ID: Final = slice(3, 19)
_CRC: Final = slice(19, 21)
_COUNTRY: Final = slice(21, 23)
_LIBRARY: Final = slice(23, 34)
_EXTENSION_HEAD: Final = 4
_FIRST_LETTER: Final = 0x20
"""Of printable ASCII; fewer parts than this make an item, and a number in plain letters has none smaller."""

_DELETE: Final = 0x7F
_NEVER_WRITTEN: Final = frozenset({4, 5})
"""Extension blocks that tell of a reader's tastes: the title, who borrows through another library."""

_BYTE: Final = 0xFF
_TWO_BYTES: Final = 0xFFFF


def decode(memory: bytes) -> TagContent:
    """Read a tag's memory from block 0, also with the bytes of each block reversed; raises `TagDataError`."""
    if len(memory) < SMALL_BYTES - BLOCK_BYTES + 1:
        raise TagDataError(Damage.TOO_SHORT)
    backward = reverse_blocks(memory)
    for order, other, warnings in ((memory, backward, ()), (backward, memory, (TagWarning.BLOCKS_REVERSED,))):
        if checksum_good(order) and (_well_formed(order) or not _nearly(other)):
            return _decode(order, warnings)
    raise TagDataError(Damage.CHECKSUM)


def looks_like(memory: bytes) -> bool:
    """Say whether memory with a wrong checksum was meant to be of this model, in either order of its bytes.

    It was, where every field is one of this model, or where one other byte makes it so and the checksum right.
    """
    return len(memory) >= SMALL_BYTES and any(map(_nearly, (memory, reverse_blocks(memory))))


def _nearly(memory: bytes) -> bool:
    tag = memory[:FULL_BYTES].ljust(FULL_BYTES, b"\0")
    if _well_formed(tag):
        return True
    for place, change in _single_errors().get(_checksum(tag) ^ int.from_bytes(tag[_CRC], "little"), ()):
        mended = bytes((*tag[:place], tag[place] ^ change, *tag[place + 1 :]))
        if _well_formed(mended):
            return True
    return False


def _well_formed(tag: bytes) -> bool:
    """Say whether each field is what libraries write: version, few parts, letters of ASCII with zeros behind.

    A number and nothing behind it, not even a checksum, may as well be of another model.
    """
    return (
        any(tag[_CRC.start : FULL_BYTES])
        and _VERSION in {tag[0] >> 4, tag[0] & 0x0F}
        and max(tag[1], tag[2]) < _FIRST_LETTER
        and all(
            _FIRST_LETTER <= byte < _DELETE for part in (_ID, _COUNTRY, _LIBRARY) for byte in tag[part].rstrip(b"\0")
        )
    )


@cache
def _single_errors() -> Mapping[int, tuple[tuple[int, int], ...]]:
    """Tell which single wrong bytes, place and bits, put the checksum off by how much: the checksum is linear."""
    right = _checksum(bytes(FULL_BYTES))
    found: dict[int, list[tuple[int, int]]] = {}
    for place in range(FULL_BYTES):
        for change in range(1, _BYTE + 1):
            tag = bytes((*bytes(place), change, *bytes(FULL_BYTES - 1 - place)))
            off = _checksum(tag) ^ right ^ int.from_bytes(tag[_CRC], "little")
            found.setdefault(off, []).append((place, change))
    return {off: tuple(errors) for off, errors in found.items()}


def encode(content: TagContent, size: int = FULL_BYTES, *, usage_high: bool = False) -> bytes:
    """Write a content as 34 bytes, or 32 (``size``), with its extension blocks behind; raises `TagDataError`.

    ``usage_high`` puts the usage into the high half of the first byte, as some suppliers do.
    """
    first, second = (content.usage, _VERSION) if usage_high else (_VERSION, content.usage)
    for name, value in (("part", content.part), ("parts", content.parts)):
        if not 1 <= value <= _BYTE:
            raise TagDataError(Damage.FIELD, name)
    if content.part > content.parts:
        raise TagDataError(Damage.FIELD, "parts")
    if content.item_id.endswith(" "):
        raise TagDataError(Damage.FIELD, "item_id")
    room = _LIBRARY.stop - _LIBRARY.start - (FULL_BYTES - size)
    head = bytes((first << 4 | second, content.parts, content.part)) + _field(content.item_id, 16, "item_id")
    owner = _field(content.country, 2, "country") + _field(content.library, room, "library")
    owner = owner.ljust(FULL_BYTES - _COUNTRY.start, b"\0")
    checksum = crc_hqx(head + owner, 0xFFFF).to_bytes(2, "little")
    tag = (head + checksum + owner)[:size]
    if not content.extensions:
        return tag
    if size != FULL_BYTES:
        raise TagDataError(Damage.FIELD, "extensions")
    return tag + b"".join(_extension(block) for block in content.extensions) + b"\0"


def checksum_good(memory: bytes) -> bool:
    """Say whether the checksum stands where this model has it; memory shorter than 34 bytes counts as zero there."""
    tag = memory[:FULL_BYTES].ljust(FULL_BYTES, b"\0")
    return _checksum(tag) == int.from_bytes(tag[_CRC], "little")


def _checksum(tag: bytes) -> int:
    return crc_hqx(tag[: _CRC.start] + tag[_CRC.stop :], 0xFFFF)


def _decode(memory: bytes, known: tuple[TagWarning, ...]) -> TagContent:
    tag = memory.ljust(FULL_BYTES, b"\0")
    warnings = list(known)
    usage = _usage(tag[0], warnings)
    part, parts = _parts(tag[1], tag[2], warnings)
    item_id = _text(tag[_ID], warnings).rstrip(" ")
    if not item_id:
        warnings.append(TagWarning.NO_ITEM_ID)
    country, library = _text(tag[_COUNTRY], warnings), _text(tag[_LIBRARY], warnings)
    extensions = tuple(_extensions(memory[FULL_BYTES:], warnings))
    return TagContent(
        TagFormat.ISO_28560_3,
        item_id,
        part,
        parts,
        country,
        library,
        usage,
        tuple(dict.fromkeys(warnings)),
        extensions,
    )


def _usage(first: int, warnings: list[TagWarning]) -> Usage:
    """Return the usage: whichever half is 1 is the version; both 1 means version 1 and usage 1."""
    high, low = first >> 4, first & 0x0F
    if high == _VERSION:
        usage = low
    elif low == _VERSION:
        usage = high
        warnings.append(TagWarning.NIBBLES_SWAPPED)
    else:
        raise TagDataError(Damage.UNKNOWN_FORMAT, "version")
    try:
        return Usage(usage)
    except ValueError:
        warnings.append(TagWarning.USAGE_UNKNOWN)
        return Usage.UNKNOWN


def _parts(parts: int, part: int, warnings: list[TagWarning]) -> tuple[int, int]:
    """Return part and parts: a zero means one tag for the whole item; some write the two the other way round."""
    if not part or not parts:
        return 1, 1
    if part > parts:
        warnings.append(TagWarning.PARTS_SWAPPED)
        return parts, part
    return part, parts


def _text(data: bytes, warnings: list[TagWarning]) -> str:
    text, _, rest = data.partition(b"\0")
    if rest.strip(b"\0"):
        warnings.append(TagWarning.TEXT_AFTER_END)
    try:
        return text.decode()
    except UnicodeDecodeError:
        warnings.append(TagWarning.TEXT_NOT_UTF8)
        return text.decode("latin-1")


def _extensions(data: bytes, warnings: list[TagWarning]) -> Iterator[Extension]:
    """Yield whole blocks; the memory may have been read only in part, so one that is cut off is no damage."""
    while data and data[0]:
        length = data[0]
        if length == 1:
            data = data[1:]
            continue
        if length > len(data):
            return
        block = data[:length]
        check = 0
        for byte in block:
            check ^= byte
        if length < _EXTENSION_HEAD or check:
            warnings.append(TagWarning.EXTENSION_DAMAGED)
            return
        yield Extension(int.from_bytes(block[1:3], "little"), block[_EXTENSION_HEAD:])
        data = data[length:]


def _extension(block: Extension) -> bytes:
    length = _EXTENSION_HEAD + len(block.data)
    if length > _BYTE or not 0 <= block.number <= _TWO_BYTES or block.number in _NEVER_WRITTEN:
        raise TagDataError(Damage.FIELD, "extensions")
    head = bytes((length,)) + block.number.to_bytes(2, "little")
    check = 0
    for byte in head + block.data:
        check ^= byte
    return head + bytes((check,)) + block.data


def _field(text: str, size: int, name: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise TagDataError(Damage.FIELD, name) from error
    if len(data) > size or b"\0" in data:
        raise TagDataError(Damage.FIELD, name)
    return data.ljust(size, b"\0")
