"""Somebody comes with a citizen card: our server alone knows whose it is, and the PIN alone proves it."""

from typing import assert_never

from kiosk.session.citizen_effects import FindCitizen
from kiosk.session.citizen_events import CitizenCardPresented, CitizenFound, CitizenNotAsked, CitizenUnknown
from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.effects import VisitEnd
from kiosk.session.events import Event, LabelRejected
from kiosk.session.joining import begin_joining
from kiosk.session.outcome import report_without_loans
from kiosk.session.outside_visit import service_by_card
from kiosk.session.state import AwaitingCard, Idle, NoticeKind, State, TurnedAway
from kiosk.session.surroundings import Step, home, may_begin, notice
from kiosk.session.touches import CancelTouched
from kiosk.session.typed_card import begin_unproven
from kiosk.session.values import LabelFault
from library.lending.refusals import Refusal

_Waiting = Idle | AwaitingCard | TurnedAway | NewReader
_OCCUPIED = frozenset({ReaderStage.AGREEING, ReaderStage.HANDING_IN})
"""Somebody is in the midst of it: another card is not theirs."""
_Answer = CitizenFound | CitizenUnknown | CitizenNotAsked


def citizen_heard(state: State, event: Event) -> Event:
    """Take a citizen card where one is of use; anywhere else it is a label that is refused, and nothing of it stays."""
    if not isinstance(event, CitizenCardPresented):
        return event
    around = state.around
    awaited = isinstance(state, _Waiting) and not (isinstance(state, NewReader) and state.stage in _OCCUPIED)
    if not awaited or not around.limits.takes_citizens or around.staff is not None:
        return LabelRejected(LabelFault.CITIZEN_CARD)
    return event if around.library_system else LabelRejected(LabelFault.CITIZEN_OFFLINE)


def ask_citizen(state: _Waiting, event: CitizenCardPresented) -> Step:
    """Ask whose card it is; the session keeps the card only where its owner may become a reader by it."""
    around = state.around
    service = service_by_card(around, state.service if isinstance(state, AwaitingCard) else None)
    if not may_begin(around, service):
        return home(around), ()
    kept = event.card if around.limits.takes_new_readers and not event.minor else None
    asking = AskingCitizen(around, event.visit_id, around.now, service, event.minor, kept)
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


def _answered(state: AskingCitizen, answer: _Answer) -> Step:
    around = state.around
    match answer:
        case CitizenFound(patron_id=patron_id):
            return begin_unproven(around, state.visit_id, patron_id, state.service, state.started)
        case CitizenUnknown():
            report = report_without_loans(state, VisitEnd.REFUSED, Refusal.PATRON_UNKNOWN)
            return begin_joining(state), (report,)
        case CitizenNotAsked():
            report = report_without_loans(state, VisitEnd.FAULT)
            until = around.now + around.limits.card_wait_s
            return AwaitingCard(around, until, notice(around, NoticeKind.NOT_IDENTIFIED), state.service), (report,)
        case _:
            assert_never(answer)
