"""The tables of the circulation store: places, patrons, holdings, loans, terminals and the answers kept for them."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from sqlalchemy import Enum, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.store.base import Base


class PlaceKind(StrEnum):
    """What sort of place lends books."""

    HUB = "hub"
    SCHOOL = "school"
    READING_ROOM = "reading_room"
    COMMUNITY = "community"
    PRIVATE = "private"


class CopyStatus(StrEnum):
    """Where a copy stands when it is not on loan."""

    SHELF = "shelf"
    REFERENCE = "reference"
    IN_PROCESS = "in_process"
    DAMAGED = "damaged"
    MISSING = "missing"
    LOST = "lost"
    WITHDRAWN = "withdrawn"

    @property
    def may_circulate(self) -> bool:
        """Whether a copy of this status may be lent."""
        return self is CopyStatus.SHELF


class LoanEnd(StrEnum):
    """How a loan ended."""

    RETURNED = "returned"
    CANCELLED = "cancelled"
    """It never really began: the item's alarm could not be switched off."""


def words_of(kind: type[StrEnum]) -> Enum:
    """Give a column's type that keeps a member by its value."""
    return Enum(
        kind, native_enum=False, length=16, values_callable=lambda members: [member.value for member in members]
    )


class Organisation(Base):
    """An owner of numbers: card and item numbers are unique within it."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    """ISIL-shaped."""
    name: Mapped[str]


class Place(Base):
    """A place that lends: the commune library, a school, a reading room."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(16))
    """ISIL-shaped."""
    name: Mapped[str]
    kind: Mapped[PlaceKind] = mapped_column(words_of(PlaceKind))
    closes_at: Mapped[time | None]
    """Local time of day at which loans made here are due; the end of the day when not given."""
    organisation: Mapped[Organisation] = relationship()
    closed_weekdays: Mapped[list["ClosedWeekday"]] = relationship(cascade="all, delete-orphan")
    holidays: Mapped[list["Holiday"]] = relationship(cascade="all, delete-orphan")


class ClosedWeekday(Base):
    """A weekday (Monday 0) on which a place is closed every week."""

    __tablename__ = "closed_weekday"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)


class Holiday(Base):
    """A day on which a place is closed."""

    __tablename__ = "holiday"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class PatronCategory(Base):
    """A group of readers with rules of its own."""

    __tablename__ = "patron_category"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]


class Patron(Base):
    """A reader; known to the world by cards, which may be replaced."""

    __tablename__ = "patron"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    category_id: Mapped[int] = mapped_column(ForeignKey("patron_category.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    expires: Mapped[date | None]
    """The last good day."""
    blocked: Mapped[bool] = mapped_column(default=False)
    pin_hash: Mapped[str | None]
    category: Mapped[PatronCategory] = relationship(lazy="joined", innerjoin=True)


class Card(Base):
    """A card number and whose it is."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(64))
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"), index=True)
    lost: Mapped[bool] = mapped_column(default=False)
    patron: Mapped[Patron] = relationship(lazy="joined", innerjoin=True)


LOCAL_SOURCE: Final = "local"
"""The source of records that the library itself keeps as columns."""


class Record(Base):
    """A bibliographic record, as far as lending needs it; the whole of it is its ``Description``."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("organisation_id", "source", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    source: Mapped[str] = mapped_column(String(128), default=LOCAL_SOURCE)
    """Where it came from."""
    source_id: Mapped[str] = mapped_column(String(128), index=True)
    """The record's identity there."""
    title: Mapped[str]
    author: Mapped[str]
    language: Mapped[str]
    subjects: Mapped[str]
    """``;`` between."""
    publisher: Mapped[str]
    year: Mapped[str]
    isbn: Mapped[str]


class Copy(Base):
    """One book that can be held in the hand."""

    __tablename__ = "copy"
    __table_args__ = (UniqueConstraint("organisation_id", "item_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The owner."""
    item_number: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    """Its home."""
    item_type: Mapped[str] = mapped_column(String(32))
    call_number: Mapped[str]
    status: Mapped[CopyStatus] = mapped_column(words_of(CopyStatus))
    current_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    """Where it was seen last; its home when nobody said otherwise."""
    transit_to_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    """Where it is being sent."""
    security_marker: Mapped[str | None] = mapped_column(String(2))
    """SIP2's, as a terminal told it last (19)."""
    record: Mapped[Record] = relationship(lazy="joined", innerjoin=True)
    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True, foreign_keys=[place_id])
    current_place: Mapped[Place | None] = relationship(foreign_keys=[current_place_id])
    transit_to: Mapped[Place | None] = relationship(foreign_keys=[transit_to_id])

    @property
    def here(self) -> Place:
        """Give the place where it was seen last."""
        return self.place if self.current_place is None else self.current_place


class Loan(Base):
    """A loan; open as long as ``ended_at`` is empty, and a copy has at most one open."""

    __tablename__ = "loan"
    __table_args__ = (
        Index(
            "uq_loan_open_copy",
            "copy_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_loan_open_patron",
            "patron_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("copy.id"), index=True)
    patron_id: Mapped[int] = mapped_column(ForeignKey("patron.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    """Where it was made."""
    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"))
    lent_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    due_day: Mapped[date]
    """The library's own day of ``due_at``."""
    renewals: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[LoanEnd | None] = mapped_column(words_of(LoanEnd))
    ended_terminal_id: Mapped[str | None] = mapped_column(ForeignKey("terminal.id"))
    copy: Mapped[Copy] = relationship(lazy="joined", innerjoin=True)


class Terminal(Base):
    """A kiosk as the SIP2 service knows it."""

    __tablename__ = "terminal"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    """Where it stands."""
    login: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str]
    certificate_cn: Mapped[str | None] = mapped_column(String(64), unique=True)
    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True)


class KeptAnswer(Base):
    """What a terminal was told about a message that changed something; written in the change's own transaction."""

    __tablename__ = "kept_answer"

    terminal_id: Mapped[str] = mapped_column(ForeignKey("terminal.id"), primary_key=True)
    message_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256 of the message's text without its sequence number and checksum."""
    answer: Mapped[bytes]
    """The answer's text, likewise."""
    at: Mapped[datetime] = mapped_column(index=True)
