"""What readers agreed to, and that they may take it back at any time."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.identity.purposes import Purpose
from server.errors import UnknownCardError
from server.patrons.register import find_card
from server.store.citizen_models import ReaderConsent


def consents_of(session: Session, organisation_id: int, card_number: str) -> dict[Purpose, datetime]:
    """Give each use of their data to which the reader with this card agreed, and when; raise ``UnknownCardError``."""
    return {Purpose(row.purpose): row.given_at for row in _rows(session, organisation_id, card_number)}


def withdraw(session: Session, organisation_id: int, card_number: str, purpose: Purpose) -> bool:
    """Take a consent back; say whether there was one. Raise ``UnknownCardError``."""
    there = [row for row in _rows(session, organisation_id, card_number) if row.purpose == purpose.value]
    for row in there:
        session.delete(row)
    return bool(there)


def _rows(session: Session, organisation_id: int, card_number: str) -> list[ReaderConsent]:
    card = find_card(session, organisation_id, card_number)
    if card is None:
        raise UnknownCardError
    mine = select(ReaderConsent).where(ReaderConsent.patron_id == card.patron_id)
    return list(session.scalars(mine.order_by(ReaderConsent.purpose)))
