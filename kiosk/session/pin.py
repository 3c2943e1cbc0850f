"""A patron proves that the card is theirs by a PIN; wrong ones lock the card at this kiosk for a time."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.account_list import drop_waiting_renewals
from kiosk.session.answers import IdentifyFailed, PatronAccepted, PatronRefused
from kiosk.session.effects import Effect, IdentifyPatron, ReportVisit, VisitEnd
from kiosk.session.ending import settle
from kiosk.session.events import CardPresented, Event, Ticked
from kiosk.session.locks import is_locked, with_right_pin, with_wrong_pin
from kiosk.session.meanwhile import alive, meanwhile, passed, told
from kiosk.session.number_pad import typed_after
from kiosk.session.services import open_service
from kiosk.session.state import AskingPin, Idle, NoticeKind, OutOfOrder, SettleReason, TurnedAway
from kiosk.session.surroundings import Laid, Step, can_serve, notice
from kiosk.session.touches import CancelTouched, EnterTouched, EraseTouched, KeyTouched, ServiceTouched
from kiosk.session.values import Patron, Pin, PinStanding, Service
from library.lending.refusals import Refusal


def asking_pin(state: AskingPin, event: Event, laid: Laid) -> Step:  # noqa: PLR0911 - one return for each event
    """Take the digits, let the library system check them, and open what they are for."""
    match event:
        case PatronAccepted() | PatronRefused() | IdentifyFailed() if _is_awaited(state, event):
            return _checked(told(replace(state, checking=False)), event)
        case CancelTouched() if state.checking:
            return replace(alive(state), cancelled=True), ()
        case CancelTouched():
            return _left(state)
        case Ticked():
            return passed(state, event, awaits=state.checking)
        case KeyTouched() | EraseTouched() | EnterTouched():
            return _typed(alive(state), event)
        case ServiceTouched(service):
            return _without_pin(alive(state), service)
        case CardPresented(patron_id=card) if card != state.visit.patron.patron_id:
            return meanwhile(replace(state, typed="", wrong=False, refusal=None, words=""), event, laid)
        case _:
            return meanwhile(state, event, laid)


def _is_awaited(state: AskingPin, answer: PatronAccepted | PatronRefused | IdentifyFailed) -> bool:
    return state.checking and answer.visit_id == state.visit.visit_id


def _typed(state: AskingPin, touch: KeyTouched | EraseTouched | EnterTouched) -> Step:
    if state.checking:
        return state, ()
    match touch:
        case KeyTouched() | EraseTouched():
            return replace(state, typed=typed_after(state.typed, touch, state.around.limits.pin_longest)), ()
        case EnterTouched():
            return _check(state) if state.typed else (state, ())
        case _:
            assert_never(touch)


def _check(state: AskingPin) -> Step:
    """Ask the library system, once; what was typed is kept no longer than until here."""
    pin, visit = Pin(state.typed), state.visit
    state = replace(state, typed="", wrong=False, refusal=None, words="")
    if not state.around.library_system:
        return replace(state, notice=notice(state.around, NoticeKind.NOT_IDENTIFIED)), ()
    question = IdentifyPatron(visit.visit_id, visit.patron.patron_id, pin, state.around.language)
    return replace(state, checking=True, notice=None), (question,)


def _checked(state: AskingPin, answer: PatronAccepted | PatronRefused | IdentifyFailed) -> Step:
    """Take the answer; every PIN that was answered and is not right counts as a wrong one.

    A library system that says nothing about the PIN has not proven it, and may be one that speaks only of right ones.
    """
    patron_id = state.visit.patron.patron_id
    match answer:
        case PatronAccepted(patron=patron) if patron.patron_id == patron_id or state.visit.card_typed:
            if patron.pin is not PinStanding.RIGHT:
                return _not_right(replace(state, wrong=True))
            return _right(replace(state, around=with_right_pin(state.around, patron_id)), patron)
        case PatronRefused(refusal=refusal) if refusal in _wrong(state):
            return _not_right(replace(state, wrong=True))
        case PatronRefused(refusal=refusal, words=words):
            return _not_right(replace(state, refusal=refusal, words=words))
        case _:
            # No answer, or one about somebody else's card: nothing is known of the PIN.
            said = notice(state.around, NoticeKind.NOT_IDENTIFIED)
            return _left(state) if state.cancelled else (replace(state, notice=said), ())


def _wrong(state: AskingPin) -> tuple[Refusal, ...]:
    """Give what counts as a wrong PIN: of a typed number nobody learns whether it is anybody's."""
    return (Refusal.WRONG_PIN, Refusal.PATRON_UNKNOWN) if state.visit.card_typed else (Refusal.WRONG_PIN,)


def _right(state: AskingPin, patron: Patron) -> Step:
    """Open what the PIN is for, unless the patron wanted out or somebody else may stand there by now."""
    if state.cancelled:
        return _left(state)
    if state.doubted:
        return state, ()
    known = state.visit.patron
    charged = known.charged if patron.charged is None else patron.charged
    proven = replace(patron, charged=charged, offline=known.offline)
    return open_service(state.around, replace(state.visit, patron=proven), state.service)


def _not_right(state: AskingPin) -> Step:
    patron_id = state.visit.patron.patron_id
    state = replace(state, around=with_wrong_pin(state.around, patron_id))
    if is_locked(state.around, patron_id):
        return _locked_out(state)
    return _left(state) if state.cancelled else (state, ())


def _locked_out(state: AskingPin) -> Step:
    """End the visit: at once with the reason or, where items were lent in it, after those are settled and shown."""
    around, visit = state.around, drop_waiting_renewals(state.visit)
    following, effects = settle(around, visit, SettleReason.LOCKED)
    if not isinstance(following, Idle | OutOfOrder):
        return following, effects
    until = around.now + around.limits.message_s
    page = TurnedAway(replace(following.around, language=around.language), Refusal.WRONG_PIN, "", until)
    return page, _refused(effects)


def _refused(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Let the report of the visit say why it ended."""
    outcomes = (effect.outcome for effect in effects if isinstance(effect, ReportVisit))
    return tuple(
        ReportVisit(replace(outcome, end=VisitEnd.REFUSED, refused=(*outcome.refused, (Refusal.WRONG_PIN, 1))))
        for outcome in outcomes
    )


def _without_pin(state: AskingPin, service: Service) -> Step:
    """Let a patron who cannot or will not type a PIN borrow by the card alone, where the site wants none for that."""
    by_card = not state.visit.card_typed
    wanted = by_card and service is Service.BORROW and state.service is not Service.BORROW
    if not wanted or state.checking or not can_serve(state.around, service):
        return state, ()
    return open_service(state.around, state.visit, service)


def _left(state: AskingPin) -> Step:
    """Go back to the items of the visit, or lead out of it."""
    visit = state.visit
    has_items = bool(visit.entries or visit.questions)
    by_card = not visit.card_typed
    if by_card and has_items and state.service is not Service.BORROW and not state.doubted:
        return open_service(state.around, visit, Service.BORROW)
    return settle(state.around, drop_waiting_renewals(visit), SettleReason.CANCELLED)
