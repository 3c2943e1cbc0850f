"""Vietnamese through Windows-1258 and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text import decode_cp1258, encode_cp1258, nfc
from tests.unit.library.text.vietnamese import LETTERS, words


@pytest.mark.parametrize("letter", LETTERS)
def test_every_vietnamese_letter_comes_back_from_the_code_page(letter: str) -> None:
    data = encode_cp1258(letter)

    assert decode_cp1258(data) == letter
    assert len(data) <= 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("à", b"\xe0"),
        ("ả", b"a\xd2"),
        ("ậ", b"\xe2\xf2"),
        ("Ữ", b"\xdd\xde"),
        ("đ Đ", b"\xf0 \xd0"),
        ("₫ €", b"\xfe \x80"),
        ("Tiếng Việt", b"Ti\xea\xecng Vi\xea\xf2t"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", b"Ti\xea\xecng Vi\xea\xf2t"),
        ("Dvořák", b"Dvor\xe1k"),
        ("ǖ", b"u"),
        ("紅", b"?"),
        ("\u2010", b"-"),
    ],
)
def test_a_letter_is_one_byte_where_the_page_has_it_else_its_vowel_and_then_its_tone(
    text: str, expected: bytes
) -> None:
    assert encode_cp1258(text) == expected


@given(words())
def test_every_vietnamese_text_comes_back_composed(text: str) -> None:
    assert decode_cp1258(encode_cp1258(text)) == nfc(text)


@given(st.text(st.characters()))
def test_any_text_at_all_is_written_and_read_again_without_an_error(text: str) -> None:
    once = decode_cp1258(encode_cp1258(text))

    assert decode_cp1258(encode_cp1258(once)) == once


@given(st.binary())
def test_any_bytes_at_all_are_read_as_composed_text(data: bytes) -> None:
    text = decode_cp1258(data)

    assert text == nfc(text)


def test_a_byte_without_a_meaning_is_shown_as_one() -> None:
    assert decode_cp1258(b"a\x8ab") == "a\ufffdb"
