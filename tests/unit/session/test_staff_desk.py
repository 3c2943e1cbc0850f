"""The desk of staff: one act at a time, each ordered once, and home when nothing is under way."""

from dataclasses import replace

import pytest

from kiosk.session.events import CardPresented, DeviceBack, DeviceLost, Event, ItemScanned, LabelRejected, PadChanged
from kiosk.session.leaving import way_out
from kiosk.session.staff_events import ActDone, DeskRead, DeskUnread, StaffCardPresented, StaffPinChecked, StaffTouched
from kiosk.session.staff_state import AtStaffDesk, Closed
from kiosk.session.staff_values import ActKind, ActResult, ByStaff, ListedReason, StaffAct
from kiosk.session.state import Idle
from kiosk.session.touches import CancelTouched, DoneTouched, ScreenTouched
from kiosk.session.values import Device, LabelFault, Pad, VisitId
from tests.support.session_play import MINH, item, pad_of, uid
from tests.support.staff_play import (
    CLOSING,
    LAN,
    LIMITS,
    MAI,
    OPENING,
    RESTART,
    alarm,
    at_desk,
    at_pin,
    desk_of,
    desk_page,
    do,
    orders,
    readings,
    seen,
    trial,
    type_pin,
)


def test_staff_close_the_kiosk_and_open_it_again() -> None:
    play = at_desk()
    do(play, CLOSING)
    do(play, CLOSING)
    play.tell(DoneTouched())
    closed = play.state
    at_pin(play)
    type_pin(play)
    play.tell(StaffPinChecked(LAN), DeskRead(desk_of()))
    do(play, OPENING)
    play.tell(DoneTouched())

    assert isinstance(closed, Closed)
    assert closed.around.opening.by_staff is ByStaff.CLOSED
    assert isinstance(play.state, Idle)
    assert [order.act for order in orders(play)] == [CLOSING, OPENING]
    assert {order.staff_id for order in orders(play)} == {LAN}


def test_closing_holds_even_if_it_could_not_be_noted() -> None:
    play = at_desk()
    do(play, CLOSING, ActResult.NOT_NOTED)
    said = desk_page(play).said
    play.tell(DoneTouched())

    assert said == (CLOSING, ActResult.NOT_NOTED)
    assert isinstance(play.state, Closed)


def test_one_act_at_a_time_and_the_desk_is_read_after_each() -> None:
    play = at_desk()
    play.tell(StaffTouched(trial(Device.PRINTER)), StaffTouched(RESTART), ActDone(RESTART, ActResult.DONE))
    doing = desk_page(play).doing
    play.tell(ActDone(trial(Device.PRINTER), ActResult.PAPER_OUT))

    assert doing == trial(Device.PRINTER)
    assert desk_page(play).said == (trial(Device.PRINTER), ActResult.PAPER_OUT)
    assert len(orders(play)) == 1
    assert readings(play) == 2


@pytest.mark.parametrize(
    "act",
    [OPENING, StaffAct(ActKind.ENTERED), StaffAct(ActKind.DEVICE_TRIED), seen(9), StaffAct(ActKind.ALARM_SETTLED)],
)
def test_what_cannot_be_meant_is_not_done(act: StaffAct) -> None:
    play = at_desk(alarm(item(1)))
    play.tell(StaffTouched(act))

    assert orders(play) == []


@pytest.mark.parametrize("act", [RESTART, StaffAct(ActKind.PAPER_CHANGED), seen(1), trial(Device.BOARD)])
def test_what_is_offered_is_ordered_once(act: StaffAct) -> None:
    play = at_desk(alarm(item(1)))
    do(play, act)

    assert [order.act for order in orders(play)] == [act]
    assert desk_page(play).said == (act, ActResult.DONE)


def test_of_an_item_in_doubt_the_kiosk_still_has_to_ask() -> None:
    play = at_desk(alarm(item(1), ListedReason.RETURN_IN_DOUBT))
    play.tell(StaffTouched(seen(1)), pad_of(1))

    assert orders(play) == []


# Trials


@pytest.mark.parametrize(
    ("device", "reading"),
    [
        (Device.PAD, pad_of(1)),
        (Device.SCANNER, ItemScanned(item(1))),
        (Device.SCANNER, LabelRejected(LabelFault.EMPTY)),
        (Device.SCANNER, StaffCardPresented(MAI)),
        (Device.CARD_READER, CardPresented(VisitId("v1"), MINH.patron_id)),
    ],
)
def test_a_reader_is_tried_until_it_reads_something(device: Device, reading: Event) -> None:
    play = at_desk()
    do(play, trial(device))
    waiting = desk_page(play)
    play.tell(ScreenTouched(), PadChanged(Pad()), DeviceBack(Device.BOARD))
    still = desk_page(play).listening
    play.tell(reading)

    assert waiting.said is None
    assert still == trial(device)
    assert desk_page(play).said == (trial(device), ActResult.DONE)
    assert desk_page(play).listening is None


def test_a_tag_that_lies_there_already_proves_the_pad() -> None:
    play = at_desk()
    play.tell(pad_of(1))
    do(play, trial(Device.PAD))

    assert desk_page(play).said == (trial(Device.PAD), ActResult.DONE)


def test_a_reader_that_reads_nothing_is_called_silent_and_one_that_is_lost_is_not_listened_to() -> None:
    play = at_desk()
    do(play, trial(Device.SCANNER))
    play.pass_time(30)
    silent = desk_page(play).said
    do(play, trial(Device.PAD), ActResult.LOST)

    assert silent == (trial(Device.SCANNER), ActResult.SILENT)
    assert desk_page(play).listening is None


# The alarm list


def test_an_item_of_the_list_that_is_laid_down_is_settled_by_its_tags_one_after_the_other() -> None:
    play = at_desk(alarm(item(1)), alarm(item(2)))
    play.tell(pad_of(1, 2, 3))
    first = StaffAct(ActKind.ALARM_SETTLED, item_id=item(1))
    play.tell(ActDone(first, ActResult.ARMED), DeskRead(desk_of(alarm(item(2)))))

    assert [(order.act.item_id, order.tags) for order in orders(play)] == [
        (item(1), (uid(1),)),
        (item(2), (uid(2),)),
    ]


def test_what_could_not_be_settled_is_tried_again_only_when_it_is_laid_down_anew() -> None:
    play = at_desk(alarm(item(1)))
    act = StaffAct(ActKind.ALARM_SETTLED, item_id=item(1))
    play.tell(pad_of(1), ActDone(act, ActResult.NO_ANSWER), DeskRead(desk_of(alarm(item(1)))))
    once = len(orders(play))
    play.tell(ScreenTouched(), pad_of(), pad_of(1))

    assert (once, len(orders(play))) == (1, 2)


def test_without_its_records_nothing_is_settled() -> None:
    play = at_pin()
    type_pin(play)
    play.tell(StaffPinChecked(LAN), DeskUnread(), pad_of(1), DeskUnread(), DeskRead(desk_of()))

    assert desk_page(play).unread
    assert orders(play) == []


# The way home


def test_it_leaves_by_itself_after_a_time_without_a_touch() -> None:
    play = at_desk()
    play.pass_time(100)
    play.tell(ScreenTouched())
    play.pass_time(119)
    still = play.state
    play.pass_time(1)

    assert isinstance(still, AtStaffDesk)
    assert isinstance(play.state, Idle)


@pytest.mark.parametrize("touch", [DoneTouched(), CancelTouched()])
def test_no_way_leads_home_while_an_act_is_under_way(touch: Event) -> None:
    play = at_desk()
    play.tell(StaffTouched(RESTART), touch, StaffTouched(CLOSING))
    play.pass_time(600)
    still = play.state
    play.tell(ActDone(RESTART, ActResult.DONE))
    reading = play.state
    play.tell(DeskRead(desk_of()))

    assert isinstance(still, AtStaffDesk)
    assert isinstance(reading, AtStaffDesk)
    assert isinstance(play.state, Idle)
    assert len(orders(play)) == 1


def test_a_kiosk_that_is_told_to_stop_leads_staff_out() -> None:
    play = at_desk()
    out = way_out(play.state)
    play.tell(StaffTouched(RESTART), CancelTouched())
    waiting = way_out(play.state)
    asked = at_pin()
    pin = way_out(asked.state)
    type_pin(asked)
    asked.tell(CancelTouched())

    assert (out, waiting, pin, way_out(asked.state)) == (CancelTouched(), None, CancelTouched(), None)


def test_what_lies_there_and_is_lost_meanwhile_costs_nothing() -> None:
    play = at_desk(limits=replace(LIMITS, staff_idle_s=30.0))
    play.tell(DeviceLost(Device.PAD), StaffTouched(trial(Device.PAD)), ActDone(trial(Device.PAD), ActResult.LOST))
    play.tell(DeskRead(desk_of()))
    play.pass_time(30)

    assert play.state.around.lost == {Device.PAD}
    assert not isinstance(play.state, AtStaffDesk)
