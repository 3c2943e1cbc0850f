"""How the session is led home when the kiosk is told to stop: no loan is left without its alarm, no visit untold."""

from typing import assert_never

from kiosk.session.citizen_state import AskingCitizen, NewReader
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


def way_out(state: State) -> Event | None:
    """Give the event that leads out of a state; ``None`` where nobody is there, or where only an answer leads on.

    What waits for its turn is dropped as if the patron had cancelled; what is under way is awaited.
    """
    match state:
        case Borrowing() | AtAccount() | Returning() | AskingPin(cancelled=False) | Searching():
            return CancelTouched()
        case AskingStaffPin(cancelled=False) | AtStaffDesk(leaving=False) | AskingCitizen() | NewReader():
            return CancelTouched()
        case Finished(stage=stage) | ReturnFinished(stage=stage) if stage not in UNDER_WAY:
            return DoneTouched()
        case Reserving(step=step) if step not in HOLD_UNDER_WAY:
            return DoneTouched()
        case Reserving() | AskingPin() | ReturnSettling() | ReturnFinished() | AskingStaffPin() | AtStaffDesk():
            return None
        case Idle() | AwaitingCard() | Identifying() | TurnedAway() | Settling() | Finished() | OutOfOrder() | Closed():
            return None
        case _:
            assert_never(state)
