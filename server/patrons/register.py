"""Finding a patron by the number on the card."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.text import nfc
from server.store.models import Card


def find_card(session: Session, organisation_id: int, number: str) -> Card | None:
    """Give the card with its patron, held for the rest of the transaction so that no second loan passes the limit."""
    wanted = select(Card).where(Card.organisation_id == organisation_id, Card.number == nfc(number))
    return session.scalar(wanted.with_for_update())
