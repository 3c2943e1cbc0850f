"""What the pages show of the fleet, read in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from server.fleet.broker_status import is_alive
from server.fleet.models import Alert, BrokerLink, Kiosk, Visit
from server.store.engine import for_reading, transaction

STALE_AFTER_BEATS: Final = 2.5
"""A kiosk that was not heard for so many of its health intervals is stale (a broker may keep a dead one "ready")."""

OLD_COPY: Final = timedelta(days=1)
"""So long without a word of the catalogue, and people should look at the kiosk's line."""
_LONGEST_AGO_S: Final = 10 * 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class LinkView:
    """Whether the broker, or the ingest, is there."""

    up: bool | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device as its kiosk last reported it."""

    role: str
    model: str
    state: str
    detail: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class CopyView:
    """A kiosk's own copy of the catalogue, as the kiosk last told."""

    records: int | None
    as_of: datetime | None
    """When the kiosk last heard of the catalogue, by our clock; ``None``: never."""
    is_kept: bool
    is_old: bool
    """For a day it has heard nothing."""


@dataclass(frozen=True, slots=True)
class KioskView:
    """A kiosk; ``status`` is ``online``, ``stale``, ``offline`` or ``out_of_order``."""

    kiosk_id: str
    name: str
    place: str
    """Where the library says that it stands; what the kiosk itself says where the library does not know it."""
    status: str
    condition: str
    """What the kiosk itself last said (``mqtt.messages.KioskCondition``)."""
    since: datetime | None
    reasons: tuple[str, ...]
    last_seen: datetime | None
    version: str
    visits_today: int
    loans_today: int
    returns_today: int
    renewals_today: int
    refused_today: int
    outbox_depth: int
    clock_ahead_s: float | None
    devices: tuple[DeviceView, ...]
    copy: CopyView | None = None
    """``None``: it keeps none, or did not tell."""


@dataclass(frozen=True, slots=True)
class FleetOverview:
    """The whole fleet at one moment."""

    broker: LinkView
    ingest: LinkView
    kiosks: tuple[KioskView, ...]
    visits_today: int
    loans_today: int
    dead_letters: int
    open_alerts: int = 0
    """Going on, and nobody knows of them."""


class Counts(NamedTuple):
    """A kiosk's day; each thing is counted apart."""

    visits: int = 0
    loans: int = 0
    returns: int = 0
    renewals: int = 0
    refused: int = 0


class StoredFleet:
    """Reads the fleet store for the pages; days are those of ``zone``.

    ``places`` gives the names of the places where kiosks stand, by kiosk id; it is asked in a worker thread.
    """

    def __init__(self, engine: Engine, zone: tzinfo, places: Callable[[], Mapping[str, str]] = dict) -> None:
        self._engine = for_reading(engine)
        self._zone = zone
        self._places = places

    def overview(self, now: datetime) -> FleetOverview:
        """Read everything at one moment; ``now`` is aware. Blocks: call it in a worker thread."""
        places = self._places()
        with transaction(self._engine) as session:
            return read_overview(session, now, self._zone, places)


def read_overview(session: Session, now: datetime, zone: tzinfo, places: Mapping[str, str]) -> FleetOverview:
    """Read the fleet as of ``now`` (aware), counting the day of ``zone`` that holds it."""
    links = list(session.scalars(select(BrokerLink)))
    today = _visits_between(session, *_day(now, zone))
    rows = session.scalars(select(Kiosk).order_by(Kiosk.kiosk_id))
    kiosks = sorted(
        (view_of(row, now, today.get(row.kiosk_id, Counts()), places) for row in rows),
        key=lambda kiosk: (kiosk.place, kiosk.name, kiosk.kiosk_id),
    )
    return FleetOverview(
        broker=_broker_view(links, now),
        ingest=_ingest_view(links, now),
        kiosks=tuple(kiosks),
        visits_today=sum(counts.visits for counts in today.values()),
        loans_today=sum(counts.loans for counts in today.values()),
        dead_letters=sum(link.dead_letters for link in links),
        open_alerts=_open_alerts(session, now),
    )


def _open_alerts(session: Session, now: datetime) -> int:
    unknown = Alert.acknowledged_at.is_(None), or_(Alert.snoozed_until.is_(None), Alert.snoozed_until <= now)
    going_on = Alert.ended_at.is_(None), Alert.opened_at.is_not(None)
    return session.scalar(select(func.count()).select_from(Alert).where(*going_on, *unknown)) or 0


def _day(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    local = now.astimezone(zone)
    begin = datetime(local.year, local.month, local.day, tzinfo=zone)
    after = local.date() + timedelta(days=1)
    return begin.astimezone(UTC), datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)


def _visits_between(session: Session, begin: datetime, end: datetime) -> dict[str, Counts]:
    told = (Visit.lent, Visit.returned, Visit.renewed, Visit.refused)
    counted = session.execute(
        select(Visit.kiosk_id, func.count(), *map(func.sum, told))
        .where(Visit.occurred_at >= begin, Visit.occurred_at < end)
        .group_by(Visit.kiosk_id)
    )
    return {kiosk_id: Counts(visits, *map(int, sums)) for kiosk_id, visits, *sums in counted}


def _broker_view(links: Sequence[BrokerLink], now: datetime) -> LinkView:
    alive = [link for link in links if is_alive(link, now)]
    if not alive:
        return LinkView(None, None)
    having = [link.since for link in alive if link.up]
    return (
        LinkView(up=True, since=min(having)) if having else LinkView(up=False, since=max(each.since for each in alive))
    )


def _ingest_view(links: Sequence[BrokerLink], now: datetime) -> LinkView:
    if not links:
        return LinkView(None, None)
    started = [link.started_at for link in links if is_alive(link, now)]
    if started:
        return LinkView(up=True, since=min(started))
    return LinkView(up=False, since=max(link.heartbeat_at for link in links))


def names_of(row: Kiosk) -> tuple[str, str]:
    """Return what a kiosk is called and where it stands, as it told."""
    birth = json.loads(row.birth)
    return birth.get("name", ""), birth.get("place", "")


def view_of(row: Kiosk, now: datetime, today: Counts, places: Mapping[str, str]) -> KioskView:
    """Return what is shown of a kiosk, with what was done there today."""
    birth, health = json.loads(row.birth), json.loads(row.health)
    status, since = _status(row, now)
    return KioskView(
        kiosk_id=row.kiosk_id,
        name=birth.get("name", ""),
        place=places.get(row.kiosk_id) or birth.get("place", ""),
        status=status,
        condition=row.state,
        since=since,
        reasons=_reasons(row),
        last_seen=row.last_seen,
        version=birth.get("kiosk_version") or birth.get("agent_version", ""),
        visits_today=today.visits,
        loans_today=today.loans,
        returns_today=today.returns,
        renewals_today=today.renewals,
        refused_today=today.refused,
        outbox_depth=health.get("outbox_depth", 0),
        clock_ahead_s=row.clock_ahead_s,
        devices=tuple(_device_view(device) for device in json.loads(row.devices)),
        copy=_copy_view(health.get("catalogue"), row.last_seen, now),
    )


def _copy_view(told: dict[str, Any] | None, last_seen: datetime | None, now: datetime) -> CopyView | None:
    if told is None:
        return None
    ago = told.get("heard_ago_s")
    heard = None if ago is None or last_seen is None else last_seen - timedelta(seconds=min(ago, _LONGEST_AGO_S))
    return CopyView(
        records=told.get("records"),
        as_of=heard,
        is_kept=told.get("is_kept", True),
        is_old=heard is None or now - heard > OLD_COPY,
    )


def _status(row: Kiosk, now: datetime) -> tuple[str, datetime | None]:
    match row.state:
        case "offline" | "lost":
            return "offline", row.state_since
        case "ready" | "in_use" | "closed" | "staff" | "unknown":  # unknown: a newer kiosk's word
            heard = "online"
        case _:
            heard = "out_of_order"
    patience = timedelta(seconds=row.health_every_s * STALE_AFTER_BEATS)
    if row.last_seen is None:
        return "stale", None
    if now - row.last_seen > patience:
        return "stale", row.last_seen + patience
    return heard, row.state_since


def _reasons(row: Kiosk) -> tuple[str, ...]:
    if row.state in {"kiosk_down", "init"}:
        return ("kiosk_program",)
    return tuple(json.loads(row.reasons))


def _device_view(device: dict[str, Any]) -> DeviceView:
    return DeviceView(
        role=device["role"],
        model=device["model"],
        state=device["state"],
        detail=device["detail"],
        since=datetime.fromisoformat(device["since"]),
    )


__all__: Sequence[str] = (
    "CopyView",
    "Counts",
    "DeviceView",
    "FleetOverview",
    "KioskView",
    "LinkView",
    "StoredFleet",
    "names_of",
    "read_overview",
    "view_of",
)
