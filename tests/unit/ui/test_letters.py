"""The fonts hold every letter that the screen shows."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # fontTools ships no types

from kiosk.session.values import Language
from kiosk.ui.letters import FAMILY, OTHER_SCRIPTS, font_files, font_for

BASES = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = (
    "".join(
        unicodedata.normalize("NFC", letter + tone)
        for base, tone in product(BASES, TONES)
        for letter in (base, base.upper())
    )
    + "đĐ"
)


@cache
def _held_by(path: str) -> frozenset[int]:
    font = TTFont(path, lazy=True)
    try:
        return frozenset(font.getBestCmap())
    finally:
        font.close()


def _words_of(language: Language) -> str:
    path = files("kiosk") / "locale" / language.value / "LC_MESSAGES" / "kiosk.po"
    with Path(str(path)).open("rb") as file:
        catalogue = read_po(file, locale=language.value)
    strings = (
        text
        for message in catalogue
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string or ())
    )
    return "".join(re.sub(r"\{\w+\}", "", text) for text in strings)


@pytest.mark.parametrize("path", font_files())
def test_every_vietnamese_letter_is_in_the_font(path: str) -> None:
    assert [letter for letter in VIETNAMESE if ord(letter) not in _held_by(path)] == []


@pytest.mark.parametrize("path", font_files())
@pytest.mark.parametrize("language", list(Language))
def test_every_letter_of_the_kiosks_own_words_is_in_the_font(language: Language, path: str) -> None:
    words = _words_of(language)

    assert words
    assert sorted({char for char in words if ord(char) not in _held_by(path)}) == []
    assert font_for(words) == FAMILY


@pytest.mark.parametrize("language", list(Language))
def test_the_kiosks_own_words_are_composed(language: Language) -> None:
    words = _words_of(language)

    assert unicodedata.is_normalized("NFC", words)


def test_no_letter_is_said_to_be_in_the_font_that_is_not() -> None:
    both = _held_by(font_files()[0]) & _held_by(font_files()[1])

    assert [
        hex(code)
        for code in range(0x20, 0x3000)
        if font_for(chr(code)) == FAMILY and code not in both and unicodedata.category(chr(code)) != "Cn"
    ] == []


@pytest.mark.parametrize("title", ["Война и мир", "Ἰλιάς", "Truyện → Kiều"])
def test_other_scripts_are_drawn_in_the_other_font(title: str) -> None:
    assert font_for(title) == OTHER_SCRIPTS


@pytest.mark.parametrize("title", ["Les Misérables", "Đắc nhân tâm", "100 % “tốt” \u2013 5.000 ₫…", "Ổi"])
def test_vietnamese_and_its_neighbours_are_drawn_in_the_first_font(title: str) -> None:
    assert font_for(title) == FAMILY
