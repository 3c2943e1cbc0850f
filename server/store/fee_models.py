"""What staff did about fees: every line is written once and none is ever taken out."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.store.account_models import Fee
from server.store.base import Base
from server.store.models import words_of

LONGEST_NAME: Final = 60
LONGEST_FORM: Final = 32


class FeeActKind(StrEnum):
    """What was done."""

    WRITTEN = "written"
    WAIVED = "waived"
    """The line that says what is no longer owed of another."""
    PAID = "paid"


class FeeAct(Base):
    """One act of staff about a reader's fees: who, when, how much, and why."""

    __tablename__ = "fee_act"
    __table_args__ = (CheckConstraint("amount > 0", name="ck_fee_act_amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    kind: Mapped[FeeActKind] = mapped_column(words_of(FeeActKind))
    amount: Mapped[int]
    """In đồng: written, no longer owed, or paid."""
    fee_id: Mapped[int | None] = mapped_column(ForeignKey("fee.id"))
    """The line that was written or waived."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    words: Mapped[str]
    """Why, or what it is about; for staff alone."""
    by: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """Who, as they call themselves: the pages know no users yet."""
    at: Mapped[datetime]
    form: Mapped[str] = mapped_column(String(LONGEST_FORM), unique=True)
    """The number of the form that was sent: sent twice, it counts once."""
    fee: Mapped[Fee | None] = relationship(lazy="joined")
