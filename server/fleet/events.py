"""Stores the events of a batch once each, and says how far an outbox is stored without a gap."""

import hashlib
import itertools
import json
import logging
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mqtt.batches import ReadBatch, ReadEvent, UnreadEvent
from mqtt.messages import StaffActReport, VisitReport
from server.fleet import dead_letters
from server.fleet.dead_letters import NotUnderstood
from server.fleet.known import Known
from server.fleet.models import BeyondGap, OutboxPosition, StaffAct, Visit

_log = logging.getLogger(__name__)

CLOCK_TOLERANCE: Final = timedelta(seconds=60)
"""A kiosk's clock that is further off than this is set right by the moment at which its batch came."""


LATE: Final = timedelta(minutes=1)
"""An event that waited for longer before it was told is history."""

NUMBERING_KEPT: Final = timedelta(days=30)


def numbers_of(batch: ReadBatch) -> frozenset[int]:
    """Give the sequences that a batch settles, whether its events could be read or not.

    An event whose own number cannot be read has one all the same: a kiosk sends its oldest events, without a gap and
    from ``oldest_sequence`` on, so that such events have the lowest numbers that no other event of the batch bears.
    """
    read = {event.event.sequence for event in batch.events}
    read |= {event.sequence for event in batch.unread if event.sequence is not None}
    unnumbered = sum(event.sequence is None for event in batch.unread)
    free = (number for number in itertools.count(batch.oldest_sequence) if number not in read)
    return frozenset(read.union(itertools.islice(free, unnumbered)))


def store_batch(  # noqa: PLR0913 - a batch, its part, and what is known of it
    session: Session,
    topic: str,
    batch: ReadBatch,
    now: datetime,
    numbers: AbstractSet[int] | None = None,
    *,
    known: Known | None = None,
) -> int:
    """Store what is new, keep what was not understood as dead letters; return the sequence stored without a gap.

    Events are known by their id, never by their sequence: a kiosk whose file went back in time gives old sequences to
    new events. What was kept as a dead letter counts as stored, else it would hold up all behind it. ``numbers`` are
    the sequences that are settled with this, where ``batch`` is the last part of a larger one; else its own.
    ``known`` is what was looked up for several batches together.
    """
    if known is None:
        known = Known.of(session, (), [batch])
    _store_events(session, batch, now, known)
    for event in batch.unread:
        key = f"{batch.kiosk_id}/{batch.outbox_id}/{_name(event)}"
        dead_letters.keep(session, NotUnderstood(topic, event.fault, event.raw, key), now)
    return _advance(session, batch, numbers_of(batch) if numbers is None else numbers, now, known)


def _name(event: UnreadEvent) -> str:
    return hashlib.sha256(event.raw).hexdigest() if event.sequence is None else str(event.sequence)


def _store_events(session: Session, batch: ReadBatch, now: datetime, known: Known) -> None:
    ahead = batch.sent_at - now
    correction = ahead if abs(ahead) > CLOCK_TOLERANCE else timedelta()
    for read in batch.events:
        key = (batch.kiosk_id, read.event.event_id)
        if key not in known.events:
            known.events.add(key)
            row = _row(batch.kiosk_id, read, correction, now)
            # Both times are the kiosk's own: how wrong its clock is does not matter.
            row.historical = read.event.replayed or batch.sent_at - read.event.occurred_at > LATE
            session.add(row)


def _row(kiosk_id: str, read: ReadEvent, correction: timedelta, now: datetime) -> Visit | StaffAct:
    at = _shifted(read.event.occurred_at, correction, now)
    if isinstance(read.report, StaffActReport):
        return _act(kiosk_id, read.event.event_id, read.report, at, now)
    return _visit(kiosk_id, read.event.event_id, read.report, at, now)


def _act(kiosk_id: str, event_id: str, act: StaffActReport, at: datetime, now: datetime) -> StaffAct:
    return StaffAct(
        kiosk_id=kiosk_id,
        event_id=event_id,
        occurred_at=at,
        received_at=now,
        act=act.act,
        staff=act.staff,
        device=act.device,
        item=act.item,
        reason=act.reason,
        refusal=act.refusal,
        outcome=act.outcome,
        completes=act.completes,
    )


def _visit(kiosk_id: str, event_id: str, visit: VisitReport, at: datetime, now: datetime) -> Visit:
    refusals: dict[str, int] = {}
    for refusal in visit.refused:
        refusals[refusal.reason] = refusals.get(refusal.reason, 0) + refusal.count
    return Visit(
        kiosk_id=kiosk_id,
        event_id=event_id,
        visit_id=visit.visit_id,
        occurred_at=at,
        received_at=now,
        ending=visit.end,
        seconds=visit.seconds,
        language=visit.language,
        lent=visit.lent,
        refused=min(sum(refusals.values()), 2**53),
        refusals=json.dumps(refusals),
        unknown=visit.unknown,
        alarms_still_on=visit.alarms_still_on,
        receipt=visit.receipt,
        service=visit.service,
        renewed=visit.renewed,
        returned=visit.returned,
        alarms_still_off=visit.alarms_still_off,
        offline=visit.offline,
    )


def _shifted(occurred_at: datetime, correction: timedelta, now: datetime) -> datetime:
    try:
        return min(occurred_at - correction, now + CLOCK_TOLERANCE)
    except OverflowError:  # a clock at the end of the calendar
        return now


def _advance(session: Session, batch: ReadBatch, numbers: AbstractSet[int], now: datetime, known: Known) -> int:
    key = (batch.kiosk_id, batch.outbox_id)
    position = known.positions.get(key)
    if position is None:
        _forget_old_numberings(session, batch.kiosk_id, now)
        position = OutboxPosition(kiosk_id=batch.kiosk_id, outbox_id=batch.outbox_id, through=0)
        session.add(position)
        known.positions[key] = position
    elif batch.oldest_sequence - 1 > position.through:
        _log.warning(
            "kiosk %s was told that events are stored which this store does not hold: if a backup was restored,"
            " `library-server fleet restored` has the kiosks tell them again",
            batch.kiosk_id,
        )
    position.used_at = now
    beyond = known.beyond.get(key, set())
    stored = beyond | numbers
    # Whatever is below the oldest that the kiosk still holds was acknowledged to it, if not by this store.
    through = max(position.through, batch.oldest_sequence - 1)
    while through + 1 in stored:
        through += 1
    position.through = through
    still_beyond = {sequence for sequence in stored if sequence > through}
    if beyond - still_beyond:
        session.flush()  # what this transaction has found beyond the gap before
        of_this_outbox = (BeyondGap.kiosk_id == batch.kiosk_id, BeyondGap.outbox_id == batch.outbox_id)
        session.execute(delete(BeyondGap).where(*of_this_outbox, BeyondGap.sequence <= through))
    session.add_all(
        BeyondGap(kiosk_id=batch.kiosk_id, outbox_id=batch.outbox_id, sequence=sequence)
        for sequence in sorted(still_beyond - beyond)
    )
    known.beyond[key] = still_beyond
    return through


def _forget_old_numberings(session: Session, kiosk_id: str, now: datetime) -> None:
    """Drop what a late batch of theirs would bring back by itself."""
    session.flush()
    old = (OutboxPosition.kiosk_id == kiosk_id, OutboxPosition.used_at < now - NUMBERING_KEPT)
    names = list(session.scalars(select(OutboxPosition.outbox_id).where(*old)))
    session.execute(delete(BeyondGap).where(BeyondGap.kiosk_id == kiosk_id, BeyondGap.outbox_id.in_(names)))
    session.execute(delete(OutboxPosition).where(*old))
