"""The pages on which a PIN is typed, how many digits and never which, and the number of a card."""

import hashlib
import re
from itertools import pairwise

from kiosk.session.locks import wrong_so_far
from kiosk.session.number_pad import LETTERS
from kiosk.session.state import AskingPin, AwaitingCard
from kiosk.texts import Texts
from kiosk.ui.view_types import KeysView, PinView
from kiosk.ui.view_words import notice_words, refusal_of_card

_DIGITS = "1234567890"
_GROUPS = re.compile(r"[0-9]{1,4}|[^0-9]+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9]) (?=[^0-9])|(?<=[^0-9]) ")
_AT_ONCE = 10
"""Keys, beside those that take back and that enter."""
_SHORT = 4
"""So many letters fit on the button that leads to them."""


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
    typed, letters = state.typed, _letters(state.around.limits.card_letters)
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
        shown=_grouped(typed),
        letters=letters,
        digits_label=texts.say("typed.digits") if letters else "",
    )


def _grouped(typed: str) -> str:
    """Give a number as it is easily compared: digits by four, letters and signs closed up to them."""
    return _BETWEEN_DIGITS.sub("", " ".join(_GROUPS.findall(typed)))


def _letters(wanted: str) -> tuple[KeysView, ...]:
    """Give pages of keys in the order of the alphabet, signs last, as even as they can be."""
    ordered = [each for each in LETTERS if each in wanted]
    pages = -(-len(ordered) // _AT_ONCE)
    cuts = [len(ordered) * page // pages for page in range(pages + 1)] if pages else []
    return tuple(_keys(ordered[first:last]) for first, last in pairwise(cuts))


def _keys(keys: list[str]) -> KeysView:
    return KeysView(tuple(keys), " ".join(keys) if len(keys) <= _SHORT else f"{keys[0]}\u2013{_last_letter(keys)}")


def _last_letter(keys: list[str]) -> str:
    return [key for key in keys if key.isalpha()][-1]


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
