"""What one patron proved, chose or was told is never seen by the next, in the same visit or after it."""

from dataclasses import replace

from kiosk.session.answers import LoanRefused, PatronRefused
from kiosk.session.effects import IdentifyPatron
from kiosk.session.events import CardPresented, PadChanged
from kiosk.session.state import AskingPin, AtAccount, TurnedAway
from kiosk.session.touches import CandidateTouched, LendLyingTouched, ScreenTouched, ServiceTouched
from kiosk.session.values import AlarmState, Pad, PadNumber, PatronId, PinStanding, Service, VisitId
from library.lending.refusals import Refusal
from tests.support.account_play import (
    ANOTHER_CARD,
    LIMITS,
    OTHER,
    PIN,
    RIGHT,
    V1,
    WRONG,
    account,
    account_page,
    at_account,
    at_pin,
    list_page,
    pin_page,
    typed,
)
from tests.support.session_moves import strings
from tests.support.session_play import MINH, Play, candidates, found, item, uid

TO_ACCOUNT = ServiceTouched(Service.ACCOUNT)
TO_BORROW = ServiceTouched(Service.BORROW)


def test_after_another_card_while_borrowing_the_account_wants_its_pin_again() -> None:
    play = at_account(account(1))
    play.tell(TO_BORROW, ANOTHER_CARD, ScreenTouched())
    standing = list_page(play).visit.patron.pin
    play.tell(TO_ACCOUNT)

    assert standing is PinStanding.NOT_CHECKED
    assert isinstance(play.state, AskingPin)


def test_a_touch_of_whoever_showed_another_card_never_shows_the_account() -> None:
    play = at_account(account(1))
    play.tell(ANOTHER_CARD, ScreenTouched(), TO_ACCOUNT, TO_BORROW, TO_ACCOUNT)

    assert isinstance(play.state, AskingPin)


def test_the_own_card_keeps_what_was_proven() -> None:
    play = at_account(account(1))
    play.tell(TO_BORROW, CardPresented(VisitId("v3"), MINH.patron_id), TO_ACCOUNT)

    assert isinstance(play.state, AtAccount)


def test_why_a_card_was_refused_is_not_left_for_whoever_shows_another() -> None:
    play = at_pin()
    play.tell(*typed(PIN), PatronRefused(V1, Refusal.PATRON_BLOCKED, "Chị Minh, see the desk"), ANOTHER_CARD)

    assert (pin_page(play).refusal, pin_page(play).words) == (None, "")


def test_a_card_number_is_kept_for_its_lock_no_longer_than_that() -> None:
    play = at_pin()
    play.tell(*typed(PIN), WRONG)
    play.pass_time(LIMITS.pin_lock_s / 2)
    kept = [lock.patron_id for lock in play.state.around.locks]
    play.pass_time(LIMITS.pin_lock_s / 2)

    assert kept == [MINH.patron_id]
    assert MINH.patron_id.text not in set(strings(play.state))


def test_wrong_pins_of_one_patron_do_not_count_for_another() -> None:
    play = at_pin()
    for pin in ("1", "2", "3"):
        play.tell(*typed(pin), WRONG)
    effects = play.tell(ANOTHER_CARD)

    assert effects == (IdentifyPatron(VisitId("v2"), OTHER),)


def test_what_a_patron_said_of_a_number_is_forgotten_when_their_card_is_locked() -> None:
    number = PadNumber(uid(1), candidates(1, 2), AlarmState.SECURED)
    play = Play(LIMITS).open().begin()
    play.tell(PadChanged(Pad(numbers=(number,))), found(candidates(1, 2), 1, 2), CandidateTouched(item(2)))
    named = [each.item_id for each in play.state.around.pad.items]
    play.tell(LoanRefused(V1, item(2), Refusal.ITEM_RESERVED), TO_ACCOUNT)
    for pin in ("1", "2", "3"):
        play.tell(*typed(pin), WRONG)

    assert named == [item(2)]
    assert isinstance(play.state, TurnedAway)
    assert play.state.around.pad.items == ()


def test_a_later_visit_begins_with_nothing_of_the_one_before() -> None:
    play = at_account(account(1, 2, holds=[3]))
    play.pass_time(LIMITS.idle_s + LIMITS.warning_s)
    play.begin("v2", replace(MINH, patron_id=OTHER))
    play.tell(LendLyingTouched(), TO_ACCOUNT)
    state = pin_page(play)

    assert (state.visit.account, state.visit.renewals, state.typed) == (None, (), "")
    assert MINH.patron_id.text not in set(strings(state))


def test_a_state_says_nothing_of_its_patron_when_it_is_printed() -> None:
    play = at_account(account(1, holds=[2]))
    printed = repr(account_page(play))

    assert "Sách" not in printed
    assert MINH.patron_id.text not in printed
    assert PIN not in printed


def test_a_right_answer_for_the_card_of_another_patron_proves_nothing() -> None:
    play = at_pin()
    play.tell(*typed(PIN), replace(RIGHT, patron=replace(RIGHT.patron, patron_id=PatronId("SIM-READER-0009"))))

    assert pin_page(play).visit.patron == MINH
