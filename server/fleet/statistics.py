"""What was done at the kiosks over a span of the library's days, counted from their reports."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Integer, and_, case, cast, extract, func, select
from sqlalchemy.orm import Session

from server.fleet.models import Kiosk, KioskReading, Visit
from server.fleet.readings import FINE_FOR, SLOT, slot_of
from server.store.engine import for_reading, transaction

_HALF_HOUR_S: Final = 1_800
"""Every zone in use lies a multiple of a quarter of an hour off UTC, and those of libraries of half an hour."""
_SECONDS: Final = 5
"""Visits are told apart by so much where their middle is looked for."""
_SLOTS_AN_HOUR: Final = timedelta(hours=1) // SLOT


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, each thing counted apart."""

    visits: int = 0
    loans: int = 0
    returns: int = 0
    renewals: int = 0
    refused: int = 0
    unknown: int = 0
    """Items of which nobody knows whether the loan stands."""
    offline: int = 0
    """Of the loans and returns, those made without the library system."""

    def __add__(self, other: "Done") -> "Done":
        """Return both together."""
        return Done(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Done)))


@dataclass(frozen=True, slots=True)
class KioskDone:
    """What was done at one kiosk, and how much of the time it was there."""

    kiosk_id: str
    name: str
    place: str
    done: Done
    ended_well: int
    """Visits in which the patron got what they came for."""
    on: float | None
    """Share of the time in which it ran, as far as it told, then or later; ``None``: it is younger than the span."""
    heard: float | None
    """Share of the time in which it could be heard."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """A span of days, the first and the last of them counted."""

    first: date
    last: date
    done: Done
    endings: Mapping[str, int]
    services: Mapping[str, int]
    languages: Mapping[str, int]
    refusals: Mapping[str, int]
    """Most frequent first, as the other three."""
    hours: tuple[int, ...]
    """Visits by the hour of the library's day: 24 of them."""
    days: Mapping[date, Mapping[str, Done]]
    """Day, then kiosk, only those with a visit; in order."""
    kiosks: tuple[KioskDone, ...]
    """By place and name; with every kiosk that is known, or the one that was asked for."""
    middle_s: float | None
    """Half of the visits were shorter, to five seconds; ``None``: there was none."""
    most_s: float | None
    """Nine of ten were shorter."""


class StoredStatistics:
    """Counts what kiosks told; days are those of ``zone``, ``places`` as of ``StoredFleet``."""

    def __init__(self, engine: Engine, zone: tzinfo, places: Callable[[], Mapping[str, str]] = dict) -> None:
        self._engine = for_reading(engine)
        self._zone = zone
        self._places = places

    def today(self, now: datetime) -> date:
        """Return the library's own day."""
        return now.astimezone(self._zone).date()

    def statistics(self, first: date, last: date, now: datetime, kiosk_id: str | None = None) -> Statistics:
        """Count, of all kiosks or of one, in one transaction. Blocks: call it in a worker thread."""
        begin, end = _moment(first, self._zone), _moment(last + timedelta(days=1), self._zone)
        places = self._places()
        with transaction(self._engine) as session:
            wanted = [Visit.occurred_at >= begin, Visit.occurred_at < end]
            if kiosk_id is not None:
                wanted.append(Visit.kiosk_id == kiosk_id)
            inside = and_(*wanted)
            days, hours = _days(session, inside, self._zone)
            by_kiosk: dict[str, Done] = {}
            for kiosks in days.values():
                for each, done in kiosks.items():
                    by_kiosk[each] = by_kiosk.get(each, Done()) + done
            seconds = _counted(session, inside, cast(Visit.seconds, Integer) // _SECONDS)
            return Statistics(
                first=first,
                last=last,
                done=sum(by_kiosk.values(), Done()),
                endings=_counted(session, inside, Visit.ending),
                services=_counted(session, inside, Visit.service),
                languages=_counted(session, inside, Visit.language),
                refusals=_refusals(session, inside),
                hours=hours,
                days=days,
                kiosks=_kiosks(session, _Span(begin, min(end, now), now, inside, kiosk_id), by_kiosk, places),
                middle_s=_share_of(seconds, 0.5),
                most_s=_share_of(seconds, 0.9),
            )


def _moment(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _days(
    session: Session, inside: ColumnElement[bool], zone: tzinfo
) -> tuple[dict[date, dict[str, Done]], tuple[int, ...]]:
    slot = (cast(extract("epoch", Visit.occurred_at), Integer) // _HALF_HOUR_S).label("slot")
    told = (Visit.lent, Visit.returned, Visit.renewed, Visit.refused, Visit.unknown, Visit.offline)
    rows = session.execute(
        select(slot, Visit.kiosk_id, func.count(), *map(func.sum, told))
        .where(inside)
        .group_by(slot, Visit.kiosk_id)
        .order_by(slot)
    )
    days: dict[date, dict[str, Done]] = {}
    hours = [0] * 24
    for number, kiosk_id, *counts in rows:
        local = datetime.fromtimestamp(number * _HALF_HOUR_S, UTC).astimezone(zone)
        done = Done(*map(int, counts))
        hours[local.hour] += done.visits
        kiosks = days.setdefault(local.date(), {})
        kiosks[kiosk_id] = kiosks.get(kiosk_id, Done()) + done
    return days, tuple(hours)


def _counted(session: Session, inside: ColumnElement[bool], what: Any) -> dict[Any, int]:
    rows = session.execute(select(what, func.count()).where(inside).group_by(what))
    return dict(sorted(((value, count) for value, count in rows), key=lambda pair: (-pair[1], pair[0])))


def _refusals(session: Session, inside: ColumnElement[bool]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for text, count in _counted(session, and_(inside, Visit.refused > 0), Visit.refusals).items():
        for reason, times in json.loads(text).items():
            total[reason] += times * count
    return dict(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def _share_of(seconds: Mapping[int, int], share: float) -> float | None:
    visits = sum(seconds.values())
    below = 0
    for bucket in sorted(seconds):
        below += seconds[bucket]
        if below >= share * visits:
            return float((bucket + 1) * _SECONDS)
    return None


@dataclass(frozen=True, slots=True)
class _Span:
    begin: datetime
    end: datetime
    """Not after now."""
    now: datetime
    inside: ColumnElement[bool]
    kiosk_id: str | None


def _kiosks(
    session: Session, span: _Span, by_kiosk: Mapping[str, Done], places: Mapping[str, str]
) -> tuple[KioskDone, ...]:
    well = session.execute(
        select(Visit.kiosk_id, func.count()).where(span.inside, Visit.ending == "done").group_by(Visit.kiosk_id)
    )
    ended_well = {kiosk_id: int(count) for kiosk_id, count in well}
    there = _there(session, span)
    chosen = select(Kiosk) if span.kiosk_id is None else select(Kiosk).where(Kiosk.kiosk_id == span.kiosk_id)
    found = []
    for row in session.scalars(chosen):
        birth = json.loads(row.birth)
        on, heard = there.get(row.kiosk_id, (0.0, 0.0))
        since = max(span.begin, row.first_seen)
        whole = (span.end - since) / timedelta(hours=1)
        found.append(
            KioskDone(
                kiosk_id=row.kiosk_id,
                name=birth.get("name", ""),
                place=places.get(row.kiosk_id) or birth.get("place", ""),
                done=by_kiosk.get(row.kiosk_id, Done()),
                ended_well=ended_well.get(row.kiosk_id, 0),
                on=min(1.0, on / whole) if whole >= 1 else None,
                heard=min(1.0, heard / whole) if whole >= 1 else None,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.place, each.name, each.kiosk_id)))


def _there(session: Session, span: _Span) -> dict[str, tuple[float, float]]:
    """Return the hours for which each kiosk ran, and could be heard: one reading an hour is left of what is old."""
    fine = slot_of(span.now - FINE_FOR)
    hours = case((KioskReading.slot >= fine, 1.0 / _SLOTS_AN_HOUR), else_=1.0)
    rows = session.execute(
        select(
            KioskReading.kiosk_id,
            func.sum(hours),
            func.sum(case((KioskReading.late, 0.0), else_=hours)),
        )
        .where(
            KioskReading.slot >= slot_of(span.begin),
            KioskReading.slot < slot_of(span.end),
            (KioskReading.slot >= fine) | (KioskReading.slot % _SLOTS_AN_HOUR == 0),
        )
        .group_by(KioskReading.kiosk_id)
    )
    return {kiosk_id: (float(on), float(heard)) for kiosk_id, on, heard in rows}
