"""Who may borrow and renew what until when, for every case there is."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.lending.decisions import (
    Item,
    LentTo,
    Occasion,
    Reader,
    RunningLoan,
    may_borrow,
    may_renew,
    may_use_card,
)
from library.lending.opening import DueDate, OpeningDays
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NOW = datetime(2026, 7, 28, 12, 0, tzinfo=_ZONE)
_HERE = Occasion(_NOW, _ZONE, OpeningDays())
_READER = Reader(blocked=False, expires=None, open_loans=0)
_BOOK = Item(may_circulate=True, lent_to=LentTo.NOBODY)
_OWN = Item(may_circulate=True, lent_to=LentTo.THIS_READER)
_OTHERS = Item(may_circulate=True, lent_to=LentTo.SOMEBODY_ELSE)
_RULE = LoanRule(loan_days=14, max_items=5, renewals=1)
_LOAN = RunningLoan(due=_NOW + timedelta(days=2), renewals=0)

_READERS = st.none() | st.builds(
    Reader,
    blocked=st.booleans(),
    expires=st.none() | st.dates(date(2026, 7, 20), date(2026, 8, 5)),
    open_loans=st.integers(0, 8),
)
_ITEMS = st.none() | st.builds(Item, may_circulate=st.booleans(), lent_to=st.sampled_from(LentTo))
_RULES = st.builds(
    LoanRule,
    for_loan=st.booleans(),
    loan_days=st.integers(0, 40),
    max_items=st.integers(0, 8),
    renewals=st.integers(0, 3),
)


@pytest.mark.parametrize(
    ("reader", "item", "rule", "refusal"),
    [
        (None, _BOOK, _RULE, Refusal.PATRON_UNKNOWN),
        (Reader(True, None, 0), _BOOK, _RULE, Refusal.PATRON_BLOCKED),
        (Reader(False, date(2026, 7, 27), 0), _BOOK, _RULE, Refusal.PATRON_EXPIRED),
        (_READER, None, _RULE, Refusal.ITEM_UNKNOWN),
        (_READER, _OWN, _RULE, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
        (_READER, _OTHERS, _RULE, Refusal.ITEM_ON_LOAN),
        (_READER, Item(False, LentTo.NOBODY), _RULE, Refusal.ITEM_NOT_FOR_LOAN),
        (_READER, _BOOK, LoanRule(for_loan=False), Refusal.ITEM_NOT_FOR_LOAN),
        (_READER, Item(True, LentTo.NOBODY, reserved=True), _RULE, Refusal.ITEM_RESERVED),
        (Reader(False, None, 5), _BOOK, _RULE, Refusal.PATRON_LIMIT_REACHED),
        (Reader(False, None, 0, suspended_until=date(2026, 7, 28)), _BOOK, _RULE, Refusal.PATRON_SUSPENDED),
        (Reader(False, None, 2, overdue=2), _BOOK, LoanRule(max_overdue=1), Refusal.PATRON_OVERDUE),
        (Reader(False, None, 0, owed=20_001), _BOOK, LoanRule(fee_limit=20_000), Refusal.FEE_LIMIT_REACHED),
        (_READER, _BOOK, LoanRule(lending_fee=5_000), Refusal.FEE_NOT_ACKNOWLEDGED),
        (Reader(False, None, 5), _BOOK, LoanRule(lending_fee=5_000), Refusal.PATRON_LIMIT_REACHED),
    ],
)
def test_each_reason_against_a_loan_is_told(
    reader: Reader | None, item: Item | None, rule: LoanRule, refusal: Refusal
) -> None:
    decision = may_borrow(reader, item, rule, _HERE)

    assert decision is refusal


def test_a_reader_with_one_place_left_may_take_a_book_on_the_last_day_of_the_card() -> None:
    decision = may_borrow(Reader(False, date(2026, 7, 28), 4), _BOOK, _RULE, _HERE)

    assert decision == DueDate(datetime(2026, 8, 11, 23, 59, 59, tzinfo=_ZONE))


@pytest.mark.parametrize(
    ("reader", "rule"),
    [
        (Reader(False, None, 0, suspended_until=date(2026, 7, 27)), _RULE),
        (Reader(False, None, 1, overdue=1), LoanRule(max_overdue=1)),
        (Reader(False, None, 3, overdue=3, owed=900_000), _RULE),
        (Reader(False, None, 0, owed=20_000), LoanRule(fee_limit=20_000)),
    ],
    ids=["suspension is over", "as late as allowed", "no limits by default", "owes as much as allowed"],
)
def test_what_is_still_allowed_keeps_nobody_from_borrowing(reader: Reader, rule: LoanRule) -> None:
    decision = may_borrow(reader, _BOOK, rule, _HERE)

    assert isinstance(decision, DueDate)


def test_a_fee_that_is_acknowledged_is_no_obstacle() -> None:
    decision = may_borrow(_READER, _BOOK, LoanRule(lending_fee=5_000), _HERE, fee_acknowledged=True)

    assert isinstance(decision, DueDate)


@pytest.mark.parametrize(
    ("reader", "item", "loan", "refusal"),
    [
        (None, _OWN, _LOAN, Refusal.PATRON_UNKNOWN),
        (Reader(True, None, 1), _OWN, _LOAN, Refusal.PATRON_BLOCKED),
        (_READER, None, None, Refusal.ITEM_UNKNOWN),
        (_READER, _BOOK, None, Refusal.ITEM_NOT_ON_LOAN),
        (_READER, _OTHERS, _LOAN, Refusal.ITEM_ON_LOAN),
        (_READER, Item(True, LentTo.THIS_READER, reserved=True), _LOAN, Refusal.ITEM_RESERVED),
        (_READER, _OWN, RunningLoan(_NOW, renewals=1), Refusal.RENEWAL_LIMIT_REACHED),
    ],
)
def test_each_reason_against_a_renewal_is_told(
    reader: Reader | None, item: Item | None, loan: RunningLoan | None, refusal: Refusal
) -> None:
    decision = may_renew(reader, item, loan, _RULE, _HERE)

    assert decision is refusal


def test_a_renewal_counts_from_today() -> None:
    decision = may_renew(_READER, _OWN, _LOAN, _RULE, _HERE)

    assert decision == DueDate(datetime(2026, 8, 11, 23, 59, 59, tzinfo=_ZONE))


@given(_READERS, _ITEMS, _RULES)
def test_a_loan_is_given_only_where_everything_is_in_order(
    reader: Reader | None, item: Item | None, rule: LoanRule
) -> None:
    decision = may_borrow(reader, item, rule, _HERE)

    in_order = (
        may_use_card(reader, _HERE) is None
        and item is not None
        and item.may_circulate
        and item.lent_to is LentTo.NOBODY
        and rule.for_loan
        and reader is not None
        and reader.open_loans < rule.max_items
    )
    assert isinstance(decision, DueDate) == in_order


@given(st.integers(-30, 60), _RULES)
def test_a_renewal_never_makes_a_loan_shorter(days_left: int, rule: LoanRule) -> None:
    loan = RunningLoan(_NOW + timedelta(days=days_left), renewals=0)

    decision = may_renew(_READER, _OWN, loan, rule, _HERE)

    assert decision is Refusal.RENEWAL_LIMIT_REACHED or (isinstance(decision, DueDate) and decision.at >= loan.due)
