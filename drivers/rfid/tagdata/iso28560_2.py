"""ISO 28560-2: elements by ISO/IEC 15962, the item's number first, without a checksum.

A wrong byte within the item's number, its length or its compaction can therefore make another number, and no reader
can know. To keep all other damage, and other models, from becoming a number, only what an encoder writes is taken: the
number first or a list of contents that fits, each value exactly as its compaction writes it, letters that labels bear,
filling of 00 or 80, each element once, nothing beyond the memory but what the list announces.
"""

from collections.abc import Sequence
from typing import Final

from drivers.rfid.tagdata.compaction import Compaction, compact, expand
from drivers.rfid.tagdata.content import LABEL, Damage, TagContent, TagDataError, TagFormat, TagWarning, Usage
from drivers.rfid.tagdata.elements import (
    CONTENT_PARAMETER,
    ITEM_ID,
    OTHER_OWNER,
    OWNER,
    SET_INFORMATION,
    USAGE,
    Element,
    Elements,
    read_elements,
    write_elements,
)
from drivers.rfid.tagdata.isil import decode_isil, encode_isil

DSFID: Final = 0x06
"""What the tag's data storage format identifier should be."""

LONGEST_ID: Final = 32
"""Letters."""

MOST_PARTS: Final = 255

_BIT_PACKED: Final = (Compaction.FIVE_BIT, Compaction.SIX_BIT, Compaction.SEVEN_BIT)
_RAW_BYTE: Final = (Compaction.APPLICATION, Compaction.NUMERIC, Compaction.OCTETS)
_FIRST_LISTED: Final = 3
_BYTE_BITS: Final = 8
_HALF: Final = 0xF


def decode(memory: bytes, *, certain: bool = False) -> TagContent:
    """Read a tag's memory from block 0; raises `TagDataError`.

    ``certain`` takes only a tag that also lists its contents, for memory that might as well be something else.
    """
    if not memory or memory[0] & _HALF not in {ITEM_ID, CONTENT_PARAMETER}:
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    elements = read_elements(memory)
    listed = elements.of(CONTENT_PARAMETER)
    if listed is None and (certain or memory[0] & _HALF != ITEM_ID):
        raise TagDataError(Damage.ELEMENT)
    item = elements.of(ITEM_ID)
    if item is None:
        raise TagDataError(Damage.ELEMENT)
    warnings: list[TagWarning] = []
    return content_of(elements, item_id_of(item), warnings)


def encode(content: TagContent) -> bytes:
    """Write a content, the zero that ends it included; raises `TagDataError`.

    A set of one is not written as a set, and an item that circulates and has no owner is its number alone.
    """
    elements = described(content)
    try:
        how, value = compact(content.item_id)
        item = Element(ITEM_ID, how, value)
        item_id_of(item)
    except TagDataError as error:
        raise TagDataError(Damage.FIELD, "item_id") from error
    return write_elements([item, *with_list(elements)])


def described(content: TagContent) -> list[Element]:
    """Give the elements beside number and list, in their order; raises `TagDataError`."""
    if content.extensions:
        raise TagDataError(Damage.FIELD, "extensions")
    if not 1 <= content.part <= content.parts <= MOST_PARTS:
        raise TagDataError(Damage.FIELD, "parts")
    elements = [_owner_element(content.owner)] if content.owner else []
    if content.parts > 1:
        elements.append(Element(SET_INFORMATION, *compact(set_information(content))))
    if elements or content.usage is not Usage.CIRCULATING:
        elements.append(Element(USAGE, Compaction.APPLICATION, bytes((content.usage << 4,))))
    return elements


def with_list(elements: Sequence[Element]) -> list[Element]:
    """Put the list of contents before elements, where there are any."""
    if not elements:
        return []
    numbers = [each.number for each in elements]
    size = -(-(max(numbers) - _FIRST_LISTED + 1) // _BYTE_BITS)
    bits = sum(1 << size * _BYTE_BITS - 1 - (number - _FIRST_LISTED) for number in numbers)
    return [Element(CONTENT_PARAMETER, Compaction.APPLICATION, bits.to_bytes(size, "big")), *elements]


def set_information(content: TagContent) -> str:
    """Write how many parts and which one, each with as many digits: ``1203`` is part 3 of 12."""
    width = len(str(content.parts))
    return f"{content.parts}{content.part:0{width}d}"


def item_id_of(element: Element) -> str:
    """Read the item's number; raises `TagDataError` where it is not what a label could bear."""
    text = expand(element.compaction, element.value)
    good = len(text) <= LONGEST_ID and LABEL.fullmatch(text) is not None
    if element.compaction is Compaction.INTEGER:
        good = good and len(text) > 1
    if element.compaction in _BIT_PACKED:
        good = good and len(compact(text)[1]) == len(element.value)
    if not good:
        raise TagDataError(Damage.ELEMENT, "item_id")
    return text


def content_of(elements: Elements, item_id: str, warnings: list[TagWarning]) -> TagContent:
    """Read the elements that count.

    Raises `TagDataError` where they are not those that the list of contents names, and where it cannot be said how many
    parts there are.
    """
    missing = _missing(elements, warnings)
    if SET_INFORMATION in missing:
        raise TagDataError(Damage.TOO_SHORT, "parts")
    part, parts = _parts(elements.of(SET_INFORMATION), warnings)
    country, library = split_owner(_owner(elements, warnings))
    usage = _usage(elements.of(USAGE), warnings)
    if USAGE in missing:
        usage = Usage.UNKNOWN
    return TagContent(TagFormat.ISO_28560_2, item_id, part, parts, country, library, usage, tuple(warnings))


def _missing(elements: Elements, warnings: list[TagWarning]) -> set[int]:
    """Name the elements that stand beyond the memory; raises `TagDataError` where list and elements contradict."""
    there = {each.number for each in elements.whole} - {ITEM_ID, CONTENT_PARAMETER}
    missing = {elements.cut_off} if elements.cut_off else set[int]()
    listed = elements.of(CONTENT_PARAMETER)
    if listed is not None:
        announced = _announced(listed)
        if announced - there and (elements.ended or missing - announced):
            raise TagDataError(Damage.ELEMENT)
        if there - announced:
            warnings.append(TagWarning.ELEMENT_NOT_LISTED)
        missing |= announced - there
    elif elements.cut_off is not None and not there:
        raise TagDataError(Damage.ELEMENT)
    if missing or elements.cut_off is not None or (listed is None and not elements.ended):
        warnings.append(TagWarning.ELEMENT_CUT_OFF)
    return missing


def _announced(listed: Element) -> set[int]:
    if listed.compaction not in (Compaction.APPLICATION, Compaction.OCTETS):
        raise TagDataError(Damage.ELEMENT)
    bits = "".join(f"{byte:08b}" for byte in listed.value)
    return {_FIRST_LISTED + place for place, bit in enumerate(bits) if bit == "1"}


def split_owner(owner: str) -> tuple[str, str]:
    """Return country (or other prefix) and library; all is library where there is no prefix."""
    country, _, library = owner.partition("-")
    return (country, library) if country and library else ("", owner)


def parts_of(text: str, warnings: list[TagWarning]) -> tuple[int, int]:
    """Read part and parts from digits, total first; a zero means one tag for the whole item; raises `TagDataError`."""
    if not (text.isascii() and text.isdigit()):
        raise TagDataError(Damage.FIELD, "parts")
    digits = text.zfill(len(text) + len(text) % 2)
    half = len(digits) // 2
    parts, part = int(digits[:half]), int(digits[half:])
    if not part or not parts:
        return 1, 1
    if part > parts:
        part, parts = parts, part
        warnings.append(TagWarning.PARTS_SWAPPED)
    if parts > MOST_PARTS:
        raise TagDataError(Damage.FIELD, "parts")
    return part, parts


def _parts(element: Element | None, warnings: list[TagWarning]) -> tuple[int, int]:
    if element is None or not element.value.strip(b"\0"):
        return 1, 1
    return parts_of(expand(element.compaction, element.value), warnings)


def _owner_element(owner: str) -> Element:
    if not owner.isprintable() or owner != owner.strip():
        raise TagDataError(Damage.FIELD, "owner")
    try:
        return Element(OWNER, Compaction.APPLICATION, encode_isil(owner))
    except TagDataError:
        return Element(OWNER, *compact(owner))


def _owner(elements: Elements, warnings: list[TagWarning]) -> str:
    for number in (OWNER, OTHER_OWNER):
        element = elements.of(number)
        if element is None or not element.value.strip(b"\0"):
            continue
        try:
            if element.compaction is Compaction.APPLICATION:
                return decode_isil(element.value)
            owner = expand(element.compaction, element.value)
        except TagDataError:
            owner = ""
        if owner.isprintable() and owner.strip():
            return owner.strip()
        warnings.append(TagWarning.ELEMENT_UNREADABLE)
    return ""


def _usage(element: Element | None, warnings: list[TagWarning]) -> Usage:
    """Read the high half of the usage's byte; some write the two digits as a number or as letters."""
    if element is None:
        return Usage.CIRCULATING
    try:
        if element.compaction in _RAW_BYTE and len(element.value) == 1:
            return Usage(element.value[0] >> 4)
        return Usage(int(expand(element.compaction, element.value).zfill(2)[-2:], 16) >> 4)
    except ValueError:  # also `TagDataError`
        warnings.append(TagWarning.USAGE_UNKNOWN)
        return Usage.UNKNOWN
