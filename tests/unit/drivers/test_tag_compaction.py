"""Text in few bytes and back: the compactions of ISO/IEC 15962, libraries' identifiers, URN Code 40."""

import contextlib
from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.rfid.tagdata.compaction import Compaction, compact, expand, pack
from drivers.rfid.tagdata.content import Damage, TagDataError
from drivers.rfid.tagdata.isil import decode_isil, encode_isil
from drivers.rfid.tagdata.urn40 import decode_urn40, encode_urn40

texts = st.one_of(
    st.text(digits, min_size=1, max_size=40),
    st.text(ascii_uppercase + "[]_", min_size=1, max_size=40),
    st.text(digits + ascii_uppercase + " .-/", min_size=1, max_size=40),
    st.text(st.characters(codec="ascii"), min_size=1, max_size=40),
    st.text(st.characters(codec="latin-1"), min_size=1, max_size=40),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
)
isils = st.text(ascii_uppercase + ascii_lowercase + digits + "-:/", min_size=1, max_size=32)


@given(texts)
@example("AAA ")
@example("1234567")
@example("0")
def test_what_was_compacted_is_expanded(text: str) -> None:
    how, data = compact(text)

    assert expand(how, data) == text


@given(texts, st.sampled_from(Compaction))
def test_no_compaction_takes_fewer_bytes_than_the_one_that_is_chosen(text: str, how: Compaction) -> None:
    try:
        data = pack(how, text)
    except TagDataError:
        return

    assert expand(how, data) == text
    assert len(compact(text)[1]) <= len(data)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("12", Compaction.INTEGER),
        ("9999999999999999999", Compaction.INTEGER),
        ("12345678901234567890", Compaction.NUMERIC),
        ("012", Compaction.NUMERIC),
        ("ABC", Compaction.FIVE_BIT),
        ("5", Compaction.OCTETS),
        ("AB", Compaction.OCTETS),
        ("AB1", Compaction.OCTETS),
        ("AB1 ", Compaction.OCTETS),
        ("AB12", Compaction.SIX_BIT),
        ("AB12AB1 ", Compaction.SEVEN_BIT),
        ("Lib01", Compaction.OCTETS),
        ("abcdefgh", Compaction.SEVEN_BIT),
        ("caf\xe9", Compaction.OCTETS),
        ("Vi\u1ec7t", Compaction.UTF_8),
    ],
)
def test_each_kind_of_text_has_its_compaction(text: str, how: Compaction) -> None:
    assert compact(text)[0] is how


@pytest.mark.parametrize(
    ("how", "text", "code"),
    [
        (Compaction.INTEGER, "9999999999999999999", "8ac7230489e7ffff"),
        (Compaction.INTEGER, "4294967296", "0100000000"),
        (Compaction.NUMERIC, "091", "091f"),
        (Compaction.NUMERIC, "100000000000000000001", "100000000000000000001f"),
        (Compaction.FIVE_BIT, "ZYXWV", "d6717b00"),
        (Compaction.FIVE_BIT, "[\\]^_", "df3bef80"),
        (Compaction.FIVE_BIT, "_G]H^", "f9fa8f00"),
        (Compaction.SIX_BIT, "ABC12345", "0420f1cb3d35"),
        (Compaction.SIX_BIT, "K825.6=76/Z780", "2f8cb5bb6f77daf6b7e308"),
        (Compaction.SIX_BIT, "TP393/H637", "510cf9cef236cf78"),
        (Compaction.SIX_BIT, "I17(198.4)/Y498", "271de8c79e2ed29bd9d39e20"),
        (Compaction.SEVEN_BIT, "abcdefgh123", "c38b1e4cb9b3e862c99f"),
        (Compaction.SEVEN_BIT, "hijk9876{/?}~", "d1a756b72e1bb6f6bdffdfdf"),
    ],
)
def test_another_programs_tests_agree(how: Compaction, text: str, code: str) -> None:  # DigitalPlatform/dp2
    assert pack(how, text).hex() == code
    assert expand(how, bytes.fromhex(code)) == text


@pytest.mark.parametrize(
    ("isil", "code"),
    [
        ("DE-Heu1", "21408e16bf1f"),
        ("CN-110108-1-NLC", "1b81e110108a1ac7307f"),
        ("CN-120104-C-YBL", "1b81e120104ad1d6644c"),
        ("CN-120104-C-YBL", "1b81e120104ac1832267"),
    ],
)
def test_another_programs_libraries_are_read(isil: str, code: str) -> None:  # DigitalPlatform/dp2
    assert decode_isil(bytes.fromhex(code)) == isil
    assert len(encode_isil(isil)) <= len(bytes.fromhex(code))


@pytest.mark.parametrize("text", ["", "\ud800"])
def test_what_no_compaction_can_write_is_refused(text: str) -> None:
    with pytest.raises(TagDataError) as caught:
        compact(text)

    assert caught.value.damage is Damage.FIELD


@pytest.mark.parametrize(
    ("how", "data"),
    [
        (Compaction.APPLICATION, b"1"),
        (Compaction.INTEGER, b""),
        (Compaction.INTEGER, b"\0\x01"),
        (Compaction.INTEGER, b"\xff" * 8),
        (Compaction.INTEGER, b"\x01" * 9),
        (Compaction.NUMERIC, b"\x1a"),
        (Compaction.NUMERIC, b"\xf1"),
        (Compaction.FIVE_BIT, b"\x08\x87"),
        (Compaction.FIVE_BIT, b"\0\0"),
        (Compaction.SIX_BIT, b"\x04\x20\xf1\xcb\x3d\x2f"[:5]),
        (Compaction.SEVEN_BIT, b"\x62\xc8"),
        (Compaction.UTF_8, b"\xff"),
    ],
)
def test_bytes_that_no_encoder_writes_are_refused(how: Compaction, data: bytes) -> None:
    with pytest.raises(TagDataError) as caught:
        expand(how, data)

    assert caught.value.damage is Damage.FIELD


@given(st.sampled_from(Compaction), st.binary(max_size=60))
def test_any_bytes_at_all_are_expanded_exactly_or_refused(how: Compaction, data: bytes) -> None:
    with contextlib.suppress(TagDataError):
        assert pack(how, expand(how, data)) == data


@given(isils)
def test_a_library_that_was_written_is_read(isil: str) -> None:
    assert decode_isil(encode_isil(isil)) == isil


@pytest.mark.parametrize(
    ("isil", "bits"),
    [
        ("A", "00001 111"),
        ("VN-HP01", "10110 01110 00000 01000 10000 11110 0000 0001 11"),
        ("DK-718500", "00100 01011 11110 1010 0111 0001 1000 0101 0000 0000 11111"),
        ("US-InU-Mu", "10101 10011 00000 01001 11101 01110 10101 00000 01101 11101 10101 1"),
        ("DE-Ber", "00100 00101 00000 00010 11100 00101 10010 11111"),
    ],
)
def test_a_library_takes_five_bits_a_letter_and_four_a_digit(isil: str, bits: str) -> None:
    assert "".join(f"{byte:08b}" for byte in encode_isil(isil)) == bits.replace(" ", "")


@pytest.mark.parametrize("isil", ["", "A" * 33, "VN HP", "VN-\u0110N", "a.b"])
def test_what_is_no_library_is_not_written(isil: str) -> None:
    with pytest.raises(TagDataError) as caught:
        encode_isil(isil)

    assert caught.value.damage is Damage.FIELD


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",  # nothing but filling
        b"\xe0",  # a latch, and no letter
        b"\x0e",  # filling that is not ones
        b"\x0f\xff\xff",  # more filling than a byte needs
        b"\x0f\xbf",  # a shift that leads to a shift
        encode_isil("A" * 32) + b"\xff" * 30,
        b"\x08\x42\x10\x84\x21" * 6,  # more letters than any library has
    ],
)
def test_bytes_that_are_no_library_are_refused(data: bytes) -> None:
    with pytest.raises(TagDataError) as caught:
        decode_isil(data)

    assert caught.value.damage is Damage.FIELD


@given(st.binary(max_size=40))
def test_any_bytes_at_all_are_a_library_or_refused(data: bytes) -> None:
    with contextlib.suppress(TagDataError):
        assert decode_isil(data)


names = st.text(
    st.one_of(
        st.sampled_from(ascii_uppercase + digits + ".-:"),
        st.characters(codec="utf-8", max_codepoint=0xFFFF, exclude_characters="\0"),
    ),
    min_size=1,
    max_size=14,
)


@given(names)
@example("CH-000134-1.12345678.31")
@example("123456789012345678901234567890")
@example("A1" * 42)
@example("0" * 24)
def test_a_text_in_urn_code_40_is_read_again_in_whole_words(text: str) -> None:
    data = encode_urn40(text)

    assert len(data) % 2 == 0
    assert decode_urn40(data) == text
    assert decode_urn40(data + bytes(2)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("B.A12312345678", "10e2fb2102dddf7c4e00"),
        ("1234/56789", "c6e2d481fc2fe086f399"),
        ("\xe9", "fdc3a900"),
        ("\u4e2d", "fee4b8ad"),
    ],
)
def test_long_numbers_and_other_letters_have_their_own_marks(text: str, code: str) -> None:
    assert encode_urn40(text).hex() == code


@pytest.mark.parametrize("text", ["", "\0", "A\0", "\U0001f4d6", "\ud800", "A1" * 50])
def test_what_has_no_place_in_urn_code_40_is_refused(text: str) -> None:
    with pytest.raises(TagDataError) as caught:
        encode_urn40(text)

    assert caught.value.damage is Damage.FIELD


@pytest.mark.parametrize(
    "code",
    [
        "",
        "0000",
        "0001",  # three times nothing
        "0642",  # a letter, nothing, a letter
        "06",  # half a pair
        "fa01",  # beyond the table
        "ff00",
        "fb",
        "fb0000",
        "fb00ffffffff",  # ten digits where nine are told
        "fb110012345678",  # a zero too many in front
        "fc",
        "fc00",
        "fd41",
        "fdc3",
        "fd4142",  # two letters of one byte
        "fec3a941",
        "fcc3",
        "0642" * 32,
    ],
)
def test_bytes_that_are_not_urn_code_40_are_refused(code: str) -> None:
    with pytest.raises(TagDataError) as caught:
        decode_urn40(bytes.fromhex(code))

    assert caught.value.damage is Damage.FIELD


@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_urn_code_40_or_refused(data: bytes) -> None:
    with contextlib.suppress(TagDataError):
        assert decode_urn40(data)
