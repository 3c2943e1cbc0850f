"""Whose citizen number it is, as keyed digests: who reads the table without the key learns no number from it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base
from server.store.models import words_of

DIGEST_BYTES = 32
LONGEST_BY = 60


class CitizenLink(Base):
    """A citizen number of a reader, who may have another from an older card."""

    __tablename__ = "citizen_link"
    __table_args__ = (Index("ix_citizen_link_patron_id", "patron_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(DIGEST_BYTES), primary_key=True)
    """HMAC-SHA256 by the server's key."""
    key_check: Mapped[bytes] = mapped_column(LargeBinary(8))
    """Which key that was: with another one nobody is found any more."""
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"))


class PendingReader(Base):
    """Somebody who wants to become a reader: sealed, until the desk has finished it or its week is over."""

    __tablename__ = "pending_reader"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    pick_up: Mapped[str] = mapped_column(String(8), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(DIGEST_BYTES), index=True)
    """As of ``CitizenLink``: who comes again takes the place of what they told before."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary())
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    """Where the kiosk stood: the reader's home."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ReaderConsent(Base):
    """One use of their data to which a reader agreed, and when."""

    __tablename__ = "reader_consent"

    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    """A ``library.identity.purposes.Purpose``."""
    given_at: Mapped[datetime]


class NewReaderStep(StrEnum):
    """What became of somebody who told a kiosk that they want to be a reader."""

    TOLD = "told"
    MADE = "made"
    """The desk made the reader."""
    ERASED = "erased"
    """The desk erased it."""
    EXPIRED = "expired"
    """Nobody came to the desk within the week."""


class NewReaderAct(Base):
    """One step, for the audit and for counts by place and month; it is about nobody that could be named."""

    __tablename__ = "new_reader_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    """Where the kiosk stood."""
    kind: Mapped[NewReaderStep] = mapped_column(words_of(NewReaderStep))
    by: Mapped[str] = mapped_column(String(LONGEST_BY))
    """Who at the desk, as they call themselves; empty for what no staff did."""
    at: Mapped[datetime] = mapped_column(index=True)
