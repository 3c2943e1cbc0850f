"""Takes in what kiosks say: each message judged by itself, all of a batch in the caller's one transaction."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from mqtt.batches import decode_batch
from mqtt.errors import MalformedMessageError, UnknownVersionError
from mqtt.link_values import Received
from mqtt.messages import DeviceReport, KioskBirth, KioskCondition, KioskHealth, KioskState, decode
from mqtt.topics import Channel, parse
from server.fleet import dead_letters, epochs
from server.fleet.dead_letters import NotUnderstood
from server.fleet.events import store_batch
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
    owed: dict[tuple[str, ...], Owed] = {}
    for message in messages:
        for answer in _take_one(session, message, now):
            key = (
                ("ack", answer.kiosk_id, answer.outbox_id)
                if isinstance(answer, AckOwed)
                else ("hello", answer.kiosk_id)
            )
            owed[key] = answer
    return tuple(owed.values())


def _take_one(session: Session, message: Received, now: datetime) -> tuple[Owed, ...]:
    try:
        kiosk_id, channel = _place(message.topic)
        return _TAKERS[channel](session, kiosk_id, message, now)
    except UnknownVersionError as error:
        fault = f"unknown version {error.schema_version}"
    except MalformedMessageError as error:
        fault = error.fault
    dead_letters.keep(session, NotUnderstood(message.topic, fault, message.payload), now)
    return ()


def _place(topic: str) -> tuple[str, Channel]:
    found = parse(topic)
    if found is None:
        raise MalformedMessageError("topic: unknown")
    return found


def _take_state(session: Session, kiosk_id: str, message: Received, now: datetime) -> tuple[Owed, ...]:
    state = decode(KioskState, message.payload)
    _require_same(kiosk_id, state.kiosk_id)
    kiosk = _kiosk(session, kiosk_id, now)
    passive = message.retained or state.state is KioskCondition.LOST
    if passive and state.session_id < kiosk.session_id:
        return ()  # ids sort by time: a will, or a retained message, that an older session left behind
    _set_state(kiosk, state.state, state.reasons, now)
    kiosk.session_id = state.session_id
    if not passive:
        _heard(kiosk, state.sent_at, now)
    return ()


def _take_birth(session: Session, kiosk_id: str, message: Received, now: datetime) -> tuple[Owed, ...]:
    birth = decode(KioskBirth, message.payload)
    _require_same(kiosk_id, birth.kiosk_id)
    kiosk = _kiosk(session, kiosk_id, now)
    if message.retained and birth.session_id < kiosk.session_id:
        return ()
    kiosk.session_id = birth.session_id
    kiosk.health_every_s = birth.health_every_s
    kiosk.birth = birth.model_dump_json()
    kiosk.devices = _devices_since(kiosk.devices, birth.devices, now)
    if message.retained:
        return ()
    _heard(kiosk, birth.sent_at, now)
    return (HelloOwed(kiosk_id, birth.session_id, epochs.current(session)),)


def _take_health(session: Session, kiosk_id: str, message: Received, now: datetime) -> tuple[Owed, ...]:
    health = decode(KioskHealth, message.payload)
    _require_same(kiosk_id, health.kiosk_id)
    kiosk = _kiosk(session, kiosk_id, now)
    kiosk.health = health.model_dump_json()
    _heard(kiosk, health.sent_at, now)
    return ()


def _take_events(session: Session, kiosk_id: str, message: Received, now: datetime) -> tuple[Owed, ...]:
    batch = decode_batch(message.payload)
    _require_same(kiosk_id, batch.kiosk_id)
    _heard(_kiosk(session, kiosk_id, now), batch.sent_at, now)
    through = store_batch(session, message.topic, batch, now)
    return (AckOwed(kiosk_id, batch.outbox_id, through, epochs.current(session)),)


def _take_nothing(_session: Session, _kiosk_id: str, _message: Received, _now: datetime) -> tuple[Owed, ...]:
    return ()  # our own words to a kiosk


_TAKERS: dict[Channel, Callable[[Session, str, Received, datetime], tuple[Owed, ...]]] = {
    Channel.STATE: _take_state,
    Channel.META: _take_birth,
    Channel.HEALTH: _take_health,
    Channel.EVENT: _take_events,
    Channel.ACK: _take_nothing,
    Channel.HELLO: _take_nothing,
}


def _require_same(of_topic: str, of_payload: str) -> None:
    if of_topic != of_payload:
        raise MalformedMessageError("kiosk_id: not the topic's")


def _kiosk(session: Session, kiosk_id: str, now: datetime) -> Kiosk:
    kiosk = session.get(Kiosk, kiosk_id)
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
