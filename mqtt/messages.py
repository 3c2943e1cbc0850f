"""What kiosks and the server tell each other, as frozen models; none holds anything of a patron, nor a title."""

import json
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import AwareDatetime, Field, ValidationError

from mqtt.envelope import (
    MAJOR,
    PAYLOAD_LIMIT,
    SCHEMA_VERSION,
    Count,
    Epoch,
    Id,
    KioskId,
    Message,
    Model,
    Name,
    Quantity,
    SchemaVersion,
    Sequence,
    Word,
)
from mqtt.errors import MalformedMessageError, UnknownVersionError
from mqtt.health import KioskHealth, KioskReadings

BATCH_EVENTS_LIMIT = 500
"""Events of one batch that are read at all: ten times what a kiosk sends."""


class KioskCondition(StrEnum):
    """How a kiosk is; a word that this program does not know is read as ``unknown``."""

    INIT = "init"
    """The agent runs; the kiosk's program has not reported yet."""
    READY = "ready"
    IN_USE = "in_use"
    OUT_OF_ORDER = "out_of_order"
    CLOSED = "closed"
    """Outside its opening hours, or staff closed it: it does as it should."""
    STAFF = "staff"
    """Staff are at it."""
    KIOSK_DOWN = "kiosk_down"
    """The agent runs and the kiosk's program is gone."""
    OFFLINE = "offline"
    """The agent went by itself."""
    LOST = "lost"
    """The broker lost the agent: the will."""
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "KioskCondition | None":
        return cls.UNKNOWN if isinstance(value, str) else None


class KioskState(Message):
    """How a kiosk is. Topic ``library/v1/d/<id>/state``, QoS 1, retained.

    Sent on each connect, on each change and when the server comes back. The will is the same message with ``lost`` and
    the same ``session_id``: one whose session is not the current one is late and means nothing. The ``sent_at`` of a
    will is the moment of its connect.
    """

    kiosk_id: KioskId
    run_id: Id
    """One run of the agent's process."""
    session_id: Id
    """One connection of that run to the broker."""
    state: KioskCondition
    reasons: tuple[Word, ...] = Field(default=(), max_length=32)
    """Why it is not ``ready``: roles of lost devices, ``library_system``, ``catalogue``, ``catalogue_old``."""


class DeviceCondition(StrEnum):
    """How a device is; a word that this program does not know is read as ``unknown``."""

    PRESENT = "present"
    LOST = "lost"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "DeviceCondition | None":
        return cls.UNKNOWN if isinstance(value, str) else None


class DeviceReport(Model):
    """One device of a kiosk."""

    role: Word
    model: Name = ""
    state: DeviceCondition
    detail: Word = "none"
    """A fixed word such as ``paper_low``."""


class HardwareReport(Model):
    """The computer inside a kiosk."""

    serial: Name = ""
    model: Name = ""
    system: Name = ""


class KioskBirth(Message):
    """Who a kiosk is. Topic ``library/v1/d/<id>/up/meta``, QoS 1, retained.

    Sent on each connect, when devices or programs change and when the server comes back.
    """

    kiosk_id: KioskId
    run_id: Id
    session_id: Id
    name: Name = ""
    """What people call the kiosk."""
    place: Name = ""
    """Where it stands."""
    hardware: HardwareReport = HardwareReport()
    agent_version: Name = ""
    kiosk_version: Name = ""
    config_version: Name = ""
    started_at: AwareDatetime
    health_every_s: Quantity = 30.0
    """A kiosk that was not heard for two and a half of these is stale."""
    devices: tuple[DeviceReport, ...] = Field(default=(), max_length=64)
    schema_versions: dict[Name, SchemaVersion] = Field(default_factory=dict, max_length=64)
    """The version of each message that this kiosk sends."""
    outbox_id: Id
    outbox_replaced: bool = False
    """The outbox file was unreadable and a new one was begun in this run."""
    plain_lines: tuple[Word, ...] = Field(default=(), max_length=8)
    """What it talks to over a network without encryption: ``broker``, ``library_system``."""


class RefusalCount(Model):
    """How often one reason was given in a visit."""

    reason: Word
    count: Count


class VisitReport(Model):
    """A visit in numbers: the ``data`` of an event of type ``visit``."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    visit_id: Id
    end: Word
    seconds: Quantity
    language: Word
    lent: Count
    refused: tuple[RefusalCount, ...] = Field(default=(), max_length=64)
    unknown: Count = 0
    """Items of which nobody knows whether the loan stands."""
    alarms_still_on: Count = 0
    receipt: Word
    service: Word = "borrow"
    """What the patron came for first."""
    renewed: Count = 0
    returned: Count = 0
    alarms_still_off: Count = 0
    """Items that are back and do not alarm."""
    offline: Count = 0
    """Of the loans and returns, those that stand in the kiosk's journal alone."""


VISIT = "visit"
"""The type of an event whose ``data`` is a ``VisitReport``."""


class StaffActReport(Model):
    """What staff did at a kiosk: the ``data`` of an event of type ``staff_act``."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    act: Word
    staff: Id | None = None
    """What the member goes by, and no name; ``None``: by the service key, before a PIN said who it is."""
    device: Word = "none"
    item: Name = ""
    """The number of the item whose alarm the act was about."""
    reason: Word = "none"
    """Why a refusal was overridden."""
    refusal: Word = "none"
    """Which one."""
    outcome: Word = "none"
    """What became of it; ``none``: not known yet, or told by a kiosk that does not tell."""
    completes: Id | None = None
    """The event of the act of which this tells the outcome; ``None``: it tells of an act of its own."""


STAFF_ACT = "staff_act"
"""The type of an event whose ``data`` is a ``StaffActReport``."""


class Event(Model):
    """Something that happened at a kiosk and must not be lost."""

    sequence: Sequence
    """Its place in the numbering that ``outbox_id`` names."""
    event_id: Id
    """The same however often it is sent."""
    type: Word
    occurred_at: AwareDatetime
    data: dict[str, Any]
    replayed: bool = False
    """It was acknowledged before, by a server that has since lost it: history, of which nobody is to be alarmed."""


class EventBatch(Message):
    """Events from a kiosk's outbox. Topic ``library/v1/d/<id>/up/event``, QoS 1, not retained.

    Sent when the outbox holds events, and again when no ``EventAck`` comes in time.
    """

    kiosk_id: KioskId
    outbox_id: Id
    oldest_sequence: Sequence
    """The lowest that the outbox still holds: all below it was acknowledged."""
    events: tuple[Event, ...] = Field(max_length=BATCH_EVENTS_LIMIT)


class EventAck(Message):
    """What the server has committed. Topic ``library/v1/d/<id>/down/ack``, QoS 1, not retained."""

    kiosk_id: KioskId
    outbox_id: Id
    through: Count
    """The highest sequence up to which all are stored without a gap."""
    store_epoch: Epoch = ""
    """Of the store that holds them: a kiosk takes no receipt of another epoch than the server's last."""


class ServerHello(Message):
    """The server's answer to a live birth. Topic ``library/v1/d/<id>/down/hello``, QoS 1, not retained."""

    kiosk_id: KioskId
    session_id: Id
    """Of the birth that is answered."""
    server_time: AwareDatetime
    store_epoch: Epoch = ""


class ServerState(Message):
    """Whether the server listens. Topic ``library/v1/server/state``, QoS 1, retained; also the ingest's will."""

    online: bool
    epoch: Id
    """One connection of one run of the ingest."""
    store_epoch: Epoch = ""
    """The life of the server's store: a new one begins when a backup is restored, and kiosks tell again what they told
    in another. Empty: from a server that keeps none."""


PUBLISHED: tuple[type[Message], ...] = (
    KioskState,
    KioskBirth,
    KioskHealth,
    KioskReadings,
    EventBatch,
    EventAck,
    ServerHello,
    ServerState,
)
"""Every message with a topic of its own; their JSON Schemas are in docs/schemas/mqtt."""

SENT_BY_KIOSK: dict[str, str] = {
    model.__name__: SCHEMA_VERSION for model in (KioskState, KioskBirth, KioskHealth, KioskReadings, EventBatch)
}


M = TypeVar("M", bound=Model)


def encode(message: Message) -> bytes:
    """Return a message as UTF-8 JSON."""
    return message.model_dump_json().encode()


def decode(model: type[M], payload: bytes) -> M:
    """Read one message.

    Unknown fields are ignored. Raise ``UnknownVersionError`` for another major version, before anything else of the
    message is looked at, and ``MalformedMessageError`` for whatever else is wrong.
    """
    return validated(model, _object_of(payload))


def _object_of(payload: bytes) -> dict[str, Any]:
    if len(payload) > PAYLOAD_LIMIT:
        raise MalformedMessageError("payload: too long")
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise MalformedMessageError("payload: not JSON") from error
    if not isinstance(value, dict):
        raise MalformedMessageError("payload: not an object")
    return value


def validated(model: type[M], value: dict[str, Any]) -> M:
    """Read what has a version of its own; raise as ``decode`` does."""
    version = value.get("schema_version")
    if not isinstance(version, str):
        raise MalformedMessageError("schema_version: missing")
    if version.partition(".")[0] != str(MAJOR):
        raise UnknownVersionError(version[:20])
    return checked(model, value)


def checked(model: type[M], value: dict[str, Any]) -> M:
    """Read what stands within something that has a version; raise ``MalformedMessageError``."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:100]
        raise MalformedMessageError(f"{place}: {first['type']}") from error
