"""The union's tables: which records describe one thing, found by what they share; and those still to be looked at."""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base


class UnionPending(Base):
    """A record whose description changed since it was last compared with others; written with the change."""

    __tablename__ = "union_pending"

    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class UnionKey(Base):
    """What leads from a record to others that may describe the same thing."""

    __tablename__ = "union_key"
    __table_args__ = (Index("ix_union_key_record_id", "record_id"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """A digest of one of ``library.catalogue.likeness.Likeness.keys_shared``."""
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class UnionMember(Base):
    """A record of a group of several, the first of them among them; one that is like no other has no row."""

    __tablename__ = "union_member"
    __table_args__ = (Index("ix_union_member_head_id", "head_id"),)

    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    head_id: Mapped[int]
    """The record with the lowest number, under which readers see all of them."""
