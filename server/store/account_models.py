"""The tables around a loan: holds, fees and payments, suspensions, blocks by terminals, transactions already done."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from library.lending.overrides import OverrideReason
from server.store.base import Base
from server.store.models import Copy, Place, Record, words_of

LONGEST_TRANSACTION_ID: Final = 64
_GOES_ON: Final = text("ended_at IS NULL")
_NOT_LIFTED: Final = text("lifted_at IS NULL")


class HoldStage(StrEnum):
    """How far a hold has come."""

    WAITING = "waiting"
    IN_TRANSIT = "in_transit"
    """A copy is on its way to the pickup place."""
    READY = "ready"
    """A copy lies on the hold shelf of the pickup place."""
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Hold(Base):
    """A reader's wish for a record, or for one of its copies; goes on as long as ``ended_at`` is empty."""

    __tablename__ = "hold"
    __table_args__ = (
        Index(
            "uq_hold_going_on_patron",
            "patron_id",
            "record_id",
            unique=True,
            sqlite_where=_GOES_ON,
            postgresql_where=_GOES_ON,
        ),
        Index(
            "uq_hold_going_on_copy",
            "caught_copy_id",
            unique=True,
            sqlite_where=_GOES_ON,
            postgresql_where=_GOES_ON,
        ),
        Index("ix_hold_going_on_record", "record_id", sqlite_where=_GOES_ON, postgresql_where=_GOES_ON),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"))
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    wanted_copy_id: Mapped[int | None] = mapped_column(ForeignKey("copy.id"))
    """The one copy that will do; any of the record without it."""
    caught_copy_id: Mapped[int | None] = mapped_column(ForeignKey("copy.id"))
    """The copy that is kept for this hold, or was."""
    pickup_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    stage: Mapped[HoldStage] = mapped_column(words_of(HoldStage))
    placed_at: Mapped[datetime]
    wanted_until: Mapped[date | None]
    """The last day on which the reader still wants to wait."""
    keep_until: Mapped[date | None]
    """The last day on the hold shelf."""
    ended_at: Mapped[datetime | None]
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), index=True)
    """The loan that fulfilled it."""
    terminal_id: Mapped[str | None] = mapped_column(ForeignKey("terminal.id"))
    """Where it was placed."""
    record: Mapped[Record] = relationship(lazy="joined", innerjoin=True)
    pickup_place: Mapped[Place] = relationship(lazy="joined", innerjoin=True)
    wanted_copy: Mapped[Copy | None] = relationship(foreign_keys=[wanted_copy_id])
    caught_copy: Mapped[Copy | None] = relationship(foreign_keys=[caught_copy_id])


class FeeReason(StrEnum):
    """What a fee is for."""

    LENDING = "lending"
    HOLD = "hold"
    LOST = "lost"
    DAMAGED = "damaged"
    CARD = "card"
    OTHER = "other"


class FeeEnd(StrEnum):
    """How a fee ended."""

    PAID = "paid"
    WAIVED = "waived"


class Fee(Base):
    """What a reader owes for one thing, in đồng; open as long as ``ended_at`` is empty."""

    __tablename__ = "fee"
    __table_args__ = (
        CheckConstraint("amount > 0", name="ck_fee_amount"),
        CheckConstraint("paid >= 0 AND paid <= amount", name="ck_fee_paid"),
        Index("ix_fee_open_patron", "patron_id", sqlite_where=_GOES_ON, postgresql_where=_GOES_ON),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"))
    reason: Mapped[FeeReason] = mapped_column(words_of(FeeReason))
    amount: Mapped[int]
    paid: Mapped[int] = mapped_column(default=0)
    """The sum of its parts of payments."""
    created_at: Mapped[datetime]
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), index=True)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id"))
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[FeeEnd | None] = mapped_column(words_of(FeeEnd))
    record: Mapped[Record | None] = relationship(lazy="joined")

    @property
    def owed(self) -> int:
        """Give the đồng still to be paid."""
        return 0 if self.ended_at is not None else self.amount - self.paid


class Payment(Base):
    """Money that a terminal took or that came by bank; recorded once under the number that it came with."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("terminal_id", "reference"),
        CheckConstraint("amount > 0", name="ck_payment_amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    terminal_id: Mapped[str | None] = mapped_column(ForeignKey("terminal.id"))
    """None took what staff wrote down."""
    reference: Mapped[str | None] = mapped_column(String(LONGEST_TRANSACTION_ID))
    """SIP2's BK, or the terminal's XT."""
    amount: Mapped[int]
    way: Mapped[str] = mapped_column(String(2))
    """SIP2's payment type: 00 cash, 01 VISA, 02 credit card, others by agreement."""
    at: Mapped[datetime]


class PaymentPart(Base):
    """How much of a payment went to which fee."""

    __tablename__ = "payment_part"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    fee_id: Mapped[int] = mapped_column(ForeignKey("fee.id"), primary_key=True)
    amount: Mapped[int]


class Suspension(Base):
    """Days without borrowing for a book that came back late."""

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), unique=True)
    until: Mapped[date]
    """The last day without borrowing."""
    lifted_at: Mapped[datetime | None]


class CardBlock(Base):
    """A card that a terminal blocked (SIP2's 01); staff settle it, or a terminal lifts it (25)."""

    __tablename__ = "card_block"
    __table_args__ = (
        Index("uq_card_block_open", "card_id", unique=True, sqlite_where=_NOT_LIFTED, postgresql_where=_NOT_LIFTED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), index=True)
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    at: Mapped[datetime]
    retained: Mapped[bool]
    """The machine kept the card."""
    words: Mapped[str]
    """What the terminal said of it (AL); for staff alone."""
    lifted_at: Mapped[datetime | None]
    lifted_terminal_id: Mapped[str | None] = mapped_column(ForeignKey("terminal.id"))


class DoneTransaction(Base):
    """A transaction of one of our own kiosks that was carried out; written in the change's own transaction."""

    __tablename__ = "done_transaction"

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(String(LONGEST_TRANSACTION_ID), primary_key=True)
    """The kiosk's own (XT)."""
    subject: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what it was about: message, card, item."""
    answer: Mapped[bytes | None]
    """What the terminal was told; forgotten after some days, for it holds a card number and a title."""
    at: Mapped[datetime] = mapped_column(index=True)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))


class LoanOverride(Base):
    """That staff let a loan through which the rules refuse; written in the loan's own transaction."""

    __tablename__ = "loan_override"

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(64))
    """What the member of the staff goes by at the kiosk, and no name."""
    reason: Mapped[OverrideReason] = mapped_column(words_of(OverrideReason))
    refusals: Mapped[str] = mapped_column(String(200))
    """What was overridden: values of ``Refusal``, with commas between."""
    at: Mapped[datetime]
