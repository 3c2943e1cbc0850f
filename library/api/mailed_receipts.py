"""A receipt that a reader wants by e-mail, on its way from a kiosk to the server, which alone knows the address."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from library.api.receipts import LONGEST_RECEIPT, SharedReceipt

MAILS_PATH: Final = "/kiosk/v1/receipt-mails"
LONGEST_WISH: Final = LONGEST_RECEIPT + 1024
"""Bytes of one, as it travels."""


class MailWish(BaseModel):
    """Whose receipt it is, and what stands on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mail_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
    """The kiosk's own; the same again is one letter."""
    card: Annotated[str, Field(min_length=1, max_length=64, repr=False)]
    receipt: SharedReceipt


def read_wish(body: bytes) -> MailWish | None:
    """Read what a kiosk sent; ``None`` for what is none."""
    try:
        return MailWish.model_validate_json(body)
    except ValidationError:
        return None
