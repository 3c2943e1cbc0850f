"""The kiosk is told to stop in the middle of anything: what is under way is awaited, and every visit is told."""

from kiosk.session.events import CardPresented
from kiosk.session.leaving import way_out
from kiosk.session.state import Idle
from kiosk.session.touches import FinishTouched, ReceiptTouched, StartTouched
from kiosk.session.values import VisitId
from tests.support.session_play import MINH, Play, pad_of


def led_home(play: Play) -> Play:
    for _ in range(20):
        event = way_out(play.state)
        if event is not None:
            play.tell(event)
        elif play.pending:
            play.answer_all()
        else:
            break
    return play


def test_a_visit_with_a_loan_under_way_ends_with_its_alarm_off_and_is_told_once() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2, 3))
    led_home(play)

    assert isinstance(play.state, Idle)
    assert [(report.outcome.lent, report.outcome.alarms_still_on) for report in play.reports] == [(1, 0)]


def test_the_last_page_is_left_and_a_receipt_that_is_being_printed_is_awaited() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched(), ReceiptTouched(wanted=True))
    printing = way_out(play.state)
    led_home(play)

    assert printing is None
    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1


def test_where_nobody_is_there_or_only_asks_for_a_card_nothing_is_awaited() -> None:
    idle, asking = Play().open(), Play().open()
    asking.tell(StartTouched())

    assert way_out(Play().state) is None
    assert way_out(idle.state) is None
    assert way_out(asking.state) is None


def test_a_card_that_is_looked_up_is_answered_first() -> None:
    play = Play().open()
    play.tell(CardPresented(VisitId("v1"), MINH.patron_id))
    asked = way_out(play.state)
    led_home(play)

    assert asked is None
    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1
