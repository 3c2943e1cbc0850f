"""Whose turn it is: kiosks of one library ask our server before they tell another system what they did alone."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from library.lending.offline_events import ClockCertainty

REPLAY_PATH: Final = "/kiosk/v1/replay"
MOST_EVENTS: Final = 40
"""At a time: the answer about so many stays below the 4096 bytes that a kiosk reads of one."""
LONGEST_QUESTION: Final = 32 * 1024
"""Bytes of one, as it travels."""
_ID: Final = r"^[A-Za-z0-9._:-]{1,64}$"


class Stage(StrEnum):
    """How far a kiosk has come with an event."""

    OPEN = "open"
    ELSEWHERE = "elsewhere"
    """Somebody else has the item as far as the library system knows; nothing was sent."""
    APPLIED = "applied"
    RENEWED = "renewed"
    SUPERSEDED = "superseded"
    NEEDS_STAFF = "needs_staff"


class Turn(StrEnum):
    """What the kiosk is to do with an open event."""

    TELL = "tell"
    WAIT = "wait"
    SUPERSEDED = "superseded"
    """Something that happened later stands already."""
    NEEDS_STAFF = "needs_staff"


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ReplayEvent(_Sent):
    """One thing that was done alone; whose card it was stays at the kiosk."""

    transaction_id: Annotated[str, Field(pattern=_ID)]
    kind: Literal["lend", "return"]
    item: Annotated[str, Field(min_length=1, max_length=64, repr=False)]
    at: AwareDatetime
    clock: ClockCertainty
    journal_no: Annotated[int, Field(ge=0, le=10**15)]
    stage: Stage


class ReplayQuestion(_Sent):
    """What a kiosk has open, and what became of what it told."""

    events: Annotated[tuple[ReplayEvent, ...], Field(min_length=1, max_length=MOST_EVENTS)]


class ReplayTurns(_Sent):
    """The answer: what to do with each open event, by its transaction id."""

    turns: Annotated[dict[str, Turn], Field(max_length=MOST_EVENTS)]


def read_question(body: bytes) -> ReplayQuestion | None:
    """Read what a kiosk asked; ``None`` for what is no such question."""
    try:
        return ReplayQuestion.model_validate_json(body)
    except ValidationError:
        return None


def read_turns(body: bytes) -> dict[str, Turn] | None:
    """Read what the server answered; ``None`` for what is no such answer."""
    try:
        return ReplayTurns.model_validate_json(body).turns
    except ValidationError:
        return None
