"""Whether the workers of the ingest have the broker, and their heartbeats: a row each, which the pages read."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.fleet.models import NO_NAME, BrokerLink
from server.store.turns import take_turns

HEARTBEAT_EVERY: Final = timedelta(seconds=1)
INGEST_GONE_AFTER: Final = timedelta(seconds=5)
"""Without a heartbeat for so long a worker counts as gone."""


def ingest_started(session: Session, now: datetime, worker: str = NO_NAME) -> None:
    """Note that a worker runs and has no broker yet."""
    take_turns(session, ["broker_link"])
    link = session.scalar(_of(worker))
    if link is None:
        session.add(BrokerLink(worker=worker, up=False, since=now, started_at=now, heartbeat_at=now, dead_letters=0))
        return
    if link.up:  # the last one of this name died while it had the broker
        link.up, link.since = False, link.heartbeat_at
    link.started_at = link.heartbeat_at = now


def broker_is(session: Session, now: datetime, worker: str = NO_NAME, *, up: bool) -> None:
    """Note whether the broker is there; the moment of a change stays until the next one."""
    link = session.scalars(_of(worker)).one()
    if link.up != up:
        link.up, link.since = up, now
    link.heartbeat_at = now


def beat(session: Session, now: datetime, worker: str = NO_NAME) -> None:
    """Note that a worker lives."""
    session.scalars(_of(worker)).one().heartbeat_at = now


def is_alive(link: BrokerLink, now: datetime) -> bool:
    """Say whether its worker was heard lately."""
    return abs(now - link.heartbeat_at) < INGEST_GONE_AFTER


def _of(worker: str) -> Select[BrokerLink]:
    return select(BrokerLink).where(BrokerLink.worker == worker)
