"""The states in which the kiosk is closed, or staff are at it; part of the closed union ``state.State``."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.session.staff_values import ActResult, Desk, StaffAct, StaffId
from kiosk.session.values import ItemId

if TYPE_CHECKING:  # that module holds the union and so imports this one
    from kiosk.session.state import Around


@dataclass(frozen=True, slots=True)
class Closed:
    """It is not the hour, or staff have closed the kiosk; ``around.opening`` says which and until when."""

    around: "Around"


@dataclass(frozen=True, slots=True)
class AskingStaffPin:
    """A staff card was shown or the service key turned, and a PIN is to prove who it is."""

    around: "Around"
    staff_id: StaffId | None = field(repr=False)
    until: float
    typed: str = field(default="", repr=False)
    checking: bool = False
    wrong: bool = False
    """The last one was."""
    failed: bool = False
    """The last one could not be checked."""
    cancelled: bool = False
    """Whoever it is wanted out while an answer is awaited."""


@dataclass(frozen=True, slots=True)
class AtStaffDesk:
    """Somebody of the staff is at the kiosk."""

    around: "Around"
    staff_id: StaffId = field(repr=False)
    idle_since: float
    reading: bool = True
    """What is shown is being gathered."""
    desk: Desk | None = None
    """As last read."""
    unread: bool = False
    """It could not be gathered."""
    doing: StaffAct | None = None
    """One act at a time."""
    said: tuple[StaffAct, ActResult] | None = None
    """What became of the last act."""
    listening: StaffAct | None = None
    """A trial waits for something to be read."""
    listening_until: float = 0.0
    tried: frozenset[ItemId] = frozenset()
    """Items of the alarm list that lie there and were tried: laid down anew they are tried again."""
    leaving: bool = False
    """Home follows as soon as nothing is under way."""
