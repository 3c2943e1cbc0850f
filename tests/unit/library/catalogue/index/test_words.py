"""How a text is cut into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.index.words import LONGEST_WORD, code, joined_words, words_of


@pytest.mark.parametrize(
    ("text", "marked", "plain"),
    [
        ("Số Đỏ", ["số", "đỏ"], ["so", "do"]),
        ("hoà thuý", ["hòa", "thúy"], ["hoa", "thuy"]),
        ("lý lí", ["lý", "lí"], ["li", "li"]),
        ("C++, C# và C", ["c++", "c#", "và", "c"], ["c++", "c#", "va", "c"]),
        ("#1 a+b", ["1", "a", "b"], ["1", "a", "b"]),
        ("L\u2019Été", ["l", "été"], ["l", "ete"]),
        ("红楼梦x2", ["红", "楼", "梦", "x2"], ["红", "楼", "梦", "x2"]),
        ("नेपाली भाषा", ["नेपाली", "भाषा"], ["नेपाली", "भाषा"]),
        ("กินข้าว", ["กิ", "น", "ข้", "า", "ว"], ["กิ", "น", "ข้", "า", "ว"]),
        ("Straße", ["straße"], ["strasse"]),
        ("c\u00adon\u200btrai", ["con", "trai"], ["con", "trai"]),
        ("😀 \ud800 ...", [], []),
    ],
)
def test_words_with_and_without_marks(text: str, marked: list[str], plain: list[str]) -> None:
    words = words_of(text)

    assert [word.marked for word in words] == marked
    assert [word.plain for word in words] == plain


def test_what_a_hyphen_or_an_apostrophe_joins_is_one_word_too() -> None:
    assert joined_words(words_of("e-mail, O'Brien và 1.000,5 rock - roll")) == ["email", "obrien", "10005"]


def test_a_word_is_kept_up_to_its_longest() -> None:
    assert [word.plain for word in words_of("a" * 500)] == ["a" * LONGEST_WORD]


def test_a_code_is_letters_and_digits() -> None:
    assert code("VNM.038 637-Đ\ud800") == "vnm038637d"


@given(st.text())
def test_any_text_has_words_that_hold_no_space_and_are_cut_again_into_themselves(text: str) -> None:
    for word in words_of(text):
        assert word.plain
        assert word.plain.split() == [word.plain]
        assert word.marked.split() == [word.marked]
        assert len(word.marked) <= LONGEST_WORD
