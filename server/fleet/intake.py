"""Takes in what kiosks say: each message judged by itself, all of a batch in the caller's one transaction."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mqtt.batches import ReadBatch, decode_batch
from mqtt.errors import MalformedMessageError, UnknownVersionError
from mqtt.health import KioskHealth, KioskReadings
from mqtt.link_values import Received
from mqtt.messages import DeviceReport, KioskBirth, KioskCondition, KioskState, decode
from mqtt.topics import Channel, parse
from server.fleet import dead_letters, readings
from server.fleet.dead_letters import NotUnderstood
from server.fleet.events import store_batch
from server.fleet.known import Known
from server.fleet.models import Kiosk


@dataclass(frozen=True, slots=True)
class AckOwed:
    """Events of this outbox are stored up to ``through``; to be told after the commit."""

    kiosk_id: str
    outbox_id: str
    through: int
    epoch: str = ""
    """Of the store that holds them."""


@dataclass(frozen=True, slots=True)
class HelloOwed:
    """This kiosk has just come; to be greeted after the commit."""

    kiosk_id: str
    session_id: str
    epoch: str = ""


Owed = AckOwed | HelloOwed


def take_in(session: Session, messages: Sequence[Received], now: datetime) -> tuple[Owed, ...]:
    """Store what is new in ``messages``, in their order; return what is to be answered once this is committed.

    What cannot be understood goes to the dead letters and holds up nothing.
    """
    said = [_read(message) for message in messages]
    batches = [each.batch for each in said if each.batch is not None]
    known = Known.of(session, {each.kiosk_id for each in said}, batches)
    owed: dict[tuple[str, ...], Owed] = {}
    with session.no_autoflush:  # what is new stands in ``known`` too; it is written all at once
        for each in said:
            for answer in _take_one(session, known, each, now):
                key = (
                    ("ack", answer.kiosk_id, answer.outbox_id)
                    if isinstance(answer, AckOwed)
                    else ("hello", answer.kiosk_id)
                )
                owed[key] = answer
        session.flush()
    return tuple(owed.values())


@dataclass(frozen=True, slots=True)
class _Said:
    """A message, and what could be read of it before the store is asked."""

    message: Received
    kiosk_id: str = ""
    channel: Channel | None = None
    batch: ReadBatch | None = None
    fault: str = ""


def _read(message: Received) -> _Said:
    found = parse(message.topic)
    if found is None:
        return _Said(message, fault="topic: unknown")
    kiosk_id, channel = found
    if channel is not Channel.EVENT:
        return _Said(message, kiosk_id, channel)
    try:
        batch = decode_batch(message.payload)
        _require_same(kiosk_id, batch.kiosk_id)
    except UnknownVersionError as error:
        return _Said(message, kiosk_id, channel, fault=f"unknown version {error.schema_version}")
    except MalformedMessageError as error:
        return _Said(message, kiosk_id, channel, fault=error.fault)
    return _Said(message, kiosk_id, channel, batch)


def _take_one(session: Session, known: Known, said: _Said, now: datetime) -> tuple[Owed, ...]:
    fault = said.fault
    try:
        if said.batch is not None:
            return _take_events(session, known, said.message.topic, said.batch, now)
        if said.channel is not None and not fault:
            return _TAKERS[said.channel](_Place(session, known, said.kiosk_id, now), said.message)
    except UnknownVersionError as error:
        fault = f"unknown version {error.schema_version}"
    except MalformedMessageError as error:
        fault = error.fault
    dead_letters.keep(session, NotUnderstood(said.message.topic, fault, said.message.payload), now)
    return ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message is stored, of whom it is, and when it came."""

    session: Session
    known: Known
    kiosk_id: str
    now: datetime

    def kiosk(self) -> Kiosk:
        return _kiosk(self.session, self.known, self.kiosk_id, self.now)


def _take_state(place: _Place, message: Received) -> tuple[Owed, ...]:
    state = decode(KioskState, message.payload)
    _require_same(place.kiosk_id, state.kiosk_id)
    kiosk = place.kiosk()
    passive = message.retained or state.state is KioskCondition.LOST
    if passive and state.session_id < kiosk.session_id:
        return ()  # ids sort by time: a will, or a retained message, that an older session left behind
    _set_state(kiosk, state.state, state.reasons, place.now)
    kiosk.session_id = state.session_id
    if not passive:
        _heard(kiosk, state.sent_at, place.now)
    return ()


def _take_birth(place: _Place, message: Received) -> tuple[Owed, ...]:
    birth = decode(KioskBirth, message.payload)
    _require_same(place.kiosk_id, birth.kiosk_id)
    kiosk = place.kiosk()
    if message.retained and birth.session_id < kiosk.session_id:
        return ()
    kiosk.session_id = birth.session_id
    kiosk.health_every_s = birth.health_every_s
    kiosk.birth = birth.model_dump_json()
    kiosk.devices = _devices_since(kiosk.devices, birth.devices, place.now)
    if message.retained:
        return ()
    _heard(kiosk, birth.sent_at, place.now)
    return (HelloOwed(place.kiosk_id, birth.session_id, place.known.epoch),)


def _take_health(place: _Place, message: Received) -> tuple[Owed, ...]:
    health = decode(KioskHealth, message.payload)
    _require_same(place.kiosk_id, health.kiosk_id)
    kiosk = place.kiosk()
    kiosk.health = health.model_dump_json()
    _heard(kiosk, health.sent_at, place.now)
    readings.take_live(place.session, place.known, kiosk, health, place.now)
    return ()


def _take_readings(place: _Place, message: Received) -> tuple[Owed, ...]:
    told = decode(KioskReadings, message.payload)
    _require_same(place.kiosk_id, told.kiosk_id)
    _heard(place.kiosk(), told.sent_at, place.now)
    readings.take_missed(place.session, place.known, place.kiosk_id, told.readings, place.now)
    return ()


def _take_events(session: Session, known: Known, topic: str, batch: ReadBatch, now: datetime) -> tuple[Owed, ...]:
    _heard(_kiosk(session, known, batch.kiosk_id, now), batch.sent_at, now)
    through = store_batch(session, topic, batch, now, known=known)
    return (AckOwed(batch.kiosk_id, batch.outbox_id, through, known.epoch),)


def _take_nothing(_place: _Place, _message: Received) -> tuple[Owed, ...]:
    return ()  # our own words to a kiosk


_TAKERS: dict[Channel, Callable[[_Place, Received], tuple[Owed, ...]]] = {
    Channel.STATE: _take_state,
    Channel.META: _take_birth,
    Channel.HEALTH: _take_health,
    Channel.READINGS: _take_readings,
    Channel.ACK: _take_nothing,
    Channel.HELLO: _take_nothing,
}


def _require_same(of_topic: str, of_payload: str) -> None:
    if of_topic != of_payload:
        raise MalformedMessageError("kiosk_id: not the topic's")


def _kiosk(session: Session, known: Known, kiosk_id: str, now: datetime) -> Kiosk:
    kiosk = known.kiosks.get(kiosk_id)
    if kiosk is None:
        kiosk = Kiosk(
            kiosk_id=kiosk_id,
            first_seen=now,
            session_id="",
            state=KioskCondition.UNKNOWN,
            state_since=None,
            reasons="[]",
            health_every_s=30.0,
            birth="{}",
            devices="[]",
            health="{}",
        )
        session.add(kiosk)
        known.kiosks[kiosk_id] = kiosk
    return kiosk


def _heard(kiosk: Kiosk, sent_at: datetime, now: datetime) -> None:
    kiosk.last_seen = now
    kiosk.clock_ahead_s = (sent_at - now) / timedelta(seconds=1)


def _set_state(kiosk: Kiosk, state: KioskCondition, reasons: Sequence[str], now: datetime) -> None:
    words = json.dumps(list(reasons))
    if (kiosk.state, kiosk.reasons) != (state, words):
        kiosk.state, kiosk.reasons, kiosk.state_since = state, words, now


def _devices_since(before: str, devices: Sequence[DeviceReport], now: datetime) -> str:
    known = {device["role"]: device for device in json.loads(before)}
    rows = []
    for device in devices:
        row = device.model_dump(mode="json")
        old = known.get(device.role, {})
        same = (old.get("state"), old.get("detail")) == (row["state"], row["detail"])
        rows.append({**row, "since": old["since"] if same else now.isoformat()})
    return json.dumps(rows)
