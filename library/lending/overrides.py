"""A no that a member of the staff overrides: which may be, for which reasons, and how it travels; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from library.lending.refusals import Refusal

OVERRIDABLE: Final = frozenset(
    {
        Refusal.PATRON_LIMIT_REACHED,
        Refusal.PATRON_SUSPENDED,
        Refusal.PATRON_OVERDUE,
        Refusal.FEE_LIMIT_REACHED,
        Refusal.ITEM_NOT_FOR_LOAN,
        Refusal.ITEM_RESERVED,
    }
)
"""What a library's own rules say no to; which of these may be overridden is the library's choice.

No other no is a matter of choice: an item that somebody else has, an unknown one, a card that is unknown, blocked or
has run out. Nor is a copy that is damaged, missing or withdrawn, though it is refused as "not for loan" too.
"""
_STAFF_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_PARTS: Final = 3


class OverrideReason(StrEnum):
    """Why staff let a refused loan through: the closed list."""

    SETTLED = "settled"
    """What stood against it is settled, and the records do not have it yet."""
    RECORD_WRONG = "record_wrong"
    STUDY = "study"
    """For a class, an examination, a piece of work."""
    AGREED = "agreed"
    """Agreed with whoever leads the library."""


@dataclass(frozen=True, slots=True)
class Override:
    """Who of the staff overrides which refusals of one loan, and why."""

    staff_id: str
    """What the member goes by in the records, and no name."""
    reason: OverrideReason
    refusals: tuple[Refusal, ...]
    """In the order in which they were met; each is one of ``OVERRIDABLE``."""

    @property
    def text(self) -> str:
        """Give the value of our own SIP2 field ``XV``."""
        return ";".join((self.staff_id, self.reason, ",".join(self.refusals)))


def read_staff_id(text: str | None) -> str | None:
    """Read what a member of the staff goes by; ``None`` where it is nothing of the kind."""
    return text if text is not None and _STAFF_ID.fullmatch(text) else None


def read_override(text: str | None) -> Override | None:
    """Read ``Override.text``; ``None`` where it is none, or names what nobody may override."""
    parts = (text or "").split(";")
    if len(parts) != _PARTS or not _STAFF_ID.fullmatch(parts[0]):
        return None
    try:
        reason = OverrideReason(parts[1])
        refusals = tuple(dict.fromkeys(Refusal(word) for word in parts[2].split(",")))
    except ValueError:
        return None
    return Override(parts[0], reason, refusals) if OVERRIDABLE.issuperset(refusals) else None
