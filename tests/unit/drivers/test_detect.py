"""Which data model a tag was written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.content import Blank, Damage, Malformed, TagContent, TagFormat
from drivers.rfid.tagdata.detect import detect

BOOK = iso28560_3.encode(TagContent(TagFormat.ISO_28560_3, "2050000001"))


@pytest.mark.parametrize("dsfid", [None, 0, 0x3E, 0x06])
def test_a_good_checksum_outweighs_the_dsfid(dsfid: int | None) -> None:
    finding = detect(BOOK, dsfid)

    assert isinstance(finding, TagContent)
    assert (finding.format, finding.item_id) == (TagFormat.ISO_28560_3, "2050000001")


@pytest.mark.parametrize("dsfid", [None, 0x3E])
def test_a_tag_of_the_danish_model_with_a_wrong_checksum_is_malformed(dsfid: int | None) -> None:
    assert detect(BOOK[:5] + b"9" + BOOK[6:], dsfid) == Malformed(Damage.CHECKSUM)


def test_a_dsfid_makes_unreadable_memory_a_damaged_tag() -> None:
    assert detect(b"\x99" * 36, 0x3E) == Malformed(Damage.CHECKSUM)


@pytest.mark.parametrize("dsfid", [None, 0, 0x3E])
@pytest.mark.parametrize("memory", [bytes(36), b"\x55" * 24 + bytes(12), b"\xff" * 36, bytes(4)])
def test_a_tag_that_was_never_written_is_blank(memory: bytes, dsfid: int | None) -> None:
    assert detect(memory, dsfid) == Blank()


@pytest.mark.parametrize("number", ["1302004567890123", "A000000000000000001", "Q20500000010000000"])
def test_a_number_in_plain_letters_is_not_taken_for_a_damaged_tag_of_the_danish_model(number: str) -> None:
    finding = detect(number.encode().ljust(36, b"\0"))

    assert isinstance(finding, TagContent)
    assert finding.item_id == number


@pytest.mark.parametrize("padding", [b"\0", b" "])
def test_a_number_in_plain_letters_is_read(padding: bytes) -> None:
    finding = detect(b"LIB-2050.0001".ljust(36, padding))

    assert isinstance(finding, TagContent)
    assert (finding.format, finding.item_id) == (TagFormat.ASCII, "LIB-2050.0001")


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


def test_no_memory_at_all_is_malformed() -> None:
    assert detect(b"") == Malformed(Damage.TOO_SHORT)


@given(st.binary(max_size=150), st.none() | st.integers(0, 255))
def test_any_memory_at_all_gives_a_finding(memory: bytes, dsfid: int | None) -> None:
    assert isinstance(detect(memory, dsfid), TagContent | Blank | Malformed)
