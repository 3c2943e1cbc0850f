"""A new reader's own words on the way from a kiosk to the server, where the desk finishes them within a week."""

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from library.identity.citizen_card import LONGEST_ADDRESS, LONGEST_NAME
from library.identity.purposes import NEEDED, Purpose

NEW_READERS_PATH: Final = "/kiosk/v1/new-readers"
LONGEST_TOLD: Final = 4096
PICK_UP_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that are taken for one another."""
PICK_UP_LENGTH: Final = 6
DAYS_KEPT: Final = 7
"""Then it is erased, finished or not."""


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NewReaderTold(_Sent):
    """What the screen showed and the reader agreed to; the card's other fields stay on the card."""

    number: Annotated[str, Field(pattern="^[0-9]{12}$", repr=False)]
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, repr=False)]
    born: Annotated[date, Field(repr=False)]
    address: Annotated[str, Field(max_length=LONGEST_ADDRESS, repr=False)]
    purposes: frozenset[Purpose]

    @property
    def agreed(self) -> bool:
        """Whether the reader agreed to what nobody becomes a reader without."""
        return self.purposes >= NEEDED


class PickUp(_Sent):
    """The number by which the desk finds it; it names nobody."""

    pick_up: Annotated[str, Field(pattern=f"^[{PICK_UP_SIGNS}]{{{PICK_UP_LENGTH}}}$", repr=False)]


def read_new_reader(body: bytes) -> NewReaderTold | None:
    """Read what a kiosk sent; ``None`` for what is none, and for what the reader did not agree to."""
    try:
        told = NewReaderTold.model_validate_json(body)
    except ValidationError:
        return None
    return told if told.agreed else None


def read_pick_up(body: bytes) -> PickUp | None:
    """Read what the server answered; ``None`` for what is none."""
    try:
        return PickUp.model_validate_json(body)
    except ValidationError:
        return None
