"""Whom the library does not know becomes a reader: reads, agrees use by use, hands it in, or leaves nothing."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.answers import ReceiptFailed, ReceiptPrinted
from kiosk.session.citizen_effects import HandInReader, PrintPickUp
from kiosk.session.citizen_events import (
    HandInTouched,
    JoinTouched,
    PurposeTouched,
    ReaderHandedIn,
    ReaderNotHeard,
    ReaderNotTaken,
)
from kiosk.session.citizen_state import AT_FORM, AskingCitizen, NewReader, ReaderStage
from kiosk.session.events import Event, Ticked
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.state import State
from kiosk.session.surroundings import Step, home
from kiosk.session.touches import CancelTouched, DoneTouched, ReceiptTouched, ScreenTouched
from library.identity.purposes import NEEDED

_READ_AT_LEAST_AS_LONG = AT_FORM | {ReaderStage.HANDED_IN}
"""As a list: there is a number to write down."""


def begin_joining(state: AskingCitizen) -> NewReader:
    """Offer it to whoever is old enough, where the site and the line allow it; else say where it is done."""
    if state.minor:
        return _at(state, ReaderStage.GUARDIAN)
    if state.card is None:
        return _at(state, ReaderStage.AT_DESK)
    if not state.around.library_system:
        return _at(state, ReaderStage.NO_LINE)
    return replace(_at(state, ReaderStage.OFFERED), card=state.card)


def may_hand_in(state: NewReader) -> bool:
    """Say whether they agreed to that without which nobody becomes a reader."""
    return state.stage is ReaderStage.AGREEING and state.agreed >= NEEDED


def may_print(state: NewReader) -> bool:
    """Say whether the number for the desk would come out on paper, and has not."""
    done = state.slip in {ReceiptStage.PRINTING, ReceiptStage.PRINTED}
    return state.stage is ReaderStage.HANDED_IN and state.around.printer_fault is None and not done


def new_reader(state: NewReader, event: Event) -> Step:
    """Go on as somebody touches; whoever leaves, leaves nothing, and without the line nothing is asked for."""
    if state.stage in AT_FORM and not state.around.library_system:
        return _at(state, ReaderStage.NO_LINE), ()
    match event:
        case ReaderHandedIn() | ReaderNotTaken() | ReaderNotHeard() | ReceiptPrinted() | ReceiptFailed():
            return _told(state, event), ()
        case _ if state.stage is ReaderStage.HANDING_IN:
            return state, ()
        case CancelTouched() | DoneTouched():
            return home(state.around), ()
        case Ticked():
            return _in_time(state), ()
        case _:
            return _touched(state, event)


def _touched(state: NewReader, event: Event) -> Step:
    still = replace(state, until=_until(state, state.stage), warned_until=None)
    match event:
        case ScreenTouched():
            return still, ()
        case JoinTouched() if state.stage is ReaderStage.OFFERED:
            return replace(still, stage=ReaderStage.AGREEING), ()
        case PurposeTouched(purpose) if state.stage is ReaderStage.AGREEING:
            return replace(still, agreed=state.agreed ^ {purpose}), ()
        case HandInTouched() if state.card is not None and may_hand_in(state):
            order = HandInReader(state.visit_id, state.card, state.agreed)
            return replace(still, stage=ReaderStage.HANDING_IN), (order,)
        case ReceiptTouched(wanted=True) if may_print(state):
            slip = PrintPickUp(state.visit_id, state.around.language, state.pick_up)
            return replace(still, slip=ReceiptStage.PRINTING), (slip,)
        case _:
            return state, ()


def _told(
    state: NewReader, answer: ReaderHandedIn | ReaderNotTaken | ReaderNotHeard | ReceiptPrinted | ReceiptFailed
) -> NewReader:
    """Take the answer that is awaited, and no other."""
    if answer.visit_id != state.visit_id:
        return state
    if isinstance(answer, ReceiptPrinted | ReceiptFailed):
        return _printed(state, answer)
    return _answered(state, answer) if state.stage is ReaderStage.HANDING_IN else state


def _printed(state: NewReader, answer: ReceiptPrinted | ReceiptFailed) -> NewReader:
    if state.slip is not ReceiptStage.PRINTING:
        return state
    slip = ReceiptStage.PRINTED if isinstance(answer, ReceiptPrinted) else ReceiptStage.FAILED
    return replace(state, slip=slip, until=_until(state, state.stage))


def _answered(state: NewReader, answer: ReaderHandedIn | ReaderNotTaken | ReaderNotHeard) -> NewReader:
    """Whatever came of it, nothing of the card stays."""
    match answer:
        case ReaderHandedIn(pick_up=pick_up):
            return replace(_at(state, ReaderStage.HANDED_IN), pick_up=pick_up)
        case ReaderNotTaken():
            return _at(state, ReaderStage.NOT_TAKEN)
        case ReaderNotHeard():
            return _at(state, ReaderStage.NOT_HEARD)
        case _:
            assert_never(answer)


def _in_time(state: NewReader) -> State:
    """Ask at a form whether somebody is still there before it goes; any other page goes by itself."""
    around = state.around
    if around.now < (state.warned_until or state.until):
        return state
    if state.stage in AT_FORM and state.warned_until is None:
        return replace(state, warned_until=around.now + around.limits.warning_s)
    return home(around)


def _at(state: AskingCitizen | NewReader, stage: ReaderStage) -> NewReader:
    return NewReader(state.around, state.visit_id, _until(state, stage), stage)


def _until(state: AskingCitizen | NewReader, stage: ReaderStage) -> float:
    limits = state.around.limits
    return state.around.now + (limits.idle_s if stage in _READ_AT_LEAST_AS_LONG else limits.finished_s)
