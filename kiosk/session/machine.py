"""The session's one function: a state and an event in, the next state and what is to be done out."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.account import at_account
from kiosk.session.borrowing import borrowing
from kiosk.session.citizen_events import CitizenCardPresented
from kiosk.session.citizen_state import AskingCitizen, NewReader
from kiosk.session.citizens import ask_citizen, asking_citizen, citizen_heard
from kiosk.session.effects import Effect
from kiosk.session.ending import finished, settling
from kiosk.session.events import Event, LabelRejected
from kiosk.session.hold_state import Reserving
from kiosk.session.joining import new_reader
from kiosk.session.limits import Limits
from kiosk.session.outside_visit import awaiting_card, identifying, idle, turned_away
from kiosk.session.pin import asking_pin
from kiosk.session.reserving import reserving
from kiosk.session.return_ending import return_finished, return_settling
from kiosk.session.returning import returning
from kiosk.session.search_events import IsbnScanned, SearchTouched
from kiosk.session.search_state import Searching
from kiosk.session.searching import begin_search, may_search, searching
from kiosk.session.staff_desk import at_staff_desk
from kiosk.session.staff_pin import asking_staff_pin, staff_called
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_visit import back_to_desk
from kiosk.session.state import (
    Around,
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    Finished,
    Identifying,
    Idle,
    OutOfOrder,
    ReturnFinished,
    Returning,
    ReturnSettling,
    Settling,
    State,
    TurnedAway,
)
from kiosk.session.surroundings import Laid, Step, begins, heard, home, in_service, newly_laid, with_names
from kiosk.session.typed_card import typing_card
from kiosk.session.values import Device, LabelFault, Pad


def initial(limits: Limits, now: float) -> State:
    """Give the state at the start: out of order until the library system and the devices have been heard of.

    ``now`` is monotonic seconds, of the same clock as every ``Ticked``.
    """
    around = Around(
        limits=limits,
        now=now,
        language=limits.default_language,
        library_system=False,
        lost=frozenset(Device),
        pad=Pad(),
        can_lend_since=now,
    )
    return OutOfOrder(around)


def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """Decide: total over all states and events, pure, and without a clock of its own."""
    if isinstance(event, IsbnScanned) and not isinstance(state, Searching):
        event = LabelRejected(LabelFault.UNKNOWN_PATTERN)
    event = citizen_heard(state, event)
    around = heard(state.around, event)
    if isinstance(state, Borrowing | AtAccount | AskingPin | Settling | Returning | ReturnSettling):
        pad = with_names(around.pad, state.visit.named)
        around = around if pad is around.pad else replace(around, pad=pad)
    laid = newly_laid(state.around.pad, around.pad)
    if around is not state.around:
        state = replace(state, around=around)
    following, effects = staff_called(state, event) or _dispatch(state, event, laid)
    return back_to_desk(_in_or_out_of_order(following), effects)


def _dispatch(state: State, event: Event, laid: Laid) -> Step:  # noqa: C901, PLR0911, PLR0912 - a branch a state
    match state:
        case Idle() | OutOfOrder() if isinstance(event, SearchTouched) and may_search(state.around):
            return begin_search(state.around)
        case Idle() | AwaitingCard() | TurnedAway() | NewReader() if isinstance(event, CitizenCardPresented):
            return ask_citizen(state, event)
        case Idle():
            return idle(state, event, laid)
        case AwaitingCard():
            return typing_card(state, event) or awaiting_card(state, event, laid)
        case Identifying():
            return identifying(state, event)
        case TurnedAway():
            return turned_away(state, event)
        case AskingPin():
            return asking_pin(state, event, laid)
        case AtAccount():
            return at_account(state, event, laid)
        case Returning():
            return returning(state, event, laid)
        case ReturnSettling():
            return return_settling(state, event, laid)
        case ReturnFinished():
            return return_finished(state, event)
        case Borrowing():
            return borrowing(state, event, laid)
        case Settling():
            return settling(state, event, laid)
        case Finished():
            return finished(state, event)
        case AskingStaffPin():
            return asking_staff_pin(state, event)
        case AtStaffDesk():
            return at_staff_desk(state, event)
        case Searching():
            return searching(state, event, laid)
        case AskingCitizen():
            return asking_citizen(state, event)
        case NewReader():
            return new_reader(state, event)
        case Reserving():
            return reserving(state, event, laid)
        case OutOfOrder() | Closed():
            return state, ()
        case _:
            assert_never(state)


def _in_or_out_of_order(state: State) -> State:
    """Where no visit is going on, the hours and what is missing around the kiosk close it, and open it again."""
    match state:
        case Idle() | AwaitingCard() if not begins(state.around):
            return home(state.around)
        case TurnedAway() if not in_service(state.around):
            return home(state.around)
        case OutOfOrder() | Closed():
            return home(state.around)
        case _:
            return state
