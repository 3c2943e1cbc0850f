"""A receipt on its way from a kiosk to the server, which keeps it for a day behind an address that nobody can guess."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from library.text.forms import printable

RECEIPTS_PATH: Final = "/kiosk/v1/receipts"
LONGEST_RECEIPT: Final = 64 * 1024
"""Bytes of one, as it travels: more than a hundred lines of the longest titles."""
LONGEST_TITLE: Final = 200
LONGEST_ADDRESS: Final = 300
MOST_LINES: Final = 100


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SharedLine(_Sent):
    """One item: its title, what was done, and until when; no item number."""

    kind: Literal["lent", "renewed", "returned", "on_loan"]
    title: Annotated[str, Field(max_length=LONGEST_TITLE, repr=False)]
    """Empty where nobody knows it."""
    due: AwareDatetime | None = None
    loan_known: bool = True
    """``False``: nobody knows whether it was done."""
    show_at_desk: bool = False


class SharedReceipt(_Sent):
    """What may stand on the page: no name, and of the card four characters at most."""

    language: Literal["vi", "en"]
    last_four: Annotated[str, Field(max_length=4, repr=False)] = ""
    lines: Annotated[tuple[SharedLine, ...], Field(min_length=1, max_length=MOST_LINES)]


class ReceiptAddress(_Sent):
    """Where a telephone finds it."""

    address: Annotated[str, Field(max_length=LONGEST_ADDRESS, pattern="^https?://[!-~]+$", repr=False)]


def shared_line(kind: str, title: str, due: datetime | None, *, loan_known: bool, show_at_desk: bool) -> SharedLine:
    """Make a line; a title that is too long is cut."""
    return SharedLine.model_validate(
        {
            "kind": kind,
            "title": printable(title)[:LONGEST_TITLE],
            "due": due,
            "loan_known": loan_known,
            "show_at_desk": show_at_desk,
        }
    )


def read_receipt(body: bytes) -> SharedReceipt | None:
    """Read what a kiosk sent; ``None`` for what is none."""
    try:
        return SharedReceipt.model_validate_json(body)
    except ValidationError:
        return None


def read_address(body: bytes) -> str | None:
    """Read what the server answered; ``None`` for what is no address."""
    try:
        return ReceiptAddress.model_validate_json(body).address
    except ValidationError:
        return None
