"""What the session does on its own while the library system does not answer."""

from dataclasses import replace

import pytest

from kiosk.session.answers import IdentifyFailed, PatronAccepted
from kiosk.session.effects import IdentifyPatron, IdentifyPatronOffline, LendItem, LendItemOffline
from kiosk.session.events import (
    CardPresented,
    DeviceLost,
    ItemScanned,
    LibrarySystemBack,
    LibrarySystemLost,
    OfflineLendingChanged,
)
from kiosk.session.limits import Limits
from kiosk.session.locks import with_wrong_pin
from kiosk.session.state import AwaitingCard, Borrowing, Idle, NoticeKind, OutOfOrder, Returning, TurnedAway
from kiosk.session.surroundings import can_serve
from kiosk.session.touches import StartTouched
from kiosk.session.values import Device, PatronId, Service, VisitId
from library.lending.refusals import Refusal
from tests.support.session_play import LIMITS, MINH, Play, item, pad_of

VISIT = VisitId("v1")
CARD = CardPresented(VISIT, MINH.patron_id)
ALONE = replace(Limits(), lends_offline=True)


def alone(limits: Limits = ALONE) -> Play:
    play = Play(limits).open()
    play.tell(OfflineLendingChanged(ready=True), LibrarySystemLost())
    return play


def served(play: Play) -> set[Service]:
    return {service for service in Service if can_serve(play.state.around, service)}


def test_with_everything_there_every_service_is_offered() -> None:
    assert served(Play(Limits()).open()) == set(Service)


def test_without_the_library_system_books_are_taken_back_and_lent_by_the_kiosks_own_rules() -> None:
    assert served(alone()) == {Service.BORROW, Service.RETURN}


def test_without_rules_nothing_is_lent() -> None:
    play = alone()
    play.tell(OfflineLendingChanged(ready=False))

    assert served(play) == {Service.RETURN}
    assert isinstance(play.state, Idle)


def test_a_kiosk_that_does_nothing_alone_is_out_of_order() -> None:
    play = alone(replace(LIMITS, lends_offline=False))

    assert isinstance(play.state, OutOfOrder)


@pytest.mark.parametrize(("lost", "left"), [(Device.SCANNER, {Service.RETURN}), (Device.PAD, {Service.ACCOUNT})])
def test_a_lost_device_takes_away_what_needs_it_and_no_more(lost: Device, left: set[Service]) -> None:
    play = Play(Limits()).open()
    play.tell(DeviceLost(lost))

    assert served(play) == left
    assert isinstance(play.state, Idle)


def test_a_card_is_judged_by_the_kiosks_own_rules() -> None:
    play = alone()
    play.tell(CARD)
    asked = list(play.pending)
    play.answer_all()

    assert asked == [IdentifyPatronOffline(VISIT, MINH.patron_id)]
    assert isinstance(play.state, Borrowing)


def test_a_library_system_that_is_lost_while_it_is_asked_about_a_card_makes_the_kiosk_judge() -> None:
    play = Play(ALONE).open()
    play.tell(OfflineLendingChanged(ready=True), CARD)
    first = list(play.pending)
    play.tell(LibrarySystemLost(), IdentifyFailed(VISIT))
    second = list(play.pending)
    play.tell(IdentifyFailed(VISIT))

    assert first == [IdentifyPatron(VISIT, MINH.patron_id)]
    assert second == [IdentifyPatronOffline(VISIT, MINH.patron_id)]
    assert isinstance(play.state, AwaitingCard)


def test_loans_are_kept_and_counted_for_the_rules() -> None:
    play = alone()
    play.tell(CARD)
    play.answer_all()
    play.tell(pad_of(1, 2))
    play.answer_all()
    lent = [effect for effect in play.ordered if isinstance(effect, LendItemOffline)]
    assert isinstance(play.state, Borrowing)

    assert [effect.taken for effect in lent] == [0, 1]
    assert all(entry.offline for entry in play.state.visit.entries)


def test_a_line_that_breaks_in_a_visit_is_replaced_by_the_kiosks_own_rules() -> None:
    play = Play(ALONE).open().begin()
    play.tell(OfflineLendingChanged(ready=True), ItemScanned(item(1)))
    play.answer_all()
    play.tell(LibrarySystemLost(), ItemScanned(item(2)))

    assert [type(effect) for effect in play.ordered if isinstance(effect, LendItem | LendItemOffline)] == [
        LendItem,
        LendItemOffline,
    ]


def test_who_was_let_in_by_the_kiosks_rules_stays_with_them_to_the_end_of_the_visit() -> None:
    play = alone()
    play.tell(CARD)
    play.answer_all()
    play.tell(LibrarySystemBack(), ItemScanned(item(1)))

    assert isinstance(play.pending[0], LendItemOffline)


def test_the_account_cannot_be_had_and_that_is_said() -> None:
    play = alone()
    play.tell(StartTouched(Service.ACCOUNT))
    assert isinstance(play.state, Idle)

    assert play.state.notice is not None
    assert play.state.notice.kind is NoticeKind.NO_SERVICE


def test_a_card_at_a_kiosk_that_only_takes_back_is_told_so_and_nobody_is_asked() -> None:
    play = alone(replace(Limits(), lends_offline=False))
    play.tell(CARD)
    assert isinstance(play.state, Idle)

    assert play.state.notice is not None
    assert (play.state.notice.kind, play.pending) == (NoticeKind.NO_SERVICE, [])


def test_bringing_back_needs_no_card() -> None:
    play = alone()
    play.tell(StartTouched(Service.RETURN, VISIT))
    assert isinstance(play.state, Returning)

    assert play.state.visit.visit_id == VISIT


def test_a_card_that_is_locked_after_wrong_pins_is_turned_away_until_its_time_is_over() -> None:
    play = Play(Limits()).open()
    around = play.state.around
    for _ in range(around.limits.pin_tries):
        around = with_wrong_pin(around, MINH.patron_id)
    play.state = replace(play.state, around=around)
    play.tell(CARD)
    turned_away = play.state
    play.tell(CardPresented(VisitId("v2"), PatronId("SIM-READER-0002")))
    other = list(play.pending)
    play.answer_all()
    play.pass_time(around.limits.pin_lock_s + 120)
    play.tell(CardPresented(VisitId("v3"), MINH.patron_id), PatronAccepted(VisitId("v3"), MINH))

    assert isinstance(turned_away, TurnedAway)
    assert turned_away.refusal is Refusal.PIN_LOCKED
    assert other == [IdentifyPatron(VisitId("v2"), PatronId("SIM-READER-0002"))]
    assert isinstance(play.state, Borrowing)
