"""Holds that are not wanted any more: each is asked about once, and its answer kept."""

import pytest

from kiosk.session.answers import (
    HoldCancelled,
    HoldKept,
)
from kiosk.session.effects import CancelHold
from kiosk.session.events import Event, LibrarySystemLost
from kiosk.session.renewals import CancellingStatus
from kiosk.session.state import Idle, NoticeKind, Settling
from kiosk.session.touches import CancelHoldTouched, CancelTouched
from kiosk.session.values import ItemId, TransactionId, VisitId
from tests.support.account_play import (
    V1,
    account,
    account_page,
    at_account,
)
from tests.support.session_play import MINH, item


def test_a_hold_is_cancelled_by_a_touch_once() -> None:
    play = at_account(account(holds=[1, 2]))
    effects = play.tell(CancelHoldTouched(item(2)))
    second = play.tell(CancelHoldTouched(item(1)))
    nothing = play.tell(CancelHoldTouched(item(1)), HoldCancelled(V1, item(1)), CancelHoldTouched(item(1)))

    assert effects == (CancelHold(V1, TransactionId("v1-h1"), MINH.patron_id, item(2)),)
    assert second == (CancelHold(V1, TransactionId("v1-h2"), MINH.patron_id, item(1)),)
    assert nothing == ()


def test_the_answer_about_a_hold_is_kept_with_its_words() -> None:
    play = at_account(account(holds=[1, 2]))
    play.tell(CancelHoldTouched(item(1)), CancelHoldTouched(item(2)))
    play.tell(HoldCancelled(V1, item(1)), HoldKept(V1, item(2), "On its way"), HoldKept(V1, item(1)))
    told = [(each.status, each.words) for each in account_page(play).visit.cancelled]

    assert told == [(CancellingStatus.CANCELLED, ""), (CancellingStatus.KEPT, "On its way")]


@pytest.mark.parametrize("answer", [HoldCancelled(VisitId("v0"), item(1)), HoldKept(VisitId("v0"), item(1))])
def test_the_answer_about_a_hold_of_another_visit_is_not_taken(answer: Event) -> None:
    play = at_account(account(holds=[1]))
    play.tell(CancelHoldTouched(item(1)), answer)

    assert [each.status for each in account_page(play).visit.cancelled] == [CancellingStatus.CANCELLING]


def test_what_is_not_on_hold_for_the_patron_is_not_cancelled() -> None:
    play = at_account(account(1))

    assert play.tell(CancelHoldTouched(item(1)), CancelHoldTouched(ItemId("x"))) == ()


def test_without_the_library_system_no_hold_is_cancelled_and_that_is_said() -> None:
    play = at_account(account(holds=[1]))
    effects = play.tell(LibrarySystemLost(), CancelHoldTouched(item(1)))
    said = account_page(play).notice

    assert effects == ()
    assert said is not None
    assert said.kind is NoticeKind.NO_SERVICE


def test_nobody_is_led_out_while_a_hold_is_being_cancelled() -> None:
    play = at_account(account(holds=[1]))
    play.tell(CancelHoldTouched(item(1)))
    play.pass_time(300)
    play.tell(CancelTouched())
    settling = play.state
    play.tell(HoldCancelled(V1, item(1)))

    assert isinstance(settling, Settling)
    assert isinstance(play.state, Idle)
