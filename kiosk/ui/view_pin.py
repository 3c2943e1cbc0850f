"""The pages on which a PIN is typed, how many digits and never which, and the number of a card."""

import hashlib

from kiosk.session.locks import wrong_so_far
from kiosk.session.state import AskingPin, AwaitingCard
from kiosk.texts import Texts
from kiosk.ui.view_types import PinView
from kiosk.ui.view_words import notice_words, refusal_of_card

_DIGITS = "1234567890"
_GROUP = 4


def asking_pin(state: AskingPin, texts: Texts, *, shuffled: bool) -> PinView:
    """Give the page; ``shuffled``: in another order in each visit, so that no finger gives the digits away."""
    left = max(0, state.around.limits.pin_tries - wrong_so_far(state.around, state.visit.patron.patron_id))
    waits = state.checking or state.cancelled
    if state.cancelled:
        hint = texts.say("identify.cancelled")
    else:
        hint = texts.say("pin.checking" if state.checking else _hint(state))
    return PinView(
        title=texts.say("pin.title"),
        hint=hint,
        typed=len(state.typed),
        keys=tuple(_order(state.visit.visit_id) if shuffled else _DIGITS),
        erase_label=texts.say("pin.erase"),
        enter_label=texts.say("pin.enter") if state.typed and not waits else "",
        cancel_label="" if state.cancelled else texts.say("card.cancel"),
        busy=waits,
        notice="" if waits else _said(state, left, texts),
    )


def typing_card(state: AwaitingCard, texts: Texts) -> PinView:
    """Give the page on which a card's number is typed, to be compared with what stands somewhere."""
    typed = state.typed
    return PinView(
        title=texts.say("typed.title"),
        hint=texts.say("typed.hint"),
        typed=len(typed),
        keys=tuple(_DIGITS),
        erase_label=texts.say("pin.erase"),
        enter_label=texts.say("pin.enter") if typed else "",
        cancel_label=texts.say("card.cancel"),
        busy=False,
        notice=notice_words(state.notice, texts),
        shown=" ".join(typed[start : start + _GROUP] for start in range(0, len(typed), _GROUP)),
    )


def _hint(state: AskingPin) -> str:
    return "pin.hint_typed" if state.visit.card_typed else "pin.hint"


def _said(state: AskingPin, left: int, texts: Texts) -> str:
    """Say what became of the last PIN: wrong, refused for another reason, or not answered."""
    if state.wrong:
        return texts.count("pin.wrong_typed" if state.visit.card_typed else "pin.wrong", left)
    if state.refusal is not None:
        return refusal_of_card(state.refusal, state.words, texts)
    return notice_words(state.notice, texts)


def _order(visit_id: str) -> list[str]:
    """Give the digits in an order that follows from the visit's own random name, and stays while it lasts."""
    return sorted(_DIGITS, key=lambda digit: hashlib.sha256(f"{visit_id} {digit}".encode()).digest())
