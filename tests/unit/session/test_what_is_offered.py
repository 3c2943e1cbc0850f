"""A kiosk serves what it offers and nothing else, and says no where it cannot."""

from dataclasses import replace

import pytest

from kiosk.session.events import CardPresented, DeviceLost, LibrarySystemLost, OfflineLendingChanged
from kiosk.session.limits import Limits
from kiosk.session.state import AskingPin, AtAccount, Borrowing, Idle, NoticeKind, OutOfOrder
from kiosk.session.surroundings import can_serve
from kiosk.session.touches import LanguageTouched, ServiceTouched, StartTouched
from kiosk.session.values import Device, Language, PinStanding, Service, VisitId
from tests.support.session_play import MINH, Play

V1 = VisitId("v1")
CARD = CardPresented(V1, MINH.patron_id)
BORROW, RETURN, ACCOUNT = Service.BORROW, Service.RETURN, Service.ACCOUNT


def offering(*services: Service, **others: object) -> Play:
    return Play(replace(Limits(services=services), **others)).open()  # type: ignore[arg-type] # any of its fields


def test_where_items_only_come_back_a_card_lends_nothing() -> None:
    play = offering(RETURN)
    play.tell(CARD)

    assert isinstance(play.state, Idle)
    assert play.state.notice is not None
    assert play.state.notice.kind is NoticeKind.NO_SERVICE
    assert play.pending == []


def test_where_nothing_is_lent_a_card_is_for_the_account_and_stands_before_the_pin() -> None:
    play = offering(RETURN, ACCOUNT).begin()

    assert isinstance(play.state, AskingPin)
    assert play.state.service is ACCOUNT


def test_without_the_pad_a_card_is_for_the_account() -> None:
    play = offering(BORROW, ACCOUNT, pin_for=frozenset())
    play.tell(DeviceLost(Device.PAD))
    play.begin()

    assert isinstance(play.state, AtAccount)


@pytest.mark.parametrize("service", list(Service))
def test_what_is_not_offered_does_not_begin(service: Service) -> None:
    play = offering(*(each for each in Service if each is not service))
    play.tell(StartTouched(service, V1))

    assert isinstance(play.state, Idle)


def test_an_account_that_is_not_offered_is_not_opened_from_the_list() -> None:
    play = offering(BORROW, RETURN, pin_for=frozenset()).begin()
    play.tell(ServiceTouched(ACCOUNT))

    assert isinstance(play.state, Borrowing)


def alone(*services: Service) -> Play:
    play = offering(*services, lends_offline=True, pin_for=frozenset({BORROW}))
    play.tell(LibrarySystemLost(), OfflineLendingChanged(ready=True))
    return play


def test_a_pin_that_nobody_can_check_is_not_asked_for() -> None:
    play = alone(BORROW, RETURN)
    play.tell(CARD)

    assert not can_serve(play.state.around, BORROW)
    assert isinstance(play.state, Idle)
    assert play.pending == []


def test_a_kiosk_that_could_only_lend_by_pin_says_that_it_is_out_of_order_without_the_line() -> None:
    assert isinstance(alone(BORROW).state, OutOfOrder)


def test_who_proved_the_pin_before_the_line_went_lends_on() -> None:
    play = offering(BORROW, lends_offline=True, pin_for=frozenset({BORROW}))
    play.begin(patron=replace(MINH, pin=PinStanding.RIGHT))
    play.tell(LibrarySystemLost(), OfflineLendingChanged(ready=True))

    assert isinstance(play.state, Borrowing)


def test_a_no_brings_the_default_language_back_for_whoever_comes_next() -> None:
    play = offering(RETURN, ACCOUNT)
    play.tell(StartTouched(ACCOUNT), LanguageTouched(Language.ENGLISH), LibrarySystemLost(), CARD)
    now = play.state.around.language
    play.pass_time(120)

    assert (now, play.state.around.language) == (Language.ENGLISH, Language.VIETNAMESE)
