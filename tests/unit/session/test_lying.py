"""What lay on the pad before the card: never lent without a touch, however late the reader is sure of it."""

from kiosk.session.effects import LendItem
from kiosk.session.events import DeviceBack, DeviceLost, PadChanged, Ticked
from kiosk.session.state import Borrowing
from kiosk.session.touches import LendLyingTouched
from kiosk.session.values import AlarmState, Device, Pad, PadItem
from tests.support.session_play import Play, item, uid

ACCEPTED = 200.0


def laid(number: int, first_seen: float) -> PadItem:
    return PadItem(uid(number), item(number), AlarmState.SECURED, first_seen)


def accepted() -> Play:
    play = Play().open()
    play.tell(Ticked(ACCEPTED))
    return play.begin()


def asked_for(play: Play) -> list[str]:
    return [effect.item_id.text for effect in play.ordered if isinstance(effect, LendItem)]


def test_a_tag_that_was_seen_before_the_card_is_not_lent_when_its_picture_comes_after_it() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED - 0.4),))))

    assert asked_for(play) == []
    assert isinstance(play.state, Borrowing)
    assert play.state.visit.lying == {uid(1)}


def test_a_tag_that_nobody_can_have_laid_down_so_fast_lay_there_before() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED + 0.2),))))

    assert asked_for(play) == []


def test_a_tag_that_came_later_is_lent() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED + 0.31),))))

    assert asked_for(play) == [item(1).text]


def test_a_touch_lends_what_lay_there_before() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED),))), LendLyingTouched())

    assert asked_for(play) == [item(1).text]


def test_a_book_lifted_and_laid_again_is_the_patrons_own_act() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED),))), PadChanged(Pad()))
    play.pass_time(3)
    play.tell(PadChanged(Pad((laid(1, ACCEPTED + 3),))))

    assert asked_for(play) == [item(1).text]


def test_a_book_left_there_that_another_one_hid_for_a_moment_is_still_left_there() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED),))), PadChanged(Pad((laid(2, ACCEPTED + 5),))))
    play.pass_time(2)
    play.tell(PadChanged(Pad((laid(1, ACCEPTED + 7), laid(2, ACCEPTED + 5)))))

    assert asked_for(play) == [item(2).text]


def test_a_book_left_there_stays_so_when_the_pads_cable_comes_back_and_sees_it_late() -> None:
    play = accepted()
    play.tell(PadChanged(Pad((laid(1, ACCEPTED),))), DeviceLost(Device.PAD), DeviceBack(Device.PAD))
    play.tell(PadChanged(Pad()), PadChanged(Pad((laid(1, ACCEPTED + 9),))))

    assert asked_for(play) == []
