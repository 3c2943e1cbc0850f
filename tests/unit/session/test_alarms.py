"""What is done about the alarm of a lent item."""

from dataclasses import replace

import pytest

from kiosk.session.answers import AlarmStillOn, AlarmSwitchedOff, LoanMade, LoanUnknown
from kiosk.session.effects import SwitchAlarmOff
from kiosk.session.events import DeviceBack, DeviceLost, Event, ItemScanned, PadChanged
from kiosk.session.limits import Limits
from kiosk.session.state import Borrowing, Entry, EntryAlarm, Finished, Settling
from kiosk.session.touches import CancelTouched, FinishTouched
from kiosk.session.values import AlarmFault, AlarmState, Device, Pad, PadItem, VisitId
from tests.support.session_play import LIMITS, Play, item, loan, pad_of, uid

V1 = VisitId("v1")


def entries(play: Play) -> tuple[Entry, ...]:
    assert isinstance(play.state, Borrowing | Settling | Finished)
    return play.state.visit.entries


def alarms(play: Play) -> list[EntryAlarm]:
    return [entry.alarm for entry in entries(play)]


def writes(play: Play) -> list[str]:
    return [effect.tag_uid for effect in play.ordered if isinstance(effect, SwitchAlarmOff)]


def lent_on_pad(limits: Limits | None = None) -> Play:
    play = Play(limits or LIMITS).open().begin()
    play.tell(pad_of(1), LoanMade(V1, loan(1)))
    return play


def failed(fault: AlarmFault = AlarmFault.NOT_VERIFIED) -> Event:
    return AlarmStillOn(V1, item(1), fault)


def test_a_lent_item_that_may_leave_gets_its_alarm_off() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    effects = play.tell(LoanMade(V1, loan(1)))
    writing = alarms(play)
    play.tell(AlarmSwitchedOff(V1, item(1)))

    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)
    assert writing == [EntryAlarm.WRITING]
    assert alarms(play) == [EntryAlarm.OFF]


def test_a_lent_item_that_may_not_leave_keeps_its_alarm() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanMade(V1, loan(1, may_leave=False)))

    assert alarms(play) == [EntryAlarm.UNTOUCHED]
    assert writes(play) == []


def test_an_item_of_which_nobody_knows_keeps_its_alarm() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanUnknown(V1, item(1)), pad_of(), pad_of(1))

    assert alarms(play) == [EntryAlarm.UNTOUCHED]
    assert writes(play) == []


def test_one_tag_is_written_at_a_time_beside_the_next_loan() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2, 3), LoanMade(V1, loan(1)), LoanMade(V1, loan(2)))
    queued = alarms(play)
    effects = play.tell(AlarmSwitchedOff(V1, item(1)))

    assert queued == [EntryAlarm.WRITING, EntryAlarm.WANTED, EntryAlarm.UNTOUCHED]
    assert effects == (SwitchAlarmOff(V1, item(2), uid(2)),)


def test_an_item_lent_by_its_label_is_written_when_it_is_laid_on_the_pad() -> None:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)), LoanMade(V1, loan(1)))
    asked = alarms(play)
    effects = play.tell(pad_of(1))

    assert asked == [EntryAlarm.WANTED]
    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)
    assert isinstance(play.state, Borrowing)
    assert play.state.notice is None


def test_a_tag_lifted_before_its_turn_is_written_when_it_is_back() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), pad_of(), LoanMade(V1, loan(1)))
    lifted = alarms(play)
    effects = play.tell(pad_of(1))

    assert lifted == [EntryAlarm.WANTED]
    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_another_tag_with_the_same_number_is_not_written_instead() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), pad_of(), LoanMade(V1, loan(1)))
    effects = play.tell(PadChanged(Pad((PadItem(uid(7), item(1), AlarmState.SECURED),))))

    assert effects == ()
    assert alarms(play) == [EntryAlarm.WANTED]


def test_a_failed_write_is_tried_again_when_the_item_is_laid_down_again() -> None:
    play = lent_on_pad()
    play.tell(failed())
    stays = alarms(play)
    effects = play.tell(pad_of(), pad_of(1))

    assert stays == [EntryAlarm.STILL_ON]
    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_a_failed_write_is_tried_again_when_the_label_of_the_lying_item_is_scanned() -> None:
    play = lent_on_pad()
    play.tell(failed())

    assert play.tell(ItemScanned(item(1))) == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_an_item_tried_often_enough_goes_to_the_desk() -> None:
    play = lent_on_pad(replace(LIMITS, alarm_tries=2))
    play.tell(failed(), pad_of(), pad_of(1), failed(), pad_of(), pad_of(1))

    assert alarms(play) == [EntryAlarm.AT_DESK]
    assert len(writes(play)) == 2


def test_a_locked_tag_goes_to_the_desk_at_once() -> None:
    play = lent_on_pad()
    play.tell(failed(AlarmFault.LOCKED))

    assert alarms(play) == [EntryAlarm.AT_DESK]


def test_an_item_laid_down_again_during_its_write_is_tried_again_by_itself() -> None:
    play = lent_on_pad()
    play.tell(pad_of(), pad_of(1))
    effects = play.tell(failed(AlarmFault.TAG_GONE))

    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)
    assert not entries(play)[0].laid_again


def test_what_failed_with_the_pad_is_tried_again_when_the_pad_is_back_and_does_not_count() -> None:
    play = lent_on_pad(replace(LIMITS, alarm_tries=1))
    play.tell(failed(AlarmFault.PAD_LOST), DeviceLost(Device.PAD))
    effects = play.tell(DeviceBack(Device.PAD))

    assert effects == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_a_write_that_fails_after_the_pad_is_back_is_tried_again_by_itself() -> None:
    play = lent_on_pad()
    play.tell(DeviceLost(Device.PAD), DeviceBack(Device.PAD))

    assert play.tell(failed(AlarmFault.PAD_LOST)) == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_nothing_is_written_while_the_pad_is_lost() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), DeviceLost(Device.PAD))
    lost = play.tell(LoanMade(V1, loan(1)))
    back = play.tell(DeviceBack(Device.PAD))

    assert lost == ()
    assert back == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_an_alarm_that_is_off_is_left_alone_when_the_pad_is_back() -> None:
    play = lent_on_pad()
    play.tell(AlarmSwitchedOff(V1, item(1)), DeviceLost(Device.PAD), DeviceBack(Device.PAD))

    assert alarms(play) == [EntryAlarm.OFF]
    assert len(writes(play)) == 1


# At the end of a visit


def test_no_way_home_while_a_tag_is_written() -> None:
    play = lent_on_pad()
    play.tell(FinishTouched())
    settling = play.state
    play.pass_time(600)
    still = play.state
    play.tell(AlarmSwitchedOff(V1, item(1)))

    assert isinstance(settling, Settling)
    assert isinstance(still, Settling)
    assert isinstance(play.state, Finished)


@pytest.mark.parametrize("fault", AlarmFault)
def test_an_alarm_that_is_still_on_at_the_end_goes_to_the_desk(fault: AlarmFault) -> None:
    play = lent_on_pad()
    play.tell(failed(fault), FinishTouched())

    assert isinstance(play.state, Finished)
    assert alarms(play) == [EntryAlarm.AT_DESK]


def test_an_item_never_laid_on_the_pad_goes_to_the_desk_at_the_end() -> None:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)), LoanMade(V1, loan(1)), FinishTouched())

    assert alarms(play) == [EntryAlarm.AT_DESK]


@pytest.mark.parametrize("again", [pad_of(1, 2), ItemScanned(item(1))])
def test_while_settling_an_item_laid_down_again_may_still_get_its_alarm_off(again: Event) -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), LoanMade(V1, loan(1)), failed(), pad_of(2), FinishTouched(), pad_of(1, 2), again)
    play.answer_all()

    assert isinstance(play.state, Finished)
    assert alarms(play) == [EntryAlarm.OFF, EntryAlarm.OFF]


def test_while_settling_nothing_new_is_lent() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), FinishTouched(), pad_of(1, 2), ItemScanned(item(3)))
    play.answer_all()

    assert [entry.item_id for entry in entries(play)] == [item(1)]


def test_while_settling_a_pad_that_is_back_is_tried_again() -> None:
    play = lent_on_pad()
    play.tell(FinishTouched(), DeviceLost(Device.PAD), DeviceBack(Device.PAD))

    assert play.tell(failed(AlarmFault.PAD_LOST)) == (SwitchAlarmOff(V1, item(1), uid(1)),)


def test_cancel_while_settling_drops_what_waits() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), FinishTouched(), CancelTouched())
    play.answer_all()

    assert [entry.item_id for entry in entries(play)] == [item(1)]
