"""The PIN: digits, the library system's word about them, and a lock after too many wrong ones."""

from dataclasses import replace

import pytest

from kiosk.session.answers import AccountRead, IdentifyFailed, PatronRefused
from kiosk.session.effects import IdentifyPatron, ReadAccount, ReportVisit, VisitEnd
from kiosk.session.events import CardPresented, LibrarySystemLost
from kiosk.session.machine import step
from kiosk.session.state import AskingPin, AtAccount, Idle, NoticeKind, TurnedAway
from kiosk.session.touches import (
    CancelTouched,
    EnterTouched,
    EraseTouched,
    FinishTouched,
    KeyTouched,
    LanguageTouched,
    ScreenTouched,
    ServiceTouched,
)
from kiosk.session.values import Account, ItemId, Language, Patron, Pin, PinStanding, Service, VisitId
from library.lending.refusals import Refusal
from tests.support.account_play import (
    ANOTHER_CARD,
    LIMITS,
    OTHER,
    PIN,
    RIGHT,
    V1,
    WRONG,
    account_page,
    at_pin,
    checked,
    list_page,
    pin_page,
    typed,
)
from tests.support.session_play import MINH, Play


def pins(play: Play) -> list[str]:
    asked = (effect for effect in play.ordered if isinstance(effect, IdentifyPatron))
    return [effect.pin.text for effect in asked if effect.pin is not None]


def test_a_pin_of_digits_is_checked_with_the_visits_own_card() -> None:
    play = at_pin()
    effects = play.tell(*typed(PIN))

    assert effects == (IdentifyPatron(V1, MINH.patron_id, Pin(PIN)),)
    assert pin_page(play).checking


def test_what_was_typed_is_kept_no_longer_than_until_it_is_asked_about() -> None:
    play = at_pin()
    play.tell(*typed(PIN))

    assert pin_page(play).typed == ""


@pytest.mark.parametrize("key", ["a", "", "12", "٣", "\n", "²"])
def test_a_key_that_is_not_one_digit_types_nothing(key: str) -> None:
    play = at_pin()
    play.tell(KeyTouched("1"), KeyTouched(key))

    assert pin_page(play).typed == "1"


def test_no_more_digits_are_typed_than_a_pin_may_have() -> None:
    play = at_pin(replace(LIMITS, pin_longest=4))
    play.tell(*map(KeyTouched, "123456"))

    assert pin_page(play).typed == "1234"


def test_the_last_digit_is_taken_back_and_nothing_is_taken_from_nothing() -> None:
    play = at_pin()
    play.tell(EraseTouched(), KeyTouched("1"), KeyTouched("2"), EraseTouched())

    assert pin_page(play).typed == "1"


def test_without_a_digit_nothing_is_asked() -> None:
    play = at_pin()
    effects = play.tell(EnterTouched())

    assert effects == ()
    assert not pin_page(play).checking


def test_keys_do_nothing_while_the_library_system_checks() -> None:
    play = at_pin()
    play.tell(*typed(PIN), *typed("1357"), EraseTouched())

    assert pins(play) == [PIN]
    assert pin_page(play).typed == ""


def test_a_right_pin_opens_the_account() -> None:
    play = at_pin()
    effects = play.tell(*typed(PIN), RIGHT)

    assert effects == (ReadAccount(V1, MINH.patron_id),)
    assert account_page(play).visit.patron.pin is PinStanding.RIGHT


def test_a_right_pin_opens_lending_where_the_site_wants_one_for_it() -> None:
    limits = replace(LIMITS, pin_for=frozenset({Service.BORROW}))
    play = Play(limits).open().begin()
    asked = pin_page(play).service
    play.tell(*typed(PIN), RIGHT)

    assert asked is Service.BORROW
    assert list_page(play).visit.entries == ()


def test_what_was_known_before_the_pin_is_kept_where_its_answer_does_not_tell() -> None:
    play = Play(LIMITS).open().begin(patron=replace(MINH, charged=(ItemId("a"),), offline=True))
    play.tell(ServiceTouched(Service.ACCOUNT), *typed(PIN), RIGHT)

    assert account_page(play).visit.patron.charged == (ItemId("a"),)
    assert account_page(play).visit.patron.offline


def test_a_wrong_pin_is_said_and_may_be_typed_again() -> None:
    play = at_pin()
    play.tell(*typed("1"), WRONG)
    said = pin_page(play).wrong
    play.tell(*typed(PIN))

    assert said
    assert not pin_page(play).wrong
    assert pins(play) == ["1", PIN]


def test_too_many_wrong_pins_end_the_visit_as_refused() -> None:
    play = at_pin()
    for pin in ("1", "2", "3"):
        play.tell(*typed(pin), WRONG)

    assert isinstance(play.state, TurnedAway)
    assert play.state.refusal is Refusal.WRONG_PIN
    assert [report.outcome.end for report in play.reports] == [VisitEnd.REFUSED]
    assert play.reports[0].outcome.refused == ((Refusal.WRONG_PIN, 1),)


def test_the_reason_is_read_in_the_patrons_language() -> None:
    play = at_pin()
    play.tell(LanguageTouched(Language.ENGLISH))
    for pin in ("1", "2", "3"):
        play.tell(*typed(pin), WRONG)

    assert play.state.around.language is Language.ENGLISH


def test_a_locked_card_is_turned_away_at_once_until_its_time_is_over() -> None:
    play = at_pin()
    for pin in ("1", "2", "3"):
        play.tell(*typed(pin), WRONG)
    effects = play.tell(CardPresented(VisitId("v2"), MINH.patron_id))
    locked = play.state
    play.pass_time(LIMITS.pin_lock_s)
    asked = play.tell(CardPresented(VisitId("v3"), MINH.patron_id))

    assert [type(effect) for effect in effects] == [ReportVisit]
    assert isinstance(locked, TurnedAway)
    assert locked.refusal is Refusal.PIN_LOCKED
    assert asked == (IdentifyPatron(VisitId("v3"), MINH.patron_id),)


def test_wrong_pins_are_counted_over_visits() -> None:
    play = at_pin()
    play.tell(*typed("1"), WRONG, *typed("2"), WRONG, CancelTouched())
    play.begin()
    play.tell(ServiceTouched(Service.ACCOUNT), *typed("3"), WRONG)

    assert isinstance(play.state, TurnedAway)


def test_a_right_pin_forgets_the_wrong_ones() -> None:
    play = at_pin()
    play.tell(*typed("1"), WRONG, *typed("2"), WRONG, *typed(PIN), RIGHT)

    assert play.state.around.locks == ()


def test_a_library_system_that_says_nothing_of_the_pin_proves_nothing() -> None:
    play = at_pin()
    play.tell(*typed(PIN), checked(PinStanding.NOT_CHECKED))

    assert pin_page(play).wrong
    assert [lock.wrong for lock in play.state.around.locks] == [1]


def test_a_refusal_is_said_with_its_words_and_counts_as_a_try() -> None:
    play = at_pin()
    play.tell(*typed(PIN), PatronRefused(V1, Refusal.PATRON_BLOCKED, "See the desk"))

    assert (pin_page(play).refusal, pin_page(play).words) == (Refusal.PATRON_BLOCKED, "See the desk")
    assert [lock.wrong for lock in play.state.around.locks] == [1]


def test_a_refusal_for_a_wrong_pin_is_a_wrong_pin() -> None:
    play = at_pin()
    play.tell(*typed(PIN), PatronRefused(V1, Refusal.WRONG_PIN))

    assert pin_page(play).wrong
    assert pin_page(play).refusal is None


def test_no_answer_is_said_and_counts_nothing() -> None:
    play = at_pin()
    play.tell(*typed(PIN), IdentifyFailed(V1))
    said = pin_page(play).notice
    play.tell(*typed(PIN), RIGHT)

    assert said is not None
    assert said.kind is NoticeKind.NOT_IDENTIFIED
    assert isinstance(play.state, AtAccount)


def test_without_the_library_system_no_pin_goes_out() -> None:
    play = at_pin()
    effects = play.tell(LibrarySystemLost(), *typed(PIN))
    said = pin_page(play).notice

    assert effects == ()
    assert said is not None
    assert said.kind is NoticeKind.NOT_IDENTIFIED


def test_the_answer_about_another_card_opens_nothing() -> None:
    play = at_pin()
    play.tell(*typed(PIN), checked(PinStanding.RIGHT, patron_id=OTHER))

    assert not pin_page(play).checking
    assert pin_page(play).visit.patron.patron_id == MINH.patron_id


def test_an_answer_that_nobody_awaits_or_that_is_of_another_visit_changes_nothing() -> None:
    play = at_pin()
    play.tell(RIGHT)
    early = play.state
    play.tell(*typed(PIN), replace(RIGHT, visit_id=VisitId("v0")))

    assert isinstance(early, AskingPin)
    assert pin_page(play).checking


def test_cancel_ends_a_visit_without_items() -> None:
    play = at_pin()
    play.tell(KeyTouched("1"), CancelTouched())

    assert isinstance(play.state, Idle)
    assert [report.outcome.end for report in play.reports] == [VisitEnd.ABANDONED]


@pytest.mark.parametrize("answer", [RIGHT, WRONG, IdentifyFailed(V1), PatronRefused(V1, Refusal.OTHER)])
def test_cancel_waits_for_an_answer_that_is_under_way(answer: PatronRefused) -> None:
    play = at_pin()
    play.tell(*typed(PIN), CancelTouched())
    waiting = pin_page(play).cancelled
    effects = play.tell(answer)

    assert waiting
    assert isinstance(play.state, Idle)
    assert [type(effect) for effect in effects] == [ReportVisit]


def test_an_idle_patron_is_asked_and_led_out() -> None:
    play = at_pin()
    play.tell(KeyTouched("1"))
    play.pass_time(LIMITS.idle_s)
    asked = pin_page(play).warned_until
    play.pass_time(LIMITS.warning_s)

    assert asked is not None
    assert isinstance(play.state, Idle)


@pytest.mark.parametrize("touch", [KeyTouched("1"), EraseTouched(), EnterTouched(), ScreenTouched(), FinishTouched()])
def test_a_touch_is_a_sign_of_life(touch: KeyTouched) -> None:
    play = at_pin()
    play.pass_time(LIMITS.idle_s)
    play.tell(touch)

    assert pin_page(play).warned_until is None


def test_nobody_is_led_out_while_a_pin_is_checked() -> None:
    play = at_pin()
    play.tell(*typed(PIN))
    play.pass_time(300)

    assert pin_page(play).warned_until is None


def test_another_card_takes_back_what_was_typed_and_the_visit_ends_by_itself() -> None:
    play = at_pin()
    play.tell(*map(KeyTouched, PIN), ANOTHER_CARD)
    doubted = pin_page(play)
    play.pass_time(LIMITS.warning_s)

    assert (doubted.typed, doubted.doubted) == ("", True)
    assert isinstance(play.state, Idle)


def test_a_right_pin_opens_nothing_after_another_card() -> None:
    play = at_pin()
    play.tell(*typed(PIN), ANOTHER_CARD, RIGHT)
    doubted = pin_page(play)
    play.tell(*typed(PIN), RIGHT)

    assert doubted.visit.patron.pin is PinStanding.NOT_CHECKED
    assert isinstance(play.state, AtAccount)


def test_the_own_card_is_a_sign_of_life() -> None:
    play = at_pin()
    play.tell(ANOTHER_CARD, CardPresented(VisitId("v3"), MINH.patron_id))

    assert not pin_page(play).doubted


def test_a_patron_without_a_pin_may_borrow_by_the_card_alone() -> None:
    play = at_pin()
    play.tell(KeyTouched("1"), ServiceTouched(Service.BORROW))

    assert list_page(play).visit.patron == MINH


@pytest.mark.parametrize("service", [Service.ACCOUNT, Service.RETURN])
def test_no_other_service_is_opened_without_the_pin(service: Service) -> None:
    play = at_pin()
    play.tell(ServiceTouched(service))

    assert isinstance(play.state, AskingPin)


def test_lending_is_not_opened_without_the_pin_that_it_needs() -> None:
    play = Play(replace(LIMITS, pin_for=frozenset({Service.BORROW}))).open().begin()
    play.tell(ServiceTouched(Service.BORROW))

    assert isinstance(play.state, AskingPin)


def test_a_pin_is_never_printable() -> None:
    play = at_pin()
    before = repr(play.tell(*map(KeyTouched, PIN)))
    shown = repr(play.state)
    asked = repr(play.tell(EnterTouched()))

    assert PIN not in before + shown + asked + repr(KeyTouched(PIN))


def test_an_account_read_for_nobody_is_not_kept() -> None:
    play = at_pin()
    state, _ = step(play.state, AccountRead(V1, Account()))

    assert isinstance(state, AskingPin)
    assert state.visit.account is None


def test_the_patron_of_the_answer_is_the_one_of_the_visit() -> None:
    play = at_pin()
    told = Patron(MINH.patron_id, "N.T.M.", loans=2, charged=(ItemId("b"),), pin=PinStanding.RIGHT)
    play.tell(*typed(PIN), replace(RIGHT, patron=told))

    assert account_page(play).visit.patron == told


def test_the_library_system_is_asked_in_the_language_of_the_screen() -> None:
    play = at_pin()
    play.tell(LanguageTouched(Language.ENGLISH))
    english = play.tell(*typed(PIN))

    assert english == (IdentifyPatron(V1, MINH.patron_id, Pin(PIN), Language.ENGLISH),)
