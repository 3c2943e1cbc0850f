"""What a card's bytes, or a wedge's text, are to a library: by configuration, never by a guess."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card.base import CardReading
from drivers.card.card_number import (
    LONGEST_NUMBER,
    CardForm,
    CardNumberRule,
    CardNumberRuleError,
    TypedForm,
    Unnumbered,
)

EM4100 = bytes.fromhex("67003B51C6")
NTAG = bytes.fromhex("04A2245BC16180")

rules = st.builds(
    CardNumberRule,
    form=st.sampled_from([CardForm.LOWER_HEX, CardForm.UPPER_HEX, CardForm.DECIMAL, CardForm.TEXT]),
    last_bytes=st.integers(0, 10),
    reversed=st.booleans(),
    digits=st.integers(0, 20),
)


def chip(uid: bytes, *, random: bool = False) -> CardReading:
    return CardReading(uid, "", 0, random)


def typed(text: str) -> CardReading:
    return CardReading(b"", text, 0)


@pytest.mark.parametrize(
    ("rule", "uid", "number"),
    [
        (CardNumberRule(), NTAG, "04A2245BC16180"),
        (CardNumberRule(CardForm.LOWER_HEX), NTAG, "04a2245bc16180"),
        (CardNumberRule(reversed=True), NTAG, "8061C15B24A204"),
        (CardNumberRule(CardForm.DECIMAL), NTAG, "1304176948765056"),
        (CardNumberRule(first_bytes=4), NTAG, "04A2245B"),
        (CardNumberRule(first_bytes=4, reversed=True), NTAG, "5B24A204"),
        (CardNumberRule(last_bytes=4), NTAG, "5BC16180"),
        (CardNumberRule(last_bytes=4, reversed=True), NTAG, "8061C15B"),
        (CardNumberRule(last_bytes=7), NTAG, "04A2245BC16180"),
        (CardNumberRule(digits=16), NTAG, "0004A2245BC16180"),
        (CardNumberRule(CardForm.DECIMAL, last_bytes=4), EM4100, "3887558"),
        (CardNumberRule(CardForm.DECIMAL, last_bytes=4, digits=10), EM4100, "0003887558"),
        (CardNumberRule(CardForm.DECIMAL, digits=4), EM4100, str(103 * 2**32 + 3887558)),
        (CardNumberRule(CardForm.FACILITY), EM4100, "059,20934"),
        (CardNumberRule(CardForm.FACILITY, separator=""), EM4100, "05920934"),
        (CardNumberRule(CardForm.FACILITY, reversed=True), EM4100, "059,00103"),
        (CardNumberRule(), bytes(10), "0" * 20),
    ],
)
def test_a_chip_is_numbered_as_the_site_says(rule: CardNumberRule, uid: bytes, number: str) -> None:
    assert rule.number(chip(uid)) == number


@pytest.mark.parametrize(
    ("rule", "text", "number"),
    [
        (CardNumberRule(), "2050", "2050"),
        (CardNumberRule(), " 2050\t", "2050"),
        (CardNumberRule(CardForm.TEXT, digits=10), "3887558", "0003887558"),
        (CardNumberRule(pattern=r";(\d{8})=\d+\?"), ";20500001=123?", "20500001"),
        (CardNumberRule(pattern=r"(?:ID)?(\w+)"), "IDA7", "A7"),
        (CardNumberRule(typed=TypedForm.HEX), "67003b51c6", "67003B51C6"),
        (CardNumberRule(CardForm.DECIMAL, last_bytes=4, digits=10, typed=TypedForm.HEX), "67003B51C6", "0003887558"),
        (CardNumberRule(typed=TypedForm.DECIMAL, typed_bytes=4), "0003887558", "003B51C6"),
        (CardNumberRule(reversed=True, typed=TypedForm.DECIMAL, typed_bytes=4), "3887558", "C6513B00"),
    ],
)
def test_a_typed_text_is_read_as_the_site_says(rule: CardNumberRule, text: str, number: str) -> None:
    assert rule.number(typed(text)) == number


@pytest.mark.parametrize(
    ("rule", "reading"),
    [
        (CardNumberRule(last_bytes=7), chip(EM4100)),
        (CardNumberRule(first_bytes=7), chip(EM4100)),
        (CardNumberRule(), chip(bytes(11))),
        (CardNumberRule(CardForm.TEXT), chip(NTAG)),
        (CardNumberRule(CardForm.FACILITY, last_bytes=2), chip(NTAG)),
        (CardNumberRule(), typed("")),
        (CardNumberRule(), typed("20\x1b50")),
        (CardNumberRule(), typed("2" * (LONGEST_NUMBER + 1))),
        (CardNumberRule(pattern=r"(\d{8})"), typed("2050000112")),
        (CardNumberRule(pattern=r"(\d*)x"), typed("x")),
        (CardNumberRule(pattern=r"(\d)?x"), typed("x")),
        (CardNumberRule(typed=TypedForm.HEX), typed("67003B51C")),
        (CardNumberRule(typed=TypedForm.HEX), typed("67 00 3B")),
        (CardNumberRule(typed=TypedForm.DECIMAL, typed_bytes=4), typed("9" * 10)),
        (CardNumberRule(typed=TypedForm.DECIMAL, typed_bytes=4), typed("12a")),
        (CardNumberRule(typed=TypedForm.DECIMAL, typed_bytes=4), typed("١٢")),
    ],
)
def test_a_card_of_another_form_has_no_number(rule: CardNumberRule, reading: CardReading) -> None:
    assert rule.number(reading) is Unnumbered.OTHER_FORM


def test_a_chip_that_makes_its_number_up_has_none() -> None:
    assert CardNumberRule().number(chip(bytes.fromhex("08112233"), random=True)) is Unnumbered.RANDOM


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"first_bytes": 11}, "first_bytes"),
        ({"last_bytes": -1}, "last_bytes"),
        ({"digits": 65}, "digits"),
        ({"first_bytes": 4, "last_bytes": 4}, "last_bytes"),
        ({"typed_bytes": 4}, "typed_bytes"),
        ({"typed_bytes": 11, "typed": TypedForm.DECIMAL}, "typed_bytes"),
        ({"typed": TypedForm.DECIMAL}, "typed_bytes"),
        ({"typed": TypedForm.HEX, "form": CardForm.TEXT}, "typed"),
        ({"form": CardForm.FACILITY, "digits": 8}, "digits"),
        ({"separator": "\x1b"}, "separator"),
        ({"pattern": "(["}, "pattern"),
        ({"pattern": r"\d+"}, "pattern"),
        ({"pattern": r"(\d)(\d)"}, "pattern"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_with_its_field(fields: dict[str, object], wrong: str) -> None:
    with pytest.raises(CardNumberRuleError, match=f"^{re.escape(wrong)}: ") as caught:
        CardNumberRule(**fields)  # type: ignore[arg-type]  # the table's values fit their fields by name

    assert caught.value.field == wrong


@given(rules, st.binary(min_size=1, max_size=10), st.binary(min_size=1, max_size=10))
def test_two_chips_share_a_number_only_where_the_site_counts_a_part_of_their_bytes(
    rule: CardNumberRule, one: bytes, other: bytes
) -> None:
    first, second = rule.number(chip(one)), rule.number(chip(other))

    if one != other and len(one) == len(other) and rule.last_bytes == 0 and isinstance(first, str):
        assert first != second


@given(rules, st.binary(min_size=1, max_size=12), st.text(max_size=80))
def test_any_card_at_all_has_a_number_or_a_reason(rule: CardNumberRule, uid: bytes, text: str) -> None:
    for reading in (chip(uid), typed(text)):
        found = rule.number(reading)

        assert isinstance(found, Unnumbered) or found.isprintable()
