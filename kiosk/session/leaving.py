"""How the session is led home when the kiosk is told to stop: no loan is left without its alarm, no visit untold."""

from typing import assert_never

from kiosk.session.citizen_state import AskingCitizen, NewReader, ReaderStage
from kiosk.session.events import Event
from kiosk.session.hold_state import Reserving
from kiosk.session.receipting import UNDER_WAY
from kiosk.session.reserving import UNDER_WAY as HOLD_UNDER_WAY
from kiosk.session.search_state import Searching
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.state import (
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
from kiosk.session.touches import CancelTouched, DoneTouched

_UNDER_WAY = UNDER_WAY | {ReaderStage.HANDING_IN}


def way_out(state: State) -> Event | None:
    """Give the event that leads out of a state; ``None`` where nobody is there, or where only an answer leads on.

    What waits for its turn is dropped as if the patron had cancelled; what is under way is awaited.
    """
    match state:
        case Borrowing() | AtAccount() | Returning() | AskingPin(cancelled=False) | Searching():
            return CancelTouched()
        case AskingStaffPin(cancelled=False) | AtStaffDesk(leaving=False) | AskingCitizen():
            return CancelTouched()
        case Finished(stage=stage) | ReturnFinished(stage=stage) | NewReader(stage=stage) if stage not in _UNDER_WAY:
            return DoneTouched()
        case Reserving(step=step) if step not in HOLD_UNDER_WAY:
            return DoneTouched()
        case (
            NewReader()
            | Reserving()
            | AskingPin()
            | ReturnSettling()
            | ReturnFinished()
            | AskingStaffPin()
            | AtStaffDesk()
        ):
            return None
        case Idle() | AwaitingCard() | Identifying() | TurnedAway() | Settling() | Finished() | OutOfOrder() | Closed():
            return None
        case _:
            assert_never(state)
