"""What stands for a citizen card where none may be kept."""

from datetime import date
from typing import Final

from library.identity.citizen_card import CitizenCard

NOBODYS_CARD: Final = CitizenCard("0" * 12, "", "x", date(2000, 1, 1), None, "x")
"""Of nobody: not even the lengths of a card's fields are in it."""
