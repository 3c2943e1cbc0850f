"""Finding open loans."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.text import nfc
from server.store.models import Copy, Loan, Record


def open_loan(session: Session, copy: Copy) -> Loan | None:
    """Give the copy's loan that has not ended."""
    return session.scalar(select(Loan).where(Loan.copy_id == copy.id, Loan.ended_at.is_(None)))


def open_loans(session: Session, patron_id: int) -> Sequence[Loan]:
    """Give a patron's loans that have not ended, the oldest first."""
    wanted = select(Loan).where(Loan.patron_id == patron_id, Loan.ended_at.is_(None))
    return session.scalars(wanted.order_by(Loan.lent_at, Loan.id)).all()


def has_record(session: Session, patron_id: int, record_id: int) -> bool:
    """Say whether the patron has any copy of the record on loan."""
    wanted = (
        select(Loan.id)
        .join(Copy, Copy.id == Loan.copy_id)
        .where(Loan.patron_id == patron_id, Loan.ended_at.is_(None), Copy.record_id == record_id)
    )
    return session.scalar(wanted.limit(1)) is not None


def items_of_title(session: Session, patron_id: int, title: str) -> Sequence[str]:
    """Give the numbers of the patron's items that have that whole title."""
    return session.scalars(
        select(Copy.item_number)
        .join(Loan, Loan.copy_id == Copy.id)
        .join(Record, Record.id == Copy.record_id)
        .where(Loan.patron_id == patron_id, Loan.ended_at.is_(None), Record.title == nfc(title))
    ).all()
