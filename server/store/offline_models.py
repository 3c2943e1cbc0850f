"""The tables for what kiosks did alone: what happened to a copy, what kiosks told, and what staff have to settle."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, Enum, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from library.lending.offline_events import ClockCertainty, Outcome
from server.store.base import Base
from server.store.models import Place

LONGEST_EVENT_ID: Final = 96
"""A transaction id (64), and what tells two events of the same id apart."""
_OPEN: Final = text("settled_at IS NULL")


class HandoverKind(StrEnum):
    """What happened to a copy."""

    LENT = "lent"
    RENEWED = "renewed"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    """A loan that never really began."""
    VOID = "void"
    """Nothing: it was undone."""


class EventKind(StrEnum):
    """What a kiosk did alone."""

    LENT = "lent"
    RETURNED = "returned"


class MatterKind(StrEnum):
    """Why staff have to look at something."""

    OVER_LIMIT = "over_limit"
    CARD_BARRED = "card_barred"
    CARD_UNKNOWN = "card_unknown"
    ITEM_RESERVED = "item_reserved"
    ITEM_NOT_FOR_LOAN = "item_not_for_loan"
    ITEM_UNKNOWN = "item_unknown"
    SUPERSEDED = "superseded"
    CLOCK_UNKNOWN = "clock_unknown"
    NUMBER_TWICE = "number_twice"
    ALARM_ON = "alarm_on"
    CARD_RETAINED = "card_retained"
    """The machine kept the card (01)."""
    CARD_BLOCKED = "card_blocked"
    """A machine blocked the card and gave it back (01)."""
    HOLD_WAITS = "hold_waits"
    """Came back without a line, and somebody waits for it."""
    NOT_TOLD = "not_told"
    """Done by a kiosk alone, and another library system than ours has not taken it, or not as it was promised."""


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind, native_enum=False, length=20, values_callable=lambda members: [member.value for member in members]
    )


class Handover(Base):
    """Something that happened to a copy; a copy's loans follow from its handovers in the order of their times.

    Not every loan has its handovers here: ``server.circulation.offline_history`` adds what is missing of a copy before
    it works on it.
    """

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_copy_id_at", "copy_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("copy.id"))
    at: Mapped[datetime]
    kind: Mapped[HandoverKind] = mapped_column(_words(HandoverKind))
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"))
    due_at: Mapped[datetime | None]
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    alone: Mapped[bool]
    """By a kiosk without its line."""
    journal_no: Mapped[int] = mapped_column(BigInteger)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), index=True)
    """The loan that it belongs to."""


class OfflineEvent(Base):
    """What a kiosk told of its time alone, and what became of it; once for each transaction id, for ever."""

    __tablename__ = "offline_event"
    __table_args__ = (Index("ix_offline_event_terminal_id_journal_no", "terminal_id", "journal_no"),)

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(String(LONGEST_EVENT_ID), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what it was about: kind, card, item."""
    kind: Mapped[EventKind] = mapped_column(_words(EventKind))
    told_at: Mapped[datetime | None]
    clock: Mapped[ClockCertainty] = mapped_column(_words(ClockCertainty))
    journal_no: Mapped[int | None] = mapped_column(BigInteger)
    placed_at: Mapped[datetime]
    """The time at which it counts."""
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[Outcome] = mapped_column(_words(Outcome))
    due_at: Mapped[datetime | None]
    """The due date that was answered."""
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"))
    staff_id: Mapped[str | None] = mapped_column(String(64))
    """Who of the staff did it, where it was not the reader."""


class Matter(Base):
    """Something that staff have to settle; open as long as ``settled_at`` is empty."""

    __tablename__ = "matter"
    __table_args__ = (
        UniqueConstraint("terminal_id", "transaction_id", "kind"),
        Index("ix_matter_open", "noted_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_matter_item_number", "item_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MatterKind] = mapped_column(_words(MatterKind))
    happened_at: Mapped[datetime]
    noted_at: Mapped[datetime]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    transaction_id: Mapped[str | None] = mapped_column(String(LONGEST_EVENT_ID))
    item_number: Mapped[str | None] = mapped_column(String(64))
    card_number: Mapped[str | None] = mapped_column(String(64))
    """Only where staff need it; erased when settled."""
    reason: Mapped[str] = mapped_column(String(32), default="")
    """A ``Refusal`` where there is one."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True)


class KioskKey(Base):
    """The key that a kiosk shares with the server, for what it may lend alone."""

    __tablename__ = "kiosk_key"

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))
    padding: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of the server alone: makes the digests that are nobody's."""


class CardDigest(Base):
    """What a card looks like in one kiosk's list: slow to make, so it is kept."""

    __tablename__ = "card_digest"

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))


class KioskPolicy(Base):
    """The newest policy of a kiosk, as it was sent."""

    __tablename__ = "kiosk_policy"

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    serial: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what it says, without serial number and dates."""
    made_at: Mapped[datetime]
    good_until: Mapped[datetime]
    body: Mapped[str]
