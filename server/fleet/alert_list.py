"""The alerts as the pages show them, and what people do with them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.orm import Session

from server.fleet.models import Alert, Kiosk
from server.fleet.overview import names_of
from server.fleet.trouble import Kind
from server.store.engine import for_reading, transaction

SHOWN_FOR: Final = timedelta(days=30)
_ORDER: Final = {kind: number for number, kind in enumerate(Kind)}
AT_MOST: Final = 200
"""Ended ones on the page."""


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert."""

    alert_id: int
    kind: Kind
    kiosk_id: str
    """Empty: no single kiosk's."""
    name: str
    place: str
    subject: str
    since: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    """Only while it lasts."""
    handled_by: str


@dataclass(frozen=True, slots=True)
class AlertsView:
    """All of them, or a kiosk's."""

    open: tuple[AlertView, ...]
    """Neither acknowledged nor snoozed; gravest kinds first, then the oldest."""
    seen: tuple[AlertView, ...]
    """Going on, and somebody knows."""
    ended: tuple[AlertView, ...]
    """Of the last thirty days, the newest first."""


@dataclass(frozen=True, slots=True)
class ToTell:
    """Of what somebody is to be written to."""

    begun: tuple[AlertView, ...]
    """Going on, and nobody knows of it; gravest first."""
    ended: tuple[AlertView, ...]
    """Over, of which the beginning was told."""

    def of(self, wanted: Callable[[AlertView], bool]) -> "ToTell":
        """Return those that are wanted; an end is told to whoever was told the beginning."""
        return ToTell(tuple(filter(wanted, self.begun)), self.ended)


class StoredAlerts:
    """Reads and changes them; each method that blocks belongs into a worker thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = for_reading(engine)

    def alerts(self, now: datetime, kiosk_id: str | None = None) -> AlertsView:
        """Read those of all kiosks, or of one."""
        wanted = select(Alert).where(Alert.opened_at.is_not(None))
        if kiosk_id is not None:
            wanted = wanted.where(Alert.kiosk_id == kiosk_id)
        with transaction(self._reading) as session:
            going_on = [_view(session, alert, now) for alert in session.scalars(wanted.where(Alert.ended_at.is_(None)))]
            over = wanted.where(Alert.ended_at >= now - SHOWN_FOR).order_by(Alert.ended_at.desc(), Alert.id.desc())
            ended = [_view(session, alert, now) for alert in session.scalars(over.limit(AT_MOST))]
        going_on.sort(key=_gravest_first)
        return AlertsView(
            tuple(view for view in going_on if not _is_known(view)),
            tuple(view for view in going_on if _is_known(view)),
            tuple(ended),
        )

    def to_tell(self, now: datetime, opened_before: datetime) -> ToTell:
        """Read of what somebody is to be written to. Blocks."""
        begun = select(Alert).where(
            Alert.opened_at <= opened_before,
            Alert.ended_at.is_(None),
            Alert.told_at.is_(None),
            Alert.acknowledged_at.is_(None),
            or_(Alert.snoozed_until.is_(None), Alert.snoozed_until <= now),
        )
        ended = select(Alert).where(
            Alert.told_at.is_not(None), Alert.ended_at.is_not(None), Alert.end_told_at.is_(None)
        )
        with transaction(self._reading) as session:
            going_on = [_view(session, alert, now) for alert in session.scalars(begun)]
            over = [
                _view(session, alert, now) for alert in session.scalars(ended.order_by(Alert.ended_at).limit(AT_MOST))
            ]
        return ToTell(tuple(sorted(going_on, key=_gravest_first)), tuple(over))

    def told(self, what: ToTell, now: datetime) -> None:
        """Note that somebody was written to. Blocks."""
        with transaction(self._engine) as session:
            for view in what.begun:
                session.execute(update(Alert).where(Alert.id == view.alert_id).values(told_at=now))
            for view in what.ended:
                session.execute(update(Alert).where(Alert.id == view.alert_id).values(end_told_at=now))

    async def acknowledge(self, alert_id: int, by: str, now: datetime) -> bool:
        """Note that somebody knows; ``False``: it has ended, or there is none."""
        return await asyncio.to_thread(self._change, alert_id, by, acknowledged_at=now)

    async def snooze(self, alert_id: int, by: str, until: datetime) -> bool:
        """Let it rest for a while; ``False`` as above."""
        return await asyncio.to_thread(self._change, alert_id, by, snoozed_until=until)

    def _change(self, alert_id: int, by: str, **changes: datetime) -> bool:
        with transaction(self._engine) as session:
            alert = session.get(Alert, alert_id, with_for_update=True)
            if alert is None or alert.ended_at is not None or alert.opened_at is None:
                return False
            for name, value in changes.items():
                setattr(alert, name, value)
            alert.handled_by = by
            return True


def _gravest_first(view: AlertView) -> tuple[int, datetime, int]:
    return _ORDER[view.kind], view.since, view.alert_id


def _is_known(view: AlertView) -> bool:
    return view.acknowledged_at is not None or view.snoozed_until is not None


def _view(session: Session, alert: Alert, now: datetime) -> AlertView:
    kiosk = session.get(Kiosk, alert.kiosk_id) if alert.kiosk_id else None
    name, place = ("", "") if kiosk is None else names_of(kiosk)
    until = alert.snoozed_until
    return AlertView(
        alert_id=alert.id,
        kind=Kind(alert.kind),
        kiosk_id=alert.kiosk_id,
        name=name,
        place=place,
        subject=alert.subject,
        since=alert.since,
        ended_at=alert.ended_at,
        acknowledged_at=alert.acknowledged_at,
        snoozed_until=until if until is not None and until > now else None,
        handled_by=alert.handled_by,
    )
