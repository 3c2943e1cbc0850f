"""Who may reserve, how long a book is kept, and what a late return costs in days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.decisions import Occasion, Reader
from library.lending.holds import Wish, is_reserved, kept_until, may_hold, suspended_until
from library.lending.opening import OpeningDays
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_HERE = Occasion(datetime(2026, 7, 28, 12, 0, tzinfo=_ZONE), _ZONE, OpeningDays())
_READER = Reader(blocked=False, expires=None, open_loans=0)
_WISH = Wish(lendable=True, on_loan_to_reader=False, held_by_reader=False)
_RULE = LoanRule(max_holds=2)


@pytest.mark.parametrize(
    ("reader", "wish", "rule", "refusal"),
    [
        (None, _WISH, _RULE, Refusal.PATRON_UNKNOWN),
        (Reader(True, None, 0), _WISH, _RULE, Refusal.PATRON_BLOCKED),
        (Reader(False, None, 0, suspended_until=date(2026, 7, 28)), _WISH, _RULE, Refusal.PATRON_SUSPENDED),
        (_READER, None, _RULE, Refusal.ITEM_UNKNOWN),
        (_READER, Wish(True, True, False), _RULE, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
        (_READER, Wish(True, False, True), _RULE, Refusal.HOLD_EXISTS),
        (_READER, Wish(False, False, False), _RULE, Refusal.ITEM_NOT_FOR_LOAN),
        (Reader(False, None, 0, holds=2), _WISH, _RULE, Refusal.HOLD_LIMIT_REACHED),
        (_READER, _WISH, LoanRule(max_holds=0), Refusal.HOLD_LIMIT_REACHED),
        (_READER, _WISH, LoanRule(hold_fee=2_000), Refusal.FEE_NOT_ACKNOWLEDGED),
    ],
)
def test_each_reason_against_a_hold_is_told(
    reader: Reader | None, wish: Wish | None, rule: LoanRule, refusal: Refusal
) -> None:
    assert may_hold(reader, wish, rule, _HERE) is refusal


def test_a_reader_with_one_hold_left_and_the_fee_acknowledged_may_reserve() -> None:
    rule = LoanRule(max_holds=2, hold_fee=2_000)

    refusal = may_hold(Reader(False, None, 9, holds=1), _WISH, rule, _HERE, fee_acknowledged=True)

    assert refusal is None


@pytest.mark.parametrize(
    ("days", "until"),
    [(0, date(2026, 7, 28)), (4, date(2026, 8, 1)), (5, date(2026, 8, 4))],
    ids=["the same day", "a Saturday", "a Sunday and a holiday are skipped"],
)
def test_the_last_day_on_the_hold_shelf_is_an_open_one(days: int, until: date) -> None:
    opening = OpeningDays(frozenset({6}), frozenset({date(2026, 8, 3)}))

    kept = kept_until(date(2026, 7, 28), LoanRule(hold_days=days), opening)

    assert kept == until


@pytest.mark.parametrize(
    ("late", "per_day", "longest", "days"),
    [
        (3, 1, 30, 3),
        (3, 2, 30, 6),
        (40, 1, 30, 30),
        (0, 1, 30, None),
        (-2, 1, 30, None),
        (9, 0, 30, None),
        (9, 1, 0, None),
    ],
)
def test_a_late_return_costs_days_in_proportion_and_never_more_than_the_cap(
    late: int, per_day: int, longest: int, days: int | None
) -> None:
    due = date(2026, 7, 1)
    back = due + timedelta(days=late)

    until = suspended_until(due, back, LoanRule(suspension_days=per_day, longest_suspension=longest))

    assert until == (None if days is None else back + timedelta(days=days))


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_copy_is_free_for_a_reader_exactly_when_those_before_have_another(before: int, instead: int) -> None:
    assert is_reserved(before, instead) == (instead < before)
