"""A visit with items goes on while its PIN is asked for: answers are taken, and nothing new is lent."""

from dataclasses import replace

import pytest

from kiosk.session.answers import (
    AlarmStillOn,
    AlarmSwitchedOff,
    ItemsFound,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PatronRefused,
)
from kiosk.session.effects import LendItem, SwitchAlarmOff, VisitEnd
from kiosk.session.events import (
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LabelRejected,
    LibrarySystemLost,
    NumberRead,
)
from kiosk.session.state import (
    AskingPin,
    Borrowing,
    EntryAlarm,
    EntryStatus,
    Finished,
    NoticeKind,
    SettleReason,
    Settling,
    TurnedAway,
)
from kiosk.session.touches import CancelTouched, LendLyingTouched, ServiceTouched
from kiosk.session.values import AlarmFault, Device, LabelFault, Service
from library.lending.refusals import Refusal
from tests.support.account_play import (
    ANOTHER_CARD,
    LIMITS,
    PIN,
    RIGHT,
    V1,
    WRONG,
    account_page,
    at_pin,
    list_page,
    pin_page,
    typed,
)
from tests.support.session_play import Play, candidates, found, item, loan, pad_of, uid

TO_ACCOUNT = ServiceTouched(Service.ACCOUNT)


def borrowed(*events: Event) -> Play:
    """Bring a patron with these events behind them from lending to the page that asks for the PIN."""
    play = Play(LIMITS).open().begin()
    play.tell(*events, TO_ACCOUNT)
    return play


def test_a_loan_under_way_is_taken_and_its_alarm_switched_off() -> None:
    play = borrowed(pad_of(1))
    effects = play.tell(LoanMade(V1, loan(1)))
    play.tell(AlarmSwitchedOff(V1, item(1)))

    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)
    assert [(each.status, each.alarm) for each in pin_page(play).visit.entries] == [(EntryStatus.LENT, EntryAlarm.OFF)]


def test_items_that_wait_for_their_turn_are_lent_all_the_same() -> None:
    play = borrowed(pad_of(1, 2))
    play.answer_all()

    assert [each.status for each in pin_page(play).visit.entries] == [EntryStatus.LENT] * 2


def test_items_that_wait_for_a_lost_library_system_are_given_up() -> None:
    play = borrowed(pad_of(1, 2))
    play.tell(LibrarySystemLost(), LoanUnknown(V1, item(1)))
    play.pass_time(LIMITS.lost_wait_s)

    assert [each.status for each in pin_page(play).visit.entries] == [EntryStatus.UNKNOWN, EntryStatus.NOT_SENT]


def test_the_answer_about_a_number_that_was_read_before_is_taken() -> None:
    play = borrowed(NumberRead(candidates(1, 2)))
    effects = play.tell(found(candidates(1, 2), 1))

    assert [effect.item_id for effect in effects if isinstance(effect, LendItem)] == [item(1)]
    assert isinstance(play.state, AskingPin)


@pytest.mark.parametrize("reading", [pad_of(1), ItemScanned(item(1)), NumberRead(candidates(1, 2))])
def test_what_is_presented_while_a_pin_is_asked_for_is_not_lent(reading: Event) -> None:
    play = at_pin()
    effects = play.tell(reading)

    assert effects == ()
    assert pin_page(play).visit.entries == ()


def test_what_was_laid_down_meanwhile_waits_on_the_list_for_a_touch() -> None:
    play = at_pin()
    play.tell(pad_of(1), ServiceTouched(Service.BORROW))
    waiting = list_page(play).visit.lying
    effects = play.tell(LendLyingTouched())

    assert waiting == {uid(1)}
    assert [effect.item_id for effect in effects if isinstance(effect, LendItem)] == [item(1)]


def test_items_laid_down_are_a_sign_of_life_but_not_after_another_card() -> None:
    play = at_pin()
    play.pass_time(LIMITS.idle_s)
    play.tell(pad_of(1))
    there = pin_page(play).warned_until
    play.tell(ANOTHER_CARD, pad_of(1, 2), ItemScanned(item(3)))

    assert there is None
    assert pin_page(play).warned_until is not None
    assert pin_page(play).visit.lying == {uid(1), uid(2)}


def test_an_alarm_that_stayed_on_is_tried_again_when_its_item_is_laid_down_again() -> None:
    play = borrowed(pad_of(1), LoanMade(V1, loan(1)), AlarmStillOn(V1, item(1), AlarmFault.TAG_GONE))
    effects = play.tell(pad_of(), pad_of(1))

    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_an_alarm_that_a_lost_pad_left_on_is_tried_again_once_the_pad_is_back() -> None:
    play = borrowed(pad_of(1), LoanMade(V1, loan(1)))
    play.tell(DeviceLost(Device.PAD), AlarmStillOn(V1, item(1), AlarmFault.PAD_LOST))
    effects = play.tell(DeviceBack(Device.PAD))

    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_nobody_is_led_out_while_a_loan_is_under_way() -> None:
    play = borrowed(pad_of(1))
    play.pass_time(300)

    assert pin_page(play).warned_until is None


def test_a_bad_label_is_said() -> None:
    play = at_pin()
    play.tell(LabelRejected(LabelFault.UNKNOWN_PATTERN))
    said = pin_page(play).notice

    assert said is not None
    assert said.kind is NoticeKind.LABEL_REJECTED


def test_cancel_goes_back_to_the_items_of_the_visit() -> None:
    play = borrowed(ItemScanned(item(1)))
    play.tell(CancelTouched())

    assert [each.item_id for each in list_page(play).visit.entries] == [item(1)]
    assert play.reports == []


def test_cancel_goes_back_to_a_number_that_is_not_settled_yet() -> None:
    play = borrowed(NumberRead(candidates(1, 2)))
    play.tell(CancelTouched())

    assert len(list_page(play).visit.questions) == 1


def test_cancel_after_another_card_ends_the_visit() -> None:
    play = borrowed(ItemScanned(item(1)))
    play.tell(*typed(PIN), CancelTouched(), ANOTHER_CARD, WRONG)

    assert isinstance(play.state, Settling)


def test_too_many_wrong_pins_await_a_loan_that_is_under_way() -> None:
    play = borrowed(pad_of(1, 2))
    for pin in ("1", "2", "3"):
        play.tell(*typed(pin), WRONG)
    settling = play.state
    play.answer_all()

    assert isinstance(settling, Settling)
    assert settling.reason is SettleReason.LOCKED
    assert isinstance(play.state, Finished)
    assert [each.item_id for each in play.state.visit.entries] == [item(1)]


def test_too_many_wrong_pins_tell_the_refused_items_too() -> None:
    play = borrowed(ItemScanned(item(1)), LoanRefused(V1, item(1), Refusal.ITEM_RESERVED))
    for pin in ("1", "2"):
        play.tell(*typed(pin), WRONG)
    play.tell(*typed("3"), PatronRefused(V1, Refusal.PIN_LOCKED))

    assert isinstance(play.state, TurnedAway)
    assert [report.outcome.end for report in play.reports] == [VisitEnd.REFUSED]
    assert play.reports[0].outcome.refused == ((Refusal.ITEM_RESERVED, 1), (Refusal.WRONG_PIN, 1))


def test_a_right_pin_takes_the_items_along() -> None:
    play = borrowed(pad_of(1))
    play.tell(*typed(PIN), RIGHT, LoanMade(V1, loan(1)))

    assert [each.status for each in account_page(play).visit.entries] == [EntryStatus.LENT]


def test_lending_behind_a_pin_lends_what_is_laid_down_after_it_and_what_lay_there_by_a_touch() -> None:
    play = Play(replace(LIMITS, pin_for=frozenset({Service.BORROW}))).open().begin()
    play.tell(pad_of(1), *typed(PIN), RIGHT, pad_of(1, 2))
    visit = list_page(play).visit

    assert [each.item_id for each in visit.entries] == [item(2)]
    assert visit.lying == {uid(1)}


def test_a_pin_page_for_lending_has_no_way_round_it() -> None:
    play = Play(replace(LIMITS, pin_for=frozenset({Service.BORROW}))).open().begin()
    play.tell(ServiceTouched(Service.BORROW), ItemScanned(item(1)), CancelTouched())

    assert not isinstance(play.state, Borrowing)
    assert not [effect for effect in play.ordered if isinstance(effect, LendItem)]


def test_an_answer_about_a_number_of_another_visit_is_not_taken() -> None:
    play = at_pin()
    play.tell(ItemsFound(V1, ()))

    assert pin_page(play).visit.entries == ()
