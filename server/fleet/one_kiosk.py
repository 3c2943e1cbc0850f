"""What the page of one kiosk shows, read in one transaction."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.fleet.models import Kiosk, Visit
from server.fleet.overview import Counts, KioskView, view_of
from server.fleet.readings import readings_of, start_of
from server.store.engine import for_reading, transaction

DAYS_SHOWN: Final = 14
"""Days of visits, today's among them."""


@dataclass(frozen=True, slots=True)
class WaitingView:
    """What a kiosk holds that is not yet as it is to be, as it last told."""

    to_tell: int
    oldest_s: float | None
    for_staff: int
    in_doubt: int
    alarms_owed: int


@dataclass(frozen=True, slots=True)
class MachineView:
    """The computer and its programs, as the kiosk last told; empty or ``None`` where it does not."""

    model: str
    serial: str
    system: str
    kiosk_version: str
    agent_version: str
    config_version: str
    started_at: datetime | None
    plain_lines: tuple[str, ...]
    clock_ahead_s: float | None
    under_voltage: bool | None
    outbox_replaced: bool


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How the kiosk did in one span of five minutes."""

    at: datetime
    late: bool
    """Nobody could hear it then."""
    memory_available_bytes: int | None
    disk_free_bytes: int | None
    load_1min: float | None
    temperature_c: float | None
    loop_lag_ms: float
    outbox_depth: int


@dataclass(frozen=True, slots=True)
class DayView:
    """What was done at the kiosk on one of the library's days."""

    day: date
    visits: int = 0
    loans: int = 0
    returns: int = 0
    renewals: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class KioskDetails:
    """A kiosk with all that is known of it."""

    kiosk: KioskView
    machine: MachineView
    waiting: WaitingView | None
    readings: tuple[ReadingView, ...]
    """Oldest first."""
    days: tuple[DayView, ...]
    """Newest first, those without a visit too."""
    hours: tuple[int, ...]
    """Visits of today by the hour in which they ended: 24 of them."""


class StoredKiosks:
    """Reads one kiosk for its page; days are those of ``zone``, ``places`` as of ``StoredFleet``."""

    def __init__(self, engine: Engine, zone: tzinfo, places: Callable[[], Mapping[str, str]] = dict) -> None:
        self._engine = for_reading(engine)
        self._zone = zone
        self._places = places

    def details(self, kiosk_id: str, now: datetime, since: datetime) -> KioskDetails | None:
        """Read it with its readings from a moment on; ``None``: no kiosk of that name ever spoke. Blocks."""
        places = self._places()
        with transaction(self._engine) as session:
            row = session.get(Kiosk, kiosk_id)
            if row is None:
                return None
            days, hours = _days(session, kiosk_id, now, self._zone)
            return KioskDetails(
                kiosk=view_of(row, now, _counts(days[0]), places),
                machine=_machine(row),
                waiting=_waiting(json.loads(row.health).get("waiting")),
                readings=tuple(
                    ReadingView(
                        start_of(each.slot),
                        each.late,
                        each.memory_available_bytes,
                        each.disk_free_bytes,
                        each.load_1min,
                        each.temperature_c,
                        each.loop_lag_ms,
                        each.outbox_depth,
                    )
                    for each in readings_of(session, kiosk_id, since)
                ),
                days=days,
                hours=hours,
            )


def _counts(day: DayView) -> Counts:
    return Counts(day.visits, day.loans, day.returns, day.renewals, day.refused)


def _machine(row: Kiosk) -> MachineView:
    birth, health = json.loads(row.birth), json.loads(row.health)
    hardware = birth.get("hardware", {})
    started = birth.get("started_at")
    return MachineView(
        model=hardware.get("model", ""),
        serial=hardware.get("serial", ""),
        system=hardware.get("system", ""),
        kiosk_version=birth.get("kiosk_version", ""),
        agent_version=birth.get("agent_version", ""),
        config_version=birth.get("config_version", ""),
        started_at=datetime.fromisoformat(started) if started else None,
        plain_lines=tuple(birth.get("plain_lines", ())),
        clock_ahead_s=row.clock_ahead_s,
        under_voltage=health.get("under_voltage"),
        outbox_replaced=birth.get("outbox_replaced", False),
    )


def _waiting(told: dict[str, Any] | None) -> WaitingView | None:
    if told is None:
        return None
    return WaitingView(told["to_tell"], told.get("oldest_s"), told["for_staff"], told["in_doubt"], told["alarms_owed"])


def _days(session: Session, kiosk_id: str, now: datetime, zone: tzinfo) -> tuple[tuple[DayView, ...], tuple[int, ...]]:
    today = now.astimezone(zone).date()
    counts = {today - timedelta(days=ago): [0] * 5 for ago in range(DAYS_SHOWN)}
    hours = [0] * 24
    begin = datetime.combine(min(counts), time(), zone).astimezone(UTC)
    wanted = select(Visit.occurred_at, Visit.lent, Visit.returned, Visit.renewed, Visit.refused).where(
        Visit.kiosk_id == kiosk_id, Visit.occurred_at >= begin
    )
    for at, *done in session.execute(wanted):
        local = at.astimezone(zone)
        count = counts.get(local.date())
        if count is None:
            continue  # told by a clock of tomorrow
        for number, each in enumerate((1, *done)):
            count[number] += each
        hours[local.hour] += local.date() == today
    return tuple(DayView(day, *count) for day, count in counts.items()), tuple(hours)
