"""Somebody comes with a citizen card: our server alone knows whose it is, and the PIN alone proves it."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.citizen_effects import FindCitizen
from kiosk.session.citizen_events import CitizenCardPresented, CitizenFound, CitizenNotAsked, CitizenUnknown
from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.effects import VisitEnd
from kiosk.session.events import Event, LabelRejected, Ticked
from kiosk.session.outcome import report_without_loans
from kiosk.session.outside_visit import service_by_card
from kiosk.session.state import AwaitingCard, Idle, NoticeKind, State, TurnedAway
from kiosk.session.surroundings import Step, home, may_begin, notice
from kiosk.session.touches import CancelTouched, DoneTouched, ScreenTouched
from kiosk.session.typed_card import begin_unproven
from kiosk.session.values import LabelFault
from library.lending.refusals import Refusal

_Waiting = Idle | AwaitingCard | TurnedAway | NewReader
_Answer = CitizenFound | CitizenUnknown | CitizenNotAsked


def citizen_heard(state: State, event: Event) -> Event:
    """Take a citizen card where one is of use; anywhere else it is a label that is refused, and nothing of it stays."""
    if not isinstance(event, CitizenCardPresented):
        return event
    around = state.around
    if not isinstance(state, _Waiting) or not around.limits.takes_citizens or around.staff is not None:
        return LabelRejected(LabelFault.CITIZEN_CARD)
    return event if around.library_system else LabelRejected(LabelFault.CITIZEN_OFFLINE)


def ask_citizen(state: _Waiting, event: CitizenCardPresented) -> Step:
    """Ask whose card it is; the number goes out once, and the session does not keep it."""
    around = state.around
    service = service_by_card(around, state.service if isinstance(state, AwaitingCard) else None)
    if not may_begin(around, service):
        return home(around), ()
    asking = AskingCitizen(around, event.visit_id, around.now, service)
    return asking, (FindCitizen(event.visit_id, event.card.number),)


def asking_citizen(state: AskingCitizen, event: Event) -> Step:
    """Wait for the answer; whoever leaves is not waited for, and a late answer is nobody's."""
    match event:
        case CancelTouched():
            return home(state.around), (report_without_loans(state, VisitEnd.ABANDONED),)
        case CitizenFound() | CitizenUnknown() | CitizenNotAsked() if event.visit_id == state.visit_id:
            return _answered(state, event)
        case _:
            return state, ()


def new_reader(state: NewReader, event: Event) -> Step:
    """Let somebody read where to become a reader."""
    around = state.around
    match event:
        case CancelTouched() | DoneTouched():
            return home(around), ()
        case ScreenTouched():
            return replace(state, until=_until(state)), ()
        case Ticked() if around.now >= state.until:
            return home(around), ()
        case _:
            return state, ()


def _answered(state: AskingCitizen, answer: _Answer) -> Step:
    around = state.around
    match answer:
        case CitizenFound(patron_id=patron_id):
            return begin_unproven(around, state.visit_id, patron_id, state.service, state.started)
        case CitizenUnknown():
            report = report_without_loans(state, VisitEnd.REFUSED, Refusal.PATRON_UNKNOWN)
            return NewReader(around, state.visit_id, _until(state), ReaderStage.AT_DESK), (report,)
        case CitizenNotAsked():
            report = report_without_loans(state, VisitEnd.FAULT)
            until = around.now + around.limits.card_wait_s
            return AwaitingCard(around, until, notice(around, NoticeKind.NOT_IDENTIFIED), state.service), (report,)
        case _:
            assert_never(answer)


def _until(state: AskingCitizen | NewReader) -> float:
    return state.around.now + state.around.limits.finished_s
