"""What can go wrong on the way between a kiosk and the server, split by what the caller does next."""

from dataclasses import dataclass


class MqttError(Exception):
    """Root of every error of this package."""


@dataclass(eq=False)
class MalformedMessageError(MqttError):
    """A payload that is not what its topic promises; it goes to the dead letters."""

    fault: str


@dataclass(eq=False)
class UnknownVersionError(MqttError):
    """A payload of a major version that this program does not speak; it is kept for a newer one."""

    schema_version: str


@dataclass(eq=False)
class LinkLostError(MqttError):
    """The connection to the broker is gone, or was never made; the link tries again by itself."""

    reason: str


@dataclass(eq=False)
class ConnectRefusedError(LinkLostError):
    """The broker answered and said no (MQTT 5 CONNACK reason code of 0x80 or more)."""

    reason_code: int


@dataclass(eq=False)
class PublishRefusedError(MqttError):
    """The broker took the message and will not pass it on (MQTT 5 PUBACK reason code, 0x87 is "not authorized")."""

    topic: str
    reason_code: int


@dataclass(eq=False)
class SubscribeRefusedError(LinkLostError):
    """The broker refused a subscription (MQTT 5 SUBACK reason code of 0x80 or more)."""

    reason_code: int


@dataclass(eq=False)
class OutboxUnavailableError(MqttError):
    """The outbox could not write; the event stays with its sender."""

    fault: str
    damaged: bool
    """The file itself is broken (a new start moves it aside), not the disk full or read-only."""


@dataclass(eq=False)
class SealBrokenError(MqttError):
    """A sealed event cannot be opened: another key, or not the bytes that were sealed; it is gone."""

    event_id: str
