"""Tags of 3M's data model."""

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata import rfid501
from drivers.rfid.tagdata.content import Damage, Extension, TagContent, TagDataError, TagFormat, TagWarning, Usage
from tests.support.tag_contents import item_ids

BOOK = TagContent(TagFormat.RFID501, "1302003767", 2, 3, library="12/1048575")
MEMORY = rfid501.encode(BOOK)

owners = st.just("") | st.builds("{}/{}".format, st.integers(0, 0xFFF), st.integers(1, 0xFFFFF))
contents = st.integers(1, 15).flatmap(
    lambda parts: st.builds(
        TagContent,
        format=st.just(TagFormat.RFID501),
        item_id=item_ids,
        part=st.integers(1, parts),
        parts=st.just(parts),
        library=owners,
    )
)


@given(contents)
def test_what_is_written_is_read(content: TagContent) -> None:
    memory = rfid501.encode(content)

    assert rfid501.decode(memory) == content
    assert len(memory) == rfid501.BYTES


def test_a_book_is_written_block_by_block() -> None:
    assert MEMORY.hex(" ", 4) == "04230001 31333032 30303337 36370000 00000000 00cfffff 00000000 00000000"


def test_twenty_bytes_are_enough_for_the_number() -> None:
    assert rfid501.decode(MEMORY[:20]) == replace(BOOK, library="")


@pytest.mark.parametrize(
    ("byte", "part", "parts", "warnings"),
    [
        (0x00, 1, 1, ()),
        (0x02, 1, 1, ()),
        (0x20, 1, 1, ()),
        (0x32, 2, 3, (TagWarning.PARTS_SWAPPED,)),
        (0xFF, 15, 15, ()),
    ],
)
def test_parts_are_half_a_byte_each(byte: int, part: int, parts: int, warnings: tuple[TagWarning, ...]) -> None:
    content = rfid501.decode(bytes((4, byte)) + MEMORY[2:])

    assert (content.part, content.parts, content.warnings) == (part, parts, warnings)


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, 5), (2, 1), (3, 14), (4, 0), (4, 0x20), (5, 7), (5, 0), (14, 0xFF), (31, 1)],
)
def test_what_3m_does_not_write_is_not_of_its_model(at: int, value: int) -> None:
    memory = bytearray(MEMORY)
    memory[at] = value

    with pytest.raises(TagDataError) as caught:
        rfid501.decode(bytes(memory))

    assert caught.value.damage is Damage.UNKNOWN_FORMAT


def test_less_than_a_number_is_no_tag() -> None:
    with pytest.raises(TagDataError) as caught:
        rfid501.decode(MEMORY[:19])

    assert caught.value.damage is Damage.TOO_SHORT


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item_id": ""}, "item_id"),
        ({"item_id": "12345678901234567"}, "item_id"),
        ({"item_id": "S\xe1ch"}, "item_id"),
        ({"part": 0}, "parts"),
        ({"part": 4}, "parts"),
        ({"parts": 16}, "parts"),
        ({"usage": Usage.PATRON_CARD}, "usage"),
        ({"extensions": (Extension(1, b""),)}, "extensions"),
        ({"library": "HP01"}, "owner"),
        ({"library": "4096/1"}, "owner"),
        ({"library": "1/1048576"}, "owner"),
        ({"library": "0/0"}, "owner"),
        ({"library": "01/1"}, "owner"),
        ({"country": "VN", "library": "1/1"}, "owner"),
    ],
)
def test_what_the_model_has_no_room_for_is_not_written(change: dict[str, Any], field: str) -> None:
    with pytest.raises(TagDataError) as caught:
        rfid501.encode(replace(BOOK, **change))

    assert (caught.value.damage, caught.value.part) == (Damage.FIELD, field)


@given(st.binary(max_size=60))
def test_any_memory_at_all_is_read_or_named_as_damaged(memory: bytes) -> None:
    for each in (memory, b"\x04\x11\0\x01" + memory):
        with contextlib.suppress(TagDataError):
            assert rfid501.decode(each).item_id
