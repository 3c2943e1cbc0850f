"""What a kiosk asks the server about a citizen card: whose it is; the number travels once and is kept by nobody."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CITIZENS_PATH: Final = "/kiosk/v1/citizens"
LONGEST_QUESTION: Final = 256
LONGEST_CARD: Final = 64
ANSWER_BYTES: Final = 256
"""Every answer has this length: who sees the line sees no difference between a reader and a stranger."""


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CitizenAsked(_Sent):
    """A kiosk asks whose number this is."""

    number: Annotated[str, Field(pattern="^[0-9]{12}$", repr=False)]


class CitizenTold(_Sent):
    """The reader's card, which proves nothing without the PIN."""

    card: Annotated[str | None, Field(max_length=LONGEST_CARD, repr=False)]
    """``None``: nobody of this library is known by that number."""

    def body(self) -> bytes:
        """Give what travels, filled up with blanks."""
        return self.model_dump_json().encode().ljust(ANSWER_BYTES)


def read_asked(body: bytes) -> CitizenAsked | None:
    """Read what a kiosk sent; ``None`` for what is none."""
    try:
        return CitizenAsked.model_validate_json(body)
    except ValidationError:
        return None


def read_told(body: bytes) -> CitizenTold | None:
    """Read what the server answered; ``None`` for what is none."""
    try:
        return CitizenTold.model_validate_json(body)
    except ValidationError:
        return None
