"""A receipt of what is on loan, for somebody who only looked at the account: by the rules, and to its patron alone."""

from dataclasses import replace

import pytest

from kiosk.session.answers import ReceiptPrinted
from kiosk.session.effects import LineKind, PrintReceipt, ShareReceipt
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules, ReceiptStage, ReceiptWish
from kiosk.session.state import Finished, Idle
from kiosk.session.touches import CancelTouched, FinishTouched, ReceiptTouched
from tests.support.account_play import ANOTHER_CARD, LIMITS, V1, account, at_account, renew
from tests.support.session_play import DUE, MINH, Play, loan

TITLES = [("Sách 1", DUE, LineKind.ON_LOAN), ("Sách 2", DUE, LineKind.ON_LOAN)]


def looked(wish: ReceiptWish = ReceiptWish.ASK, *numbers: int) -> Play:
    rules = ReceiptRules(kinds=tuple(ReceiptKind), account=wish)
    return at_account(account(*(numbers or (1, 2))), replace(LIMITS, receipts=rules))


def lines(receipt: PrintReceipt) -> list[object]:
    return [(line.title, line.due, line.kind) for line in receipt.lines]


def test_it_is_offered_after_a_look_at_the_account_and_printed_on_a_touch() -> None:
    play = looked()
    asked = play.tell(FinishTouched())
    (order,) = play.tell(ReceiptTouched(wanted=True))
    play.tell(ReceiptPrinted(V1))

    assert asked == ()
    assert isinstance(order, PrintReceipt)
    assert (lines(order), order.patron_last_four) == (TITLES, MINH.patron_id.text[-4:])
    assert isinstance(play.state, Finished)
    assert play.state.stage is ReceiptStage.PRINTED


def test_it_may_be_had_on_a_telephone_instead() -> None:
    play = looked()
    play.tell(FinishTouched())
    (order,) = play.tell(ReceiptTouched(wanted=True, kind=ReceiptKind.QR))

    assert isinstance(order, ShareReceipt)
    assert lines(order.receipt) == TITLES


def test_it_comes_at_once_where_it_always_does_and_not_at_all_where_it_never_does() -> None:
    always, never = looked(ReceiptWish.ALWAYS), looked(ReceiptWish.NEVER)
    printed = always.tell(FinishTouched())
    never.tell(FinishTouched())

    assert [type(effect) for effect in printed] == [PrintReceipt]
    assert isinstance(never.state, Idle)


@pytest.mark.parametrize("wish", [ReceiptWish.ASK, ReceiptWish.ALWAYS])
def test_who_leaves_without_saying_done_gets_none(wish: ReceiptWish) -> None:
    play = looked(wish)
    play.tell(CancelTouched())

    assert isinstance(play.state, Idle)
    assert not [effect for effect in play.ordered if isinstance(effect, PrintReceipt)]


def test_somebody_elses_card_takes_it_away_until_the_pin_is_given_again() -> None:
    play = looked(ReceiptWish.ALWAYS)
    play.tell(ANOTHER_CARD, FinishTouched(), CancelTouched())

    assert not [effect for effect in play.ordered if isinstance(effect, PrintReceipt)]


def test_what_was_renewed_is_a_receipt_of_its_own() -> None:
    play = looked()
    play.tell(renew(1))
    play.answer_all()
    play.tell(FinishTouched())
    (order,) = play.tell(ReceiptTouched(wanted=True))

    assert isinstance(order, PrintReceipt)
    assert [line.kind for line in order.lines] == [LineKind.RENEWED]
    assert order.lines[0].title == loan(1).title
