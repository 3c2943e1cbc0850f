"""The table by which kiosks of one library take turns in telling another library system what they did alone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from library.lending.offline_events import ClockCertainty
from server.store.base import Base
from server.store.models import words_of
from server.store.offline_models import EventKind


class ReplayStage(StrEnum):
    """How far an event has come."""

    OPEN = "open"
    TELLING = "telling"
    """Its kiosk was told to tell it, and has not said what became of it."""
    ELSEWHERE = "elsewhere"
    """Somebody else had the item as far as the library system knew; nothing was sent."""
    APPLIED = "applied"
    RENEWED = "renewed"
    SUPERSEDED = "superseded"
    NEEDS_STAFF = "needs_staff"


class ReplayedEvent(Base):
    """Something that a kiosk did alone; whose card it was is known to the kiosk alone."""

    __tablename__ = "replayed_event"
    __table_args__ = (Index("ix_replayed_event_item", "organisation_id", "item_number"),)

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    item_number: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EventKind] = mapped_column(words_of(EventKind))
    at: Mapped[datetime]
    """When it happened, as well as its kiosk knows."""
    clock: Mapped[ClockCertainty] = mapped_column(words_of(ClockCertainty))
    journal_no: Mapped[int] = mapped_column(BigInteger)
    arrived_at: Mapped[datetime]
    stage: Mapped[ReplayStage] = mapped_column(words_of(ReplayStage))
    changed_at: Mapped[datetime]
    """Since when it is at this stage."""
