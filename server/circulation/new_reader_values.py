"""What goes into the desk of new readers and what comes out of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from library.api.new_readers import NewReaderTold


class NotTakenError(Exception):
    """What a kiosk told is not kept: too many wait, the number is a reader's already, or the person is too young."""


class Trouble(StrEnum):
    """Why somebody is not a reader yet; nothing is lost."""

    GONE = "gone"
    """Finished, erased, or never there."""
    NAME = "name"
    """A reader has a name."""
    CARD = "card"
    """The number is not one that cards of this library have."""
    CARD_TAKEN = "card_taken"
    CATEGORY = "category"
    PIN = "pin"
    """Not 4 to 8 digits."""
    WHO = "who"
    """Nobody signed."""
    ALREADY = "already"
    """The citizen number is a reader's by now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One who waits; it names nobody."""

    pick_up: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody told, for the desk to hold against their card."""

    pick_up: str
    told: NewReaderTold = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Finishing:
    """What the desk adds; texts as they were typed."""

    name: str = field(repr=False)
    """As the person's card has it: a scanner that types keys mangles a name."""
    card_number: str = field(repr=False)
    category: str
    by: str
    pin: str = field(default="", repr=False)
    """Typed by the reader; none where it is empty."""
