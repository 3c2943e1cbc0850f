"""The most particular rule holds, and there is always one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from library.lending.rules import LendingRules, LoanRule, RulesError

_PARTS = st.sampled_from([None, "a", "b"])
_RULES = st.lists(
    st.builds(LoanRule, category=_PARTS, item_type=_PARTS, place=_PARTS),
    unique_by=lambda rule: (rule.category, rule.item_type, rule.place),
)
_NAMED = st.sampled_from(["a", "b", "c"])


def test_without_rules_there_is_one_for_everything() -> None:
    rule = LendingRules().rule_for(category="child", item_type="book", place="VN-QN")

    assert rule == LoanRule()


def test_two_rules_for_one_case_are_refused() -> None:
    second = LoanRule(category="child", loan_days=3)

    with pytest.raises(RulesError) as refused:
        LendingRules([LoanRule(category="child"), second])

    assert refused.value.rule == second


def test_a_place_comes_before_a_category_and_a_category_before_a_type() -> None:
    by_type = LoanRule(item_type="comic", loan_days=1)
    by_category = LoanRule(category="child", loan_days=2)
    by_place = LoanRule(place="school", loan_days=3)
    rules = LendingRules([by_type, by_category, by_place])

    found = [
        rules.rule_for(category="adult", item_type="comic", place="hub"),
        rules.rule_for(category="child", item_type="comic", place="hub"),
        rules.rule_for(category="child", item_type="comic", place="school"),
    ]

    assert found == [by_type, by_category, by_place]


@pytest.mark.parametrize("wrong", [{"loan_days": -1}, {"max_items": -1}, {"loan_days": 99999}, {"laon_days": 3}])
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        LoanRule.model_validate(wrong)


@given(_RULES, _NAMED, _NAMED, _NAMED)
def test_the_rule_found_fits_and_none_that_fits_is_more_particular(
    rules: list[LoanRule], category: str, item_type: str, place: str
) -> None:
    found = LendingRules(rules).rule_for(category=category, item_type=item_type, place=place)

    fitting = [
        rule
        for rule in rules
        if rule.category in {None, category} and rule.item_type in {None, item_type} and rule.place in {None, place}
    ]
    assert found in fitting or (found == LoanRule() and not _has_default(rules))
    assert _weight(found) == max((_weight(rule) for rule in fitting), default=0)


def _has_default(rules: list[LoanRule]) -> bool:
    return any(_weight(rule) == 0 for rule in rules)


def _weight(rule: LoanRule) -> int:
    return 4 * (rule.place is not None) + 2 * (rule.category is not None) + (rule.item_type is not None)
