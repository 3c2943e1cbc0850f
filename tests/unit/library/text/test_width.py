"""Columns of a text, and texts made to fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text import display_width, nfc, shorten
from tests.unit.library.text.vietnamese import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("Việt", 4), ("Vie\u0323\u0302t", 4), ("紅楼夢", 6), ("x\u0304", 1), ("a\u200bb", 2), ("नेपाली", 5)],
)
def test_marks_take_no_column_and_wide_letters_two(text: str, expected: int) -> None:
    assert display_width(text) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Số đỏ", 5, "Số đỏ"),
        ("Dế mèn phiêu lưu ký", 16, "Dế mèn phiêu…"),
        ("Dế mèn phiêu lưu ký", 13, "Dế mèn phiêu…"),
        ("Dế mènphiêulưuký", 10, "Dế mènphi…"),
        ("Nghiêng", 3, "Ng…"),
        ("紅楼夢", 4, "紅…"),
        ("x\u0304x\u0304x\u0304", 2, "x\u0304…"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        ("", 0, ""),
    ],
)
def test_a_long_text_is_cut_after_a_word_and_says_so(text: str, width: int, expected: str) -> None:
    assert shorten(text, width) == expected


def test_where_the_sign_itself_does_not_fit_the_beginning_alone_is_kept() -> None:
    assert shorten("abcdef", 2, ellipsis="...") == "ab"


@given(words() | st.text(), st.integers(0, 70))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, width: int) -> None:
    short = shorten(text, width)

    assert display_width(short) <= width
    assert nfc(text).startswith(short.removesuffix("…"))
