"""The words in which a kiosk tells what it did without the server, and the server what became of it."""

import re
from enum import StrEnum
from typing import Final

LONGEST_JOURNAL_DIGITS: Final = 15
_TRANSACTION_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class ClockCertainty(StrEnum):
    """How certain the time of an event is; travels in SIP2 (field ``XC`` of our own server)."""

    SURE = "sure"
    CORRECTED = "corrected"
    """The clock was wrong; the kiosk learned by how much and has corrected the time."""
    UNKNOWN = "unknown"
    """The clock had never been set, and nothing tells how wrong it was."""


class Outcome(StrEnum):
    """What became of an event; travels in SIP2 (field ``XO`` of our own server)."""

    APPLIED = "applied"
    RENEWED = "renewed"
    SUPERSEDED = "superseded"
    """Something later is known that has decided about the item since."""
    NEEDS_STAFF = "needs_staff"
    """Neither a loan nor an end of one could be made of it."""


def is_transaction_id(text: str) -> bool:
    """Say whether ``text`` may name an event (field ``XT``)."""
    return _TRANSACTION_ID.fullmatch(text) is not None


def clock_of(text: str | None) -> ClockCertainty:
    """Read field ``XC``; an absent or other word is no certainty."""
    return ClockCertainty(text) if text in set(ClockCertainty) else ClockCertainty.UNKNOWN


def journal_number_of(text: str | None) -> int | None:
    """Read field ``XG``; ``None`` where it is absent or no number."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > LONGEST_JOURNAL_DIGITS:
        return None
    return int(text)
