"""Tags of the Danish data model: published ones, written ones, damaged ones."""

import contextlib
from binascii import crc_hqx
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.blocks import reverse_blocks
from drivers.rfid.tagdata.content import Damage, Extension, TagContent, TagDataError, TagFormat, TagWarning, Usage

OSLO = bytes.fromhex("1102023033303130303334383135303033000038024e4f30323033303030300000000000")

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
extensions = st.builds(
    Extension, st.integers(0, 0xFFFF).filter(lambda number: number not in {4, 5}), st.binary(max_size=60)
)
contents = st.builds(
    TagContent,
    format=st.just(TagFormat.ISO_28560_3),
    item_id=words.filter(lambda text: 0 < len(text.encode()) <= 16 and text == text.rstrip(" ")),
    part=st.just(1),
    parts=st.integers(1, 255),
    country=words.filter(lambda text: len(text.encode()) <= 2),
    library=words.filter(lambda text: len(text.encode()) <= 11),
    usage=st.sampled_from(Usage),
    extensions=st.lists(extensions, max_size=3).map(tuple),
)
plain = TagContent(TagFormat.ISO_28560_3, "2050000001", country="VN", library="HP01")


@given(contents)
def test_what_is_written_is_read(content: TagContent) -> None:
    assert iso28560_3.decode(iso28560_3.encode(content)) == content


@given(contents)
def test_a_tag_is_read_whichever_way_its_blocks_were_handed_on(content: TagContent) -> None:
    reversed_memory = reverse_blocks(iso28560_3.encode(content))
    read = iso28560_3.decode(reversed_memory)

    assert replace(read, warnings=()) == replace(content, warnings=())


@given(st.sampled_from([usage for usage in Usage if usage != 1]))
def test_the_usage_is_read_from_either_half_of_the_first_byte(usage: Usage) -> None:
    content = replace(plain, usage=usage)
    swapped = iso28560_3.decode(iso28560_3.encode(content, usage_high=True))

    assert swapped.usage == usage
    assert swapped.warnings == (TagWarning.NIBBLES_SWAPPED,)


def test_a_small_tag_has_thirty_two_bytes() -> None:
    memory = iso28560_3.encode(plain, iso28560_3.SMALL_BYTES)

    assert len(memory) == 32
    assert iso28560_3.decode(memory) == plain


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item_id": "12345678901234567"}, "item_id"),
        ({"item_id": "12\x0034"}, "item_id"),
        ({"item_id": "\ud800"}, "item_id"),
        ({"country": "VNM"}, "country"),
        ({"library": "123456789012"}, "library"),
        ({"item_id": "1234 "}, "item_id"),
        ({"part": 0}, "part"),
        ({"part": 2}, "parts"),
        ({"parts": 256}, "parts"),
        ({"extensions": (Extension(1, bytes(252)),)}, "extensions"),
        ({"extensions": (Extension(0x10000, b""),)}, "extensions"),
        ({"extensions": (Extension(4, b"its title"),)}, "extensions"),
        ({"extensions": (Extension(5, b"who asked for it"),)}, "extensions"),
    ],
)
def test_what_the_model_has_no_room_for_is_not_written(change: dict[str, Any], field: str) -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_3.encode(replace(plain, **change))

    assert (caught.value.damage, caught.value.part) == (Damage.FIELD, field)


@pytest.mark.parametrize("change", [{"library": "1234567890"}, {"extensions": (Extension(1, b""),)}])
def test_a_small_tag_has_less_room(change: dict[str, Any]) -> None:
    with pytest.raises(TagDataError):
        iso28560_3.encode(replace(plain, **change), iso28560_3.SMALL_BYTES)


@given(st.integers(0, 33), st.integers(1, 255))
def test_a_single_wrong_byte_is_noticed(at: int, change: int) -> None:
    memory = bytearray(iso28560_3.encode(plain))
    memory[at] ^= change

    with pytest.raises(TagDataError) as caught:
        iso28560_3.decode(bytes(memory))

    assert caught.value.damage is Damage.CHECKSUM


def with_good_checksum(memory: bytes) -> bytes:
    tag = memory.ljust(34, b"\0")
    return tag[:19] + crc_hqx(tag[:19] + tag[21:34], 0xFFFF).to_bytes(2, "little") + tag[21:]


@pytest.mark.parametrize(
    ("first", "usage", "warnings"),
    [
        (0x1F, Usage.UNKNOWN, (TagWarning.USAGE_UNKNOWN,)),
        (0xF1, Usage.UNKNOWN, (TagWarning.NIBBLES_SWAPPED, TagWarning.USAGE_UNKNOWN)),
        (0x18, Usage.PATRON_CARD, ()),
    ],
)
def test_an_unknown_usage_is_read_with_a_warning(first: int, usage: Usage, warnings: tuple[TagWarning, ...]) -> None:
    content = iso28560_3.decode(with_good_checksum(bytes((first, 1, 1)) + b"2050000001"))

    assert (content.usage, content.warnings) == (usage, warnings)


def test_a_version_that_nobody_has_published_is_not_read() -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_3.decode(with_good_checksum(b"\x22\x01\x012050000001"))

    assert caught.value.damage is Damage.UNKNOWN_FORMAT


@pytest.mark.parametrize(
    ("parts", "part", "read", "warnings"),
    [
        (3, 2, (2, 3), ()),
        (0, 0, (1, 1), ()),
        (2, 0, (1, 1), ()),
        (0, 2, (1, 1), ()),
        (2, 3, (2, 3), (TagWarning.PARTS_SWAPPED,)),
    ],
)
def test_parts_are_understood_as_suppliers_write_them(
    parts: int, part: int, read: tuple[int, int], warnings: tuple[TagWarning, ...]
) -> None:
    content = iso28560_3.decode(with_good_checksum(bytes((0x11, parts, part)) + b"2050000001"))

    assert ((content.part, content.parts), content.warnings) == (read, warnings)


def test_an_empty_item_id_is_said_to_be_empty() -> None:
    content = iso28560_3.decode(with_good_checksum(b"\x11\x01\x01"))

    assert (content.item_id, content.isil, content.warnings) == ("", "", (TagWarning.NO_ITEM_ID,))


def test_letters_that_are_not_utf_8_are_read_as_latin_1_with_a_warning() -> None:
    content = iso28560_3.decode(with_good_checksum(b"\x11\x01\x01caf\xe9"))

    assert (content.item_id, content.warnings) == ("caf\xe9", (TagWarning.TEXT_NOT_UTF8,))


def test_what_stands_behind_the_end_of_a_text_is_left_out() -> None:
    content = iso28560_3.decode(with_good_checksum(b"\x11\x01\x01123\x00junk"))

    assert (content.item_id, content.warnings) == ("123", (TagWarning.TEXT_AFTER_END,))


def test_a_filler_between_extension_blocks_is_passed_over() -> None:
    memory = iso28560_3.encode(plain) + b"\x01\x01" + bytes((4, 9, 0, 4 ^ 9)) + b"\0rest"

    assert iso28560_3.decode(memory).extensions == (Extension(9, b""),)


@pytest.mark.parametrize("block", [b"\x04\x09\x00\x00", b"\x03\x01\x02", b"\x05\x01\x00\x05\x02"])
def test_a_damaged_extension_block_is_left_out_with_a_warning(block: bytes) -> None:
    content = iso28560_3.decode(iso28560_3.encode(plain) + block)

    assert (content.extensions, content.warnings) == ((), (TagWarning.EXTENSION_DAMAGED,))


def test_an_extension_block_that_was_not_read_whole_is_no_damage() -> None:
    content = iso28560_3.decode(iso28560_3.encode(plain) + b"\x20\x02")

    assert (content.extensions, content.warnings) == ((), ())


@given(st.binary(max_size=28))
def test_less_than_a_tag_is_no_tag(memory: bytes) -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_3.decode(memory)

    assert caught.value.damage is Damage.TOO_SHORT


@given(st.binary(max_size=120))
def test_any_memory_at_all_is_read_or_named_as_damaged(memory: bytes) -> None:
    with contextlib.suppress(TagDataError):
        iso28560_3.decode(with_good_checksum(memory) if len(memory) > 34 else memory)


def test_a_content_does_not_show_its_number() -> None:
    assert "03010034815003" not in repr(iso28560_3.decode(OSLO))


def test_a_version_or_letters_that_no_library_writes_do_not_hide_a_damaged_tag() -> None:
    damaged = bytes((0x91, *iso28560_3.encode(plain)[1:]))

    assert iso28560_3.looks_like(damaged)
    assert iso28560_3.looks_like(reverse_blocks(damaged))
    assert not iso28560_3.looks_like(damaged[:31])
    assert not iso28560_3.looks_like(bytes((0x22, 0x99, *damaged[2:])))


def test_a_damaged_tag_whose_checksum_is_right_backwards_by_chance_is_not_read() -> None:
    memory = bytes.fromhex("141e194146363445320000000000000000008727a5444b3731383530300000000000")

    with pytest.raises(TagDataError) as caught:
        iso28560_3.decode(memory)

    assert caught.value.damage is Damage.CHECKSUM
