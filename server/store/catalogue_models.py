"""The catalogue's tables: what a record's source said of it, whole, and the order in which records changed."""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base

THE_FEED: Final = 1
"""The only row of the table ``feed``."""


class Description(Base):
    """A record as its source described it; a record that came as columns (``import --records``) has none."""

    __tablename__ = "description"

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), primary_key=True, autoincrement=False)
    content: Mapped[str]
    """A ``library.catalogue.record.CatalogueRecord`` as JSON; the columns of ``record`` are filled from it."""
    holdings: Mapped[str]
    """The copies as the source told them, a list of ``Holding`` as JSON."""
    form: Mapped[str] = mapped_column(String(16))
    """``library.catalogue.reading.Form`` of the original."""
    original: Mapped[bytes] = mapped_column(LargeBinary)
    """The record's own bytes in its source."""


class Feed(Base):
    """How far the change feed has come: one row, held by whoever is about to commit a change."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(32))
    """Which feed the cursors belong to; by chance, made with the store."""
    cursor: Mapped[int] = mapped_column(BigInteger)
    """The last one that was given."""


class Change(Base):
    """The newest change of a record; it stays when the record is gone, so that whoever follows hears of it."""

    __tablename__ = "change"
    __table_args__ = (UniqueConstraint("cursor"),)

    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cursor: Mapped[int] = mapped_column(BigInteger)


class Datestamp(Base):
    """When a record's description changed last; it stays when the record is gone, so that harvesters hear of it."""

    __tablename__ = "datestamp"
    __table_args__ = (Index("ix_datestamp_at_record_id", "at", "record_id"),)

    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)
    """Seconds since 1970."""
