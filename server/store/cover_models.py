"""Covers of books, small, as they are shown and as they travel to kiosks."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base


class Cover(Base):
    """A record's cover; it goes with its record. One that was taken away stays without a picture, so that kiosks hear.

    Cursors rise in the order of the commits: whoever writes covers holds the feed's row until then.
    """

    __tablename__ = "cover"

    record_id: Mapped[int] = mapped_column(
        ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    cursor: Mapped[int] = mapped_column(BigInteger, unique=True)
    digest: Mapped[str] = mapped_column(String(32))
    """Of both pictures; empty: it was taken away."""
    whole: Mapped[bytes] = mapped_column(LargeBinary)
    """JPEG of at most 240 by 360 dots."""
    small: Mapped[bytes] = mapped_column(LargeBinary)
    """JPEG of at most 72 by 108 dots."""
