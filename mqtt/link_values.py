"""What a link is told and what it brings: accounts, settings, wills and messages."""

import ssl
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """A name at the broker."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where the broker is and how the link behaves; times in seconds."""

    host: str
    port: int
    client_id: str
    account: Account | None = None
    tls: ssl.SSLContext | None = None
    keepalive_s: int = 15
    connect_timeout_s: float = 10.0
    """For all of it: name, TCP, TLS and the broker's answer."""
    answer_timeout_s: float = 10.0
    """For one PUBACK or SUBACK; without it the connection counts as lost."""
    session_expiry_s: int = 0
    """How long the broker keeps what was missed; 0 keeps nothing."""
    max_in_flight: int = 20
    receive_maximum: int = 1000
    """Messages of QoS 1 that the broker sends before it waits for acknowledgements."""
    inbox_limit: int = 20_000
    """Messages waiting for a slow reader, beyond which those of QoS 0 are thrown away."""
    manual_acknowledgement: bool = False
    reconnect_min_s: float = 1.0
    reconnect_max_s: float = 30.0
    steady_s: float = 10.0
    """A connection that stood so long sets the waiting time back to ``reconnect_min_s``."""


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says when a connection dies; always QoS 1 and retained."""

    topic: str
    payload: bytes
    delay_s: int = 0
    """A client that is back by then never died; needs a session that outlives it."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message from the broker."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    """The broker had it before the subscription was made."""
    number: int
    """For ``Connection.acknowledge``."""
