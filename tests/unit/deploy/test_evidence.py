"""The proof of the demo: each check fails when its source says something else."""

from dataclasses import replace
from datetime import date

import pytest

from deploy.demo.devices import Printed
from deploy.demo.evidence import (
    AdminPage,
    Check,
    loan_checks,
    loans_due,
    receipt_checks,
    tag_checks,
    visit_checks,
)
from deploy.demo.rows import LoanRow, PatronRow

TODAY = date(2026, 11, 22)
CARD = "29101000000018"
LOAN = LoanRow(7, "TVX.000001", "Số đỏ", CARD, date(2026, 12, 7), open=True)
PATRON = PatronRow(blocked=False, expires=date(2027, 1, 1), card_lost=False, category="adult", open_loans=frozenset())
PAPER = Printed(receipts=("Số đỏ\nHạn trả: Thứ Hai, 07/12/2026\n",), cuts=1, hex="")
BEFORE = AdminPage("online", 3, 10, 20, broker_up=True)
AFTER = AdminPage("online", 4, 11, 21, broker_up=True)


def failed(checks: list[Check]) -> list[str]:
    return [check.name for check in checks if not check.holds]


def test_what_is_as_it_should_be_holds() -> None:
    assert failed(loan_checks([LOAN], CARD, ["TVX.000001"], 1, all_made=True)) == []
    assert failed(tag_checks({"TVX.000001": 0xC2, "TVX.000002": 0x07}, {"TVX.000001"}, set(), all_off=True)) == []
    assert failed(receipt_checks(PAPER, [LOAN], language="vi", whole=True)) == []
    assert failed(visit_checks(BEFORE, AFTER, 1, 0, visits=1)) == []


@pytest.mark.parametrize(
    ("loans", "expected", "name"),
    [
        ([], 1, "loans made"),
        ([LOAN, LOAN], 2, "items lent twice"),
        ([replace(LOAN, card="29101000000026")], 1, "loans of another card"),
        ([replace(LOAN, item_id="TVX.000009")], 1, "loans of items that did not lie on the pad"),
        ([replace(LOAN, open=False)], 1, "loans that are open"),
    ],
)
def test_a_wrong_row_in_the_database_is_seen(loans: list[LoanRow], expected: int, name: str) -> None:
    assert name in failed(loan_checks(loans, CARD, ["TVX.000001"], expected, all_made=True))


@pytest.mark.parametrize(
    ("afis", "lent", "listed", "name"),
    [
        ({"a": 0xC2}, set(), set(), 'tags that say "on loan" without a loan'),
        ({"a": 0x00}, {"a"}, {"a"}, "tags with another value"),
        ({"a": 0x07}, {"a"}, set(), "items lent and still secured, on the open alarm list"),
        ({"a": 0xC2}, {"a"}, {"a"}, "items lent and still secured, on the open alarm list"),
        ({"a": 0x07}, {"a"}, {"a"}, 'lent items whose tag says "on loan"'),
    ],
)
def test_a_tag_and_a_loan_that_disagree_are_seen(
    afis: dict[str, int], lent: set[str], listed: set[str], name: str
) -> None:
    assert name in failed(tag_checks(afis, lent, listed, all_off=True))


@pytest.mark.parametrize(
    ("printed", "whole", "name"),
    [
        (PAPER.model_copy(update={"cuts": 0}), True, "receipts cut off"),
        (PAPER, False, "receipts cut off"),
        (PAPER.model_copy(update={"receipts": ("07/12/2026",)}), True, "lent items whose title is not on the receipt"),
        (PAPER.model_copy(update={"receipts": ("Số đỏ",)}), True, "lent items whose due date is not on the receipt"),
    ],
)
def test_a_wrong_receipt_is_seen(printed: Printed, *, whole: bool, name: str) -> None:
    assert name in failed(receipt_checks(printed, [LOAN], language="vi", whole=whole))


@pytest.mark.parametrize(
    ("after", "open_loans", "name"),
    [
        (replace(AFTER, status="offline"), 0, "the kiosk's status"),
        (replace(AFTER, visits_today=5), 0, "visits counted"),
        (replace(AFTER, loans_today=10), 0, "loans counted at the kiosk"),
        (replace(AFTER, library_loans_today=22), 0, "loans counted in the library"),
        (AFTER, 1, "loans of which the kiosk does not know whether they stand"),
    ],
)
def test_a_page_that_counts_wrongly_is_seen(after: AdminPage, open_loans: int, name: str) -> None:
    assert failed(visit_checks(BEFORE, after, 1, open_loans, visits=1)) == [name]


@pytest.mark.parametrize(
    ("patron", "due"),
    [
        (PATRON, 5),
        (None, 0),
        (replace(PATRON, blocked=True), 0),
        (replace(PATRON, card_lost=True), 0),
        (replace(PATRON, expires=date(2026, 11, 21)), 0),
        (replace(PATRON, expires=TODAY), 5),
        (replace(PATRON, expires=None), 5),
        (replace(PATRON, open_loans=frozenset({"a", "b", "c"})), 3),
        (replace(PATRON, open_loans=frozenset("abcdefgh")), 0),
    ],
)
def test_what_a_card_may_borrow_is_known_from_its_rows(patron: PatronRow | None, due: int) -> None:
    assert loans_due(patron, lambda _: 6, 5, TODAY) == due
