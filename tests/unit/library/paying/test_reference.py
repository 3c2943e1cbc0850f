"""The reference that goes into a transfer's text, and finding it again in what banks make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.paying.reference import REFERENCE_BYTES, reference_of, references_in
from library.paying.vietqr import LONGEST_PURPOSE, purpose_of

CHANCE = st.binary(min_size=REFERENCE_BYTES, max_size=REFERENCE_BYTES)
ONE = reference_of(b"\x12\x34\x56\x78\x9a")
OTHER = reference_of(b"\x00\x00\x00\x00\x01")


@given(CHANCE)
def test_a_reference_fits_into_the_text_of_a_transfer_and_is_found_again(chance: bytes) -> None:
    reference = reference_of(chance)

    assert (purpose_of(reference), len(reference)) == (reference, 11)
    assert len(reference) <= LONGEST_PURPOSE
    assert references_in(reference) == (reference,)


@pytest.mark.parametrize(
    "text",
    [
        f"MBVCB.5123456789.{ONE}.CT tu 0451000123456",
        f"CUSTOMER {ONE.lower()} chuyen tien",
        f"{ONE[:5]} {ONE[5:]}",
        f"{ONE[:4]}-{ONE[4:]} {ONE}",
    ],
)
def test_it_is_found_among_what_a_bank_puts_around_it(text: str) -> None:
    assert references_in(text) == (ONE,)


def test_two_references_are_both_given_and_a_text_without_one_gives_none() -> None:
    assert references_in(f"{ONE} {OTHER}") == (ONE, OTHER)
    assert references_in("Nguyễn Thị Mai chuyển tiền sách") == ()


@given(CHANCE, st.integers(2, 10), st.sampled_from("23456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
def test_a_wrong_letter_is_seen(chance: bytes, place: int, letter: str) -> None:
    reference = reference_of(chance)
    slipped = reference[:place] + letter + reference[place + 1 :]

    assert references_in(slipped) == ((reference,) if slipped == reference else ())
