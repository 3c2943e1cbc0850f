"""Tags of elements (ISO 28560-2): written ones, those of other encoders, and what must not become a number."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata import iso28560_2
from drivers.rfid.tagdata.compaction import Compaction, compact, pack
from drivers.rfid.tagdata.content import Damage, Extension, TagContent, TagDataError, TagFormat, TagWarning, Usage
from drivers.rfid.tagdata.elements import NEVER_WRITTEN, Element, read_elements, write_elements
from drivers.rfid.tagdata.isil import encode_isil
from tests.support.tag_contents import contents

BOOK = TagContent(TagFormat.ISO_28560_2, "2050000001", 2, 3, "VN", "HP01")
NUMBER = Element(1, *compact("2050000001"))

elements = st.builds(
    Element,
    st.integers(1, 31).filter(lambda number: number not in NEVER_WRITTEN),
    st.sampled_from(Compaction),
    st.binary(min_size=1, max_size=300),
)


def tag(*parts: Element | str) -> bytes:
    """Put a tag together, with the zero that ends it: elements, and what is given in hexadecimal."""
    return (
        b"".join(bytes.fromhex(part) if isinstance(part, str) else write_elements([part])[:-1] for part in parts)
        + b"\0"
    )


def damage_of(memory: bytes, *, certain: bool = False) -> Damage:
    with pytest.raises(TagDataError) as caught:
        iso28560_2.decode(memory, certain=certain)
    return caught.value.damage


@given(contents(TagFormat.ISO_28560_2))
def test_what_is_written_is_read(content: TagContent) -> None:
    memory = iso28560_2.encode(content)

    assert iso28560_2.decode(memory) == content
    assert iso28560_2.decode(memory + b"left over from before") == content


def test_a_book_is_written_as_its_number_its_contents_and_then_these() -> None:
    assert iso28560_2.encode(BOOK).hex(" ") == (
        "11 04 7a 30 84 81 "  # number, as an integer
        "02 01 e0 "  # 3, 4 and 5 follow
        "03 05 b3 80 88 78 07 "  # library
        "14 01 20 "  # part 2 of 3
        "05 01 10 "  # circulates
        "00"
    )


def test_a_book_without_library_is_its_number_alone() -> None:
    assert iso28560_2.encode(TagContent(TagFormat.ISO_28560_2, "698542")).hex() == "11030aa8ae00"


@given(st.lists(elements, max_size=8, unique_by=lambda element: element.number))
def test_elements_are_read_as_they_were_written(written: list[Element]) -> None:
    found = read_elements(write_elements(written))

    assert (list(found.whole), found.cut_off) == (written, None)


@pytest.mark.parametrize("number", [0, 32, *sorted(NEVER_WRITTEN)])
def test_a_title_or_who_borrowed_is_never_written(number: int) -> None:
    with pytest.raises(TagDataError) as caught:
        write_elements([Element(number, Compaction.UTF_8, b"a title")])

    assert caught.value.damage is Damage.FIELD


def test_a_value_beyond_two_bytes_of_length_is_not_written() -> None:
    with pytest.raises(TagDataError):
        write_elements([Element(3, Compaction.UTF_8, bytes(0x4000))])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item_id": ""}, "item_id"),
        ({"item_id": "two\nlines"}, "item_id"),
        ({"item_id": " 205"}, "item_id"),
        ({"item_id": "S\xe1ch01"}, "item_id"),
        ({"item_id": "2" * 33}, "item_id"),
        ({"part": 0}, "parts"),
        ({"part": 4}, "parts"),
        ({"parts": 256}, "parts"),
        ({"library": "HP\n"}, "owner"),
        ({"library": "HP "}, "owner"),
        ({"library": "\ud800"}, "owner"),
        ({"extensions": (Extension(1, b""),)}, "extensions"),
    ],
)
def test_what_cannot_be_read_again_is_not_written(change: dict[str, Any], field: str) -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_2.encode(replace(BOOK, **change))

    assert (caught.value.damage, caught.value.part) == (Damage.FIELD, field)


def test_a_library_in_other_letters_than_an_identifiers_is_written_as_text() -> None:
    content = replace(BOOK, country="", library="\u0110\u1ea1i h\u1ecdc")

    assert iso28560_2.decode(iso28560_2.encode(content)) == content


@pytest.mark.parametrize("filling", ["00", "80"])
def test_filling_is_passed_over_whatever_it_is(filling: str) -> None:
    memory = tag("91 02 04 7a308481", filling * 2, "0201c0 8303 05 b380887807", filling * 3, "140120")
    content = iso28560_2.decode(memory)

    assert (content.item_id, content.owner, content.part, content.parts) == ("2050000001", "VN-HP01", 2, 3)


def test_fillers_between_elements_are_passed_over() -> None:
    assert iso28560_2.decode(tag(NUMBER, "80 80", "0501 20")).usage is Usage.NOT_FOR_LOAN


def test_a_title_that_stands_on_a_tag_is_passed_over() -> None:
    content = iso28560_2.decode(tag(NUMBER, "0202 8002 0305b380887807 7f02 04 74657374"))

    assert (content.owner, content.warnings) == ("VN-HP01", ())


def test_a_long_value_has_two_bytes_of_length() -> None:
    content = iso28560_2.decode(
        tag(NUMBER, "7603 8148", "41" * 200, "0501 20")[:6] + tag("76 8148", "41" * 200, "050120")
    )

    assert content.usage is Usage.NOT_FOR_LOAN


@pytest.mark.parametrize(
    ("element", "part", "parts", "warnings"),
    [
        ("1402 04b3", 3, 12, ()),
        ("1401 20", 2, 3, ()),
        ("1401 15", 1, 2, ()),
        ("2402 0302", 2, 3, ()),
        ("2402 203f", 2, 3, (TagWarning.PARTS_SWAPPED,)),
        ("6401 31", 1, 1, ()),
        ("6402 3030", 1, 1, ()),
        ("6401 00", 1, 1, ()),
        ("6400", 1, 1, ()),
        ("6402 3233", 2, 3, (TagWarning.PARTS_SWAPPED,)),
    ],
)
def test_parts_are_read_as_encoders_write_them(
    element: str, part: int, parts: int, warnings: tuple[TagWarning, ...]
) -> None:
    content = iso28560_2.decode(tag(NUMBER, element))

    assert (content.part, content.parts, content.warnings) == (part, parts, warnings)


@pytest.mark.parametrize("element", ["6402 4142", "6408 3939393931313131", "1402 00ff"])
def test_a_tag_that_does_not_say_how_many_parts_there_are_is_damaged(element: str) -> None:
    assert damage_of(tag(NUMBER, element)) is Damage.FIELD


@pytest.mark.parametrize(
    ("element", "usage", "warnings"),
    [
        ("0501 80", Usage.PATRON_CARD, ()),
        ("2501 10", Usage.CIRCULATING, ()),
        ("6501 20", Usage.NOT_FOR_LOAN, ()),
        ("6502 3730", Usage.DISCARDED, ()),
        ("1501 0a", Usage.CIRCULATING, ()),
        ("1501 02", Usage.ACQUISITION, ()),
        ("0501 f0", Usage.UNKNOWN, (TagWarning.USAGE_UNKNOWN,)),
        ("0502 1000", Usage.UNKNOWN, (TagWarning.USAGE_UNKNOWN,)),
        ("7502 5858", Usage.UNKNOWN, (TagWarning.USAGE_UNKNOWN,)),
    ],
)
def test_the_usage_is_read_in_every_compaction(element: str, usage: Usage, warnings: tuple[TagWarning, ...]) -> None:
    content = iso28560_2.decode(tag(NUMBER, element))

    assert (content.usage, content.warnings) == (usage, warnings)


@pytest.mark.parametrize(
    ("owner", "read", "warnings"),
    [
        (Element(3, Compaction.APPLICATION, encode_isil("VN-HP01")), "VN-HP01", ()),
        (Element(3, *compact("US-InU-Mu")), "US-InU-Mu", ()),
        (Element(23, *compact("Lib01")), "Lib01", ()),
        (Element(3, Compaction.OCTETS, b"\0\0"), "", ()),
        (Element(3, Compaction.APPLICATION, b"\xff"), "", (TagWarning.ELEMENT_UNREADABLE,)),
        (Element(3, Compaction.OCTETS, b"A\x07"), "", (TagWarning.ELEMENT_UNREADABLE,)),
    ],
)
def test_the_owner_is_read_however_it_is_written(owner: Element, read: str, warnings: tuple[TagWarning, ...]) -> None:
    content = iso28560_2.decode(tag(NUMBER, owner))

    assert (content.owner, content.warnings) == (read, warnings)


def test_what_the_list_does_not_name_is_told() -> None:
    assert iso28560_2.decode(tag(NUMBER, "020180 0305b380887807 050120")).warnings == (TagWarning.ELEMENT_NOT_LISTED,)


def test_an_element_that_was_read_in_part_is_told_where_the_list_announces_it() -> None:
    memory = tag(NUMBER, "0202 8002 0305b380887807 7f02 20 7465")[:-1]

    assert iso28560_2.decode(memory).warnings == (TagWarning.ELEMENT_CUT_OFF,)
    assert iso28560_2.decode(memory[:-4]).warnings == (TagWarning.ELEMENT_CUT_OFF,)
    assert iso28560_2.decode(memory[:-5]).warnings == (TagWarning.ELEMENT_CUT_OFF,)


@given(contents(TagFormat.ISO_28560_2, owned=True), st.integers(0, 60))
def test_a_tag_that_was_read_in_part_never_says_what_it_did_not_hear(content: TagContent, size: int) -> None:
    memory = iso28560_2.encode(content)[:size]
    try:
        found = iso28560_2.decode(memory)
    except TagDataError:
        return

    assert found.item_id == content.item_id
    if TagWarning.ELEMENT_CUT_OFF not in found.warnings:
        assert (found.part, found.parts, found.owner, found.usage) == (
            content.part,
            content.parts,
            content.owner,
            content.usage,
        )
    assert found.owner in {"", content.owner}
    assert found.usage in {Usage.UNKNOWN, Usage.CIRCULATING, content.usage}


def test_a_usage_that_stands_beyond_what_was_read_is_unknown() -> None:
    content = iso28560_2.decode(bytes.fromhex("11047a308481 0201a0 0305b380887807"))

    assert (content.usage, content.warnings) == (Usage.UNKNOWN, (TagWarning.ELEMENT_CUT_OFF,))


def test_an_element_that_was_read_in_part_is_told_behind_others() -> None:
    assert iso28560_2.decode(tag(NUMBER, "050120 6620")[:-1]).warnings == (TagWarning.ELEMENT_CUT_OFF,)


@pytest.mark.parametrize(
    ("memory", "damage"),
    [
        ("", Damage.UNKNOWN_FORMAT),
        ("00", Damage.UNKNOWN_FORMAT),
        ("0305b380887807", Damage.UNKNOWN_FORMAT),
        ("11047a308481 6620", Damage.ELEMENT),  # cut off with nothing to vouch for the number
        ("11047a308481 0201c0 0305b380887807 00", Damage.ELEMENT),  # listed and not there
        ("11047a308481 3201c0 0305b380887807", Damage.ELEMENT),  # a list in letters
        ("11047a308481 0200", Damage.ELEMENT),
        ("11047a308481 050120 050120", Damage.ELEMENT),  # twice
        ("11047a308481 6020", Damage.ELEMENT),  # number 0
        ("11047a308481 7f11 00", Damage.ELEMENT),  # number 32
        ("11047a308481 e62001", Damage.ELEMENT),  # more filling than a block has
        ("11047a308481 e60101 4142", Damage.ELEMENT),  # filling that is none
        ("11047a308481 8302 00 0000", Damage.ELEMENT),  # filling around nothing
        ("11047a308481 66 80ff", Damage.ELEMENT),
        ("020180 0305b380887807", Damage.ELEMENT),  # no number
        ("7501 41 11047a308481", Damage.UNKNOWN_FORMAT),
        ("72047a308481 11047a308481", Damage.ELEMENT),
        ("1101 05", Damage.ELEMENT),  # a number of one digit is written otherwise
        ("1100", Damage.ELEMENT),
        ("11", Damage.ELEMENT),
        ("91", Damage.ELEMENT),
        ("11047a308481 7f", Damage.ELEMENT),
        ("11047a308481 020160 1402", Damage.TOO_SHORT),
        ("11047a308481 050120 1402", Damage.TOO_SHORT),
        ("11047a308481 0201e0 0305b380887807", Damage.TOO_SHORT),
        ("1105 007a308481", Damage.FIELD),
        ("6104 20202020", Damage.ELEMENT),
        ("6104 41424307", Damage.ELEMENT),
        ("6122" + "41" * 34, Damage.ELEMENT),
    ],
)
def test_what_no_encoder_writes_is_damaged(memory: str, damage: Damage) -> None:
    assert damage_of(bytes.fromhex(memory)) is damage


@pytest.mark.parametrize("text", ["2050000001", "ABCDEF"])
def test_a_number_in_more_bits_than_its_letters_need_is_damaged(text: str) -> None:
    assert damage_of(tag(Element(1, Compaction.SEVEN_BIT, pack(Compaction.SEVEN_BIT, text)))) is Damage.ELEMENT


@pytest.mark.parametrize("how", [Compaction.NUMERIC, Compaction.OCTETS, Compaction.UTF_8])
def test_a_number_as_simple_encoders_write_it_is_read(how: Compaction) -> None:
    assert iso28560_2.decode(tag(Element(1, how, pack(how, "2050000001")))).item_id == "2050000001"


def test_the_list_may_stand_before_the_number() -> None:
    memory = tag("020180", NUMBER, "0305b380887807")

    assert iso28560_2.decode(memory).item_id == "2050000001"


def test_certainty_asks_for_a_list_of_contents() -> None:
    assert damage_of(tag(NUMBER, "050120"), certain=True) is Damage.ELEMENT
    assert iso28560_2.decode(iso28560_2.encode(BOOK), certain=True) == BOOK


@given(contents(TagFormat.ISO_28560_2, owned=True), st.data())
def test_a_wrong_byte_outside_the_number_never_makes_another_number(content: TagContent, data: st.DataObject) -> None:
    memory = bytearray(iso28560_2.encode(content))
    number = 2 + memory[1]
    memory[data.draw(st.integers(number, len(memory) - 1))] ^= data.draw(st.integers(1, 255))

    with contextlib.suppress(TagDataError):
        assert iso28560_2.decode(bytes(memory)).item_id == content.item_id


@given(contents(TagFormat.ISO_28560_2, owned=True), st.integers(1, 255))
def test_a_wrong_length_of_the_number_is_noticed_on_a_tag_that_lists_its_contents(
    content: TagContent, change: int
) -> None:
    memory = bytearray(iso28560_2.encode(content))
    memory[1] ^= change

    with contextlib.suppress(TagDataError):
        assert iso28560_2.decode(bytes(memory), certain=True).item_id == content.item_id


@given(st.binary(max_size=200))
def test_any_memory_at_all_is_read_or_named_as_damaged(memory: bytes) -> None:
    with contextlib.suppress(TagDataError):
        assert iso28560_2.decode(memory).item_id


def test_an_element_does_not_show_its_value() -> None:
    assert "2050" not in repr(Element(1, Compaction.OCTETS, b"2050000001"))
