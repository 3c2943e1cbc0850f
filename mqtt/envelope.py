"""What every message is made of: its version, its fields' types, and the base of the models."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from mqtt.topics import KIOSK_ID_PATTERN, SERVER_ACCOUNTS

MAJOR = 1
SCHEMA_VERSION = f"{MAJOR}.3"

PAYLOAD_LIMIT = 256 * 1024
"""Bytes of one payload: four times the largest batch that a kiosk sends (64 KiB), far below the broker's 1 MiB."""


def _not_the_servers(kiosk_id: str) -> str:
    if kiosk_id in SERVER_ACCOUNTS:
        raise ValueError("this name is the server's own")
    return kiosk_id


KioskId = Annotated[str, StringConstraints(pattern=KIOSK_ID_PATTERN), AfterValidator(_not_the_servers)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Epoch = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{0,64}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
"""A fixed word of the protocol, never a sentence."""
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,200}$")]
"""Short printable text: a model, a version, a serial number."""
SchemaVersion = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}$")]
Count = Annotated[int, Field(ge=0, le=2**53)]
"""Whole numbers that JSON, SQLite and every reader hold exactly."""
Sequence = Annotated[int, Field(ge=1, le=2**53)]
Quantity = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


class Model(BaseModel):
    """What is told: frozen; what this program does not know of it is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Model):
    """What every message begins with."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    sent_at: AwareDatetime
