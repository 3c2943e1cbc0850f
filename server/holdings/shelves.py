"""Finding a copy by the number on it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.text import nfc
from server.store.models import Copy


def find_copy(session: Session, organisation_id: int, item_number: str) -> Copy | None:
    """Give the owner's copy of that number, held for the rest of the transaction so that nobody else lends it."""
    wanted = select(Copy).where(Copy.organisation_id == organisation_id, Copy.item_number == nfc(item_number))
    return session.scalar(wanted.with_for_update(of=Copy))
