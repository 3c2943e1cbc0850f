"""What is a card, what is an item, what is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from library.lending.patterns import LONGEST_NUMBER, NumberKind, NumberPatterns


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("23529000000001", NumberKind.CARD),
        ("30234000517861", NumberKind.ITEM),
        ("VNM.038637", NumberKind.ITEM),
        ("LV/TT.000055", NumberKind.ITEM),
        ("9786041234567", NumberKind.NEITHER),
        ("23529000000001\n", NumberKind.NEITHER),
        ("23529000000001 ", NumberKind.NEITHER),
        ("\N{ARABIC-INDIC DIGIT TWO}3529000000001", NumberKind.NEITHER),
        ("", NumberKind.NEITHER),
        ("3023400051786|", NumberKind.NEITHER),
    ],
)
def test_a_number_is_known_by_its_look(text: str, kind: NumberKind) -> None:
    classified = NumberPatterns().classify(text)

    assert classified is kind


def test_a_library_may_have_numbers_of_its_own() -> None:
    patterns = NumberPatterns.model_validate({"cards": [r"QN[0-9]{5}"], "items": [r"[0-9]{6}"]})

    assert patterns.classify("QN00017") is NumberKind.CARD
    assert patterns.classify("000017") is NumberKind.ITEM
    assert patterns.classify("23529000000001") is NumberKind.NEITHER


@pytest.mark.parametrize("given_patterns", [{"cards": []}, {"items": ["("]}, {"cardz": ["1"]}])
def test_patterns_that_cannot_work_are_refused(given_patterns: dict[str, list[str]]) -> None:
    with pytest.raises(ValidationError):
        NumberPatterns.model_validate(given_patterns)


@given(st.text(max_size=2 * LONGEST_NUMBER))
def test_any_text_has_exactly_one_kind_and_nothing_long_is_a_number(text: str) -> None:
    kind = NumberPatterns.model_validate({"cards": [r"\d+"], "items": [r".*"]}).classify(text)

    assert (kind is NumberKind.NEITHER) == (len(text) > LONGEST_NUMBER or "\n" in text)
