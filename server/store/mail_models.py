"""Readers' e-mail addresses, and the receipts that are on their way to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base


class MailAddress(Base):
    """Where a reader wants letters; one, or none."""

    __tablename__ = "mail_address"

    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))


class ReceiptMail(Base):
    """A receipt for one reader; its lines are erased as soon as it is sent or given up."""

    __tablename__ = "receipt_mail"
    __table_args__ = (UniqueConstraint("terminal_id", "mail_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    mail_id: Mapped[str] = mapped_column(String(64))
    """The kiosk's own."""
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    body: Mapped[str] = mapped_column(String())
    """A ``library.api.receipts.SharedReceipt``; empty once it has ended."""
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is tried next; ``None``: it has ended."""
