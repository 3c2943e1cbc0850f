"""A kiosk's batch of events, read with care: each event by itself, so that one that is not understood blocks none."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import AwareDatetime, Field

from mqtt.envelope import Id, KioskId, Message, Sequence
from mqtt.errors import MalformedMessageError, UnknownVersionError
from mqtt.messages import BATCH_EVENTS_LIMIT, Event, StaffActReport, VisitReport, checked, decode, validated


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event of a batch that was understood."""

    event: Event
    report: VisitReport | StaffActReport


@dataclass(frozen=True, slots=True)
class UnreadEvent:
    """An event of a batch that was not understood; it never blocks the others."""

    sequence: int | None
    fault: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A batch with each of its events judged by itself, in the order of the batch."""

    kiosk_id: str
    outbox_id: str
    oldest_sequence: int
    sent_at: AwareDatetime
    events: tuple[ReadEvent, ...]
    unread: tuple[UnreadEvent, ...]


class _Batch(Message):
    kiosk_id: KioskId
    outbox_id: Id
    oldest_sequence: Sequence
    events: tuple[Any, ...] = Field(max_length=BATCH_EVENTS_LIMIT)


def decode_batch(payload: bytes) -> ReadBatch:
    """Read a batch, each event by itself; raise like ``decode`` when the batch around them is wrong."""
    batch = decode(_Batch, payload)
    read: list[ReadEvent] = []
    unread: list[UnreadEvent] = []
    for value in batch.events:
        try:
            read.append(_read_event(value))
        except UnknownVersionError as error:
            unread.append(_unread(value, f"unknown version {error.schema_version}"))
        except MalformedMessageError as error:
            unread.append(_unread(value, error.fault))
    return ReadBatch(batch.kiosk_id, batch.outbox_id, batch.oldest_sequence, batch.sent_at, tuple(read), tuple(unread))


def _read_event(value: object) -> ReadEvent:
    if not isinstance(value, dict):
        raise MalformedMessageError("event: not an object")
    event = checked(Event, value)
    match event.type:
        case "visit":
            return ReadEvent(event, validated(VisitReport, event.data))
        case "staff_act":
            return ReadEvent(event, validated(StaffActReport, event.data))
        case kind:
            raise MalformedMessageError(f"event: unknown type {kind}")


def _unread(value: object, fault: str) -> UnreadEvent:
    sequence = value.get("sequence") if isinstance(value, dict) else None
    usable = isinstance(sequence, int) and not isinstance(sequence, bool) and 1 <= sequence <= 2**53
    return UnreadEvent(sequence if usable else None, fault, json.dumps(value, ensure_ascii=True).encode())
