"""At which time an event counts that a kiosk tells, and which earlier ones move with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.offline_events import ClockCertainty
from server.store.offline_models import Handover, OfflineEvent

AHEAD_AT_MOST: Final = timedelta(minutes=5)
"""How far a good clock may be before ours."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What a kiosk tells of an event's time."""

    terminal_id: str
    at: datetime | None
    clock: ClockCertainty
    journal_no: int | None


def certainty(timed: Timed, now: datetime) -> ClockCertainty:
    """Give the certainty that a told time deserves; one that is absent or still to come is none."""
    if timed.at is None or timed.at > now + AHEAD_AT_MOST:
        return ClockCertainty.UNKNOWN
    return timed.clock


def place(session: Session, timed: Timed, now: datetime) -> datetime:
    """Give the time at which the event counts: a certain one as told, another between its neighbours in the journal."""
    if timed.at is not None and certainty(timed, now) is not ClockCertainty.UNKNOWN:
        return min(timed.at, now)
    earliest = _neighbour(session, timed, before=True)
    latest = _neighbour(session, timed, before=False) or now
    guess = timed.at or earliest or latest
    if earliest is not None:
        guess = max(guess, earliest)
    return min(guess, latest)


def move_before(session: Session, timed: Timed, at: datetime) -> list[Handover]:
    """Place uncertain events that are earlier in the journal, and were placed later, at ``at``; give what follows."""
    if timed.journal_no is None:
        return []
    earlier = session.scalars(
        select(OfflineEvent).where(
            OfflineEvent.terminal_id == timed.terminal_id,
            OfflineEvent.clock == ClockCertainty.UNKNOWN,
            OfflineEvent.journal_no < timed.journal_no,
            OfflineEvent.placed_at > at,
        )
    ).all()
    moved = []
    for event in earlier:
        event.placed_at = at
        handover = None if event.handover_id is None else session.get(Handover, event.handover_id)
        if handover is not None:
            moved.append(handover)
    session.flush()
    return moved


def _neighbour(session: Session, timed: Timed, *, before: bool) -> datetime | None:
    if timed.journal_no is None:
        return None
    number = OfflineEvent.journal_no
    wanted = select(OfflineEvent.placed_at).where(OfflineEvent.terminal_id == timed.terminal_id)
    if before:
        wanted = wanted.where(number < timed.journal_no).order_by(number.desc())
    else:
        certain = OfflineEvent.clock != ClockCertainty.UNKNOWN
        wanted = wanted.where(certain, number > timed.journal_no).order_by(number.asc())
    return session.scalar(wanted.limit(1))
