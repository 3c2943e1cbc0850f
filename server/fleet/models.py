"""The tables of the fleet store: what kiosks told and did, how far outboxes are stored, the link, dead letters."""

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Index, Integer, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.store.base import Base, UtcDateTime

NO_NAME: Final = ""
"""What the ingest goes by where it is the only one."""


class FleetBase(DeclarativeBase):
    """The fleet store's tables; they stand in a file of their own, so that reports never wait for loans."""

    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = {datetime: UtcDateTime, int: BigInteger}  # noqa: RUF012 - because SQLAlchemy reads it here


class Kiosk(FleetBase):
    """What a kiosk last said; every time in it is the server's own."""

    __tablename__ = "kiosk"

    kiosk_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime | None]
    """When it last spoke by itself: retained messages and wills do not count."""
    session_id: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default="unknown")
    state_since: Mapped[datetime | None]
    reasons: Mapped[str] = mapped_column(default="[]")
    """JSON list of words."""
    health_every_s: Mapped[float] = mapped_column(default=30.0)
    birth: Mapped[str] = mapped_column(default="{}")
    """The last ``KioskBirth`` as JSON."""
    devices: Mapped[str] = mapped_column(default="[]")
    """JSON list of ``{role, model, state, detail, since}``; ``since`` is the server's time of the last change."""
    health: Mapped[str] = mapped_column(default="{}")
    """The last ``KioskHealth`` as JSON."""
    clock_ahead_s: Mapped[float | None]
    """How far the kiosk's clock was ahead of the server's at its last message."""
    reading_slot: Mapped[int | None]
    """That of the last ``KioskReading`` that it told live."""


class KioskReading(FleetBase):
    """How a kiosk did in one span of five minutes (``server.fleet.readings``)."""

    __tablename__ = "kiosk_reading"
    __table_args__ = (Index(None, "slot"),)

    kiosk_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    """Number of the span, counted from 1970 UTC."""
    late: Mapped[bool]
    """Nobody could hear it then: it was told afterwards."""
    loop_lag_ms: Mapped[float]
    memory_available_bytes: Mapped[int | None]
    disk_free_bytes: Mapped[int | None]
    load_1min: Mapped[float | None]
    temperature_c: Mapped[float | None]
    outbox_depth: Mapped[int]


class Visit(FleetBase):
    """A visit in numbers; stored once however often it is told."""

    __tablename__ = "visit"
    __table_args__ = (Index(None, "occurred_at", "kiosk_id"),)

    kiosk_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[datetime]
    """By the kiosk's clock, set right where that clock was more than a minute off when it told."""
    received_at: Mapped[datetime]
    ending: Mapped[str] = mapped_column(String(64))
    seconds: Mapped[float]
    language: Mapped[str] = mapped_column(String(64))
    lent: Mapped[int]
    refused: Mapped[int]
    refusals: Mapped[str]
    """JSON object: reason to count."""
    unknown: Mapped[int]
    alarms_still_on: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64), default="borrow")
    """What the patron came for first."""
    renewed: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    alarms_still_off: Mapped[int] = mapped_column(default=0)
    offline: Mapped[int] = mapped_column(default=0)
    """Of the loans and returns, those that stood in the kiosk's journal alone."""
    historical: Mapped[bool] = mapped_column(default=False)
    """It came late, or once more: it counts, and is no news to be alarmed at."""


class StaffAct(FleetBase):
    """What staff did at a kiosk; stored once however often it is told. Nothing of a patron is in it."""

    __tablename__ = "staff_act"
    __table_args__ = (Index(None, "occurred_at", "kiosk_id"), Index(None, "kiosk_id", "completes"))

    kiosk_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    occurred_at: Mapped[datetime]
    """As of a ``Visit``."""
    received_at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(64))
    staff: Mapped[str | None] = mapped_column(String(64))
    """What the member goes by at that kiosk; no name."""
    device: Mapped[str] = mapped_column(String(64))
    item: Mapped[str] = mapped_column(String(200))
    """The number of the item whose alarm the act was about."""
    reason: Mapped[str] = mapped_column(String(64), default="none")
    refusal: Mapped[str] = mapped_column(String(64), default="none")
    outcome: Mapped[str] = mapped_column(String(64), default="none")
    completes: Mapped[str | None] = mapped_column(String(64))
    """The event of the same kiosk whose outcome this is; it is no act of its own."""
    historical: Mapped[bool] = mapped_column(default=False)
    """As of a ``Visit``."""


class OutboxPosition(FleetBase):
    """How far the events of one numbering of an outbox are stored without a gap; each start begins a new numbering."""

    __tablename__ = "outbox_position"

    kiosk_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    outbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    through: Mapped[int]
    used_at: Mapped[datetime]


class BeyondGap(FleetBase):
    """A sequence that is stored while a lower one of the same outbox is not."""

    __tablename__ = "beyond_gap"

    kiosk_id: Mapped[str] = mapped_column(String(63), primary_key=True)
    outbox_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)


class StoreEpoch(FleetBase):
    """A life of this store; the one with the highest number is the present one."""

    __tablename__ = "store_epoch"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    epoch: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime]


class BrokerLink(FleetBase):
    """Whether a worker of the ingest has the broker, and whether it lives; in most libraries there is one worker."""

    __tablename__ = "broker_link"
    __table_args__ = (UniqueConstraint("worker"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    worker: Mapped[str] = mapped_column(String(20), default=NO_NAME)
    up: Mapped[bool]
    since: Mapped[datetime]
    started_at: Mapped[datetime]
    """Of the ingest."""
    heartbeat_at: Mapped[datetime]
    dead_letters: Mapped[int] = mapped_column(default=0)
    """How many there ever were, of whichever worker: counted in the first one's row; the oldest are dropped."""


class Alert(FleetBase):
    """Something that is, or was, wrong (``server.fleet.trouble``); what did not go on for long enough leaves no row."""

    __tablename__ = "alert"
    __table_args__ = (Index(None, "ended_at"), Index(None, "kiosk_id", "since"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    kiosk_id: Mapped[str] = mapped_column(String(63))
    """Empty: no single kiosk's."""
    subject: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]
    """When it was first seen."""
    seen_at: Mapped[datetime]
    """When it was last seen."""
    opened_at: Mapped[datetime | None]
    """Since when it has gone on for long enough to alarm anybody."""
    ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    handled_by: Mapped[str] = mapped_column(String(60), default="")
    """Who did either."""
    told_at: Mapped[datetime | None]
    """When somebody was written to."""
    end_told_at: Mapped[datetime | None]
    """When the end of it was told, too."""


class DeadLetter(FleetBase):
    """A message, or one event of a batch, that could not be understood; kept as it came."""

    __tablename__ = "dead_letter"
    __table_args__ = (UniqueConstraint("event_key"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_key: Mapped[str | None] = mapped_column(String(200))
    """``kiosk/outbox/sequence`` of an event (its SHA-256 where it has none): one that is told again is kept once."""
    received_at: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(200))
    fault: Mapped[str] = mapped_column(String(200))
    payload: Mapped[bytes]
