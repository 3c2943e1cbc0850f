"""Which data model a tag was written in, and that no damage turns one number into another."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.rfid.base import Air
from drivers.rfid.tagdata import iso28560_2, iso28560_3, iso28560_4, raw_epc, rfid501
from drivers.rfid.tagdata.blocks import reverse_blocks
from drivers.rfid.tagdata.content import Blank, Damage, Extension, Malformed, TagContent, TagFormat, TagWarning, Usage
from drivers.rfid.tagdata.detect import MEMORY_CAP, Finding, detect
from drivers.rfid.tagdata.encode import DSFIDS, encode
from drivers.rfid.tagdata.epc import EpcBank, write_epc_bank
from drivers.rfid.tagdata.rules import TagRules
from tests.support.tag_contents import contents, item_ids

BOOK = iso28560_3.encode(TagContent(TagFormat.ISO_28560_3, "2050000001"))
HF = (TagFormat.ISO_28560_3, TagFormat.ISO_28560_2, TagFormat.RFID501, TagFormat.ASCII)
DSFID_GUESSES = [None, 0x00, 0x06, 0x3E, 0xFF]

ORDERS = st.sampled_from([bytes, reverse_blocks])

danish = contents(TagFormat.ISO_28560_3)


def hf_contents() -> st.SearchStrategy[TagContent]:
    bare = st.builds(TagContent, st.sampled_from(HF), item_ids.filter(lambda number: len(number) > 3))
    return st.one_of(bare, danish, contents(TagFormat.ISO_28560_2))


def item_of(finding: Finding) -> str:
    assert isinstance(finding, TagContent)
    return finding.item_id


@given(hf_contents(), st.integers(0, 80))
def test_a_tag_of_each_model_is_known_whatever_its_size(content: TagContent, size: int) -> None:
    memory = encode(content)

    assert len(memory) % 4 == 0
    assert detect(memory.ljust(size, b"\0"), DSFIDS.get(content.format)) == content


def test_a_bare_number_that_one_other_byte_would_make_a_danish_tag_is_known_by_its_dsfid() -> None:
    content = TagContent(TagFormat.ISO_28560_2, "0667")
    memory = encode(content).ljust(32, b"\0")

    assert detect(memory, iso28560_2.DSFID) == content
    assert detect(memory) == Malformed(Damage.CHECKSUM)


@given(contents(TagFormat.ISO_28560_2, owned=True) | danish)
def test_a_tag_is_known_whichever_way_its_blocks_were_handed_on(content: TagContent) -> None:
    found = detect(reverse_blocks(encode(content)))

    assert found == replace(content, warnings=(TagWarning.BLOCKS_REVERSED,))


def test_a_tag_of_3m_is_known_whichever_way_its_blocks_were_handed_on() -> None:
    content = TagContent(TagFormat.RFID501, "1302003767", 1, 2, library="3/4")

    assert detect(reverse_blocks(encode(content))) == replace(content, warnings=(TagWarning.BLOCKS_REVERSED,))


@pytest.mark.parametrize("dsfid", DSFID_GUESSES)
def test_a_good_checksum_outweighs_the_dsfid(dsfid: int | None) -> None:
    assert item_of(detect(BOOK, dsfid)) == "2050000001"


@pytest.mark.parametrize("dsfid", DSFID_GUESSES)
def test_elements_with_their_list_outweigh_the_dsfid(dsfid: int | None) -> None:
    content = TagContent(TagFormat.ISO_28560_2, "2050000001", country="VN", library="HP01")

    assert detect(encode(content), dsfid) == content


@pytest.mark.parametrize("dsfid", DSFID_GUESSES)
def test_3ms_model_outweighs_the_dsfid(dsfid: int | None) -> None:
    assert item_of(detect(rfid501.encode(TagContent(TagFormat.RFID501, "1302003767")), dsfid)) == "1302003767"


@pytest.mark.parametrize("memory", [b"1302003767".ljust(36, b"\0"), bytes.fromhex("11030aa8ae000000")])
def test_a_bare_number_is_not_taken_where_the_tag_claims_to_have_a_checksum(memory: bytes) -> None:
    assert isinstance(detect(memory), TagContent)
    assert detect(memory, 0x3E) == Malformed(Damage.CHECKSUM)


@pytest.mark.parametrize(
    ("dsfid", "damage"),
    [(None, Damage.UNKNOWN_FORMAT), (0x00, Damage.UNKNOWN_FORMAT), (0x3E, Damage.CHECKSUM), (0x06, Damage.ELEMENT)],
)
def test_memory_that_nothing_explains_is_damaged_in_what_the_dsfid_says(dsfid: int | None, damage: Damage) -> None:
    assert detect(b"\x99" * 36, dsfid) == Malformed(damage)


@pytest.mark.parametrize("dsfid", DSFID_GUESSES)
def test_a_tag_of_the_danish_model_with_a_wrong_checksum_is_malformed(dsfid: int | None) -> None:
    assert detect(BOOK[:5] + b"9" + BOOK[6:], dsfid) == Malformed(Damage.CHECKSUM)


@settings(deadline=None)
@given(danish, st.integers(0, 33), st.integers(1, 255), ORDERS, st.sampled_from(DSFID_GUESSES))
@example(TagContent(TagFormat.ISO_28560_3, "F", 4, 6, library="718500"), 32, 0x55, bytes, None)
@example(TagContent(TagFormat.ISO_28560_3, "AF64E2", 25, 30), 4, 0x58, bytes, None)
def test_one_wrong_byte_of_a_danish_tag_never_makes_a_number(
    content: TagContent,
    at: int,
    change: int,
    order: Callable[[bytes], bytes],
    dsfid: int | None,
) -> None:
    memory = bytearray(iso28560_3.encode(content))
    memory[at] ^= change

    assert not isinstance(detect(order(bytes(memory)), dsfid), TagContent)


def test_every_wrong_byte_of_a_danish_tag_is_noticed() -> None:
    tag = iso28560_3.encode(TagContent(TagFormat.ISO_28560_3, "2050000001", 1, 2, "VN", "HP01"))
    taken = [
        (at, value)
        for at in range(34)
        for value in range(256)
        if value != tag[at] and isinstance(detect(tag[:at] + bytes((value,)) + tag[at + 1 :]), TagContent)
    ]

    assert taken == []


@settings(deadline=None)
@given(contents(TagFormat.ISO_28560_2, owned=True), st.data())
def test_one_wrong_byte_outside_an_elements_number_never_makes_another(
    content: TagContent, data: st.DataObject
) -> None:
    memory = bytearray(encode(content))
    memory[data.draw(st.integers(2 + memory[1], len(memory) - 1))] ^= data.draw(st.integers(1, 255))
    found = detect(bytes(memory), data.draw(st.sampled_from(DSFID_GUESSES)))

    assert not isinstance(found, TagContent) or found.item_id == content.item_id


@given(contents(TagFormat.ISO_28560_2, owned=True), st.integers(1, 31), st.integers(1, 255))
def test_a_tag_of_elements_is_never_read_in_another_model(content: TagContent, at: int, change: int) -> None:
    memory = bytearray(encode(content).ljust(36, b"\0"))
    memory[at] ^= change
    found = detect(bytes(memory))

    assert not isinstance(found, TagContent) or found.format is TagFormat.ISO_28560_2


@pytest.mark.parametrize("dsfid", DSFID_GUESSES)
@pytest.mark.parametrize("memory", [bytes(36), b"\x55" * 24 + bytes(12), b"\xff" * 36, bytes(4)])
def test_a_tag_that_was_never_written_is_blank(memory: bytes, dsfid: int | None) -> None:
    assert detect(memory, dsfid) == Blank()


@pytest.mark.parametrize("number", ["1302004567890123", "A000000000000000001", "Q20500000010000000"])
@pytest.mark.parametrize("size", [36, 112])
def test_a_number_in_plain_letters_is_not_taken_for_a_damaged_tag(number: str, size: int) -> None:
    assert item_of(detect(number.encode().ljust(size, b"\0"))) == number


@given(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z./+-]{2,31}", fullmatch=True), st.sampled_from([36, 112, 256]))
def test_plain_letters_are_never_another_number(number: str, size: int) -> None:
    found = detect(number.encode().ljust(size, b"\0"))

    assert found == TagContent(TagFormat.ASCII, number)


@pytest.mark.parametrize("padding", [b"\0", b" "])
def test_a_number_in_plain_letters_is_read(padding: bytes) -> None:
    assert detect(b"LIB-2050.0001".ljust(36, padding)) == TagContent(TagFormat.ASCII, "LIB-2050.0001")


@pytest.mark.parametrize(
    "memory",
    [
        b"AB".ljust(36, b"\0"),
        b"A" * 33 + b"\0\0\0",
        b"205\x000001".ljust(36, b"\0"),
        b"two words".ljust(36, b"\0"),
        b"-205".ljust(36, b"\0"),
        b"205\xff".ljust(36, b"\0"),
    ],
)
def test_what_no_model_explains_is_malformed(memory: bytes) -> None:
    assert detect(memory) == Malformed(Damage.UNKNOWN_FORMAT)


@pytest.mark.parametrize("air", Air)
def test_no_memory_at_all_is_malformed(air: Air) -> None:
    assert detect(b"", air=air) == Malformed(Damage.TOO_SHORT)


def test_no_more_of_a_memory_is_looked_at_than_tags_have() -> None:
    assert detect(bytes(MEMORY_CAP) + BOOK) == Blank()


def test_a_model_that_the_site_does_not_accept_is_not_taken() -> None:
    rules = TagRules(frozenset({TagFormat.ISO_28560_2}))

    assert detect(BOOK, rules=rules) == Malformed(Damage.NOT_ACCEPTED)


def test_a_uhf_tag_is_read_in_the_libraries_model_before_the_sites_pattern() -> None:
    rules = TagRules(frozenset(TagFormat), re.compile("(.*)"))
    content = TagContent(TagFormat.ISO_28560_4, "2050000001", 2, 3, "VN", "HP01", Usage.EQUIPMENT)
    banks = iso28560_4.encode(content)

    assert detect(banks.epc, air=Air.UHF, user_memory=banks.user, rules=rules) == content


def test_a_number_in_the_epc_is_read_only_where_the_site_says_how() -> None:
    pattern = re.compile("LIB([0-9]{6})")
    content = TagContent(TagFormat.RAW_EPC, "205001")
    memory = write_epc_bank(EpcBank(b"LIB205001\0\0\0", None, user_bank=False))

    assert detect(memory, air=Air.UHF, rules=TagRules(frozenset(TagFormat), pattern)) == content
    assert detect(memory, air=Air.UHF) == Malformed(Damage.UNKNOWN_FORMAT)
    assert detect(raw_epc.encode(TagContent(TagFormat.RAW_EPC, "7"), re.compile("([0-9])")), air=Air.UHF) == Malformed(
        Damage.UNKNOWN_FORMAT
    )


@pytest.mark.parametrize(
    ("memory", "finding"),
    [
        ("0800 0000", Blank()),
        ("0000", Blank()),
        ("3000", Malformed(Damage.TOO_SHORT)),
        ("0800 1234 5678", Malformed(Damage.UNKNOWN_FORMAT)),
        ("0800 1234", Malformed(Damage.UNKNOWN_FORMAT)),
    ],
)
def test_a_uhf_tag_that_says_nothing_is_blank_or_malformed(memory: str, finding: Finding) -> None:
    assert detect(bytes.fromhex(memory), air=Air.UHF) == finding


@pytest.mark.parametrize("epc", ["e200001d7315016521408fc6", "e2806894000050245895b5eb", "e200471bb0006013044509d0"])
def test_a_uhf_tag_as_the_factory_left_it_is_blank(epc: str) -> None:
    memory = bytes.fromhex("3000" + epc)
    rules = TagRules(frozenset(TagFormat), re.compile("(E2[0-9A-F]{22})"))

    assert detect(memory, air=Air.UHF) == Blank()
    assert detect(memory, air=Air.UHF, rules=rules) == TagContent(TagFormat.RAW_EPC, epc.upper())
    assert detect(memory, air=Air.UHF, user_memory=b"\1") == Malformed(Damage.UNKNOWN_FORMAT)


def test_a_written_user_bank_makes_a_uhf_tag_no_blank() -> None:
    assert detect(bytes(2), air=Air.UHF, user_memory=b"\x99\0") == Malformed(Damage.UNKNOWN_FORMAT)


@given(
    st.binary(max_size=150), st.none() | st.integers(0, 255), st.sampled_from(Air), st.none() | st.binary(max_size=40)
)
def test_any_memory_at_all_gives_a_finding(memory: bytes, dsfid: int | None, air: Air, user: bytes | None) -> None:
    assert isinstance(detect(memory, dsfid, air=air, user_memory=user), TagContent | Blank | Malformed)


@pytest.mark.parametrize("tag_format", [TagFormat.ISO_28560_4, TagFormat.RAW_EPC, TagFormat.CN_UNIVERSITY])
def test_what_a_uhf_tag_says_is_no_hf_tags_memory(tag_format: TagFormat) -> None:
    with pytest.raises(ValueError, match="format"):
        encode(TagContent(tag_format, "2050000001"))


@pytest.mark.parametrize(
    "content",
    [
        TagContent(TagFormat.ASCII, "2050000001", library="HP01"),
        TagContent(TagFormat.ASCII, "2050000001", 1, 2),
        TagContent(TagFormat.ASCII, "20"),
        TagContent(TagFormat.ASCII, "S\xe1ch0001"),
    ],
)
def test_plain_letters_say_a_number_and_nothing_else(content: TagContent) -> None:
    with pytest.raises(ValueError, match="item_id"):
        encode(content)


@pytest.mark.parametrize("tag_format", HF)
def test_a_number_is_written_in_each_model_in_whole_blocks(tag_format: TagFormat) -> None:
    content = TagContent(tag_format, "2050000001")
    memory = encode(content)

    assert detect(memory) == content
    assert len(memory) % 4 == 0


def test_a_title_is_written_in_no_model() -> None:
    for tag_format in (TagFormat.ISO_28560_3, TagFormat.ISO_28560_2, TagFormat.RFID501, TagFormat.ASCII):
        with pytest.raises(ValueError, match=r"extensions|item_id"):
            encode(TagContent(tag_format, "2050000001", extensions=(Extension(4, b"a title"),)))


def test_a_damaged_tag_of_elements_is_not_read_backwards() -> None:
    content = TagContent(TagFormat.ISO_28560_2, "698542")

    assert detect(reverse_blocks(iso28560_2.encode(content))) == Malformed(Damage.UNKNOWN_FORMAT)


def test_reversed_blocks_of_a_tag_that_lists_its_contents_are_no_other_number() -> None:
    memory = bytes.fromhex("c102071100b0c30c30ca00000203a80008830203d6593f0000250110370210405f080599a713063f")
    plain, turned = detect(memory), detect(reverse_blocks(memory))

    assert isinstance(plain, TagContent)
    assert isinstance(turned, TagContent)
    assert (plain.item_id, plain.owner) == (turned.item_id, turned.owner) == ("DPB000002", "ZYLS")
    assert TagWarning.BLOCKS_REVERSED in turned.warnings
