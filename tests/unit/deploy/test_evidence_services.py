"""The proof of returns, renewals and what was done alone: each check fails when its source says something else."""

from dataclasses import replace
from datetime import date

import pytest

from deploy.demo.devices import Printed
from deploy.demo.evidence import Check
from deploy.demo.evidence_services import (
    bin_checks,
    bin_of,
    fleet_check,
    paper_checks,
    renewal_checks,
    return_checks,
    secured_checks,
    told_checks,
)
from deploy.demo.installation import KIOSK_ID
from deploy.demo.rows import CopyRow, LoanRow, ToldRow, VisitRow

CARD = "29101000000018"
BACK = LoanRow(7, "a", "Số đỏ", CARD, date(2026, 12, 7), False, "returned", KIOSK_ID)
OPEN = LoanRow(7, "a", "Số đỏ", CARD, date(2026, 12, 7), open=True)
RENEWED = replace(OPEN, due=date(2026, 12, 12), renewals=1)
TOLD = ToldRow("t1", "returned", "applied")
SECURED, ON_LOAN = 0x07, 0xC2


def failed(checks: list[Check]) -> list[str]:
    return [check.name for check in checks if not check.holds]


def test_what_is_as_it_should_be_holds() -> None:
    assert failed(return_checks([BACK], ["a"], 1, all_made=True)) == []
    assert failed(secured_checks({"a": SECURED}, {"a"}, set(), all_on=True)) == []
    assert failed([bin_checks({"a": "Vào thùng 2"}, {"a": 2})]) == []
    assert failed(paper_checks(Printed(receipts=("Số đỏ",), cuts=1, hex=""), ["Số đỏ"], CARD, whole=True)) == []
    assert failed(renewal_checks([OPEN], [RENEWED])) == []
    assert failed(told_checks([TOLD], 0, 1, 0)) == []
    assert failed([fleet_check([VisitRow("done", "return")], [VisitRow("done", "return")])]) == []


@pytest.mark.parametrize(
    ("loans", "name"),
    [
        ([OPEN], "loans that ended"),
        ([replace(BACK, ended_at_terminal="desk-1")], "how they ended"),
        ([BACK, replace(BACK, loan_id=8)], "items whose loan is not the one from before"),
    ],
)
def test_a_loan_that_did_not_end_here_and_once_is_seen(loans: list[LoanRow], name: str) -> None:
    assert name in failed(return_checks(loans, ["a"], 1, all_made=True))


@pytest.mark.parametrize(
    ("afi", "back", "owed", "name"),
    [
        (ON_LOAN, {"a"}, set(), "items back that do not alarm, on the open alarm list"),
        (ON_LOAN, {"a"}, {"a"}, 'returned items whose tag says "secured"'),
        (SECURED, set(), set(), "items still lent that alarm"),
        (0, {"a"}, set(), "tags with another value"),
    ],
)
def test_a_tag_and_a_return_that_disagree_are_seen(afi: int, back: set[str], owed: set[str], name: str) -> None:
    assert name in failed(secured_checks({"a": afi}, back, owed, all_on=True))


@pytest.mark.parametrize(
    ("copy", "number"),
    [
        (CopyRow("", "VN-DEMO1", waited_for=False), 1),
        (CopyRow("", "VN-DEMO1", waited_for=True), 2),
        (CopyRow("", "VN-DEMO1-TH", waited_for=False), 3),
        (CopyRow("", "VN-DEMO1-TH", waited_for=True), 2),
    ],
)
def test_a_bin_follows_from_the_rows_of_the_copy(copy: CopyRow, number: int) -> None:
    assert bin_of(copy) == number
    assert not bin_checks({"a": "Vào thùng 4"}, {"a": number}).holds


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        (Printed(receipts=("Số đỏ",), cuts=2, hex=""), "receipts cut off"),
        (Printed(receipts=("",), cuts=1, hex=""), "titles that are not on the receipt"),
        (Printed(receipts=(f"Số đỏ {CARD}",), cuts=1, hex=""), "receipts with a card's number"),
    ],
)
def test_a_wrong_receipt_is_seen(printed: Printed, name: str) -> None:
    assert name in failed(paper_checks(printed, ["Số đỏ"], CARD, whole=True))


@pytest.mark.parametrize(
    ("after", "name"),
    [
        ([replace(RENEWED, open=False)], "loans that go on"),
        ([replace(RENEWED, renewals=2)], "renewals of each"),
        ([replace(RENEWED, due=OPEN.due)], "items with a later date"),
    ],
)
def test_a_wrong_renewal_is_seen(after: list[LoanRow], name: str) -> None:
    assert name in failed(renewal_checks([OPEN], after))


@pytest.mark.parametrize(
    ("told", "matters", "name"),
    [
        ([], 0, "returns told"),
        ([TOLD, TOLD], 0, "returns told"),
        ([replace(TOLD, outcome="superseded")], 0, "what became of them"),
        ([TOLD], 1, "matters for staff that are new"),
    ],
)
def test_what_was_told_wrongly_is_seen(told: list[ToldRow], matters: int, name: str) -> None:
    assert name in failed(told_checks(told, 0, 1, matters))
