"""What the store holds already of what a handful of messages is about: looked up at once, not message by message."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from mqtt.batches import ReadBatch
from server.fleet import epochs
from server.fleet.models import BeyondGap, Kiosk, OutboxPosition, StaffAct, Visit
from server.store.turns import take_turns

ASKED_AT_ONCE: Final = 5_000
"""Events in one question: SQLite takes 32,766 parameters, and five hundred full batches name more events than that."""

Numbering = tuple[str, str]
"""A kiosk's id and an outbox's."""


@dataclass(slots=True)
class Known:
    """As of one transaction; whoever stores something new notes it here too, for nothing is looked up twice."""

    epoch: str = ""
    kiosks: dict[str, Kiosk] = field(default_factory=dict)
    events: set[tuple[str, str]] = field(default_factory=set)
    """Kiosk and event, of those that the batches name."""
    positions: dict[Numbering, OutboxPosition] = field(default_factory=dict)
    readings: set[tuple[str, int]] = field(default_factory=set)
    """Kiosk and slot, of the readings that this transaction keeps."""
    beyond: dict[Numbering, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, kiosk_ids: Collection[str], batches: Collection[ReadBatch]) -> "Known":
        """Look up what is stored of these kiosks and batches; until the transaction ends no other worker writes it."""
        take_turns(session, {*kiosk_ids, *(batch.kiosk_id for batch in batches)})
        known = cls(epochs.current(session))
        for kiosk in session.scalars(select(Kiosk).where(Kiosk.kiosk_id.in_(kiosk_ids))):
            known.kiosks[kiosk.kiosk_id] = kiosk
        told = sorted({(batch.kiosk_id, read.event.event_id) for batch in batches for read in batch.events})
        numberings = {(batch.kiosk_id, batch.outbox_id) for batch in batches}
        for first in range(0, len(told), ASKED_AT_ONCE):
            for table in (Visit, StaffAct):
                key = tuple_(table.kiosk_id, table.event_id)
                some = key.in_(told[first : first + ASKED_AT_ONCE])
                rows = session.execute(select(table.kiosk_id, table.event_id).where(some))
                known.events |= {(kiosk_id, event_id) for kiosk_id, event_id in rows}
        if numberings:
            key = tuple_(OutboxPosition.kiosk_id, OutboxPosition.outbox_id)
            for position in session.scalars(select(OutboxPosition).where(key.in_(numberings))):
                known.positions[position.kiosk_id, position.outbox_id] = position
            key = tuple_(BeyondGap.kiosk_id, BeyondGap.outbox_id)
            for gap in session.scalars(select(BeyondGap).where(key.in_(numberings))):
                known.beyond.setdefault((gap.kiosk_id, gap.outbox_id), set()).add(gap.sequence)
        return known
