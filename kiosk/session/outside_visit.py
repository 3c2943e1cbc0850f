"""The states in which no patron is known: home, waiting for a card, looking a card up, and turning it away."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.answers import IdentifyFailed, PatronAccepted, PatronRefused
from kiosk.session.effects import IdentifyPatron, IdentifyPatronOffline, VisitEnd
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, NumberRead, PadChanged, Ticked
from kiosk.session.hold_state import BookWish
from kiosk.session.locks import is_locked
from kiosk.session.outcome import report_without_loans
from kiosk.session.return_begin import begin_return
from kiosk.session.services import open_service
from kiosk.session.state import (
    Around,
    AwaitingCard,
    Identifying,
    Idle,
    Notice,
    NoticeKind,
    TurnedAway,
    Visit,
)
from kiosk.session.surroundings import Laid, Step, begins, can_serve, home, lends_alone, may_begin, notice, still_shown
from kiosk.session.touches import CancelTouched, DoneTouched, LanguageTouched, ScreenTouched, StartTouched
from kiosk.session.values import Patron, PatronId, Service
from library.lending.refusals import Refusal

_BY_CARD = (Service.BORROW, Service.ACCOUNT)


def idle(state: Idle, event: Event, laid: Laid) -> Step:
    """Nobody is there: a touch or a card begins; a language chosen here goes back to the default by itself."""
    around = state.around
    match event:
        case CardPresented():
            return identify(around, event)
        case StartTouched():
            return _start(state, event)
        case LanguageTouched(language):
            return replace(state, around=replace(around, language=language), until=_card_until(around)), ()
        case ScreenTouched() if state.until is not None:
            return replace(state, until=_card_until(around)), ()
        case Ticked():
            return _idle_ticked(state), ()
        case _:
            return replace(state, notice=_card_first(around, event, laid) or state.notice), ()


def awaiting_card(state: AwaitingCard, event: Event, laid: Laid) -> Step:  # noqa: PLR0911 - one return for each event
    """Ask for a card until one comes, the patron leaves, or the time is over."""
    around = state.around
    match event:
        case CardPresented():
            return identify(around, event, state.service, state.wish)
        case CancelTouched():
            return home(around), ()
        case LanguageTouched(language):
            return replace(state, around=replace(around, language=language), until=_card_until(around)), ()
        case StartTouched(service) if service is not Service.RETURN and may_begin(around, service):
            return replace(state, service=service, wish=None, until=_card_until(around)), ()
        case StartTouched() | ScreenTouched():
            return replace(state, until=_card_until(around)), ()
        case Ticked():
            over = around.now >= state.until
            return (home(around) if over else replace(state, notice=still_shown(state.notice, around))), ()
        case _:
            said = _card_first(around, event, laid)
            return (state if said is None else replace(state, notice=said, until=_card_until(around))), ()


def identifying(state: Identifying, event: Event) -> Step:
    """Wait for the library system's answer about the card, also after the patron wanted out."""
    match event:
        case CancelTouched():
            return replace(state, cancelled=True), ()
        case PatronAccepted() | PatronRefused() | IdentifyFailed() if event.visit_id == state.visit_id:
            if state.cancelled:
                return home(state.around), (report_without_loans(state, VisitEnd.ABANDONED),)
            return _answered_or_alone(state, event)
        case _:
            return state, ()


def turned_away(state: TurnedAway, event: Event) -> Step:
    """Let the patron read why the card was refused."""
    around = state.around
    match event:
        case CardPresented():
            return identify(around, event)
        case CancelTouched() | DoneTouched():
            return home(around), ()
        case ScreenTouched():
            return replace(state, until=around.now + around.limits.message_s), ()
        case Ticked() if around.now >= state.until:
            return home(around), ()
        case _:
            return state, ()


def identify(around: Around, card: CardPresented, wanted: Service | None = None, wish: BookWish | None = None) -> Step:
    """Ask about the card; one that is locked here after wrong PINs is not asked about, nor is one without a service.

    Who did not say what for comes to borrow or, where that cannot be, for the account.
    """
    service = service_by_card(around, wanted)
    if not may_begin(around, service):
        said = notice(around, NoticeKind.NO_SERVICE)
        return (Idle(around, said, _card_until(around)) if begins(around) else home(around)), ()
    state = Identifying(around, card.visit_id, around.now, service=service, patron_id=card.patron_id, wish=wish)
    if is_locked(around, card.patron_id):
        return _answered(state, PatronRefused(card.visit_id, Refusal.PIN_LOCKED))
    if around.library_system:
        return state, (IdentifyPatron(card.visit_id, card.patron_id, language=around.language),)
    return _ask_alone(state, card.patron_id)


def service_by_card(around: Around, wanted: Service | None) -> Service:
    """Give what somebody comes for who showed a card: what was touched, else what can be had now."""
    return wanted or next((each for each in _BY_CARD if may_begin(around, each)), Service.BORROW)


def _idle_ticked(state: Idle) -> Idle:
    around, shown = state.around, still_shown(state.notice, state.around)
    if state.until is None or around.now < state.until:
        return replace(state, notice=shown)
    return Idle(replace(around, language=around.limits.default_language), shown)


def _start(state: Idle, touch: StartTouched) -> Step:
    around = state.around
    if not may_begin(around, touch.service):
        return replace(state, notice=notice(around, NoticeKind.NO_SERVICE)), ()
    if touch.service is not Service.RETURN:
        return AwaitingCard(around, _card_until(around), state.notice, touch.service), ()
    if touch.visit_id is None:
        return state, ()
    return begin_return(around, touch.visit_id)


def _ask_alone(state: Identifying, patron_id: PatronId) -> Step:
    return replace(state, offline=True), (IdentifyPatronOffline(state.visit_id, patron_id, state.around.staff),)


def _answered_or_alone(state: Identifying, answer: PatronAccepted | PatronRefused | IdentifyFailed) -> Step:
    """Take the answer; where the library system gave none and is lost, the kiosk's own rules are asked."""
    alone = isinstance(answer, IdentifyFailed) and not state.offline and lends_alone(state.around)
    if alone and state.patron_id is not None and can_serve(state.around, state.service):
        return _ask_alone(state, state.patron_id)
    return _answered(state, answer)


def _answered(state: Identifying, answer: PatronAccepted | PatronRefused | IdentifyFailed) -> Step:
    around = state.around
    match answer:
        case PatronAccepted(patron=patron) if state.patron_id in {None, patron.patron_id}:
            return open_service(around, _begun(state, patron), state.service)
        case PatronRefused(refusal=refusal, words=words):
            until = around.now + around.limits.message_s
            report = report_without_loans(state, VisitEnd.REFUSED, refusal)
            return TurnedAway(around, refusal, words, until), (report,)
        case PatronAccepted() | IdentifyFailed():  # an answer about another card is no answer
            said = notice(around, NoticeKind.NOT_IDENTIFIED)
            report = report_without_loans(state, VisitEnd.FAULT)
            return AwaitingCard(around, _card_until(around), said, state.service, wish=state.wish), (report,)
        case _:
            assert_never(answer)


def _begun(state: Identifying, patron: Patron) -> Visit:
    around = state.around
    return Visit(
        state.visit_id,
        patron,
        state.started,
        entries=(),
        accepted=around.now,
        lying=around.pad.tags,
        service=state.service,
        wish=state.wish,
    )


def _card_until(around: Around) -> float:
    return around.now + around.limits.card_wait_s


def _card_first(around: Around, event: Event, laid: Laid) -> Notice | None:
    match event:
        case ItemScanned() | NumberRead():
            return notice(around, NoticeKind.CARD_FIRST)
        case PadChanged() if laid.items or laid.numbers:
            return notice(around, NoticeKind.CARD_FIRST)
        case PadChanged() if laid.oddities:
            return notice(around, NoticeKind.ODD_TAG, oddity=laid.oddities[0])
        case LabelRejected(fault):
            return notice(around, NoticeKind.LABEL_REJECTED, label_fault=fault)
        case _:
            return None
