"""Every reason has words for a child in both languages, fit for every way they travel."""

from datetime import date
from typing import Final

import pytest

from library.lending.refusals import Refusal
from library.text import nfc, printable
from server.circulation.refusals import CONSEQUENCES, Detail
from sip2.fields import PatronFlag

LONGEST_WORDS = 100
"""Characters; a child reads no more, and a screen of 1024 pixels holds them in two lines."""
DETAILS: Final[tuple[Detail, ...]] = (None, date(2026, 8, 12), 1_250_000)


def test_every_reason_has_its_consequences() -> None:
    assert set(CONSEQUENCES) == set(Refusal)


@pytest.mark.parametrize("refusal", Refusal)
def test_the_words_are_short_and_fit_for_the_wire(refusal: Refusal) -> None:
    for language in ("vi", "en"):
        for detail in DETAILS:
            words = CONSEQUENCES[refusal].words(language, detail)

            assert 0 < len(words) <= LONGEST_WORDS
            assert words == nfc(words) == printable(words)
            assert not set(words) & set("|{}")


@pytest.mark.parametrize(
    ("refusal", "detail", "vi", "en"),
    [
        (Refusal.PATRON_SUSPENDED, date(2026, 8, 12), "12/08/2026", "12/08/2026"),
        (Refusal.FEE_NOT_ACKNOWLEDGED, 15_000, "15.000 đồng", "15,000 VND"),
        (Refusal.PAYMENT_TOO_HIGH, 0, "0 đồng", "0 VND"),
    ],
)
def test_the_day_and_the_amount_of_a_refusal_are_said(refusal: Refusal, detail: Detail, vi: str, en: str) -> None:
    consequence = CONSEQUENCES[refusal]

    assert vi in consequence.words("vi", detail)
    assert en in consequence.words("en", detail)


def test_no_two_reasons_say_the_same() -> None:
    said = [consequence.words(language) for consequence in CONSEQUENCES.values() for language in ("vi", "en")]

    assert len(set(said)) == len(said)


def test_a_card_that_is_no_good_has_no_privileges_and_a_full_one_is_only_full() -> None:
    blocked = CONSEQUENCES[Refusal.PATRON_BLOCKED].patron_flags
    full = CONSEQUENCES[Refusal.PATRON_LIMIT_REACHED].patron_flags

    assert PatronFlag.CHARGE_DENIED in blocked
    assert full == {PatronFlag.TOO_MANY_CHARGED}
