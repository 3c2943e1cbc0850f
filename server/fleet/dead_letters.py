"""Messages that could not be understood: counted, the newest kept as they came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from server.fleet.models import BrokerLink, DeadLetter

KEPT: Final = 1_000
"""Enough to find out what a kiosk says wrongly; at the longest payload they fill 64 MiB."""
PAYLOAD_LIMIT: Final = 64 * 1024
_TEXT_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A message, or an event of a batch, and what is wrong with it."""

    topic: str
    fault: str
    payload: bytes
    event_key: str | None = None
    """Names an event: one that is kept already is neither kept nor counted again."""


def keep(session: Session, letter: NotUnderstood, now: datetime) -> None:
    """Keep and count one."""
    key = letter.event_key
    session.flush()  # one that this transaction has kept
    if key is not None and session.scalar(select(DeadLetter.id).where(DeadLetter.event_key == key)):
        return
    session.add(
        DeadLetter(
            event_key=key,
            received_at=now,
            topic=letter.topic[:_TEXT_LIMIT],
            fault=letter.fault[:_TEXT_LIMIT],
            payload=letter.payload[:PAYLOAD_LIMIT],
        )
    )
    first = select(func.min(BrokerLink.id)).scalar_subquery()
    counted = BrokerLink.dead_letters + 1
    session.execute(update(BrokerLink).where(BrokerLink.id == first).values(dead_letters=counted))


def drop_oldest(session: Session) -> None:
    """Drop all but the newest ``KEPT``."""
    newest = session.scalar(select(func.max(DeadLetter.id)))
    if newest is not None and newest > KEPT:
        session.execute(delete(DeadLetter).where(DeadLetter.id <= newest - KEPT))
