"""What goes into the desk and what comes out of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from library.lending.opening import DueDate
from library.lending.refusals import Refusal
from server.store.models import Copy


@dataclass(frozen=True, slots=True)
class Counter:
    """Where something is lent or taken back: a terminal at a place."""

    terminal_id: str
    organisation_id: int
    place_id: int
    place_code: str
    place_name: str


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan that stands when the transaction is committed."""

    title: str
    due: DueDate
    renewed: bool
    """An older loan of the same reader goes on; nothing new was lent."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An item that lies in the library again."""

    title: str
    home_code: str
    home_name: str
    call_number: str
    item_type: str
    was_on_loan: bool
    is_home: bool


class PinCheck(Enum):
    """What is known of a PIN that came with a question."""

    NOT_GIVEN = auto()
    RIGHT = auto()
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class PatronLoan:
    """One open loan of a patron."""

    item_number: str = field(repr=False)
    overdue: bool


@dataclass(frozen=True, slots=True)
class PatronAccount:
    """What a terminal may know of a patron."""

    card: str = field(repr=False)
    name: str = field(repr=False)
    refusal: Refusal | None
    """Why the card may not be used now."""
    card_lost: bool
    limit: int
    """Open loans that the patron may have at this place, for an item without a rule of its own."""
    loans: tuple[PatronLoan, ...] = field(repr=False)
    """The open ones, oldest first."""
    pin: PinCheck


@dataclass(frozen=True, slots=True)
class ItemAccount:
    """What a terminal may know of an item; not who has it."""

    copy: Copy
    due: datetime | None
    """Aware, in the library's time zone; ``None`` when the item is not on loan."""
