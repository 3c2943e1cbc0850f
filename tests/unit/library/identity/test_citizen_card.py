"""The text of a citizen card's QR code: what is taken, what is refused, and that it shows itself nowhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.identity.citizen_card import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_TEXT,
    CitizenCard,
    Misread,
    Sex,
    is_citizen_number,
    looks_like_citizen_card,
    read_citizen_card,
    years_old,
)

TODAY = date(2026, 11, 23)
AN = "001090123456|012345678|Nguyễn Văn An|01011990|Nam|Thôn Đông, Quảng Nghiệp|15042021"
CARD = CitizenCard("001090123456", "012345678", "Nguyễn Văn An", date(1990, 1, 1), Sex.MALE, "Thôn Đông, Quảng Nghiệp")


def test_the_seven_fields_are_read_in_their_order() -> None:
    assert read_citizen_card(AN, TODAY) == CARD


@pytest.mark.parametrize(
    "text",
    [
        AN.replace("01011990", "01/01/1990").replace("15042021", "15/04/2021"),
        AN + "|cancelled|NGUYEN VAN CHA|TRAN THI ME",
        f"  {AN}\r\n",
        AN.replace("Nam", "nam"),
        AN.replace("Nguyễn Văn An", "Nguyễn Văn An"),
    ],
)
def test_what_newer_cards_and_scanners_add_changes_nothing(text: str) -> None:
    assert read_citizen_card(text, TODAY) == CARD


def test_who_had_no_older_number_has_none() -> None:
    card = read_citizen_card(AN.replace("012345678", ""), TODAY)

    assert isinstance(card, CitizenCard)
    assert card.old_number == ""


def test_a_scanner_that_types_keys_may_mangle_names_and_the_card_is_known_by_its_number() -> None:
    card = read_citizen_card("001190123456||Nguy?n Th? B|01011990|N?|Th?n ??ng|15042021", TODAY)

    assert isinstance(card, CitizenCard)
    assert (card.number, card.sex) == ("001190123456", None)


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [("001090123456", "01011990", "Nam"), ("079315000001", "02092015", "Nữ"), ("079215000001", "29022016", "Nam")],
)
def test_number_birth_and_sex_fit_each_other(number: str, born: str, sex: str) -> None:
    fits = number[4:6] == born[-2:]
    card = read_citizen_card(f"{number}||Tên|{born}|{sex}|Nơi ở|15042021", TODAY)

    assert isinstance(card, CitizenCard) is fits


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("01011990", "01011991"),
        ("01011990", "01012090"),
        ("Nam", "Nữ"),
        ("001090123456", "001190123456"),
        ("001090123456", "001290123456"),
        ("15042021", "15041989"),
        ("15042021", "24112026"),
    ],
)
def test_fields_that_do_not_fit_are_no_card(before: str, after: str) -> None:
    assert read_citizen_card(AN.replace(before, after), TODAY) is Misread.CONTRADICTORY


@pytest.mark.parametrize(
    "text",
    [
        "",
        AN.rpartition("|")[0],
        AN.replace("001090123456", "00109012345"),
        AN.replace("001090123456", "00109012345x"),
        AN.replace("001090123456", "٠٠١٠٩٠١٢٣٤٥٦"),
        AN.replace("012345678", "01234567"),
        AN.replace("01011990", "31021990"),
        AN.replace("01011990", "1990"),
        AN.replace("15042021", ""),
        AN.replace("Nguyễn Văn An", ""),
        AN.replace("Nguyễn Văn An", "x" * (LONGEST_NAME + 1)),
        AN.replace("Thôn Đông, Quảng Nghiệp", "x" * (LONGEST_ADDRESS + 1)),
        AN + "|" + "x" * LONGEST_TEXT,
        AN.replace("Văn", "Văn\x1b"),
        AN.replace("Văn", "Văn\r001090123456"),
    ],
)
def test_what_is_cut_or_not_of_the_form_is_no_card(text: str) -> None:
    assert read_citizen_card(text, TODAY) is Misread.CUT


def test_marks_that_turn_the_writing_direction_are_not_taken_over() -> None:
    card = read_citizen_card(AN.replace("Văn", "\u202eVăn"), TODAY)

    assert isinstance(card, CitizenCard)
    assert card.name == "Nguyễn Văn An"


def test_nothing_of_a_card_is_in_its_printed_form() -> None:
    assert repr(CARD) == "CitizenCard()"


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        (AN, True),
        ("001090123456|", True),
        ("001090123456", False),
        ("23529000000001|x", False),
        ("|001090123456|", False),
    ],
)
def test_only_twelve_digits_before_a_bar_look_like_a_card(text: str, *, looks: bool) -> None:
    assert looks_like_citizen_card(text) is looks


def test_a_number_is_twelve_plain_digits() -> None:
    assert is_citizen_number("001090123456")
    assert not is_citizen_number("001090123456\n")
    assert not is_citizen_number("٠٠١٠٩٠١٢٣٤٥٦")


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(2010, 11, 23), 16), (date(2010, 11, 24), 15), (date(2010, 12, 1), 15), (date(2026, 11, 23), 0)],
)
def test_nobody_is_a_year_older_before_the_day(born: date, years: int) -> None:
    assert years_old(born, TODAY) == years


@given(st.text(st.characters(codec="utf-8"), max_size=80).map(lambda noise: AN[:40] + noise) | st.text(max_size=80))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    assert isinstance(read_citizen_card(text, TODAY), CitizenCard | Misread)
