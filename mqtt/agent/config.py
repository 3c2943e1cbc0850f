"""The agent's own small file, ``agent.toml``, so that it starts whatever has become of the kiosk's."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mqtt.broker_section import BrokerSection, Seconds
from mqtt.envelope import KioskId, Name
from settings.toml_file import Section, read_toml


class AgentConfig(Section):
    """The whole of ``agent.toml``. Relative paths are meant from the file's folder."""

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
    """Read and check the file; raise ``settings.errors.FaultyFileError`` with all of its faults."""
    return read_toml(path, AgentConfig)
