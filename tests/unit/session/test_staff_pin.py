"""Who comes with a staff card or the service key proves by a PIN who it is; a patron has no way there."""

import pytest

from kiosk.session.events import CardPresented, LibrarySystemLost, PadChanged
from kiosk.session.staff_events import ServiceKeyTurned, StaffCardPresented, StaffPinChecked
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk
from kiosk.session.state import AwaitingCard, Identifying, Idle, NoticeKind, OutOfOrder
from kiosk.session.touches import CancelTouched, EnterTouched, EraseTouched, KeyTouched, ScreenTouched, StartTouched
from kiosk.session.values import Pad, Service, VisitId
from tests.support.session_play import MINH, Play
from tests.support.staff_play import LAN, MAI, at_pin, desk_page, pin_page, questions, readings, staff_play, type_pin


def test_a_staff_card_and_its_pin_lead_to_the_desk_which_is_read() -> None:
    play = at_pin()
    type_pin(play)
    asked = questions(play)
    play.tell(StaffPinChecked(LAN))

    assert [(each.staff_id, each.pin.text, each.last_try) for each in asked] == [(LAN, "274193", False)]
    assert desk_page(play).staff_id == LAN
    assert readings(play) == 1


def test_the_service_key_asks_for_the_pin_of_anybody() -> None:
    play = staff_play()
    play.tell(ServiceKeyTurned())
    type_pin(play)
    play.tell(StaffPinChecked(MAI))

    assert questions(play)[0].staff_id is None
    assert desk_page(play).staff_id == MAI


def test_without_a_roll_the_service_key_opens_nothing() -> None:
    play = Play().open()
    play.tell(ServiceKeyTurned())

    assert isinstance(play.state, Idle)


def test_staff_come_in_where_the_kiosk_is_out_of_order_and_without_the_library_system() -> None:
    play = staff_play()
    play.tell(LibrarySystemLost())
    type_pin(at_pin(play))
    play.tell(StaffPinChecked(LAN))
    fresh = at_pin(Play(play.state.around.limits))
    asking = fresh.state
    fresh.tell(CancelTouched())

    assert isinstance(play.state, AtStaffDesk)
    assert isinstance(asking, AskingStaffPin)
    assert isinstance(fresh.state, OutOfOrder)


def test_the_pin_of_another_member_is_wrong_after_a_card() -> None:
    play = at_pin()
    type_pin(play)
    play.tell(StaffPinChecked(MAI))

    assert pin_page(play).wrong


def test_three_wrong_pins_lock_the_card_for_a_time_and_no_other() -> None:
    play = at_pin()
    for _ in range(3):
        type_pin(play)
        play.tell(StaffPinChecked(None))
    type_pin(play)
    asked = [each.last_try for each in questions(play)]
    play.pass_time(8)
    away = play.state
    at_pin(play)
    type_pin(play)
    still = len(questions(play))
    play.tell(CancelTouched(), StaffCardPresented(MAI))
    type_pin(play)
    other = len(questions(play))
    play.tell(StaffPinChecked(None), CancelTouched())
    play.pass_time(900)
    at_pin(play)
    type_pin(play)

    assert asked == [False, False, True]
    assert isinstance(away, Idle)
    assert (still, other, len(questions(play))) == (3, 4, 5)


def test_a_right_pin_forgets_the_wrong_ones_and_one_that_could_not_be_checked_counts_for_nothing() -> None:
    play = at_pin()
    type_pin(play)
    play.tell(StaffPinChecked(None))
    type_pin(play)
    play.tell(StaffPinChecked(None, failed=True))
    unchecked = pin_page(play)
    type_pin(play)
    play.tell(StaffPinChecked(LAN))

    assert unchecked.failed
    assert not unchecked.wrong
    assert [each.wrong for each in unchecked.around.staff_locks] == [1]
    assert play.state.around.staff_locks == ()


def test_digits_are_taken_back_and_nothing_else_is_typed() -> None:
    play = at_pin()
    play.tell(EnterTouched(), EraseTouched(), *map(KeyTouched, "12a٣345678901"), EraseTouched())

    assert pin_page(play).typed == "1234567"
    assert questions(play) == []


def test_while_it_is_checked_nothing_leads_away_and_cancel_leads_home_after_it() -> None:
    play = at_pin()
    type_pin(play)
    play.tell(KeyTouched("1"), StaffCardPresented(MAI), CancelTouched())
    play.pass_time(600)
    waiting = pin_page(play)
    play.tell(StaffPinChecked(LAN))

    assert (waiting.typed, waiting.staff_id) == ("", LAN)
    assert isinstance(play.state, Idle)


def test_it_goes_by_itself_after_a_time_without_a_touch() -> None:
    play = at_pin()
    play.pass_time(44)
    play.tell(ScreenTouched())
    play.pass_time(44)
    still = play.state
    play.pass_time(1)

    assert isinstance(still, AskingStaffPin)
    assert isinstance(play.state, Idle)


def test_another_card_or_the_key_begins_anew_and_a_patrons_card_does_nothing() -> None:
    play = at_pin()
    play.tell(KeyTouched("1"), StaffCardPresented(MAI))
    other = pin_page(play)
    play.tell(ServiceKeyTurned(), CardPresented(VisitId("v1"), MINH.patron_id), StaffPinChecked(LAN))

    assert (other.staff_id, other.typed) == (MAI, "")
    assert pin_page(play).staff_id is None


@pytest.mark.parametrize("service", [Service.BORROW, Service.RETURN])
def test_during_a_visit_a_staff_card_is_told_to_wait_and_the_visit_goes_on(service: Service) -> None:
    play = staff_play()
    if service is Service.BORROW:
        play.begin()
    else:
        play.tell(StartTouched(Service.RETURN, VisitId("v1")))
    before = play.state
    play.tell(StaffCardPresented(LAN))
    notice = getattr(play.state, "notice", None)

    assert type(play.state) is type(before)
    assert notice is not None
    assert notice.kind is NoticeKind.STAFF_CARD
    assert getattr(play.state, "idle_since", None) == getattr(before, "idle_since", None)


def test_while_a_card_is_awaited_it_is_told_and_while_one_is_looked_up_it_is_left_alone() -> None:
    play = staff_play()
    play.tell(StartTouched(), StaffCardPresented(LAN))
    awaiting = play.state
    play.tell(CardPresented(VisitId("v1"), MINH.patron_id), ServiceKeyTurned())

    assert isinstance(awaiting, AwaitingCard)
    assert awaiting.notice is not None
    assert isinstance(play.state, Identifying)


def test_what_a_patron_may_do_never_leads_past_the_pin() -> None:
    play = at_pin()
    for event in (StartTouched(), PadChanged(Pad()), CardPresented(VisitId("v1"), MINH.patron_id), ScreenTouched()):
        play.tell(event)

    assert isinstance(play.state, AskingStaffPin)
    assert [effect for effect in play.ordered if effect not in play.of_staff] == []
