"""A book is kept for a patron: what the library system answers, a fee that is agreed to, and the way back."""

from dataclasses import replace

from kiosk.session.answers import HoldCancelled, HoldKept, HoldPlaced, HoldRefused, HoldUnknown
from kiosk.session.borrowing import borrowing
from kiosk.session.effects import CancelHold, Effect, ReportVisit, VisitEnd
from kiosk.session.ending import settle
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, NumberRead, PadChanged, Ticked
from kiosk.session.hold_begin import begin_hold
from kiosk.session.hold_state import HoldStep, Reserving
from kiosk.session.outside_visit import identify
from kiosk.session.services import open_service
from kiosk.session.state import Borrowing, NoticeKind, SettleReason
from kiosk.session.surroundings import Laid, Step, can_serve, notice, still_shown
from kiosk.session.touches import (
    CancelTouched,
    DoneTouched,
    HoldFeeTouched,
    ScreenTouched,
    ServiceTouched,
    UndoHoldTouched,
)
from kiosk.session.values import Service, TransactionId
from library.lending.refusals import Refusal

UNDER_WAY = frozenset({HoldStep.PLACING, HoldStep.UNDOING})
"""Steps of which only an answer leads on; there is one for each, and soon."""
_ENDS = {HoldStep.REFUSED: VisitEnd.REFUSED, HoldStep.UNKNOWN: VisitEnd.FAULT}


def reserving(state: Reserving, event: Event, laid: Laid) -> Step:  # noqa: PLR0911 - one return for each event
    """Await the answer, then let the patron read it, undo the hold, see the account, borrow, or leave."""
    match event:
        case HoldPlaced() | HoldRefused() | HoldUnknown() if _is_awaited(state, event):
            return _answered(_alive(state), event), ()
        case HoldCancelled() | HoldKept() if _is_undone(state, event):
            return _undone(_alive(state), event), ()
        case Ticked():
            return _passed(state)
        case _ if state.step in UNDER_WAY:
            return state, ()
        case CardPresented(patron_id=card) if card != state.visit.patron.patron_id:
            left, told = _left(state, SettleReason.FINISHED)
            following, effects = identify(left.around, event)
            return following, (*told, *effects)
        case ItemScanned() | NumberRead() | PadChanged() | LabelRejected():
            return _presented(state, event, laid)
        case _:
            return _touched(state, event)


def _is_awaited(state: Reserving, answer: HoldPlaced | HoldRefused | HoldUnknown) -> bool:
    return state.step is HoldStep.PLACING and answer.visit_id == state.visit.visit_id


def _is_undone(state: Reserving, answer: HoldCancelled | HoldKept) -> bool:
    asked = (state.visit.visit_id, state.wish.item_id)
    return state.step is HoldStep.UNDOING and (answer.visit_id, answer.item_id) == asked


def _answered(state: Reserving, answer: HoldPlaced | HoldRefused | HoldUnknown) -> Reserving:
    match answer:
        case HoldPlaced(hold=hold):
            return replace(_standing(state, placed=True), step=HoldStep.PLACED, hold=hold)
        case HoldRefused(refusal=Refusal.FEE_NOT_ACKNOWLEDGED, words=words) if not state.fee_agreed:
            return replace(state, step=HoldStep.FEE_ASKED, words=words)
        case HoldRefused(refusal=refusal, words=words):
            return replace(state, step=HoldStep.REFUSED, refusal=refusal, words=words)
        case _:
            return replace(state, step=HoldStep.UNKNOWN)


def _undone(state: Reserving, answer: HoldCancelled | HoldKept) -> Reserving:
    if isinstance(answer, HoldCancelled):
        return replace(_standing(state, placed=False), step=HoldStep.UNDONE)
    return replace(state, step=HoldStep.KEPT)


def _standing(state: Reserving, *, placed: bool) -> Reserving:
    wish = replace(state.wish, placed=placed)
    return replace(state, wish=wish, visit=replace(state.visit, wish=wish))


def _touched(state: Reserving, event: Event) -> Step:  # noqa: PLR0911 - one return for each touch
    around = state.around
    no_service = replace(_alive(state), notice=notice(around, NoticeKind.NO_SERVICE))
    match event:
        case HoldFeeTouched(agreed=True) if state.step is HoldStep.FEE_ASKED:
            following, effects = begin_hold(around, state.visit, state.wish, fee_agreed=True)
            return replace(following, fee_agreed=True), effects
        case CancelTouched() | DoneTouched():
            return _left(state, SettleReason.CANCELLED)
        case HoldFeeTouched(agreed=False) if state.step is HoldStep.FEE_ASKED:
            return _left(state, SettleReason.CANCELLED)
        case UndoHoldTouched() if state.step is HoldStep.PLACED:
            return _undo(_alive(state)) if around.library_system else (no_service, ())
        case ServiceTouched(Service.ACCOUNT) if can_serve(around, Service.ACCOUNT):
            return open_service(around, state.visit, Service.ACCOUNT)
        case ServiceTouched():
            return no_service, ()
        case CardPresented() | ScreenTouched():
            return _alive(state), ()
        case _:
            return state, ()


def _undo(state: Reserving) -> Step:
    visit = state.visit
    transaction = TransactionId(f"{visit.visit_id}-h1")
    question = CancelHold(visit.visit_id, transaction, visit.patron.patron_id, state.wish.item_id)
    return replace(state, step=HoldStep.UNDOING), (question,)


def _presented(state: Reserving, event: ItemScanned | NumberRead | PadChanged | LabelRejected, laid: Laid) -> Step:
    """Begin to borrow at once, as from the account."""
    match event:
        case LabelRejected(fault):
            said = notice(state.around, NoticeKind.LABEL_REJECTED, label_fault=fault)
            return replace(_alive(state), notice=said), ()
        case PadChanged() if not (laid.items or laid.numbers):
            return state, ()
        case _ if not can_serve(state.around, Service.BORROW):
            return replace(_alive(state), notice=notice(state.around, NoticeKind.NO_SERVICE)), ()
        case _:
            following, effects = open_service(state.around, state.visit, Service.BORROW)
            return borrowing(following, event, laid) if isinstance(following, Borrowing) else (following, effects)


def _left(state: Reserving, reason: SettleReason) -> Step:
    """End the visit; its report says what became of the hold."""
    following, effects = settle(state.around, state.visit, reason)
    return following, tuple(_told(state, effect) for effect in effects)


def _told(state: Reserving, effect: Effect) -> Effect:
    if not isinstance(effect, ReportVisit) or state.step not in _ENDS:
        return effect
    refused = effect.outcome.refused if state.refusal is None else (*effect.outcome.refused, (state.refusal, 1))
    return ReportVisit(replace(effect.outcome, end=_ENDS[state.step], refused=refused))


def _passed(state: Reserving) -> Step:
    """Ask whether somebody is still there, then end the visit."""
    around = state.around
    if state.step in UNDER_WAY:
        return state, ()
    if state.warned_until is not None:
        over = around.now >= state.warned_until
        return _left(state, SettleReason.TIMED_OUT) if over else (state, ())
    state = replace(state, notice=still_shown(state.notice, around))
    if around.now - state.idle_since >= around.limits.idle_s:
        return replace(state, warned_until=around.now + around.limits.warning_s), ()
    return state, ()


def _alive(state: Reserving) -> Reserving:
    return replace(state, idle_since=state.around.now, warned_until=None)
