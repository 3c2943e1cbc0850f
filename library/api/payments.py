"""A bank transfer that a kiosk asks the server to begin: who is to pay, and what the screen then shows."""

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

PAYMENTS_PATH: Final = "/kiosk/v1/payments"
LONGEST_REQUEST: Final = 1024
LONGEST_CARD: Final = 64
LONGEST_PAYLOAD: Final = 512


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TransferWish(_Sent):
    """The patron of a visit wants to pay all that is owed by bank."""

    card: Annotated[str, Field(min_length=1, max_length=LONGEST_CARD, repr=False)]


class TransferBegun(_Sent):
    """What may stand on the screen; it names no reader."""

    reference: Annotated[str, Field(pattern="^[0-9A-Z]{1,16}$")]
    """Stands in the transfer's text."""
    amount: Annotated[int, Field(gt=0, repr=False)]
    """In đồng."""
    payload: Annotated[str, Field(min_length=1, max_length=LONGEST_PAYLOAD, pattern="^[ -~]+$", repr=False)]
    """The text of the VietQR code."""
    bank_name: Annotated[str, Field(max_length=60)]
    account: Annotated[str, Field(max_length=19)]
    holder: Annotated[str, Field(max_length=80)]
    until: AwareDatetime
    """How long it may be shown; money that comes later counts all the same."""


def read_wish(body: bytes) -> TransferWish | None:
    """Read what a kiosk sent; ``None`` for what is none."""
    try:
        return TransferWish.model_validate_json(body)
    except ValidationError:
        return None


def read_begun(body: bytes) -> TransferBegun | None:
    """Read what the server answered; ``None`` for what is none."""
    try:
        return TransferBegun.model_validate_json(body)
    except ValidationError:
        return None
