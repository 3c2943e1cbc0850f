"""What staff let through: kept with the loan, and not to be told apart from it."""

from sqlalchemy.orm import Session

from library.lending.overrides import Override
from server.store.account_models import LoanOverride
from server.store.models import Loan


def note_override(session: Session, loan: Loan, override: Override) -> None:
    """Write down who let the loan through, and why; in the loan's own transaction."""
    refusals = ",".join(override.refusals)
    session.add(
        LoanOverride(
            loan_id=loan.id, staff_id=override.staff_id, reason=override.reason, refusals=refusals, at=loan.lent_at
        )
    )
    session.flush()
