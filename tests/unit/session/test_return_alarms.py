"""The alarm of what is brought back: on, or told to staff; never before the return stands."""

from kiosk.session.effects import SwitchAlarmOn
from kiosk.session.events import DeviceBack, DeviceLost, PadChanged
from kiosk.session.return_list import ReturnAlarm, ReturnStatus
from kiosk.session.state import ReturnFinished, ReturnSettling
from kiosk.session.touches import FinishTouched
from kiosk.session.values import AlarmFault, AlarmState, Device, Pad, PadItem, ReturnKind, ReturnOutcome
from library.lending.refusals import Refusal
from tests.support.return_play import STAFF, VISIT, armed, back, entry, laid, refused, returns, still_off
from tests.support.session_play import item, uid

WRITE = SwitchAlarmOn(VISIT, item(1), (uid(1),))


def test_what_must_not_be_armed_is_not_written() -> None:
    play = returns()
    play.tell(laid(1))
    effects = play.tell(back(1, arm=False))

    assert (effects, entry(play, 1).alarm, entry(play, 1).outcome) == ((), ReturnAlarm.UNTOUCHED, ReturnOutcome.SHELF)


def test_a_tag_that_went_is_written_when_it_is_laid_down_again() -> None:
    play = returns()
    play.tell(laid(1), back(1))
    failed = play.tell(still_off(1))
    asks_again = entry(play, 1).alarm
    play.tell(laid())
    again = play.tell(laid(1))
    play.tell(armed(1))

    assert (failed, asks_again, again) == ((), ReturnAlarm.STILL_OFF, (WRITE,))
    assert (entry(play, 1).alarm, entry(play, 1).outcome) == (ReturnAlarm.ON, ReturnOutcome.SHELF)


def test_after_three_tries_the_return_stands_and_the_item_goes_to_staff() -> None:
    play = returns()
    play.tell(laid(1), back(1, ReturnKind.HOLD_HERE))
    for _ in range(3):
        play.tell(still_off(1), laid(), laid(1))

    assert entry(play, 1).status is ReturnStatus.BACK
    assert (entry(play, 1).alarm, entry(play, 1).outcome) == (ReturnAlarm.TO_STAFF, ReturnOutcome.NOT_ARMED)
    assert entry(play, 1).bin == STAFF


def test_what_is_locked_is_tried_once() -> None:
    play = returns()
    play.tell(laid(1), back(1), still_off(1, AlarmFault.LOCKED))

    assert (entry(play, 1).alarm, entry(play, 1).bin) == (ReturnAlarm.TO_STAFF, STAFF)


def test_laid_down_again_during_the_write_it_is_tried_again_by_itself() -> None:
    play = returns()
    play.tell(laid(1), back(1), laid(), laid(1))

    assert play.tell(still_off(1)) == (WRITE,)


def test_a_lost_pad_costs_no_try_and_its_return_tries_again() -> None:
    play = returns()
    play.tell(laid(1), back(1), DeviceLost(Device.PAD))
    lost = play.tell(still_off(1, AlarmFault.PAD_LOST))
    tries = entry(play, 1).alarm_tries

    assert (lost, tries, play.tell(DeviceBack(Device.PAD))) == ((), 0, (WRITE,))


def test_what_is_under_way_when_the_pad_comes_back_is_tried_again_if_it_failed() -> None:
    play = returns()
    play.tell(laid(1), back(1), DeviceLost(Device.PAD), DeviceBack(Device.PAD))

    assert play.tell(still_off(1, AlarmFault.PAD_LOST)) == (WRITE,)


def test_another_tag_with_the_items_number_is_never_written() -> None:
    play = returns()
    play.tell(laid(1), PadChanged(Pad((PadItem(uid(9), item(1), AlarmState.ON_LOAN),))))

    assert play.tell(back(1)) == ()
    assert entry(play, 1).tags == (uid(1),)


def test_what_nobody_has_on_loan_and_does_not_alarm_is_armed() -> None:
    play = returns()
    play.tell(laid(1))
    effects = play.tell(refused(1, Refusal.ITEM_NOT_ON_LOAN))
    play.tell(armed(1))

    assert effects == (WRITE,)
    assert (entry(play, 1).status, entry(play, 1).outcome) == (ReturnStatus.REFUSED, ReturnOutcome.NOT_ON_LOAN)


def test_what_somebody_may_have_on_loan_is_not_armed() -> None:
    play = returns()
    play.tell(laid(1))

    assert play.tell(refused(1, Refusal.OTHER)) == ()


def test_at_the_end_what_waits_for_its_alarm_goes_to_staff() -> None:
    play = returns()
    play.tell(laid(1), back(1), still_off(1), FinishTouched())

    assert isinstance(play.state, ReturnFinished)
    assert (entry(play, 1).outcome, entry(play, 1).bin) == (ReturnOutcome.NOT_ARMED, STAFF)


def test_an_item_may_be_laid_down_again_while_the_end_is_awaited() -> None:
    play = returns()
    play.tell(laid(1, 2), back(1), still_off(1), FinishTouched(), laid(2))
    effects = play.tell(laid(1, 2))

    assert isinstance(play.state, ReturnSettling)
    assert effects == (WRITE,)


def test_the_pads_return_helps_while_the_end_is_awaited() -> None:
    play = returns()
    play.tell(laid(1, 2), back(1), DeviceLost(Device.PAD), still_off(1, AlarmFault.PAD_LOST), FinishTouched())

    assert play.tell(DeviceBack(Device.PAD)) == (WRITE,)
