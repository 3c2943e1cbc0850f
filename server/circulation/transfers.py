"""Fees paid by bank transfer: begun at a kiosk, and applied once when the library knows that the money came."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from library.paying.reference import reference_of
from server.circulation.fees import open_fees, share_out
from server.circulation.refusals import Refused
from server.circulation.values import Counter
from server.patrons.register import find_card
from server.store.account_models import Fee, Payment
from server.store.fee_models import FeeAct, FeeActKind
from server.store.models import Patron
from server.store.transfer_models import Transfer, TransferArrival, TransferPart

SHOWN_FOR: Final = timedelta(minutes=15)
"""How long a kiosk may show it; money that comes later counts all the same."""
BY_TRANSFER: Final = "03"
"""Payment type of a bank transfer: SIP2 leaves what is above 02 to agreement."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A transfer that somebody may begin now."""

    reference: str
    amount: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money of which somebody says that it came: with the bank's number, or with that of the form of staff."""

    reference: str
    amount: int
    by: str
    bank_number: str | None = field(default=None, repr=False)
    form: str | None = None


class Arrived(StrEnum):
    """What became of it."""

    APPLIED = "applied"
    """It paid what it was meant for, or a part of that."""
    LEFT_OVER = "left_over"
    """More came than was owed; what is left is the reader's, and stands on the list of staff."""
    KNOWN = "known"
    """It was written down before; nothing was done."""
    UNKNOWN = "unknown"
    """No transfer has this reference."""
    CONTRADICTED = "contradicted"
    """It was written down before, but with another amount or another reference; nothing was done."""


def open_transfer(
    session: Session, counter: Counter, card_number: str, now: datetime, chance: Callable[[], bytes]
) -> Opened | Refused | None:
    """Begin a transfer of all that a reader owes; ``None`` where that is nothing.

    The same wish at the same kiosk while it is still shown is the same transfer. ``chance`` gives
    ``REFERENCE_BYTES`` bytes at random.
    """
    card = find_card(session, counter.organisation_id, card_number)
    if card is None:
        return Refused(Refusal.PATRON_UNKNOWN)
    owed = {fee.id: fee.owed for fee in open_fees(session, card.patron_id)}
    if not owed:
        return None
    transfer = _the_same(session, counter, card.patron_id, owed, now)
    if transfer is None:
        transfer = Transfer(
            reference=_fresh(session, chance),
            patron_id=card.patron_id,
            terminal_id=counter.terminal_id,
            amount=sum(owed.values()),
            opened_at=now,
            until=now + SHOWN_FOR,
        )
        session.add(transfer)
        session.flush()
        session.add_all(TransferPart(transfer_id=transfer.id, fee_id=fee, amount=part) for fee, part in owed.items())
    transfer.until = now + SHOWN_FOR
    session.flush()
    return Opened(transfer.reference, transfer.amount, transfer.until)


def money_came(session: Session, arrival: Arrival, now: datetime) -> Arrived:
    """Apply money once, to the fees that it was meant for, in the caller's transaction.

    What staff said first and a statement says later is the same money: the statement's number is written beside it.
    A second number of the bank is a second payment, which pays what the first one left.
    """
    transfer = session.scalar(select(Transfer).where(Transfer.reference == arrival.reference))
    if transfer is None:
        return Arrived.UNKNOWN
    session.scalar(select(Patron).where(Patron.id == transfer.patron_id).with_for_update(of=Patron, key_share=True))
    before = _before(session, transfer, arrival)
    if before is not None:
        return before
    meant = select(TransferPart.fee_id).where(TransferPart.transfer_id == transfer.id)
    fees = [fee for fee in open_fees(session, transfer.patron_id) if fee.id in set(session.scalars(meant))]
    applied = min(arrival.amount, sum(fee.owed for fee in fees))
    payment = _pay(session, transfer, arrival, fees, applied, now) if applied else None
    session.add(
        TransferArrival(
            transfer_id=transfer.id,
            bank_number=arrival.bank_number,
            form=arrival.form,
            amount=arrival.amount,
            left_over=arrival.amount - applied,
            payment_id=None if payment is None else payment.id,
            by=arrival.by,
            at=now,
        )
    )
    session.flush()
    return Arrived.APPLIED if applied == arrival.amount else Arrived.LEFT_OVER


def _the_same(
    session: Session, counter: Counter, patron_id: int, owed: dict[int, int], now: datetime
) -> Transfer | None:
    shown = select(Transfer).where(
        Transfer.patron_id == patron_id,
        Transfer.terminal_id == counter.terminal_id,
        Transfer.until > now,
        ~select(TransferArrival.id).where(TransferArrival.transfer_id == Transfer.id).exists(),
    )
    newest = session.scalars(shown.order_by(Transfer.id.desc())).first()
    if newest is None:
        return None
    parts = session.scalars(select(TransferPart).where(TransferPart.transfer_id == newest.id))
    return newest if {part.fee_id: part.amount for part in parts} == owed else None


def _fresh(session: Session, chance: Callable[[], bytes]) -> str:
    while True:
        reference = reference_of(chance())
        if session.scalar(select(Transfer.id).where(Transfer.reference == reference)) is None:
            return reference


def _before(session: Session, transfer: Transfer, arrival: Arrival) -> Arrived | None:
    """Say what is known of this money already; ``None``: it is new."""
    if arrival.bank_number is not None:
        known = session.scalar(select(TransferArrival).where(TransferArrival.bank_number == arrival.bank_number))
        by_staff = TransferArrival.bank_number.is_(None)
    else:
        known = session.scalar(select(TransferArrival).where(TransferArrival.form == arrival.form))
        by_staff = None
    if known is not None:
        same = (known.transfer_id, known.amount) == (transfer.id, arrival.amount)
        return Arrived.KNOWN if same else Arrived.CONTRADICTED
    of_it = select(TransferArrival).where(TransferArrival.transfer_id == transfer.id).order_by(TransferArrival.id)
    told = session.scalars(of_it if by_staff is None else of_it.where(by_staff)).first()
    if told is None:
        return None
    if told.amount != arrival.amount:
        return Arrived.CONTRADICTED
    if arrival.bank_number is not None:
        told.bank_number = arrival.bank_number
        session.flush()
    return Arrived.KNOWN


def _pay(  # noqa: PLR0913, PLR0917 - each is one thing that the payment consists of
    session: Session, transfer: Transfer, arrival: Arrival, fees: list[Fee], amount: int, now: datetime
) -> Payment:
    payment = Payment(
        patron_id=transfer.patron_id,
        terminal_id=None,
        reference=transfer.reference,
        amount=amount,
        way=BY_TRANSFER,
        at=now,
    )
    share_out(session, payment, fees)
    session.add(
        FeeAct(
            patron_id=transfer.patron_id,
            kind=FeeActKind.PAID,
            amount=amount,
            payment_id=payment.id,
            words=transfer.reference,
            by=arrival.by,
            at=now,
            form=f"payment-{payment.id}",
        )
    )
    return payment
