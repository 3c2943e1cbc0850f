"""What a library's card numbers and item numbers look like, so that one is never taken for the other."""

import re
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, field_validator

LONGEST_NUMBER: Final = 64
"""Characters; far above any printed number, far below what a SIP2 field (255) or a hostile label may hold."""


class NumberKind(StrEnum):
    """What a scanned or typed text is."""

    CARD = "card"
    ITEM = "item"
    NEITHER = "neither"


class NumberPatterns(BaseModel):
    """The regular expressions (Python's, each for the whole text) of a library's numbers; configuration, see defaults.

    The defaults know the 14-digit library number (first digit 2 a card, 3 an item) and the registration number printed
    by most Vietnamese libraries (``VNM.038637``, ``LV/TT.000055``). An ISBN is neither.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cards: tuple[re.Pattern[str], ...] = (re.compile(r"2[0-9]{13}"),)
    items: tuple[re.Pattern[str], ...] = (
        re.compile(r"3[0-9]{13}"),
        re.compile(r"[A-ZĐ]{1,6}(?:/[A-ZĐ]{1,6})?\.[0-9]{3,8}"),
    )

    @field_validator("cards", "items")
    @classmethod
    def _some(cls, patterns: tuple[re.Pattern[str], ...]) -> tuple[re.Pattern[str], ...]:
        if not patterns:
            msg = "at least one pattern is needed"
            raise ValueError(msg)
        return patterns

    def classify(self, text: str) -> NumberKind:
        """Say what ``text`` is; nothing is stripped or folded here, and a text that fits both lists is a card."""
        if len(text) > LONGEST_NUMBER:
            return NumberKind.NEITHER
        if any(pattern.fullmatch(text) for pattern in self.cards):
            return NumberKind.CARD
        if any(pattern.fullmatch(text) for pattern in self.items):
            return NumberKind.ITEM
        return NumberKind.NEITHER
