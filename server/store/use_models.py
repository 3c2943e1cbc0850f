"""Items that were read in place: item, place and day; nothing about a reader, and no time of day."""

from datetime import date
from typing import Final

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Base

LONGEST_USE_ID: Final = 64


class ItemUsed(Base):
    """One use of one item, as a kiosk counted it; once for each of the kiosk's ids, for ever."""

    __tablename__ = "item_use"
    __table_args__ = (Index("ix_item_use_day", "day"),)

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    use_id: Mapped[str] = mapped_column(String(LONGEST_USE_ID), primary_key=True)
    item_number: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A kiosk whose disk was put back may give an id to a second item: both count. Kept also where no copy has it."""
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    """Where the kiosk stood when the server heard of it."""
    day: Mapped[date]
    """In the library's zone."""
    day_known: Mapped[bool]
    """``False``: the kiosk did not know the time, and it counts on the day on which the server heard of it."""
