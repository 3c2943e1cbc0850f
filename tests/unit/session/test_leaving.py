"""When a visit ends: the patron is gone, done, or wants out."""

import pytest

from kiosk.session.answers import LoanMade, LoanRefused
from kiosk.session.effects import LendItem
from kiosk.session.events import CardPresented, DeviceBack, DeviceLost, Event, ItemScanned, LabelRejected
from kiosk.session.state import (
    Borrowing,
    Finished,
    Idle,
    SettleReason,
    Settling,
)
from kiosk.session.touches import (
    CancelTouched,
    DoneTouched,
    FinishTouched,
    LanguageTouched,
    LendLyingTouched,
    ReceiptTouched,
    ScreenTouched,
    StartTouched,
)
from kiosk.session.values import (
    Device,
    LabelFault,
    Language,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_play import MINH, Play, item, loan, pad_of

V1 = VisitId("v1")


def borrowing(play: Play) -> Borrowing:
    assert isinstance(play.state, Borrowing)
    return play.state


def lends(play: Play) -> list[str]:
    return [effect.item_id.text for effect in play.ordered if isinstance(effect, LendItem)]


def test_a_patron_who_does_nothing_is_warned_and_then_the_visit_ends() -> None:
    play = Play().open().begin()
    play.pass_time(59.75)
    before = borrowing(play).warned_until
    play.pass_time(0.25)
    warned = borrowing(play).warned_until
    play.pass_time(19.75)
    still = play.state
    play.pass_time(0.25)

    assert before is None
    assert warned == pytest.approx(180.0)
    assert isinstance(still, Borrowing)
    assert isinstance(play.state, Idle)


@pytest.mark.parametrize(
    "sign",
    [
        ScreenTouched(),
        StartTouched(),
        DoneTouched(),
        ReceiptTouched(wanted=True),
        LendLyingTouched(),
        LanguageTouched(Language.ENGLISH),
        ItemScanned(item(1)),
        LabelRejected(LabelFault.EMPTY),
        pad_of(1),
        CardPresented(VisitId("v2"), MINH.patron_id),
    ],
    ids=lambda sign: type(sign).__name__,
)
def test_any_touch_or_reading_takes_the_warning_away(sign: Event) -> None:
    play = Play().open().begin()
    play.pass_time(65)
    warned = borrowing(play).warned_until
    play.tell(sign)
    play.answer_all()
    play.pass_time(59)

    assert warned is not None
    assert borrowing(play).warned_until is None


def test_trouble_with_a_device_is_no_sign_of_life() -> None:
    play = Play().open().begin()
    play.pass_time(65)
    play.tell(DeviceLost(Device.SCANNER), DeviceBack(Device.SCANNER))

    assert borrowing(play).warned_until is not None


def test_time_never_runs_out_while_an_answer_is_awaited() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.pass_time(600)
    lending = borrowing(play).warned_until
    play.tell(LoanMade(V1, loan(1)))
    play.pass_time(600)

    assert lending is None
    assert borrowing(play).warned_until is None


def test_an_answer_begins_the_idle_time_anew() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.pass_time(59)
    play.tell(LoanRefused(V1, item(1), Refusal.OTHER))
    play.pass_time(59)

    assert borrowing(play).warned_until is None


def test_a_visit_that_timed_out_with_loans_shows_them() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.answer_all()
    play.pass_time(80)

    assert isinstance(play.state, Finished)
    assert play.state.reason is SettleReason.TIMED_OUT


# The patron is done, or wants out


def test_done_without_items_leads_home() -> None:
    play = Play().open().begin()
    play.tell(FinishTouched())

    assert isinstance(play.state, Idle)


def test_done_waits_for_all_items_that_were_laid_down_before() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), FinishTouched())
    settling = play.state
    play.answer_all()

    assert isinstance(settling, Settling)
    assert isinstance(play.state, Finished)
    assert lends(play) == [item(1).text, item(2).text]


def test_cancel_drops_what_waits_and_awaits_what_is_under_way() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), CancelTouched())
    settling = play.state
    play.answer_all()

    assert isinstance(settling, Settling)
    assert settling.reason is SettleReason.CANCELLED
    assert lends(play) == [item(1).text]
    assert isinstance(play.state, Finished)
