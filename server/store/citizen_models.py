"""Whose citizen number it is, as keyed digests: who reads the table without the key learns no number from it."""

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base

DIGEST_BYTES = 32


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
