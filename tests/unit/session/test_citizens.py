"""A citizen card: our server says whose it is, the PIN proves it, and the session keeps nothing of it."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.session.answers import PatronAccepted
from kiosk.session.citizen_effects import FindCitizen
from kiosk.session.citizen_events import CitizenCardPresented, CitizenFound, CitizenNotAsked, CitizenUnknown
from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.effects import IdentifyPatron, ReportVisit, VisitEnd
from kiosk.session.events import Event, LibrarySystemLost, Ticked
from kiosk.session.leaving import way_out
from kiosk.session.limits import Limits
from kiosk.session.locks import with_wrong_pin
from kiosk.session.machine import step
from kiosk.session.staff_values import StaffId
from kiosk.session.state import AskingPin, AwaitingCard, Borrowing, Idle, NoticeKind, Returning, State, TurnedAway
from kiosk.session.touches import (
    CancelTouched,
    DoneTouched,
    LanguageTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
    TypeCardTouched,
)
from kiosk.session.values import LabelFault, Language, Patron, PatronId, Pin, PinStanding, Service, VisitId
from library.identity.citizen_card import CitizenCard, Sex
from library.lending.refusals import Refusal
from tests.support.account_play import PIN, V1, typed
from tests.support.session_play import MINH, Play

NUMBER = "001090777123"
CARD = CitizenCard(NUMBER, "012777123", "Nguyễn Căn Cước", date(1990, 1, 1), Sex.MALE, "Thôn Đông Mười")
READER = PatronId("29040071")
LIMITS = Limits(takes_citizens=True, pin_for=frozenset())
SCANNED = CitizenCardPresented(V1, CARD, minor=False)
FOUND = CitizenFound(V1, READER)


def opened(limits: Limits = LIMITS) -> Play:
    return Play(limits).open()


def after(state: State, *events: Event) -> State:
    for event in events:
        state, _ = step(state, event)
    return state


def asking(limits: Limits = LIMITS) -> Play:
    play = opened(limits)
    play.tell(SCANNED)
    return play


def fault(state: State) -> LabelFault | None:
    assert isinstance(state, Idle | AwaitingCard | Borrowing | AskingPin | Returning)
    return None if state.notice is None else state.notice.label_fault


def test_the_server_is_asked_for_the_number_once() -> None:
    play = opened()
    effects = play.tell(SCANNED)

    assert effects == (FindCitizen(V1, NUMBER),)
    assert isinstance(play.state, AskingCitizen)


def test_whoever_is_found_still_types_the_pin_also_to_borrow() -> None:
    play = asking()
    effects = play.tell(FOUND)
    asked = play.tell(*typed(PIN))

    assert effects == ()
    assert asked == (IdentifyPatron(V1, READER, Pin(PIN)),)


def test_a_right_pin_opens_borrowing() -> None:
    play = asking()
    play.tell(FOUND, *typed(PIN), PatronAccepted(V1, Patron(READER, "N.T.M.", loans=0, pin=PinStanding.RIGHT)))

    assert isinstance(play.state, Borrowing)


def test_without_the_pin_nothing_is_opened() -> None:
    play = asking()
    play.tell(FOUND, ServiceTouched(Service.BORROW))
    wrong = PatronAccepted(V1, Patron(READER, "N.T.M.", loans=0, pin=PinStanding.WRONG))
    play.tell(*typed(PIN), wrong)

    assert isinstance(play.state, AskingPin)


def test_a_card_that_wrong_pins_locked_is_not_asked_about() -> None:
    play = opened(replace(LIMITS, pin_tries=1))
    state = replace(play.state, around=with_wrong_pin(play.state.around, READER))
    state, effects = step(after(state, SCANNED), FOUND)

    assert isinstance(state, TurnedAway)
    assert state.refusal is Refusal.PIN_LOCKED
    assert [type(effect) for effect in effects] == [ReportVisit]


@pytest.mark.parametrize("service", [Service.BORROW, Service.ACCOUNT])
def test_what_was_touched_before_is_what_is_opened(service: Service) -> None:
    play = opened()
    play.tell(StartTouched(service), TypeCardTouched(VisitId("v0")), SCANNED, FOUND)

    assert isinstance(play.state, AskingPin)
    assert play.state.service is service


def test_a_stranger_is_sent_to_the_desk_and_may_show_another_card() -> None:
    play = asking()
    play.tell(CitizenUnknown(V1))
    state = play.state

    assert isinstance(state, NewReader)
    assert state.stage is ReaderStage.AT_DESK
    assert play.reports[-1].outcome.refused == ((Refusal.PATRON_UNKNOWN, 1),)
    assert isinstance(after(state, replace(SCANNED, visit_id=VisitId("v2"))), AskingCitizen)


@pytest.mark.parametrize("way", [DoneTouched(), CancelTouched(), Ticked(1e6)])
def test_the_strangers_page_goes_by_a_touch_or_by_itself(way: Event) -> None:
    play = asking()
    play.tell(CitizenUnknown(V1))

    assert isinstance(after(play.state, way), Idle)


def test_a_touch_keeps_the_strangers_page() -> None:
    play = asking()
    play.tell(CitizenUnknown(V1))
    state = play.state
    assert isinstance(state, NewReader)
    touched = after(state, Ticked(state.until - 1), ScreenTouched())
    asleep = after(state, Ticked(state.until - 1), LanguageTouched(Language.ENGLISH))

    assert isinstance(touched, NewReader)
    assert touched.until > state.until
    assert isinstance(asleep, NewReader)
    assert asleep.until == state.until


def test_no_answer_is_said_where_a_card_can_be_shown() -> None:
    play = asking()
    play.tell(CitizenNotAsked(V1))

    assert isinstance(play.state, AwaitingCard)
    assert play.state.notice is not None
    assert play.state.notice.kind is NoticeKind.NOT_IDENTIFIED
    assert play.reports[-1].outcome.end is VisitEnd.FAULT


def test_whoever_leaves_is_gone_and_a_late_answer_is_nobodys() -> None:
    play = asking()
    play.tell(CancelTouched())
    left = play.state
    play.tell(FOUND)

    assert isinstance(left, Idle)
    assert isinstance(play.state, Idle)
    assert play.reports[-1].outcome.end is VisitEnd.ABANDONED


def test_the_answer_of_another_visit_opens_nothing() -> None:
    play = asking()
    state = after(play.state, replace(FOUND, visit_id=VisitId("v9")))

    assert isinstance(state, AskingCitizen)


def test_a_site_that_takes_none_refuses_it_with_words() -> None:
    play = opened(Limits())
    effects = play.tell(SCANNED)

    assert (fault(play.state), effects) == (LabelFault.CITIZEN_CARD, ())


def test_without_the_library_system_it_is_refused_with_words() -> None:
    play = opened(replace(LIMITS, lends_offline=True))
    play.tell(LibrarySystemLost())
    effects = play.tell(SCANNED)

    assert (fault(play.state), effects) == (LabelFault.CITIZEN_OFFLINE, ())


def test_in_the_midst_of_a_visit_it_is_refused_with_words() -> None:
    play = opened().begin()
    effects = play.tell(SCANNED)

    assert (fault(play.state), effects) == (LabelFault.CITIZEN_CARD, ())


def test_staff_who_lend_for_a_reader_take_library_cards() -> None:
    play = opened()
    around = replace(play.state.around, staff=StaffId("lan"))
    state, effects = step(AwaitingCard(around, 1e6), SCANNED)

    assert (fault(state), effects) == (LabelFault.CITIZEN_CARD, ())


def test_where_a_card_opens_nothing_nobody_is_asked_about() -> None:
    play = opened(replace(LIMITS, services=(Service.RETURN,)))
    effects = play.tell(SCANNED)

    assert effects == ()
    assert isinstance(play.state, Idle)


def test_a_kiosk_that_is_told_to_stop_leaves_both_pages() -> None:
    play = asking()
    first = way_out(play.state)
    play.tell(CitizenUnknown(V1))

    assert (first, way_out(play.state)) == (CancelTouched(), DoneTouched())


@pytest.mark.parametrize("answer", [FOUND, CitizenUnknown(V1), CitizenNotAsked(V1)])
def test_no_state_has_anything_of_the_card(answer: Event) -> None:
    play = asking()
    asked = play.state
    play.tell(answer)
    seen = everything(asked) + everything(play.state)

    for secret in (NUMBER, CARD.old_number, CARD.name, CARD.address):
        assert secret not in seen


def everything(value: object) -> str:
    """Write out a value with what it hides."""
    slots = getattr(value, "__slots__", ())
    inner = [getattr(value, name) for name in slots]
    parts = value if isinstance(value, tuple | frozenset) else inner
    return str(value) + "".join(everything(part) for part in parts)


def test_nothing_of_a_card_is_in_what_events_and_effects_show() -> None:
    shown = repr(SCANNED) + repr(FindCitizen(V1, NUMBER)) + repr(FOUND) + repr(MINH)

    assert NUMBER not in shown
    assert READER.text not in shown
