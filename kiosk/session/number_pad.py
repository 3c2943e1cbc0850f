"""What is typed on the number pad: digits, and what else a card's number may hold; the last one taken back."""

from typing import Final

from kiosk.session.touches import EraseTouched, KeyTouched

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-./"
"""What may stand in card numbers beside digits; a key for each stands on the pad only where a site names it."""
_DIGITS: Final = "0123456789"


def typed_after(typed: str, touch: KeyTouched | EraseTouched, longest: int, letters: str = "") -> str:
    """Give what is typed after a touch; a key that is not on the pad, or one too many, changes nothing."""
    if isinstance(touch, EraseTouched):
        return typed[:-1]
    is_there = len(touch.key) == 1 and touch.key in _DIGITS + letters
    return typed + touch.key if is_there and len(typed) < longest else typed
