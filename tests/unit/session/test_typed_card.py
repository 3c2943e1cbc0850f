"""A typed card number: asked about together with the PIN alone, for borrowing too, and forgotten on leaving."""

from dataclasses import replace

from kiosk.session.answers import PatronAccepted, PatronRefused
from kiosk.session.effects import Effect, IdentifyPatron, IdentifyPatronOffline, LendItem, ReportVisit
from kiosk.session.events import CardPresented, Event, ItemScanned, LibrarySystemLost
from kiosk.session.limits import Limits
from kiosk.session.state import AskingPin, AwaitingCard, Borrowing, Idle, NoticeKind, TurnedAway
from kiosk.session.touches import (
    CancelTouched,
    EnterTouched,
    EraseTouched,
    FinishTouched,
    KeyTouched,
    ServiceTouched,
    StartTouched,
    TypeCardTouched,
)
from kiosk.session.values import Patron, PatronId, Pin, PinStanding, Service, VisitId
from library.lending.refusals import Refusal
from tests.support.account_play import PIN, V1, at_pin, typed
from tests.support.session_play import Play, item

NUMBER = "29040071"
READER = PatronId(NUMBER)
LIMITS = Limits(types_card=True, pin_for=frozenset())
RIGHT = PatronAccepted(V1, Patron(READER, "N.T.M.", loans=0, pin=PinStanding.RIGHT))
WRONG = PatronAccepted(V1, Patron(READER, "N.T.M.", loans=0, pin=PinStanding.WRONG))
UNPROVEN = PatronAccepted(V1, Patron(READER, "N.T.M.", loans=0))
NOBODY = PatronRefused(V1, Refusal.PATRON_UNKNOWN)
NEXT = VisitId("v2")


def at_number_pad(limits: Limits = LIMITS, service: Service = Service.BORROW) -> Play:
    play = Play(limits).open()
    play.tell(StartTouched(service), TypeCardTouched(V1))
    return play


def asked_for_pin(limits: Limits = LIMITS, service: Service = Service.BORROW) -> Play:
    play = at_number_pad(limits, service)
    play.tell(*typed(NUMBER))
    return play


def told(play: Play, kind: type[Effect]) -> list[Effect]:
    return [effect for effect in play.ordered if isinstance(effect, kind)]


def test_the_number_alone_is_never_asked_about() -> None:
    play = asked_for_pin()

    assert isinstance(play.state, AskingPin)
    assert play.ordered == []


def test_the_number_is_asked_about_with_the_pin_where_a_card_alone_would_do() -> None:
    play = asked_for_pin()
    effects = play.tell(*typed(PIN))

    assert effects == (IdentifyPatron(V1, READER, Pin(PIN)),)


def test_letters_are_typed_only_where_card_numbers_hold_them() -> None:
    plain, lettered = at_number_pad(), at_number_pad(replace(LIMITS, card_letters="TV-"))
    for play in (plain, lettered):
        play.tell(*map(KeyTouched, ("T", "X", "V", "-", "", "01", "0", "x", "7")))
    plain_typed, lettered_typed = plain.state, lettered.state
    lettered.tell(EraseTouched(), EnterTouched())
    effects = lettered.tell(*typed(PIN))

    assert isinstance(plain_typed, AwaitingCard)
    assert isinstance(lettered_typed, AwaitingCard)
    assert (plain_typed.typed, lettered_typed.typed) == ("07", "TV-07")
    assert effects == (IdentifyPatron(V1, PatronId("TV-0"), Pin(PIN)),)


def test_a_pin_holds_no_letters_whatever_card_numbers_hold() -> None:
    play = asked_for_pin(replace(LIMITS, card_letters="TV-"))
    play.tell(KeyTouched("T"), KeyTouched("1"))

    assert isinstance(play.state, AskingPin)
    assert play.state.typed == "1"


def test_a_right_pin_opens_borrowing() -> None:
    play = asked_for_pin()
    play.tell(*typed(PIN), RIGHT)
    effects = play.tell(ItemScanned(item(1)))

    assert isinstance(play.state, Borrowing)
    assert play.state.visit.patron.initials == "N.T.M."
    assert [type(effect) for effect in effects] == [LendItem]


def test_without_a_right_pin_nothing_is_lent() -> None:
    ways: tuple[tuple[Event, ...], ...] = (
        (ItemScanned(item(1)),),
        (ServiceTouched(Service.BORROW), ItemScanned(item(1))),
        (*typed(PIN), WRONG, ItemScanned(item(1))),
        (*typed(PIN), UNPROVEN, ItemScanned(item(1))),
        (*typed(PIN), NOBODY, ServiceTouched(Service.BORROW), ItemScanned(item(1))),
        (CancelTouched(), ItemScanned(item(1))),
    )
    for service in (Service.BORROW, Service.ACCOUNT):
        for way in ways:
            play = asked_for_pin(service=service)
            play.tell(*way)

            assert told(play, LendItem) == []
            assert not isinstance(play.state, Borrowing)


def test_three_wrong_pins_lock_the_number_and_its_card() -> None:
    play = asked_for_pin()
    play.tell(*typed(PIN), WRONG, *typed(PIN), NOBODY, *typed(PIN), UNPROVEN)
    locked = play.state
    play.tell(CancelTouched())
    play.tell(StartTouched(), TypeCardTouched(NEXT), *typed(NUMBER))
    typed_again = play.state
    play.tell(CancelTouched())
    play.tell(CardPresented(VisitId("v3"), READER))

    assert isinstance(locked, TurnedAway)
    assert isinstance(typed_again, TurnedAway)
    assert typed_again.refusal is Refusal.PIN_LOCKED
    assert isinstance(play.state, TurnedAway)
    assert len(told(play, IdentifyPatron)) == 3
    assert len(told(play, ReportVisit)) == 3


def test_a_number_that_is_nobodys_is_told_from_a_wrong_pin_by_nothing() -> None:
    pages = []
    for answer in (NOBODY, WRONG):
        play = asked_for_pin()
        play.tell(*typed(PIN), answer)
        assert isinstance(play.state, AskingPin)
        pages.append((play.state.wrong, play.state.refusal, play.state.words))

    assert pages == [(True, None, "")] * 2


def test_what_was_typed_is_gone_with_the_page() -> None:
    play = at_number_pad()
    play.tell(*map(KeyTouched, NUMBER), EraseTouched())
    there = play.state
    play.tell(CancelTouched())
    left = play.state
    play.tell(TypeCardTouched(NEXT))

    assert isinstance(there, AwaitingCard)
    assert there.typed == NUMBER[:-1]
    assert NUMBER[:-1] not in repr(there)
    assert isinstance(left, AwaitingCard)
    assert (left.typing, left.typed) == (None, "")
    assert isinstance(play.state, AwaitingCard)
    assert (play.state.typing, play.state.typed) == (NEXT, "")


def test_nobody_typing_any_more_leads_home_and_nothing_is_kept() -> None:
    play = at_number_pad()
    play.tell(*map(KeyTouched, NUMBER))
    play.pass_time(LIMITS.card_wait_s + 1)

    assert isinstance(play.state, Idle)
    assert NUMBER not in str(play.state.around)


def test_a_card_that_is_shown_after_all_takes_the_place_of_what_was_typed() -> None:
    play = at_number_pad()
    effects = play.tell(KeyTouched("7"), CardPresented(NEXT, READER))

    assert effects == (IdentifyPatron(NEXT, READER),)


def test_without_the_library_system_no_number_is_taken() -> None:
    alone = replace(LIMITS, lends_offline=True)
    play = at_number_pad(alone)
    play.tell(*map(KeyTouched, NUMBER), LibrarySystemLost(), EnterTouched())
    state = play.state
    away = Play(alone).open()
    away.tell(LibrarySystemLost(), StartTouched(), TypeCardTouched(V1), *typed(NUMBER))

    assert told(play, IdentifyPatronOffline) == told(away, IdentifyPatronOffline) == []
    assert isinstance(state, AwaitingCard)
    assert state.notice is not None
    assert (state.notice.kind, state.typing, state.typed) == (NoticeKind.NOT_IDENTIFIED, None, "")
    assert not isinstance(away.state, AskingPin | Borrowing)


def test_where_the_site_does_not_want_it_nothing_can_be_typed() -> None:
    play = at_number_pad(Limits())
    play.tell(*typed(NUMBER))

    assert isinstance(play.state, AwaitingCard)
    assert play.state.typing is None


def test_another_card_hides_an_account_that_was_opened_by_number() -> None:
    play = asked_for_pin(service=Service.ACCOUNT)
    play.tell(*typed(PIN), RIGHT)
    play.tell(CardPresented(NEXT, PatronId("29049999")))

    assert isinstance(play.state, AskingPin)
    assert play.state.visit.patron.pin is PinStanding.NOT_CHECKED


def test_a_card_that_was_shown_still_borrows_without_a_pin() -> None:
    play = at_pin(Limits(types_card=True))
    play.tell(ServiceTouched(Service.BORROW))

    assert isinstance(play.state, Borrowing)


def test_the_visit_ends_like_any_other() -> None:
    play = asked_for_pin()
    play.tell(*typed(PIN), RIGHT, FinishTouched())

    assert len(told(play, ReportVisit)) == 1
