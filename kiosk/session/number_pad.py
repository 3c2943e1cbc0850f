"""What is typed on the number pad: digits, as many as there may be, the last one taken back."""

from kiosk.session.touches import EraseTouched, KeyTouched

_DIGITS = frozenset("0123456789")


def typed_after(typed: str, touch: KeyTouched | EraseTouched, longest: int) -> str:
    """Give what is typed after a touch; a key that is no digit, or one too many, changes nothing."""
    if isinstance(touch, EraseTouched):
        return typed[:-1]
    return typed + touch.key if touch.key in _DIGITS and len(typed) < longest else typed
