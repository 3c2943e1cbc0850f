"""Whom the library does not know becomes a reader: reads, agrees, hands in; and leaves nothing where they do not."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.session.answers import ReceiptFailed, ReceiptPrinted
from kiosk.session.citizen_effects import HandInReader, PrintPickUp
from kiosk.session.citizen_events import (
    CitizenCardPresented,
    CitizenUnknown,
    HandInTouched,
    JoinTouched,
    PurposeTouched,
    ReaderHandedIn,
    ReaderNotHeard,
    ReaderNotTaken,
)
from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.effects import Effect
from kiosk.session.events import Event, LibrarySystemLost, PrinterChanged, Ticked
from kiosk.session.joining import may_hand_in
from kiosk.session.leaving import way_out
from kiosk.session.limits import Limits
from kiosk.session.machine import step
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.state import Idle, State
from kiosk.session.touches import CancelTouched, DoneTouched, LanguageTouched, ReceiptTouched, ScreenTouched
from kiosk.session.values import Language, PrinterFault, VisitId
from library.identity.citizen_card import CitizenCard, Sex
from library.identity.purposes import Purpose
from tests.support.account_play import V1
from tests.support.session_play import Play

NUMBER = "001090777123"
CARD = CitizenCard(NUMBER, "012777123", "Nguyễn Căn Cước", date(1990, 1, 1), Sex.MALE, "Thôn Đông Mười")
SECRETS = (NUMBER, CARD.old_number, CARD.name, CARD.address)
LIMITS = Limits(takes_citizens=True, takes_new_readers=True)
SCANNED = CitizenCardPresented(V1, CARD, minor=False)
ANOTHER = replace(SCANNED, visit_id=VisitId("v2"))
LENDING, MESSAGES = PurposeTouched(Purpose.LENDING), PurposeTouched(Purpose.MESSAGES)
PRINT = ReceiptTouched(wanted=True)
TAKEN = ReaderHandedIn(V1, "W7KM4Q")
TO_THE_FORM = (SCANNED, CitizenUnknown(V1))
TO_CONSENT = (*TO_THE_FORM, JoinTouched())
HANDED_IN = (*TO_CONSENT, LENDING, HandInTouched())


def after(*events: Event, limits: Limits = LIMITS) -> State:
    state = Play(limits).open().state
    for event in events:
        state, _ = step(state, event)
    return state


def stage(*events: Event, limits: Limits = LIMITS) -> ReaderStage | None:
    state = after(*events, limits=limits)
    return state.stage if isinstance(state, NewReader) else None


def effects(*events: Event) -> tuple[Effect, ...]:
    return step(after(*events[:-1]), events[-1])[1]


def everything(value: object) -> str:
    """Write out a value with what it hides."""
    slots = getattr(value, "__slots__", ())
    inner = [getattr(value, name) for name in slots]
    parts = value if isinstance(value, tuple | frozenset) else inner
    return str(value) + "".join(everything(part) for part in parts)


def test_a_stranger_of_age_is_shown_what_the_card_says_and_nothing_is_sent() -> None:
    state = after(*TO_THE_FORM)

    assert isinstance(state, NewReader)
    assert (state.stage, state.card, state.agreed) == (ReaderStage.OFFERED, CARD, frozenset())
    assert [type(effect).__name__ for effect in effects(*TO_THE_FORM)] == ["ReportVisit"]


@pytest.mark.parametrize("takes", [True, False])
def test_who_is_under_sixteen_comes_to_the_desk_with_a_guardian_and_nothing_is_kept(*, takes: bool) -> None:
    limits = replace(LIMITS, takes_new_readers=takes)
    asked = after(replace(SCANNED, minor=True), limits=limits)
    state = after(replace(SCANNED, minor=True), CitizenUnknown(V1), JoinTouched(), limits=limits)

    assert isinstance(asked, AskingCitizen)
    assert isinstance(state, NewReader)
    assert (asked.card, state.card, state.stage) == (None, None, ReaderStage.GUARDIAN)


def test_where_the_site_takes_none_the_desk_is_named() -> None:
    assert stage(*TO_CONSENT, limits=replace(LIMITS, takes_new_readers=False)) is ReaderStage.AT_DESK


def test_each_use_is_agreed_to_by_one_touch_and_taken_back_by_another() -> None:
    state = after(*TO_CONSENT, LENDING, MESSAGES, PurposeTouched(Purpose.STATISTICS), MESSAGES)

    assert isinstance(state, NewReader)
    assert state.agreed == {Purpose.LENDING, Purpose.STATISTICS}
    assert may_hand_in(state)


def test_without_what_is_needed_nothing_is_sent() -> None:
    events = (*TO_CONSENT, MESSAGES, HandInTouched())

    assert effects(*events) == ()
    assert stage(*events) is ReaderStage.AGREEING


def test_what_was_shown_and_agreed_to_is_handed_in_once() -> None:
    events = (*TO_CONSENT, LENDING, MESSAGES, HandInTouched())
    order = HandInReader(V1, CARD, frozenset({Purpose.LENDING, Purpose.MESSAGES}))

    assert effects(*events) == (order,)
    assert effects(*events, HandInTouched()) == ()
    assert stage(*events) is ReaderStage.HANDING_IN


def test_nothing_is_touched_before_its_page() -> None:
    before = (*TO_THE_FORM, LENDING, HandInTouched())
    twice = after(*TO_CONSENT, LENDING, JoinTouched())

    assert effects(*before) == ()
    assert stage(*before) is ReaderStage.OFFERED
    assert isinstance(twice, NewReader)
    assert (twice.stage, twice.agreed) == (ReaderStage.AGREEING, frozenset({Purpose.LENDING}))


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [
        (TAKEN, ReaderStage.HANDED_IN),
        (ReaderNotTaken(V1), ReaderStage.NOT_TAKEN),
        (ReaderNotHeard(V1), ReaderStage.NOT_HEARD),
    ],
)
def test_whatever_the_server_says_is_said_and_the_card_is_gone(answer: Event, becomes: ReaderStage) -> None:
    state = after(*HANDED_IN, answer)

    assert isinstance(state, NewReader)
    assert (state.stage, state.card, state.agreed) == (becomes, None, frozenset())
    assert all(secret not in everything(state) for secret in SECRETS)


def test_the_number_for_the_desk_is_kept_until_it_is_read() -> None:
    state = after(*HANDED_IN, TAKEN)

    assert isinstance(state, NewReader)
    assert state.pick_up == "W7KM4Q"
    assert state.until == state.around.now + LIMITS.idle_s


@pytest.mark.parametrize(
    "meanwhile",
    [CancelTouched(), DoneTouched(), Ticked(1e6), ScreenTouched(), LENDING, LibrarySystemLost(), ANOTHER],
)
def test_what_is_on_its_way_is_waited_for(meanwhile: Event) -> None:
    assert stage(*HANDED_IN, meanwhile) is ReaderStage.HANDING_IN
    assert stage(*HANDED_IN, meanwhile, TAKEN) is ReaderStage.HANDED_IN


def test_an_answer_about_somebody_else_or_to_nobody_changes_nothing() -> None:
    assert stage(*HANDED_IN, ReaderHandedIn(VisitId("v9"), "A2B3C4")) is ReaderStage.HANDING_IN
    assert stage(*TO_CONSENT, TAKEN) is ReaderStage.AGREEING


@pytest.mark.parametrize("events", [TO_THE_FORM, TO_CONSENT, (*TO_CONSENT, LENDING), (*HANDED_IN, TAKEN)])
@pytest.mark.parametrize("way", [CancelTouched(), DoneTouched()])
def test_whoever_leaves_leaves_nothing(events: tuple[Event, ...], way: Event) -> None:
    state, ordered = step(after(*events), way)

    assert isinstance(state, Idle)
    assert ordered == ()
    assert all(secret not in everything(state) for secret in (*SECRETS, "W7KM4Q"))


@pytest.mark.parametrize("events", [TO_THE_FORM, TO_CONSENT])
def test_a_form_that_nobody_touches_asks_whether_somebody_is_there_and_goes(events: tuple[Event, ...]) -> None:
    opened = after(*events)
    assert isinstance(opened, NewReader)
    warned, _ = step(opened, Ticked(opened.until))
    assert isinstance(warned, NewReader)
    assert warned.warned_until is not None
    gone, _ = step(warned, Ticked(warned.warned_until))
    still, _ = step(warned, Ticked(warned.warned_until - 1))
    stays, _ = step(still, ScreenTouched())

    assert isinstance(gone, Idle)
    assert still.around.now < warned.warned_until
    assert isinstance(stays, NewReader)
    assert (stays.warned_until, stays.until) == (None, stays.around.now + LIMITS.idle_s)


def test_a_page_that_only_tells_goes_by_itself_unless_it_is_touched() -> None:
    told = after(*HANDED_IN, ReaderNotTaken(V1))
    assert isinstance(told, NewReader)
    touched, _ = step(after(*HANDED_IN, ReaderNotTaken(V1), Ticked(told.until - 1)), ScreenTouched())
    gone, _ = step(told, Ticked(told.until))

    assert isinstance(gone, Idle)
    assert isinstance(touched, NewReader)
    assert touched.until > told.until


@pytest.mark.parametrize("events", [TO_THE_FORM, TO_CONSENT])
def test_a_line_that_is_lost_at_the_form_is_said_and_nothing_is_kept(events: tuple[Event, ...]) -> None:
    state = after(*events, LibrarySystemLost())

    assert isinstance(state, NewReader)
    assert (state.stage, state.card) == (ReaderStage.NO_LINE, None)


def test_a_line_that_is_lost_before_the_answer_offers_nothing() -> None:
    assert stage(SCANNED, LibrarySystemLost(), CitizenUnknown(V1)) is ReaderStage.NO_LINE


def test_another_card_is_taken_before_anything_is_agreed_to_and_after_all_is_done_not_in_between() -> None:
    assert isinstance(after(*TO_THE_FORM, ANOTHER), AskingCitizen)
    assert isinstance(after(*HANDED_IN, TAKEN, ANOTHER), AskingCitizen)
    assert stage(*TO_CONSENT, ANOTHER) is ReaderStage.AGREEING


def test_what_is_no_touch_of_the_form_changes_nothing() -> None:
    state = after(*TO_CONSENT)

    assert step(state, LanguageTouched(Language.ENGLISH)) == (state, ())


def printing(*events: Event) -> NewReader:
    state = after(*HANDED_IN, TAKEN, PrinterChanged(None), *events)
    assert isinstance(state, NewReader)
    return state


def test_the_number_is_printed_once_where_the_printer_would_print() -> None:
    order = PrintPickUp(V1, Language.VIETNAMESE, "W7KM4Q")

    assert step(printing(), PRINT)[1] == (order,)
    assert step(printing(PRINT), PRINT)[1] == ()
    assert step(printing(PRINT, ReceiptPrinted(V1)), PRINT)[1] == ()
    assert step(printing(PRINT, ReceiptFailed(V1, PrinterFault.OTHER)), PRINT)[1] == (order,)
    assert step(printing(PrinterChanged(PrinterFault.PAPER_OUT)), PRINT)[1] == ()
    assert step(printing(), ReceiptTouched(wanted=False))[1] == ()
    assert effects(*TO_CONSENT, PrinterChanged(None), PRINT) == ()


def test_what_came_of_the_slip_is_said() -> None:
    ends: list[Event] = [ReceiptPrinted(V1), ReceiptFailed(V1, PrinterFault.OTHER), ReceiptPrinted(VisitId("v9"))]

    assert [printing(PRINT, end).slip for end in ends] == [
        ReceiptStage.PRINTED,
        ReceiptStage.FAILED,
        ReceiptStage.PRINTING,
    ]
    assert printing(ReceiptPrinted(V1)).slip is ReceiptStage.NONE
    assert isinstance(after(*HANDED_IN, TAKEN, PrinterChanged(None), PRINT, DoneTouched(), ReceiptPrinted(V1)), Idle)


def test_a_kiosk_that_is_told_to_stop_leaves_every_page_but_what_is_on_its_way() -> None:
    ways = [way_out(after(*events)) for events in (TO_THE_FORM, TO_CONSENT, HANDED_IN, (*HANDED_IN, TAKEN))]

    assert ways == [DoneTouched(), DoneTouched(), None, DoneTouched()]


def test_nothing_of_a_card_or_a_number_is_in_what_states_effects_and_events_show() -> None:
    shown = "".join(map(repr, (after(SCANNED), after(*TO_CONSENT), after(*HANDED_IN, TAKEN), TAKEN)))
    shown += repr(effects(*HANDED_IN))

    assert all(secret not in shown for secret in (*SECRETS, "W7KM4Q", "1990"))
