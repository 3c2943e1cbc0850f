"""Receipts that readers may look at for a day."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base


class StoredReceipt(Base):
    """A receipt behind a token, until its day is over; then the row is erased."""

    __tablename__ = "stored_receipt"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256: who reads the table cannot make an address of it."""
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    body: Mapped[str] = mapped_column(String())
    """A ``library.api.receipts.SharedReceipt``."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
