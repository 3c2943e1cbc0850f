"""The page on which a PIN is typed: how many digits, never which."""

import hashlib

from kiosk.session.locks import wrong_so_far
from kiosk.session.state import AskingPin
from kiosk.texts import Texts
from kiosk.ui.view_types import PinView

_DIGITS = "1234567890"


def asking_pin(state: AskingPin, texts: Texts, *, shuffled: bool) -> PinView:
    """Give the page; ``shuffled``: in another order in each visit, so that no finger gives the digits away."""
    left = max(0, state.around.limits.pin_tries - wrong_so_far(state.around, state.visit.patron.patron_id))
    waits = state.checking or state.cancelled
    if state.cancelled:
        hint = texts.say("identify.cancelled")
    else:
        hint = texts.say("pin.checking" if state.checking else "pin.hint")
    return PinView(
        title=texts.say("pin.title"),
        hint=hint,
        typed=len(state.typed),
        keys=tuple(_order(state.visit.visit_id) if shuffled else _DIGITS),
        erase_label=texts.say("pin.erase"),
        enter_label=texts.say("pin.enter") if state.typed and not waits else "",
        cancel_label="" if state.cancelled else texts.say("card.cancel"),
        busy=waits,
        notice=texts.count("pin.wrong", left) if state.wrong and not waits else "",
    )


def _order(visit_id: str) -> list[str]:
    """Give the digits in an order that follows from the visit's own random name, and stays while it lasts."""
    return sorted(_DIGITS, key=lambda digit: hashlib.sha256(f"{visit_id} {digit}".encode()).digest())
