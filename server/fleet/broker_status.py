"""Whether the ingest has the broker, and its own heartbeat: one row that the pages read."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from server.fleet.models import THE_LINK, BrokerLink

HEARTBEAT_EVERY: Final = timedelta(seconds=1)
INGEST_GONE_AFTER: Final = timedelta(seconds=5)
"""Without a heartbeat for so long the ingest counts as gone."""


def ingest_started(session: Session, now: datetime) -> None:
    """Note that the ingest runs and has no broker yet."""
    link = session.get(BrokerLink, THE_LINK)
    if link is None:
        session.add(BrokerLink(id=THE_LINK, up=False, since=now, started_at=now, heartbeat_at=now, dead_letters=0))
        return
    if link.up:  # the last ingest died while it had the broker
        link.up, link.since = False, link.heartbeat_at
    link.started_at = link.heartbeat_at = now


def broker_is(session: Session, now: datetime, *, up: bool) -> None:
    """Note whether the broker is there; the moment of a change stays until the next one."""
    link = session.get_one(BrokerLink, THE_LINK)
    if link.up != up:
        link.up, link.since = up, now
    link.heartbeat_at = now


def beat(session: Session, now: datetime) -> None:
    """Note that the ingest lives."""
    session.get_one(BrokerLink, THE_LINK).heartbeat_at = now
