"""For what a new reader lets the library use their data: each is asked for by itself, none is taken for granted."""

from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """One use of a reader's data (Luật 91/2025/QH15: consent by purpose; silence is none)."""

    LENDING = "lending"
    """The card and the loans; without it nobody becomes a reader."""
    STATISTICS = "statistics"
    """Age group and category in counts that name nobody."""
    MESSAGES = "messages"
    """Reminders of due dates, and news of the library."""


NEEDED: Final = frozenset({Purpose.LENDING})
"""Without these the form cannot be sent."""
