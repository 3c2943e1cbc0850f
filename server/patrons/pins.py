"""Giving a reader a PIN."""

import re
import secrets
from typing import Final

from sqlalchemy.orm import Session

from server.errors import PinShapeError, UnknownCardError
from server.patrons.register import find_card
from server.store.secrets import hash_secret

FEWEST_DIGITS: Final = 4
MOST_DIGITS: Final = 8
_SHAPE: Final = re.compile(r"[0-9]{4,8}")


def put_pin(session: Session, organisation_id: int, card_number: str, pin: str) -> None:
    """Make ``pin`` the one of the patron who has this card, whichever card is shown; only its hash is kept.

    Raise ``UnknownCardError``, or ``PinShapeError`` for what is not 4 to 8 digits.
    """
    if not _SHAPE.fullmatch(pin):
        raise PinShapeError
    card = find_card(session, organisation_id, card_number)
    if card is None:
        raise UnknownCardError
    card.patron.pin_hash = hash_secret(pin)
    session.flush()


def new_pin(digits: int) -> str:
    """Make a PIN by chance."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))
