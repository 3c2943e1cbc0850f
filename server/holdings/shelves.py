"""Finding a copy by the number on it, and holding what a transaction decides about."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.text import nfc
from server.store.models import Copy, Record

_MANY: Final = 50
"""Records of one title that are looked at."""


def find_copy(session: Session, organisation_id: int, item_number: str) -> Copy | None:
    """Give the owner's copy of that number, held for the rest of the transaction so that nobody else lends it."""
    wanted = select(Copy).where(Copy.organisation_id == organisation_id, Copy.item_number == nfc(item_number))
    return session.scalar(wanted.with_for_update(of=Copy, key_share=True))


def see_copy(session: Session, organisation_id: int, item_number: str) -> Copy | None:
    """Give the owner's copy of that number without holding it."""
    return session.scalar(
        select(Copy).where(Copy.organisation_id == organisation_id, Copy.item_number == nfc(item_number))
    )


def hold_copy(session: Session, copy_id: int) -> Copy:
    """Give a copy as it stands now, held for the rest of the transaction."""
    wanted = select(Copy).where(Copy.id == copy_id).execution_options(populate_existing=True)
    return session.scalars(wanted.with_for_update(of=Copy, key_share=True)).one()


def hold_record(session: Session, record_id: int) -> None:
    """Hold a record for the rest of the transaction: who waits for it is decided by one at a time.

    Whoever holds a copy as well holds it first; else two transactions could wait for each other.
    """
    session.execute(select(Record.id).where(Record.id == record_id).with_for_update(key_share=True))


def copies_of(session: Session, record_id: int) -> list[Copy]:
    """Give all copies of a record, in the order of their numbers."""
    return list(session.scalars(select(Copy).where(Copy.record_id == record_id).order_by(Copy.item_number)))


def find_title(session: Session, organisation_id: int, title: str) -> Record | None:
    """Give the record of that whole title, where just one has it; of several, the only one that has copies."""
    wanted = select(Record).where(Record.organisation_id == organisation_id, Record.title == nfc(title))
    found = session.scalars(wanted.limit(_MANY)).all()
    if len(found) > 1:
        held = select(Copy.record_id).where(Copy.record_id.in_([record.id for record in found])).distinct()
        with_copies = set(session.scalars(held))
        found = [record for record in found if record.id in with_copies]
    return found[0] if len(found) == 1 else None
