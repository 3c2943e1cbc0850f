"""Finding a patron by the number on the card."""

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from library.text import nfc
from server.store.models import Card, Patron


def find_card(session: Session, organisation_id: int, number: str) -> Card | None:
    """Give the card with its patron, who is held for the rest of the transaction: no second loan passes the limit.

    The patron, not the card: there may be two cards. The category is not held, else all of its readers would wait.
    """
    wanted = (
        select(Card)
        .join(Card.patron)
        .options(contains_eager(Card.patron))
        .where(Card.organisation_id == organisation_id, Card.number == nfc(number))
    )
    return session.scalar(wanted.with_for_update(of=Patron, key_share=True))
