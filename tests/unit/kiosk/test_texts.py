"""The catalogues: whole, alike in both languages, and used."""

import ast
import string
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from importlib import resources
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import kiosk
from kiosk.session.values import Language
from kiosk.texts import load_texts, plain_title

TEXTS = load_texts()
VI, EN = TEXTS[Language.VIETNAMESE], TEXTS[Language.ENGLISH]
CODE = Path(kiosk.__file__).parent
PLACES = [
    CODE / "texts.py",
    *CODE.glob("ui/**/*.py"),
    *CODE.glob("receipts/*.py"),
    *CODE.glob("tagging/*.py"),
    *CODE.glob("doctor/*.py"),
]


def moment(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=timezone(timedelta(hours=7)))


def catalogue(language: Language) -> Catalog:
    folder = resources.files("kiosk") / "locale" / language / "LC_MESSAGES"
    return read_po(BytesIO((folder / "kiosk.po").read_bytes()), locale=language.value, abort_invalid=True)


def messages(language: Language) -> dict[str, tuple[str, ...]]:
    """Give every key with its words, one for each plural form."""
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return found


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def constants() -> Iterator[str]:
    for path in PLACES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_both_catalogues_hold_the_same_keys() -> None:
    assert messages(Language.VIETNAMESE).keys() == messages(Language.ENGLISH).keys()


@pytest.mark.parametrize("language", Language)
def test_every_key_has_its_words_in_every_plural_form(language: Language) -> None:
    forms = {Language.VIETNAMESE: 1, Language.ENGLISH: 2}[language]
    plural = {message.id[0] for message in catalogue(language) if isinstance(message.id, tuple)}

    for key, words in messages(language).items():
        assert len(words) == (forms if key in plural else 1), key
        assert all(word.strip() == word and word for word in words), key


@pytest.mark.parametrize("language", Language)
def test_no_words_are_marked_as_unsure(language: Language) -> None:
    assert not [message.id for message in catalogue(language) if message.fuzzy]


def test_placeholders_are_the_same_in_both_languages_and_in_all_forms() -> None:
    vietnamese, english = messages(Language.VIETNAMESE), messages(Language.ENGLISH)

    for key, words in vietnamese.items():
        wanted = placeholders(words[0])
        assert all(placeholders(form) == wanted for form in (*words, *english[key])), key


@pytest.mark.parametrize("language", Language)
def test_all_words_are_composed_and_hold_no_control_character(language: Language) -> None:
    for key, words in messages(language).items():
        for form in words:
            assert unicodedata.is_normalized("NFC", form), key
            assert form.isprintable(), key


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    keys = set(messages(Language.VIETNAMESE))
    rooms = {key.split(".", maxsplit=1)[0] for key in keys}
    used = {text for text in constants() if text.split(".", maxsplit=1)[0] in rooms and text.count(".") == 1}

    assert {text for text in used if " " not in text and text.islower()} == keys


def test_words_name_no_code_of_the_machine() -> None:
    for language in Language:
        for key, words in messages(language).items():
            if key.startswith(("doctor.", "tag.")):  # said to staff and technicians
                continue
            assert not any(term in form for form in words for term in ("SIP", "AFI", "RFID", "error", "0x")), key


def test_parts_are_put_in_as_they_are() -> None:
    assert VI.say("row.untitled", item="{n} %s [b]") == "Sách số {n} %s [b]"


def test_counting_follows_the_language() -> None:
    assert [VI.count("borrow.count_pad", n) for n in (0, 1, 2)] == [
        "0 cuốn trên bàn đọc",
        "1 cuốn trên bàn đọc",
        "2 cuốn trên bàn đọc",
    ]
    assert [EN.count("borrow.count_pad", n) for n in (0, 1, 2)] == [
        "0 books on the pad",
        "1 book on the pad",
        "2 books on the pad",
    ]


@pytest.mark.parametrize(
    ("due", "vietnamese", "english"),
    [
        (moment(7, 23, 59), "Thứ Hai, 7 tháng 12", "Monday, 7 December"),
        (moment(7, 0, 0), "Thứ Hai, 7 tháng 12", "Monday, 7 December"),
        (moment(6, 16, 30), "16:30 Chủ Nhật, 6 tháng 12", "16:30 Sunday, 6 December"),
    ],
)
def test_a_due_date_names_its_weekday_and_an_hour_within_the_day(due: datetime, vietnamese: str, english: str) -> None:
    assert (VI.due(due), EN.due(due)) == (vietnamese, english)


def test_paper_is_kept_longer_so_its_dates_have_a_year() -> None:
    assert VI.printed_due(moment(7, 23, 59)) == "Thứ Hai, 07/12/2026"
    assert EN.printed_due(moment(7, 12, 5)) == "12:05 Monday, 7 Dec 2026"
    assert VI.printed_moment(moment(7, 9, 5)) == "Thứ Hai, 07/12/2026 09:05"


def test_a_long_title_ends_with_an_ellipsis() -> None:
    assert plain_title("chữ " * 100) == "chữ " * 49 + "chữ…"
    assert plain_title("Số đỏ") == "Số đỏ"
