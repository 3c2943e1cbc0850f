"""The state in which a patron has a book kept that was found by searching; part of the closed union ``state.State``."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import ItemId
from library.lending.refusals import Refusal

if TYPE_CHECKING:  # that module holds the union and so imports this one
    from kiosk.session.state import Around, Notice, Visit


@dataclass(frozen=True, slots=True)
class BookWish:
    """The book for which somebody comes with a card; gone with the visit."""

    item_id: ItemId
    """A copy by whose number the library system finds the book."""
    title: str = field(repr=False)
    asked: bool = False
    """The library system was asked in this visit: it is asked once."""
    placed: bool = False


class HoldStep(StrEnum):
    """How far a hold has come."""

    PLACING = "placing"
    FEE_ASKED = "fee_asked"
    """It costs a fee, and the patron is asked whether that is right; nothing is placed yet."""
    PLACED = "placed"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody can say whether it stands."""
    UNDOING = "undoing"
    UNDONE = "undone"
    KEPT = "kept"
    """It could not be undone, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Reserving:
    """A patron has a book kept, reads what came of it, and may undo it."""

    around: "Around"
    visit: "Visit"
    wish: BookWish
    idle_since: float
    step: HoldStep = HoldStep.PLACING
    hold: PlacedHold | None = None
    refusal: Refusal | None = None
    words: str = field(default="", repr=False)
    """The library system's own, for a no or a fee."""
    fee_agreed: bool = False
    notice: "Notice | None" = None
    warned_until: float | None = None
    """As of ``Borrowing``."""
