"""The lives of the fleet store: a new one begins when a backup is restored, so that kiosks tell again what is lost."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mqtt.ids import fresh_id
from server.fleet.models import StoreEpoch
from server.store.turns import take_turns


def current(session: Session) -> str:
    """Return the name of the store's present life; empty before its first."""
    newest = select(StoreEpoch.epoch).order_by(StoreEpoch.number.desc()).limit(1)
    return session.scalar(newest) or ""


def ensure(session: Session, now: datetime) -> str:
    """Return the name of the store's present life, and begin the first where there is none."""
    take_turns(session, ["epoch"])
    return current(session) or begin(session, now)


def begin(session: Session, now: datetime) -> str:
    """Begin a new life and return its name: every kiosk tells again what it has told in the last thirty days."""
    epoch = fresh_id()
    session.add(StoreEpoch(epoch=epoch, begun_at=now))
    return epoch
