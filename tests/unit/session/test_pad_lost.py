"""The pad's cable goes in the middle of a visit: nothing is lent whose alarm could not be switched off."""

from dataclasses import replace

from kiosk.session.effects import LendItem, SwitchAlarmOff
from kiosk.session.events import DeviceBack, DeviceLost, ItemScanned
from kiosk.session.state import Borrowing, EntryAlarm, EntryStatus
from kiosk.session.values import Device
from tests.support.session_play import LIMITS, Play, item, pad_of


def entries(play: Play) -> list[tuple[EntryStatus, EntryAlarm]]:
    assert isinstance(play.state, Borrowing)
    return [(entry.status, entry.alarm) for entry in play.state.visit.entries]


def asked_for(play: Play) -> list[str]:
    return [effect.item_id.text for effect in play.ordered if isinstance(effect, LendItem)]


def test_items_wait_for_a_pad_that_is_away_for_a_moment() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2, 3), DeviceLost(Device.PAD))
    play.answer_all()
    without = asked_for(play)
    play.tell(DeviceBack(Device.PAD), pad_of(1, 2, 3))
    play.answer_all()

    assert without == [item(1).text]
    assert entries(play) == [(EntryStatus.LENT, EntryAlarm.OFF)] * 3


def test_an_item_that_was_asked_for_when_the_pad_went_gets_its_alarm_off_when_it_is_back() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), DeviceLost(Device.PAD))
    play.answer_all()
    waiting = entries(play)
    play.tell(DeviceBack(Device.PAD))

    assert waiting == [(EntryStatus.LENT, EntryAlarm.WANTED)]
    assert isinstance(play.pending[0], SwitchAlarmOff)


def test_items_that_waited_too_long_for_the_pad_are_surely_not_lent() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), DeviceLost(Device.PAD))
    play.answer_all()
    play.pass_time(10)

    assert [status for status, _ in entries(play)] == [EntryStatus.LENT, EntryStatus.NOT_SENT]
    assert asked_for(play) == [item(1).text]


def test_a_scanned_item_waits_for_the_pad_too() -> None:
    play = Play().open().begin()
    play.tell(DeviceLost(Device.PAD), ItemScanned(item(1)))

    assert asked_for(play) == []
    assert [status for status, _ in entries(play)] == [EntryStatus.WAITING]


def test_a_library_without_a_pad_lends_by_labels() -> None:
    play = Play(replace(LIMITS, needs=(frozenset({Device.SCANNER}),))).open()
    play.tell(DeviceLost(Device.PAD))
    play.begin()
    play.tell(ItemScanned(item(1)))

    assert asked_for(play) == [item(1).text]
