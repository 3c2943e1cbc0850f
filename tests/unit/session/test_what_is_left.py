"""Sets of several tags, kiosks with other devices, and what can still be done when one of them is lost."""

from dataclasses import replace

import pytest

from kiosk.session.effects import PrintReceipt, SwitchAlarmOff
from kiosk.session.events import DeviceBack, DeviceLost, ItemScanned, LibrarySystemBack, PadChanged
from kiosk.session.state import Borrowing, EntryAlarm, Finished, Idle, NoticeKind, OutOfOrder
from kiosk.session.touches import FinishTouched, ReceiptTouched
from kiosk.session.values import Device, IncompleteSet, Pad, PadOddity
from tests.support.session_play import LIMITS, Play, item, pad_of, uid

EITHER = replace(LIMITS, needs=(frozenset({Device.SCANNER, Device.CARD_READER}), frozenset({Device.PAD})))
LABELS = replace(LIMITS, needs=(frozenset({Device.SCANNER}),))


def whole_set() -> PadChanged:
    (one,) = pad_of(1).pad.items
    return PadChanged(Pad((replace(one, other_tags=(uid(11), uid(12))),)))


def alarms(play: Play) -> list[EntryAlarm]:
    assert isinstance(play.state, Borrowing | Finished)
    return [entry.alarm for entry in play.state.visit.entries]


def test_the_alarm_of_every_part_of_a_set_is_switched_off() -> None:
    play = Play().open().begin()
    play.tell(whole_set())
    play.answer_all()
    (written,) = [effect for effect in play.ordered if isinstance(effect, SwitchAlarmOff)]

    assert written.tags == (uid(1), uid(11), uid(12))
    assert alarms(play) == [EntryAlarm.OFF]


def test_a_set_that_was_scanned_waits_until_all_its_parts_lie_there() -> None:
    play = Play().open().begin()
    play.tell(ItemScanned(item(1)))
    play.answer_all()
    part_missing = PadChanged(Pad((), ((uid(1), PadOddity.INCOMPLETE_SET),), (IncompleteSet(uid(1), (2,), 3),)))
    play.tell(part_missing)
    waiting = alarms(play)
    play.tell(whole_set())
    play.answer_all()

    assert waiting == [EntryAlarm.WANTED]
    assert alarms(play) == [EntryAlarm.OFF]


@pytest.mark.parametrize("left", [Device.SCANNER, Device.CARD_READER])
def test_one_reader_of_cards_is_enough(left: Device) -> None:
    play = Play(EITHER)
    play.tell(LibrarySystemBack(), DeviceBack(Device.PAD))
    without = play.state
    play.tell(DeviceBack(left))

    assert isinstance(without, OutOfOrder)
    assert isinstance(play.state, Idle)


def test_a_visit_goes_on_without_one_of_two_readers_of_cards_and_says_so() -> None:
    play = Play(EITHER).open().begin()
    play.tell(DeviceLost(Device.SCANNER))
    assert isinstance(play.state, Borrowing)
    said = play.state.notice
    play.tell(pad_of(1))
    play.answer_all()

    assert said is not None
    assert (said.kind, said.device) == (NoticeKind.DEVICE_LOST, Device.SCANNER)
    assert alarms(play) == [EntryAlarm.OFF]


def test_without_a_pad_no_alarm_is_owed_and_nothing_is_to_be_shown_at_the_desk() -> None:
    play = Play(LABELS)
    play.tell(LibrarySystemBack(), DeviceBack(Device.SCANNER), DeviceBack(Device.PRINTER))
    play.begin()
    play.tell(ItemScanned(item(1)))
    play.answer_all()
    lent = alarms(play)
    play.tell(FinishTouched(), ReceiptTouched(wanted=True))
    (receipt,) = [effect for effect in play.ordered if isinstance(effect, PrintReceipt)]

    assert lent == [EntryAlarm.NOT_OURS]
    assert [line.show_at_desk for line in receipt.lines] == [False]
