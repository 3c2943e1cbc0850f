"""The page on which a card's number is typed: how the number is shown, and which keys there are."""

from dataclasses import replace

import pytest

from kiosk.session.number_pad import LETTERS
from kiosk.session.values import Language
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import PinView
from tests.support.screen_services import typing_letters

TEXTS = load_texts()
VI = Language.VIETNAMESE


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("TV-000123", "TV-0001 23"),
        ("2904123456", "2904 1234 56"),
        ("12345/TV/12345", "1234 5/TV/1234 5"),
        ("T", "T"),
        ("", ""),
    ],
)
def test_digits_of_a_card_number_stand_by_four_and_letters_closed_up(typed: str, seen: str) -> None:
    page = view(replace(typing_letters(VI, "TV-/"), typed=typed), TEXTS).page

    assert isinstance(page, PinView)
    assert page.shown == seen


@pytest.mark.parametrize(
    ("letters", "labels"),
    [
        ("", []),
        ("V-T", ["T V -"]),
        ("-", ["-"]),
        ("ABCDV-./", ["A\u2013V"]),
        (LETTERS, ["A\u2013I", "J\u2013S", "T\u2013Z"]),
    ],
)
def test_keys_for_letters_stand_in_the_order_of_the_alphabet_ten_at_once(letters: str, labels: list[str]) -> None:
    page = view(typing_letters(VI, letters), TEXTS).page

    assert isinstance(page, PinView)
    assert [keys.label for keys in page.letters] == labels
    assert [key for keys in page.letters for key in keys.keys] == sorted(letters, key=LETTERS.index)
    assert all(1 <= len(keys.keys) <= 10 for keys in page.letters)
