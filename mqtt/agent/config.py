"""The agent's own small file, ``agent.toml``, so that it starts whatever has become of the kiosk's."""

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mqtt.broker_section import BrokerSection, Seconds
from mqtt.errors import AgentConfigurationError
from mqtt.messages import KioskId, Name


class AgentConfig(BaseModel):
    """The whole of ``agent.toml``. Relative paths are meant from the file's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1]
    kiosk_id: KioskId
    name: Name = ""
    """What people call the kiosk, for the server's pages."""
    place: Name = ""
    """Where it stands, for the server's pages."""
    socket: Path
    """Where the kiosk's program connects (a Unix socket of mode 0600)."""
    state_folder: Path
    """Where the outbox lies."""
    health_every_s: Annotated[float, Field(ge=0.5, le=600)] = 30.0
    resend_after_s: Seconds = 10.0
    """Events that the server has not acknowledged by then are sent again."""
    reannounce_within_s: Annotated[float, Field(ge=0, le=60)] = 10.0
    """When the server comes back, the kiosks of a fleet speak up at scattered moments within this time."""
    session_expiry_s: Annotated[int, Field(ge=60, le=86400)] = 3600
    will_delay_s: Annotated[int, Field(ge=0, le=60)] = 20
    """A kiosk that is back within this time was never lost."""
    broker: BrokerSection


def load(path: Path) -> AgentConfig:
    """Read and check the file; raise ``AgentConfigurationError`` with all of its faults."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise AgentConfigurationError(str(path), (f"cannot be read ({type(error).__name__})",)) from error
    except tomllib.TOMLDecodeError as error:
        raise AgentConfigurationError(str(path), (f"is not TOML: {error}",)) from error
    try:
        config = AgentConfig.model_validate(raw)
    except ValidationError as error:
        faults = tuple(_in_words(fault) for fault in error.errors(include_input=False))
        raise AgentConfigurationError(str(path), faults) from error
    folder = path.resolve().parent
    return config.model_copy(
        update={
            "socket": folder / config.socket,
            "state_folder": folder / config.state_folder,
            "broker": config.broker.resolved(folder),
        }
    )


def _in_words(fault: Any) -> str:
    keys = [str(part) for part in fault["loc"]]
    if fault["type"] == "extra_forbidden":
        return _unknown(".".join(keys), _keys(BrokerSection if len(keys) > 1 else AgentConfig))
    words = str(fault["msg"]).removeprefix("Value error, ")
    return f"{'.'.join(keys)}: {words}" if keys else words


def _unknown(name: str, valid: list[str]) -> str:
    near = difflib.get_close_matches(name.rpartition(".")[2], valid, n=1, cutoff=0)
    return f"{name}: unknown key; the nearest valid key is {near[0]!r}"


def _keys(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)
