"""What is put right when nobody stands there: after a crash, and whenever an item lies there again that is owed."""

from kiosk.session.staff_state import Closed
from kiosk.session.state import Idle, OutOfOrder, State
from kiosk.session.values import Device, PadItem


def lying_at_rest(state: State) -> tuple[PadItem, ...]:
    """Give the items on the pad that may be put right now; none while a visit is going on: then the visit decides."""
    if not isinstance(state, Idle | OutOfOrder | Closed) or Device.PAD in state.around.lost:
        return ()
    return state.around.pad.items
