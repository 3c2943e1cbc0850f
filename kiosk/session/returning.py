"""Items are brought back, without a card: each is taken, armed again and sent to its bin."""

from dataclasses import replace

from kiosk.session.effects import ReceiptEnd
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LabelRejected,
    NumberRead,
    PadChanged,
    SlotPassed,
    Ticked,
)
from kiosk.session.outside_visit import identify
from kiosk.session.questions import asking, awaited, on_offer
from kiosk.session.return_begin import meant, nobodys, presented
from kiosk.session.return_ending import leave_return, settle_return
from kiosk.session.return_entries import answered, asks_for_something, busy, give_up_waiting, pad_back, pursue
from kiosk.session.return_list import ReturnVisit
from kiosk.session.state import Around, Notice, NoticeKind, Returning, SettleReason
from kiosk.session.surroundings import Laid, Step, notice, still_shown, with_names
from kiosk.session.touches import (
    CancelTouched,
    CandidateTouched,
    DoneTouched,
    FinishTouched,
    LanguageTouched,
    NoCandidateTouched,
    ReceiptTouched,
    ScreenTouched,
    StartTouched,
)
from kiosk.session.values import Device, PadOddity

_SIGNS_OF_LIFE = (
    CardPresented,
    LabelRejected,
    ItemScanned,
    NumberRead,
    PadChanged,
    SlotPassed,
    StartTouched,
    LanguageTouched,
    CandidateTouched,
    NoCandidateTouched,
    FinishTouched,
    ReceiptTouched,
    DoneTouched,
    ScreenTouched,
)


def returning(state: Returning, event: Event, laid: Laid) -> Step:
    """Take back what is presented, one after the other, until whoever brings it is done or gone.

    A card that is shown when nothing is under way and nothing is asked ends the return and begins a visit of its
    holder: books come back first, and new ones are borrowed next.
    """
    around, visit = state.around, state.visit
    match event:
        case CardPresented() if not busy(visit) and not asks_for_something(visit):
            _, told = leave_return(around, visit, SettleReason.FINISHED, ReceiptEnd.NOT_ASKED)
            following, effects = identify(replace(around, pad=with_names(around.pad, ())), event)
            return following, (*told, *effects)
        case FinishTouched() if not visit.questions:
            return settle_return(around, visit, SettleReason.FINISHED)
        case CancelTouched():
            return settle_return(around, visit, SettleReason.CANCELLED)
        case Ticked():
            return _ticked(state)
        case LanguageTouched(language):
            return _alive(replace(state, around=replace(around, language=language))), ()
        case _:
            return _went_on(state, event, laid)


def _went_on(state: Returning, event: Event, laid: Laid) -> Step:
    around = state.around
    visit = answered(state.visit, event, around)
    told = visit is not state.visit or awaited(visit, event)
    visit, said = _heard(visit, event, around, laid)
    around = replace(around, pad=with_names(around.pad, visit.named))
    visit, effects = pursue(visit, around)
    state = replace(state, around=around, visit=visit, notice=said or state.notice)
    return (_alive(state) if told or isinstance(event, _SIGNS_OF_LIFE) else state), effects


def _alive(state: Returning) -> Returning:
    return replace(state, idle_since=state.around.now, warned_until=None)


def _heard(  # noqa: PLR0911 - one return for each event
    visit: ReturnVisit, event: Event, around: Around, laid: Laid
) -> tuple[ReturnVisit, Notice | None]:
    match event:
        case CardPresented():
            return visit, notice(around, NoticeKind.RETURN_FIRST)
        case LabelRejected(fault):
            return visit, notice(around, NoticeKind.LABEL_REJECTED, label_fault=fault)
        case SlotPassed():
            return _passed(visit, around)
        case DeviceLost(device) if device in around.limits.needed:
            return visit, notice(around, NoticeKind.DEVICE_LOST, device=device)
        case DeviceBack(Device.PAD):
            return pad_back(visit), None
        case CandidateTouched(item_id) if on_offer(visit, item_id):
            return meant(visit, item_id, around)
        case NoCandidateTouched() if asking(visit):
            return nobodys(visit, around), None
        case FinishTouched():
            return visit, notice(around, NoticeKind.NUMBER_OPEN)
        case _:
            return presented(visit, event, around, laid)


def _passed(visit: ReturnVisit, around: Around) -> tuple[ReturnVisit, Notice | None]:
    """Count what goes through the slot: more than was presented means that something went in unread."""
    visit = replace(visit, passed=visit.passed + 1)
    unread = visit.passed > len(visit.entries)
    return visit, notice(around, NoticeKind.ODD_TAG, oddity=PadOddity.UNREADABLE) if unread else None


def _ticked(state: Returning) -> Step:
    around, limits = state.around, state.around.limits
    visit = give_up_waiting(state.visit, around)
    if visit != state.visit:
        state = replace(state, visit=visit, idle_since=around.now)
    state = replace(state, notice=still_shown(state.notice, around))
    if busy(visit):
        return state, ()
    if state.warned_until is not None:
        if around.now >= state.warned_until:
            return settle_return(around, visit, SettleReason.TIMED_OUT)
        return state, ()
    if around.now - state.idle_since >= limits.idle_s:
        return replace(state, warned_until=around.now + limits.warning_s), ()
    return state, ()
