"""What is on loan to the patron already: never asked for as a loan, healed where its alarm is on."""

from dataclasses import replace

import pytest

from kiosk.session.answers import AlarmStillOn
from kiosk.session.effects import LendItem, SwitchAlarmOff
from kiosk.session.events import ItemScanned, PadChanged
from kiosk.session.state import Borrowing, Entry, EntryAlarm, EntryStatus, Finished
from kiosk.session.touches import FinishTouched
from kiosk.session.values import AlarmFault, AlarmState, Pad, PadItem, Patron, VisitId
from tests.support.session_play import MINH, Play, item, pad_of, uid

OWNER = replace(MINH, charged=(item(1),), own_may_leave=True)


def entries(play: Play) -> tuple[Entry, ...]:
    assert isinstance(play.state, Borrowing | Finished)
    return play.state.visit.entries


def lying(number: int, alarm: AlarmState) -> PadChanged:
    return PadChanged(Pad((PadItem(uid(number), item(number), alarm),)))


def visit(patron: Patron = OWNER) -> Play:
    return Play().open().begin(patron=patron)


def test_an_item_on_the_patrons_list_is_never_asked_for_as_a_loan() -> None:
    play = visit()
    play.tell(pad_of(1, 2))
    play.answer_all()

    assert [effect.item_id for effect in play.ordered if isinstance(effect, LendItem)] == [item(2)]
    assert [entry.status for entry in entries(play)] == [EntryStatus.OWN, EntryStatus.LENT]


def test_its_alarm_is_switched_off_where_it_is_still_on() -> None:
    play = visit()
    play.tell(lying(1, AlarmState.SECURED))
    play.answer_all()

    assert [effect.item_id for effect in play.ordered if isinstance(effect, SwitchAlarmOff)] == [item(1)]
    assert entries(play)[0].alarm is EntryAlarm.OFF


def test_a_tag_that_says_on_loan_already_is_left_alone() -> None:
    play = visit()
    play.tell(lying(1, AlarmState.ON_LOAN))

    assert play.pending == []
    assert entries(play)[0].alarm is EntryAlarm.UNTOUCHED


def test_where_the_library_system_may_lend_for_the_house_alone_nothing_is_switched_off() -> None:
    play = visit(replace(OWNER, own_may_leave=False))
    play.tell(lying(1, AlarmState.SECURED))

    assert play.pending == []


def test_an_own_item_that_was_scanned_is_healed_once_it_lies_there() -> None:
    play = visit()
    play.tell(ItemScanned(item(1)))
    scanned = entries(play)[0].alarm
    play.tell(lying(1, AlarmState.SECURED))
    play.answer_all()

    assert scanned is EntryAlarm.UNTOUCHED
    assert entries(play)[0].alarm is EntryAlarm.OFF


def test_a_healing_that_fails_is_shown_at_the_desk_when_the_patron_leaves() -> None:
    play = visit()
    play.tell(lying(1, AlarmState.SECURED))
    play.tell(AlarmStillOn(VisitId("v1"), item(1), AlarmFault.TAG_GONE), FinishTouched())

    assert entries(play)[0].alarm is EntryAlarm.AT_DESK


@pytest.mark.parametrize("charged", [None, ()])
def test_without_a_list_the_library_system_is_asked(charged: tuple[()] | None) -> None:
    play = visit(replace(OWNER, charged=charged))
    play.tell(pad_of(1))

    assert isinstance(play.pending[0], LendItem)
