"""UHF tags: their EPC bank, ISO/TS 28560-4, numbers by the site's own pattern, Chinese universities'."""

import contextlib
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.gen2_codec import MOST_EPC_WORDS
from drivers.rfid.tagdata import iso28560_2, iso28560_4, raw_epc, university
from drivers.rfid.tagdata.content import Damage, Extension, TagContent, TagDataError, TagFormat, TagWarning, Usage
from drivers.rfid.tagdata.epc import EpcBank, read_epc_bank, write_epc_bank
from drivers.rfid.tagdata.rules import TagRules
from drivers.rfid.tagdata.urn40 import encode_urn40
from tests.support.tag_contents import contents

BOOK = TagContent(TagFormat.ISO_28560_4, "2050000001", 2, 3, "VN", "HP01")
LETTERS = re.compile(r"LIB(\d{6})")
HEXADECIMAL = re.compile(r"(?:BEEF)(\d{10})0*")


def uii(text: str, afi: int | None = 0x07, *, user_bank: bool = False) -> bytes:
    return write_epc_bank(EpcBank(encode_urn40(text), afi, user_bank=user_bank))


def user_bank(content: TagContent, *, number: bool = False) -> bytes:
    memory = iso28560_2.encode(replace(content, format=TagFormat.ISO_28560_2))
    return b"\x06" + (memory if number else memory[2 + memory[1] :])


@given(contents(TagFormat.ISO_28560_4, owned=True), st.sampled_from([0x07, 0xC2]))
def test_what_is_written_is_read(content: TagContent, afi: int) -> None:
    banks = iso28560_4.encode(content, afi)

    assert iso28560_4.decode(banks.epc, banks.user) == content
    assert read_epc_bank(banks.epc).afi == afi
    assert len(banks.user) % 2 == 0


@given(contents(TagFormat.ISO_28560_4, most_parts=1, owned=False))
def test_a_number_without_library_is_written_and_read(content: TagContent) -> None:
    banks = iso28560_4.encode(content)

    assert iso28560_4.decode(banks.epc, banks.user) == content


def test_a_circulating_book_needs_no_user_bank() -> None:
    banks = iso28560_4.encode(BOOK)

    assert banks.user == b""
    assert not read_epc_bank(banks.epc).user_bank


def test_another_usage_goes_into_the_user_bank_behind_its_list() -> None:
    banks = iso28560_4.encode(replace(BOOK, usage=Usage.NOT_FOR_LOAN))

    assert banks.user.hex() == "060201200501 2000".replace(" ", "")
    assert iso28560_4.decode(banks.epc).warnings == (TagWarning.USER_BANK_NOT_READ,)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item_id": ""}, "item_id"),
        ({"item_id": "20.5"}, "item_id"),
        ({"item_id": "2" * 33}, "item_id"),
        ({"library": "HP.1"}, "owner"),
        ({"country": "", "library": ""}, "parts"),
        ({"part": 4}, "parts"),
        ({"extensions": (Extension(1, b""),)}, "extensions"),
        ({"library": "a" * 31}, "epc"),
    ],
)
def test_what_the_model_has_no_room_for_is_not_written(change: dict[str, Any], field: str) -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_4.encode(replace(BOOK, **change))

    assert (caught.value.damage, caught.value.part) == (Damage.FIELD, field)


def test_no_afi_but_the_libraries_is_written() -> None:
    with pytest.raises(TagDataError):
        iso28560_4.encode(BOOK, 0x21)


@pytest.mark.parametrize(
    ("text", "owner", "item_id", "part", "parts", "warnings"),
    [
        ("2050000001", "", "2050000001", 1, 1, ()),
        ("VN-HP01.205", "VN-HP01", "205", 1, 1, ()),
        (".205", "", "205", 1, 1, ()),
        ("VN-HP01.205.31", "VN-HP01", "205", 1, 3, ()),
        ("VN-HP01.205.1203", "VN-HP01", "205", 3, 12, ()),
        ("VN-HP01.205.00", "VN-HP01", "205", 1, 1, ()),
        ("VN-HP01.205.13", "VN-HP01", "205", 1, 3, (TagWarning.PARTS_SWAPPED,)),
    ],
)
def test_the_epc_bank_says_owner_number_and_set(  # noqa: PLR0913, PLR0917 - one tag, all that it says
    text: str, owner: str, item_id: str, part: int, parts: int, warnings: tuple[TagWarning, ...]
) -> None:
    content = iso28560_4.decode(uii(text))

    assert (content.owner, content.item_id, content.part, content.parts, content.warnings) == (
        owner,
        item_id,
        part,
        parts,
        warnings,
    )


@pytest.mark.parametrize(
    "text", ["A.B.11.C", "VN-HP01.", "VN-HP01. ", "VN-HP01.2 5", "V N.205", "VN-HP01.205.X", "VN-HP01.205.", "2" * 33]
)
def test_an_epc_bank_that_says_something_else_is_damaged(text: str) -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_4.decode(uii(text))

    assert caught.value.damage is Damage.FIELD


@pytest.mark.parametrize("afi", [None, 0x00, 0x21, 0xDA])
def test_an_epc_of_another_application_is_not_read(afi: int | None) -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_4.decode(uii("VN-HP01.205", afi))

    assert caught.value.damage is Damage.UNKNOWN_FORMAT


def test_the_user_bank_says_what_the_epc_bank_leaves_out() -> None:
    told = replace(BOOK, usage=Usage.EQUIPMENT)
    content = iso28560_4.decode(uii("2050000001", user_bank=True), user_bank(told))

    assert content == told


def test_a_user_bank_alone_may_bear_the_number() -> None:
    content = iso28560_4.decode(uii("X", None, user_bank=True), user_bank(BOOK, number=True))

    assert content == BOOK


def test_the_epc_bank_counts_where_the_banks_disagree() -> None:
    other_owner = iso28560_4.decode(uii("VN-HP02.2050000001"), user_bank(BOOK))
    other_parts = iso28560_4.decode(uii("VN-HP01.2050000001.21"), user_bank(BOOK))

    assert (other_owner.owner, other_owner.warnings) == ("VN-HP02", (TagWarning.BANKS_DISAGREE,))
    assert (other_parts.parts, other_parts.part, other_parts.warnings) == (2, 1, (TagWarning.BANKS_DISAGREE,))


def test_two_banks_with_two_numbers_are_no_tag() -> None:
    with pytest.raises(TagDataError) as caught:
        iso28560_4.decode(uii("VN-HP01.205"), user_bank(BOOK, number=True))

    assert caught.value.damage is Damage.FIELD


def test_two_banks_with_one_number_are_one_tag() -> None:
    assert iso28560_4.decode(uii("2050000001"), user_bank(BOOK, number=True)) == BOOK


@pytest.mark.parametrize("user", ["0c022808", "060300", "06020180", "06ff"])
def test_a_damaged_user_bank_does_not_hide_the_number(user: str) -> None:
    content = iso28560_4.decode(uii("VN-HP01.205"), bytes.fromhex(user) + b"\0\0")

    assert content.item_id == "205"
    assert content.warnings in {(), (TagWarning.USER_BANK_UNREADABLE,)}


def test_the_published_user_bank_is_read() -> None:
    user = bytes.fromhex("060201d0140204b34607441cb6e2e335d65308ab4d6c9dd556cdeb00")
    content = iso28560_4.decode(uii("123456789012", user_bank=True), user)

    assert (content.owner, content.part, content.parts, content.warnings) == ("US-InU-Mu", 3, 12, ())


def test_a_second_control_word_is_told() -> None:
    memory = bytearray(uii("205"))
    memory[0] |= 0x02

    assert iso28560_4.decode(bytes(memory)).warnings == (TagWarning.EXTENDED_CONTROL_WORD,)


@given(
    epc=st.binary(max_size=62).filter(lambda epc: len(epc) % 2 == 0),
    afi=st.none() | st.integers(0, 255),
    user=st.booleans(),
)
def test_an_epc_bank_that_was_written_is_read(*, epc: bytes, afi: int | None, user: bool) -> None:
    bank = EpcBank(epc, afi, user)

    assert read_epc_bank(write_epc_bank(bank)) == bank
    assert read_epc_bank(write_epc_bank(bank) + bytes(4)) == bank


@pytest.mark.parametrize(
    "bank",
    [
        EpcBank(b"1", None, user_bank=False),
        EpcBank(bytes(2 * MOST_EPC_WORDS + 2), None, user_bank=False),
        EpcBank(b"", None, user_bank=False, extended=True),
    ],
)
def test_an_epc_bank_that_its_control_word_cannot_tell_is_not_written(bank: EpcBank) -> None:
    with pytest.raises(TagDataError) as caught:
        write_epc_bank(bank)

    assert caught.value.damage is Damage.FIELD


@pytest.mark.parametrize(
    ("memory", "damage"),
    [("", "too_short"), ("08", "too_short"), ("0800", "too_short"), ("0800 1122 33", "unknown_format")],
)
def test_memory_that_does_not_fit_its_control_word_is_no_epc_bank(memory: str, damage: Damage) -> None:
    with pytest.raises(TagDataError) as caught:
        read_epc_bank(bytes.fromhex(memory))

    assert caught.value.damage == damage


def test_the_banks_own_checksum_may_stand_before_it() -> None:
    assert read_epc_bank(bytes.fromhex("b16e34001703000378130803f4040000")).epc.hex() == "1703000378130803f4040000"


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_a_number_in_letters_is_found_by_its_pattern(number: str) -> None:
    epc = write_epc_bank(EpcBank(f"LIB{number}".encode().ljust(12, b"\0"), None, user_bank=False))

    assert raw_epc.decode(epc, LETTERS) == TagContent(TagFormat.RAW_EPC, number)


def test_a_number_in_hexadecimal_is_found_by_its_pattern() -> None:
    epc = write_epc_bank(EpcBank(bytes.fromhex("beef20500000010000000000"), None, user_bank=False))

    assert raw_epc.decode(epc, HEXADECIMAL).item_id == "2050000001"


@pytest.mark.parametrize(
    "pattern", [LETTERS, re.compile("(X)?.*"), re.compile("([^ ]{24}.*)"), re.compile("BEEF( ?)[0-9]*")]
)
def test_an_epc_in_which_the_pattern_finds_no_number_is_not_read(pattern: re.Pattern[str]) -> None:
    epc = write_epc_bank(EpcBank(bytes.fromhex("beef0000"), None, user_bank=False))

    with pytest.raises(TagDataError) as caught:
        raw_epc.decode(epc, pattern)

    assert caught.value.damage is Damage.UNKNOWN_FORMAT


@pytest.mark.parametrize(
    ("number", "pattern", "epc"),
    [
        ("A205", re.compile("([A-Z][0-9]+)"), "413230350000000000000000"),
        ("2050000001", re.compile("([0-9]{10})0*"), "323035303030303030310000"),
        ("BEEF01", re.compile("([0-9A-F]{6})0*"), "424545463031000000000000"),
        ("BEEF01", re.compile("([0-9A-F]{6})0{18}"), "beef01000000000000000000"),
        ("A20500000001234", re.compile("([A-Z][0-9]+)"), "41323035303030303030303132333400"),
    ],
)
def test_a_number_is_written_so_that_its_pattern_finds_it(number: str, pattern: re.Pattern[str], epc: str) -> None:
    memory = raw_epc.encode(TagContent(TagFormat.RAW_EPC, number), pattern)

    assert memory[2:].hex() == epc
    assert raw_epc.decode(memory, pattern).item_id == number


@pytest.mark.parametrize(
    "content",
    [
        TagContent(TagFormat.RAW_EPC, "X"),
        TagContent(TagFormat.RAW_EPC, "S\xe1ch"),
        TagContent(TagFormat.RAW_EPC, "205001", 1, 2),
        TagContent(TagFormat.RAW_EPC, "205001", library="HP01"),
        TagContent(TagFormat.RAW_EPC, "1" * 70),
    ],
)
def test_what_an_epc_cannot_say_is_not_written(content: TagContent) -> None:
    with pytest.raises(TagDataError) as caught:
        raw_epc.encode(content, LETTERS)

    assert caught.value.damage is Damage.FIELD


def test_a_number_of_which_the_pattern_finds_a_part_is_not_written() -> None:
    with pytest.raises(TagDataError) as caught:
        raw_epc.encode(TagContent(TagFormat.RAW_EPC, "205001"), re.compile("([0-9]{3}).*"))

    assert caught.value.damage is Damage.FIELD


@pytest.mark.parametrize("pattern", [None, re.compile("[0-9]+"), re.compile("(1)(2)")])
def test_a_number_in_the_epc_needs_a_pattern_with_one_group(pattern: re.Pattern[str] | None) -> None:
    with pytest.raises(ValueError, match="one group"):
        TagRules(frozenset({TagFormat.RAW_EPC}), pattern)


UNIVERSITY = "34001703000398130803f4040000"


@pytest.mark.parametrize("user", [None, "0c022808", ""])
def test_a_universitys_tag_is_known_by_its_look(user: str | None) -> None:
    memory = None if user is None else bytes.fromhex(user)
    content = university.decode(bytes.fromhex(UNIVERSITY), memory)

    assert (content.format, content.item_id) == (TagFormat.CN_UNIVERSITY, "")


@pytest.mark.parametrize(
    ("memory", "user"),
    [
        ("30001703000398130803f4040000", ""),
        ("35071703000398130803f4040000", ""),
        ("2c001703000398130803f404", ""),
        ("3400e203000398130803f4040000", ""),
        ("34001703000398130803f4040001", ""),
        (UNIVERSITY, "0602"),
    ],
)
def test_what_looks_otherwise_is_no_universitys_tag(memory: str, user: str) -> None:
    with pytest.raises(TagDataError) as caught:
        university.decode(bytes.fromhex(memory), bytes.fromhex(user))

    assert caught.value.damage is Damage.UNKNOWN_FORMAT


@given(st.binary(max_size=70), st.none() | st.binary(max_size=60))
def test_any_banks_at_all_are_read_or_named_as_damaged(memory: bytes, user: bytes | None) -> None:
    with contextlib.suppress(TagDataError):
        assert iso28560_4.decode(memory, user).item_id
    with contextlib.suppress(TagDataError):
        assert iso28560_4.decode(uii("VN-HP01.205"), b"\x06" + memory).item_id == "205"
