"""The words in which a kiosk tells what it did without the server."""

import pytest

from library.lending.offline_events import ClockCertainty, clock_of, is_transaction_id, journal_number_of


@pytest.mark.parametrize("text", ["a", "Z9", "kiosk-hub:2026.11_22", "x" * 64])
def test_what_may_name_an_event(text: str) -> None:
    assert is_transaction_id(text)


@pytest.mark.parametrize("text", ["", " ", "a b", "é", "a\n", "x" * 65, "a|b"])
def test_what_names_none(text: str) -> None:
    assert not is_transaction_id(text)


def test_only_the_words_for_certainty_are_certainty() -> None:
    words = [clock_of(text) for text in ("sure", "corrected", "unknown", "SURE", "", None)]

    assert words == [ClockCertainty.SURE, ClockCertainty.CORRECTED, *[ClockCertainty.UNKNOWN] * 4]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("007", 7),
        ("9" * 15, 10**15 - 1),
        ("9" * 16, None),
        ("", None),
        (None, None),
        ("-1", None),
        ("²", None),
    ],
)
def test_a_place_in_a_journal_is_a_number_of_plain_digits(text: str | None, number: int | None) -> None:
    assert journal_number_of(text) == number
