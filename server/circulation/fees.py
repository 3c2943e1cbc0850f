"""What readers owe, in đồng: lines, payments, and what is no longer owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.circumstances import Circumstances, owed_by
from server.circulation.refusals import Refused
from server.circulation.values import Counter, FeeLine, Paid
from server.patrons.register import find_card
from server.store.account_models import Fee, FeeEnd, FeeReason, Payment, PaymentPart
from server.store.models import Loan


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
        for fee in open_fees(session, patron_id)
    )


@dataclass(frozen=True, slots=True)
class Money:
    """What a payment says of itself."""

    amount: int
    """In đồng."""
    way: str
    """SIP2's payment type."""
    reference: str | None
    """The number that it came with: the same one again, of the same patron and amount, is the same payment."""


class FeeDesk:
    """Takes payments; every method works inside the caller's transaction."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._at = circumstances

    def take(self, session: Session, counter: Counter, card_number: str, money: Money) -> Paid | Refused:
        """Write a payment down once, and pay the oldest lines with it.

        More than is owed is refused whole: the money stays the reader's.
        """
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return Refused(Refusal.PATRON_UNKNOWN)
        known = _known(session, counter, money.reference)
        if known is not None:
            if known.patron_id != card.patron_id or known.amount != money.amount:
                return Refused(Refusal.PAYMENT_INVALID)
            return Paid(known.id, known.amount, owed_by(session, card.patron_id))
        owed = owed_by(session, card.patron_id)
        if money.amount <= 0:
            return Refused(Refusal.PAYMENT_INVALID)
        if money.amount > owed:
            return Refused(Refusal.PAYMENT_TOO_HIGH, detail=owed)
        payment = Payment(
            patron_id=card.patron_id,
            terminal_id=counter.terminal_id,
            reference=money.reference,
            amount=money.amount,
            way=money.way,
            at=self._at.now(),
        )
        share_out(session, payment)
        return Paid(payment.id, payment.amount, owed - payment.amount)


def share_out(session: Session, payment: Payment, fees: Sequence[Fee] | None = None) -> None:
    """Write a payment down, and pay these lines with it, or else the oldest; it is not more than is owed of them."""
    session.add(payment)
    session.flush()
    left = payment.amount
    for fee in open_fees(session, payment.patron_id) if fees is None else fees:
        part = min(left, fee.owed)
        if part:
            session.add(PaymentPart(payment_id=payment.id, fee_id=fee.id, amount=part))
            fee.paid += part
            left -= part
        if fee.paid == fee.amount:
            fee.ended_at, fee.ended_as = payment.at, FeeEnd.PAID
    session.flush()


def open_fees(session: Session, patron_id: int) -> list[Fee]:
    """Give the unpaid lines, the oldest first."""
    wanted = select(Fee).where(Fee.patron_id == patron_id, Fee.ended_at.is_(None)).order_by(Fee.created_at, Fee.id)
    return list(session.scalars(wanted))


def _known(session: Session, counter: Counter, reference: str | None) -> Payment | None:
    if reference is None:
        return None
    return session.scalar(
        select(Payment).where(Payment.terminal_id == counter.terminal_id, Payment.reference == reference)
    )
