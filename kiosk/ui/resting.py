"""When the screen may go dark: nobody is there and nobody was for a while; pure."""

from kiosk.session.staff_state import Closed
from kiosk.session.state import Idle, OutOfOrder, State


class Resting:
    """Told of every state and of every sign of somebody; times in monotonic seconds."""

    def __init__(self, after_s: float, now: float) -> None:
        """``after_s``: how long nobody must have been there; 0 for a screen that never goes dark."""
        self._after = after_s
        self._since = now
        self._somebody = False

    def somebody(self, *, there: bool, now: float) -> None:
        """Take what the presence sensor says; while somebody is there the screen stays light."""
        self._somebody = there
        self._since = now

    def stir(self, now: float) -> None:
        """Take a sign of somebody: a touch, a card, a book."""
        self._since = now

    def dark(self, state: State, now: float) -> bool:
        """Say whether the screen is to be dark now."""
        at_rest = isinstance(state, Idle | OutOfOrder | Closed) and getattr(state, "notice", None) is None
        if not at_rest or self._somebody:
            self._since = now
        return self._after > 0 and now - self._since >= self._after
