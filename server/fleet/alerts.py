"""Alerts: troubles that have gone on long enough, kept from their beginning to their end."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from server.fleet.broker_status import is_alive
from server.fleet.models import Alert, BrokerLink, Kiosk, Visit
from server.fleet.overview import STALE_AFTER_BEATS
from server.fleet.trouble import MANY_ITEMS, PATIENCE, Found, Kind, KioskFacts, Trouble, find
from server.store.turns import take_turns

LOOK_EVERY: Final = timedelta(seconds=10)
CALM: Final = timedelta(seconds=45)
"""What was not wrong for so long has ended: a blip in between ends nothing."""
SETTLING: Final = timedelta(minutes=2)
"""After the broker, or the ingest, is back kiosks have so long to speak up before any counts as silent."""
KEPT: Final = timedelta(days=365)
_OF_MANY: Final = frozenset({Kind.FLEET_SILENT, Kind.PLACE_SILENT})
_LOANS_OF: Final = timedelta(hours=12)
_PINS_OF: Final = timedelta(hours=1)
_SPEAKS_NOT: Final = frozenset({"lost"})
_WENT: Final = frozenset({"offline"})
"""It was switched off in good order: nobody is alarmed, and what was wrong with it before is not over."""


def look(session: Session, now: datetime) -> None:
    """Bring the alerts up to date with what the kiosks told; does nothing new when it is called twice.

    Of several workers one looks at a time. History, told late or once more, alarms nobody.
    """
    take_turns(session, ["alerts"])
    links = [link for link in session.scalars(select(BrokerLink)) if is_alive(link, now)]
    having = [link.since for link in links if link.up]
    rows = list(session.scalars(select(Kiosk)))
    visits = _visits(session, now)
    settled = bool(having) and now - min(having) >= SETTLING
    kiosks = [facts_of(row, now, visits.get(row.kiosk_id, (0, 0))) for row in rows]
    went = frozenset(kiosk.kiosk_id for kiosk in kiosks if kiosk.state in _WENT)
    found = find([kiosk for kiosk in kiosks if kiosk.kiosk_id not in went], broker=bool(having), judges_silence=settled)
    apply(session, replace(found, unknown=found.unknown | went), now)


def facts_of(row: Kiosk, now: datetime, visits: tuple[int, int]) -> KioskFacts:
    """Return what is known of a kiosk; ``visits`` are wrong PINs of the last hour and the largest loan of the day."""
    birth, health = json.loads(row.birth), json.loads(row.health)
    waiting: dict[str, Any] = health.get("waiting") or {}
    beats = timedelta(seconds=row.health_every_s * STALE_AFTER_BEATS)
    quiet = row.state in _SPEAKS_NOT or row.last_seen is None or now - row.last_seen > beats
    return KioskFacts(
        kiosk_id=row.kiosk_id,
        place=birth.get("place", ""),
        state=row.state,
        silent=quiet,
        reasons=tuple(json.loads(row.reasons)),
        devices=tuple((each["role"], each["state"], each["detail"]) for each in json.loads(row.devices)),
        to_tell_s=waiting.get("oldest_s") if waiting.get("to_tell") else None,
        for_staff=waiting.get("for_staff", 0),
        alarms_owed=waiting.get("alarms_owed", 0),
        disk_free_bytes=health.get("disk_free_bytes"),
        outbox_nearly_full=health.get("outbox_nearly_full", False),
        clock_ahead_s=row.clock_ahead_s,
        under_voltage=health.get("under_voltage"),
        temperature_c=health.get("temperature_c"),
        plain_lines=tuple(birth.get("plain_lines", ())),
        wrong_pins=visits[0],
        largest_loan=visits[1],
    )


def apply(session: Session, found: Found, now: datetime) -> None:
    """Note what goes on, begins and has ended; of kiosks that nobody can judge now everything goes on."""
    going_on = {_trouble(alert): alert for alert in session.scalars(select(Alert).where(Alert.ended_at.is_(None)))}
    standing = {trouble for trouble, alert in going_on.items() if alert.opened_at is not None}
    for trouble, alert in going_on.items():
        if trouble in found.troubles:
            alert.seen_at = now
            if alert.opened_at is None and _is_old_enough(alert, now):
                alert.opened_at = now
        elif trouble.kind is Kind.SILENT and found.covered.get(trouble.kiosk_id) in standing:
            alert.ended_at = alert.end_told_at = now  # the alert of its place goes on: it is not over
        elif alert.opened_at is not None and _goes_on(trouble, found):
            alert.seen_at = now
        elif now - alert.seen_at > CALM:
            if alert.opened_at is None:
                session.delete(alert)
            else:
                alert.ended_at = alert.seen_at
    for trouble in sorted(found.troubles - going_on.keys()):
        alert = Alert(
            kind=trouble.kind, kiosk_id=trouble.kiosk_id, subject=trouble.subject, since=now, seen_at=now, handled_by=""
        )
        alert.opened_at = now if _is_old_enough(alert, now) else None
        session.add(alert)
    session.execute(delete(Alert).where(Alert.ended_at < now - KEPT))


def _goes_on(trouble: Trouble, found: Found) -> bool:
    """Say whether nobody can tell that it has ended."""
    if trouble.kind in _OF_MANY:
        return not found.judges_silence
    return trouble.kiosk_id in found.unknown


def _is_old_enough(alert: Alert, now: datetime) -> bool:
    return now - alert.since >= PATIENCE.get(Kind(alert.kind), timedelta(0))


def _trouble(alert: Alert) -> Trouble:
    return Trouble(Kind(alert.kind), alert.kiosk_id, alert.subject)


def _visits(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    """Return of each kiosk the wrong PINs of the last hour and the most items of a visit of the last twelve."""
    told = select(Visit.kiosk_id, Visit.occurred_at, Visit.lent, Visit.refusals).where(
        Visit.occurred_at >= now - _LOANS_OF,
        Visit.historical.is_(False),
        or_(Visit.lent >= MANY_ITEMS, Visit.refusals.contains('_pin"'), Visit.refusals.contains('"pin_')),
    )
    found: dict[str, tuple[int, int]] = {}
    for kiosk_id, at, lent, refusals in session.execute(told):
        pins, largest = found.get(kiosk_id, (0, 0))
        if now - at <= _PINS_OF:
            reasons = json.loads(refusals)
            pins += int(reasons.get("wrong_pin", 0)) + int(reasons.get("pin_locked", 0))
        found[kiosk_id] = (pins, max(largest, lent))
    return found
