"""Folding, transliteration and the making of printable text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text import fold, nfc, printable, to_ascii
from tests.unit.library.text.vietnamese import LETTERS, VOWELS_WITH_TONES, words


def test_nfc_composes_a_letter_and_its_marks() -> None:
    assert nfc("Tie\u0302\u0301ng Vie\u0323\u0302t") == "Tiếng Việt"


def test_the_alphabet_of_these_tests_holds_every_vowel_with_every_tone() -> None:
    assert len(set(VOWELS_WITH_TONES)) == 2 * 12 * 6
    assert all(len(letter) == 1 for letter in LETTERS)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_vietnamese_letter_folds_to_one_plain_small_letter(letter: str) -> None:
    folded = fold(letter)

    assert len(folded) == 1
    assert folded in "abcdeghiklmnopqrstuvxy"


def test_a_title_typed_without_marks_or_case_folds_like_the_title() -> None:
    assert fold("Đắc Nhân Tâm") == fold("DAC NHAN TAM") == fold("đa\u0306\u0301c nhân tâm") == "dac nhan tam"


def test_folding_leaves_the_vowel_signs_of_nepali_alone() -> None:
    assert fold("नेपाली") == "नेपाली"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)

    assert fold(once) == once
    assert nfc(once) == once


@given(words())
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text))


@pytest.mark.parametrize("letter", LETTERS)
def test_every_vietnamese_letter_becomes_one_ascii_letter_of_the_same_case(letter: str) -> None:
    plain = to_ascii(letter)

    assert len(plain) == 1
    assert plain.isascii()
    assert plain.isupper() == letter.isupper()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đường về nhà", "Duong ve nha"),
        ("\u201cBỉ vỏ\u201d \u2013 Nguyên Hồng\u2026", '"Bi vo" - Nguyen Hong...'),
        ("\u2018a\u2019 \u00abb\u00bb", "'a' \"b\""),
        ("5.000\u00a0\u20ab", "5.000 d"),
        ("Straße, Œuvre, Æsop, Łódź, Søren", "Strasse, OEuvre, AEsop, Lodz, Soren"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("1\u00bd \u00b2", "11/2 2"),
        ("a\u0303\u0304b x\u0304y", "ab xy"),
        ("紅楼夢", "???"),
        ("one\u2028two\u0085three", "one two three"),
        ("a|b\r", "a|b\r"),
    ],
)
def test_transliteration_writes_what_a_typist_would(text: str, expected: str) -> None:
    assert to_ascii(text) == expected


def test_a_wide_bar_never_becomes_the_delimiter_of_sip2() -> None:
    assert to_ascii("Tập\uff5c1") == "Tap?1"


@given(st.text())
def test_transliteration_brings_in_no_delimiter_and_no_control_character(text: str) -> None:
    plain = to_ascii(text)

    assert plain.isascii()
    assert plain.count("|") == text.count("|")
    assert sum(not char.isprintable() for char in plain) == sum(
        char.isascii() and not char.isprintable() for char in text
    )


@given(st.text(st.characters(codec="ascii")))
def test_ascii_is_transliterated_to_itself(text: str) -> None:
    assert to_ascii(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dế mèn\r\nphiêu lưu ký", "Dế mèn phiêu lưu ký"),
        ("\x1b@\x1dV\x00Title\x7f", "@ V Title"),
        ("evil\u202etxt.exe\u202c \u2066x\u2069", "eviltxt.exe x"),
        ("zero\u200b\u200d\u2060\ufeffwidth", "zerowidth"),
        ("one\u2028two\u2029three\u0085four\tfive", "one two three four five"),
        ("  wide \u3000 and \u00a0 hard  ", "wide and hard"),
        ("filler\u3164\u115f\u2800here\ufe0f\u034f", "fillerhere"),
        ("lone \ud83d private \ue000", "lone \ufffd private \ufffd"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("Tie\u0302\u200d\u0301ng", "Tiếng"),
        ("[b]markup[/b] stays &amp; is text", "[b]markup[/b] stays &amp; is text"),
        ("\u200b\r\n", ""),
    ],
)
def test_nothing_invisible_reaches_a_screen_or_a_printer(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(st.text(st.characters()))
def test_printable_text_is_one_composed_line_of_visible_characters(text: str) -> None:
    shown = printable(text)

    assert shown == nfc(shown) == shown.strip()
    assert printable(shown) == shown
    assert all(char == " " or unicodedata.category(char)[0] not in "CZ" for char in shown)


@given(words())
def test_vietnamese_words_stay_as_they_are_but_for_their_spaces(text: str) -> None:
    assert printable(text) == " ".join(nfc(text).split())
