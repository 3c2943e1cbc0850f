"""Opening hours, and what staff said: who may begin, and who is never cut off."""

from dataclasses import replace

import pytest

from kiosk.session.answers import PatronRefused
from kiosk.session.events import CardPresented, LibrarySystemLost
from kiosk.session.staff_events import HoursChanged, OpeningKept, StaffTouched
from kiosk.session.staff_state import Closed
from kiosk.session.staff_values import ByStaff
from kiosk.session.state import Borrowing, Idle, NoticeKind, OutOfOrder, Returning, TurnedAway
from kiosk.session.touches import FinishTouched, ReceiptTouched, StartTouched
from kiosk.session.values import Service, VisitId
from library.lending.refusals import Refusal
from tests.support.session_play import MINH, Play, item, pad_of
from tests.support.staff_play import CLOSING, LIMITS, NOW, OPENING, at_desk, do, orders, staff_play

EVENING = HoursChanged(in_hours=False, opens_at=NOW)
MORNING = HoursChanged(in_hours=True)
V1 = VisitId("v1")


def test_outside_the_hours_an_idle_kiosk_is_closed_and_opens_with_them() -> None:
    play = staff_play()
    play.tell(EVENING)
    closed = play.state
    play.tell(CardPresented(V1, MINH.patron_id), StartTouched())
    still = play.state
    play.tell(MORNING)

    assert isinstance(closed, Closed)
    assert closed.around.opening.opens_at == NOW
    assert isinstance(still, Closed)
    assert isinstance(play.state, Idle)


def test_a_visit_in_progress_is_never_cut_off() -> None:
    play = staff_play().begin()
    play.tell(EVENING, pad_of(1))
    play.answer_all()
    lending = play.state
    play.tell(FinishTouched(), ReceiptTouched(wanted=False))

    assert isinstance(lending, Borrowing)
    assert lending.visit.entries[0].item_id == item(1)
    assert isinstance(play.state, Closed)
    assert len(play.reports) == 1


def test_who_reads_why_a_card_was_refused_reads_on() -> None:
    play = staff_play()
    play.tell(CardPresented(V1, MINH.patron_id), PatronRefused(V1, Refusal.PATRON_BLOCKED), EVENING)
    reading = play.state
    play.pass_time(8)

    assert isinstance(reading, TurnedAway)
    assert isinstance(play.state, Closed)


def test_items_are_brought_back_outside_the_hours_where_the_site_wants_it_and_nothing_else_begins() -> None:
    play = staff_play(replace(LIMITS, returns_when_closed=True))
    play.tell(EVENING, CardPresented(V1, MINH.patron_id))
    told = play.state
    play.tell(StartTouched(Service.RETURN, V1))

    assert isinstance(told, Idle)
    assert told.notice is not None
    assert told.notice.kind is NoticeKind.NO_SERVICE
    assert isinstance(play.state, Returning)


@pytest.mark.parametrize("returns", [True, False])
def test_when_staff_have_closed_it_nothing_is_brought_back_either(returns: bool) -> None:  # noqa: FBT001 - the case
    play = staff_play(replace(LIMITS, returns_when_closed=returns))
    play.tell(OpeningKept(ByStaff.CLOSED))
    closed = play.state
    play.tell(EVENING, MORNING)
    still = play.state
    play.tell(OpeningKept(None))

    assert isinstance(closed, Closed)
    assert isinstance(still, Closed)
    assert isinstance(play.state, Idle)


def test_what_staff_open_outside_the_hours_is_open_until_these_begin_and_then_ends_with_them() -> None:
    play = at_desk()
    play.tell(EVENING)
    do(play, OPENING)
    play.tell(FinishTouched(), StaffTouched(CLOSING))
    opening = play.state.around.opening
    play.tell(MORNING)
    day = play.state.around.opening
    play.tell(EVENING)

    assert orders(play)[0].until == NOW
    assert (opening.by_staff, opening.is_open) == (ByStaff.OPEN, True)
    assert (day.by_staff, day.is_open) == (None, True)
    assert not play.state.around.opening.is_open


def test_a_kiosk_that_is_closed_and_out_of_order_says_that_it_is_closed() -> None:
    play = Play(LIMITS)
    out = play.state
    play.tell(EVENING)
    closed = play.state
    play.tell(LibrarySystemLost(), MORNING)

    assert isinstance(out, OutOfOrder)
    assert isinstance(closed, Closed)
    assert isinstance(play.state, OutOfOrder)
