"""Bank transfers that readers began at a kiosk, and the money that came of them."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base
from server.store.fee_models import LONGEST_FORM, LONGEST_NAME

LONGEST_REFERENCE: Final = 16
LONGEST_BANK_NUMBER: Final = 64


class Transfer(Base):
    """A reader's wish to pay by bank: only a beginning, nothing is paid by it."""

    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint("amount > 0", name="ck_transfer_amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(LONGEST_REFERENCE), unique=True)
    """What stands in the transfer's text; it names nobody."""
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    amount: Mapped[int]
    """In đồng: the sum of its parts."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]
    """As long as the kiosk shows it; money that comes later counts all the same."""


class TransferPart(Base):
    """What a transfer is to pay of one fee."""

    __tablename__ = "transfer_part"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True)
    fee_id: Mapped[int] = mapped_column(ForeignKey("fee.id"), primary_key=True)
    amount: Mapped[int]


class TransferArrival(Base):
    """Money that came with a reference; each is applied once, in the transaction that writes this row."""

    __tablename__ = "transfer_arrival"
    __table_args__ = (
        CheckConstraint("amount > 0", name="ck_transfer_arrival_amount"),
        CheckConstraint("left_over >= 0 AND left_over <= amount", name="ck_transfer_arrival_left_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    bank_number: Mapped[str | None] = mapped_column(String(LONGEST_BANK_NUMBER), unique=True)
    """The bank's own number of it; none while only staff have said that it came."""
    form: Mapped[str | None] = mapped_column(String(LONGEST_FORM), unique=True)
    """The number of the form by which staff said so."""
    amount: Mapped[int]
    left_over: Mapped[int]
    """What was not owed when it came: the reader's money, for staff to give back."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    """None where all of it is left over."""
    by: Mapped[str] = mapped_column(String(LONGEST_NAME))
    at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    given_back_by: Mapped[str | None] = mapped_column(String(LONGEST_NAME))
