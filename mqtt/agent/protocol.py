"""What the kiosk's program and the agent say to each other: JSON, one object a line, over a Unix socket."""

from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Discriminator, Field, JsonValue, TypeAdapter, ValidationError

from mqtt.envelope import Id, Name, Quantity, Word
from mqtt.errors import MalformedMessageError
from mqtt.health import CatalogueReport, WaitingReport
from mqtt.messages import DeviceReport, KioskCondition

T = TypeVar("T")

LINE_LIMIT = 32 * 1024
"""Bytes of one line: a visit's event has less than 2 KiB, and half a batch (64 KiB) must hold any."""

DEPTH_LIMIT = 16
"""Nesting of an event's data: far below what JSON readers give up at, so that it never spoils a batch."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EventLine(_Line):
    """Kiosk to agent: something to tell the server; said again until ``stored`` comes."""

    type: Literal["event"] = "event"
    event_id: Id
    kind: Word
    """The event's type at the server, for example ``visit``."""
    occurred_at: AwareDatetime
    data: dict[str, JsonValue]


class StateLine(_Line):
    """Kiosk to agent: how the kiosk is; on each connect and each change."""

    type: Literal["state"] = "state"
    state: KioskCondition
    reasons: tuple[Word, ...] = Field(default=(), max_length=32)


class DevicesLine(_Line):
    """Kiosk to agent: all its devices; on each connect and each change."""

    type: Literal["devices"] = "devices"
    devices: tuple[DeviceReport, ...] = Field(max_length=64)


class ProgramLine(_Line):
    """Kiosk to agent: what runs; on each connect."""

    type: Literal["program"] = "program"
    kiosk_version: Name = ""
    config_version: Name = ""
    plain_lines: tuple[Word, ...] = Field(default=(), max_length=7)
    """What it talks to over a network without encryption."""


class HealthLine(_Line):
    """Kiosk to agent: how well the kiosk's program does; now and then."""

    type: Literal["health"] = "health"
    loop_lag_ms: Quantity
    catalogue: CatalogueReport | None = None
    waiting: WaitingReport | None = None


class StoredLine(_Line):
    """Agent to kiosk: the event is on the agent's disk; strike it off."""

    type: Literal["stored"] = "stored"
    event_id: Id


class NotStoredLine(_Line):
    """Agent to kiosk: the event could not be put on disk; keep it and say it again later."""

    type: Literal["not_stored"] = "not_stored"
    event_id: Id
    reason: str


FromKiosk = EventLine | StateLine | DevicesLine | ProgramLine | HealthLine
FromAgent = StoredLine | NotStoredLine

_FROM_KIOSK: TypeAdapter[FromKiosk] = TypeAdapter(Annotated[FromKiosk, Discriminator("type")])
_FROM_AGENT: TypeAdapter[FromAgent] = TypeAdapter(Annotated[FromAgent, Discriminator("type")])


def line_of(said: FromKiosk | FromAgent) -> bytes:
    """Return a line with its end."""
    return said.model_dump_json().encode() + b"\n"


def read_from_kiosk(line: bytes) -> FromKiosk:
    """Read what the kiosk said; raise ``MalformedMessageError`` for what is not of this protocol."""
    said = _read(_FROM_KIOSK, line)
    if isinstance(said, EventLine) and _depth(said.data, DEPTH_LIMIT) > DEPTH_LIMIT:
        raise MalformedMessageError("event.data: too deep")
    return said


def read_from_agent(line: bytes) -> FromAgent:
    """Read what the agent said; raise ``MalformedMessageError`` for what is not of this protocol."""
    return _read(_FROM_AGENT, line)


def _read(adapter: TypeAdapter[T], line: bytes) -> T:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise MalformedMessageError(f"{'.'.join(str(part) for part in first['loc'])}: {first['type']}") from error


def _depth(value: JsonValue, limit: int) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if not inner or limit == 0:
        return 1
    return 1 + max(_depth(child, limit - 1) for child in inner)
