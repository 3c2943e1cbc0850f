"""Items read in place, on their way from a kiosk to the server: which and when, and nothing about who read them."""

from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from library.lending.offline_events import ClockCertainty

ITEM_USES_PATH: Final = "/kiosk/v1/item-uses"
LONGEST_USES: Final = 64 * 1024
"""Bytes of what is told at once: a hundred uses with the longest numbers take less than half of it."""
MOST_USES: Final = 100
LONGEST_NUMBER: Final = 64


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ItemUse(_Sent):
    """An item was read in place, once."""

    use_id: Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,64}$")]
    """The kiosk's own; a repeat bears the same, and counts once."""
    item: Annotated[str, Field(min_length=1, max_length=LONGEST_NUMBER, pattern=r"^[^\x00-\x1f\x7f]+$", repr=False)]
    at: AwareDatetime | None
    """``None`` where the kiosk never learned the time."""
    clock: ClockCertainty


class ItemUses(_Sent):
    """What a kiosk tells at once; the server has all of it on its disk when it answers, or none."""

    uses: Annotated[tuple[ItemUse, ...], Field(min_length=1, max_length=MOST_USES)]


class UsesTaken(_Sent):
    """The server's answer."""

    new: Annotated[int, Field(ge=0)]
    """So many were not known before; all of them are now."""


def read_uses(body: bytes) -> ItemUses | None:
    """Read what a kiosk sent; ``None`` for what is none."""
    try:
        return ItemUses.model_validate_json(body)
    except ValidationError:
        return None


def read_taken(body: bytes) -> UsesTaken | None:
    """Read what the server answered; ``None`` for what is none."""
    try:
        return UsesTaken.model_validate_json(body)
    except ValidationError:
        return None
