"""Days without borrowing, for books that came back late."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.store.account_models import Suspension
from server.store.models import Loan


def suspended_until(session: Session, patron_id: int) -> date | None:
    """Give the last day without borrowing, past ones too; ``None`` where there was never one."""
    return session.scalar(
        select(func.max(Suspension.until)).where(Suspension.patron_id == patron_id, Suspension.lifted_at.is_(None))
    )


def suspend(session: Session, loan: Loan, until: date) -> None:
    """Let a late return have its consequence; once for each loan, and a return after an undone one counts anew."""
    known = session.scalar(select(Suspension).where(Suspension.loan_id == loan.id))
    if known is None:
        known = Suspension(patron_id=loan.patron_id, loan_id=loan.id)
        session.add(known)
    known.until, known.lifted_at = until, None
    session.flush()


def lift_for(session: Session, loan: Loan, now: datetime) -> None:
    """Take back what followed from a return that is undone."""
    known = session.scalar(select(Suspension).where(Suspension.loan_id == loan.id))
    if known is not None:
        known.lifted_at = now
        session.flush()
