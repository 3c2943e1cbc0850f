"""When the screen goes dark, and what keeps it light."""

import pytest

from kiosk.session.events import CardPresented, DeviceLost, ItemScanned
from kiosk.session.staff_events import HoursChanged
from kiosk.session.touches import StartTouched
from kiosk.session.values import Device, PatronId, VisitId
from kiosk.ui.resting import Resting
from tests.support.session_play import Play, item


def test_after_a_while_without_anybody_the_screen_goes_dark() -> None:
    resting, idle = Resting(60, 100.0), Play().open().state

    assert [resting.dark(idle, now) for now in (100.0, 159.9, 160.0)] == [False, False, True]


def test_a_sign_of_somebody_wakes_it_and_begins_the_wait_anew() -> None:
    resting, idle = Resting(60, 0.0), Play().open().state
    slept = resting.dark(idle, 60.0)
    resting.stir(61.0)

    assert slept
    assert [resting.dark(idle, now) for now in (61.0, 120.9, 121.0)] == [False, False, True]


def test_while_somebody_stands_there_it_stays_light() -> None:
    resting, idle = Resting(60, 0.0), Play().open().state
    resting.somebody(there=True, now=70.0)
    there = resting.dark(idle, 500.0)
    resting.somebody(there=False, now=510.0)

    assert [there, resting.dark(idle, 569.0), resting.dark(idle, 570.0)] == [False, False, True]


@pytest.mark.parametrize(
    "events", [[StartTouched()], [CardPresented(VisitId("v1"), PatronId("29101000000018"))], [ItemScanned(item(1))]]
)
def test_a_screen_with_something_to_say_is_light(events: list[StartTouched | CardPresented | ItemScanned]) -> None:
    resting, play = Resting(60, 0.0), Play().open()
    play.tell(*events)

    assert not resting.dark(play.state, 1000.0)


def test_a_kiosk_that_is_closed_may_go_dark_too() -> None:
    resting, play = Resting(60, 0.0), Play().open()
    play.tell(HoursChanged(in_hours=False))

    assert resting.dark(play.state, 60.0)


def test_a_kiosk_out_of_order_may_go_dark_too() -> None:
    resting, play = Resting(60, 0.0), Play().open()
    play.tell(DeviceLost(Device.PAD))

    assert resting.dark(play.state, 60.0)


def test_a_screen_may_stay_light_for_ever() -> None:
    assert not Resting(0, 0.0).dark(Play().open().state, 1e9)
