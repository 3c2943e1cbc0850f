"""What readers owe, in đồng: lines, payments, and what is no longer owed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.circumstances import owed_by
from server.circulation.refusals import Refused
from server.circulation.values import Counter, FeeLine, Paid
from server.store.account_models import Fee, FeeEnd, FeeReason, Payment, PaymentPart
from server.store.models import Loan, Patron


def charge(session: Session, fee: Fee) -> int:
    """Write a fee line; give its id."""
    session.add(fee)
    session.flush()
    return fee.id


def charge_for_loan(session: Session, loan: Loan, amount: int, record_id: int) -> None:
    """Write the fee of a loan; a loan without one gets no line."""
    if amount:
        charge(
            session,
            Fee(
                patron_id=loan.patron_id,
                reason=FeeReason.LENDING,
                amount=amount,
                created_at=loan.lent_at,
                loan_id=loan.id,
                record_id=record_id,
            ),
        )


def waive_for_loan(session: Session, loan: Loan, now: datetime) -> None:
    """Take back the fee of a loan that never began; what was paid of it already stays written for staff."""
    for fee in session.scalars(select(Fee).where(Fee.loan_id == loan.id, Fee.ended_at.is_(None))):
        fee.ended_at, fee.ended_as = now, FeeEnd.WAIVED
    session.flush()


def lines_of(session: Session, patron_id: int) -> tuple[FeeLine, ...]:
    """Give the unpaid lines, the oldest first."""
    return tuple(
        FeeLine(fee.id, fee.reason, "" if fee.record is None else fee.record.title, fee.owed)
        for fee in _open_fees(session, patron_id)
    )


def pay(  # noqa: PLR0913 - what a 37 says, and when it came
    session: Session, counter: Counter, patron: Patron, amount: int, *, way: str, reference: str | None, now: datetime
) -> Paid | Refused:
    """Write a payment down once, and pay the oldest lines with it.

    ``reference`` is the number that the payment came with: the same one again, of the same patron and amount, is the
    same payment. More than is owed is refused whole: the money stays the reader's.
    """
    known = _known(session, counter, reference)
    if known is not None:
        if known.patron_id != patron.id or known.amount != amount:
            return Refused(Refusal.PAYMENT_INVALID)
        return Paid(known.id, known.amount, owed_by(session, patron.id))
    if amount <= 0:
        return Refused(Refusal.PAYMENT_INVALID)
    owed = owed_by(session, patron.id)
    if amount > owed:
        return Refused(Refusal.PAYMENT_TOO_HIGH, detail=owed)
    payment = Payment(
        patron_id=patron.id, terminal_id=counter.terminal_id, reference=reference, amount=amount, way=way, at=now
    )
    session.add(payment)
    session.flush()
    left = amount
    for fee in _open_fees(session, patron.id):
        part = min(left, fee.owed)
        if not part:
            break
        session.add(PaymentPart(payment_id=payment.id, fee_id=fee.id, amount=part))
        fee.paid += part
        left -= part
        if fee.paid == fee.amount:
            fee.ended_at, fee.ended_as = now, FeeEnd.PAID
    session.flush()
    return Paid(payment.id, amount, owed - amount)


def _open_fees(session: Session, patron_id: int) -> list[Fee]:
    wanted = select(Fee).where(Fee.patron_id == patron_id, Fee.ended_at.is_(None)).order_by(Fee.created_at, Fee.id)
    return list(session.scalars(wanted))


def _known(session: Session, counter: Counter, reference: str | None) -> Payment | None:
    if reference is None:
        return None
    return session.scalar(
        select(Payment).where(Payment.terminal_id == counter.terminal_id, Payment.reference == reference)
    )
