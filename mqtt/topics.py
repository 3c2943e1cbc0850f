"""Every topic between a kiosk and the server: its name, direction, quality of service and meaning."""

import re
from dataclasses import dataclass
from enum import StrEnum

ROOT = "library/v1"
"""The major version is part of every topic: a second one can live beside the first."""

KIOSK_ID_PATTERN = r"^[a-z0-9][a-z0-9-]{2,62}$"
"""A kiosk's id is its account at the broker, its MQTT client id and the name in its certificate."""


SERVER_ACCOUNTS = frozenset({"library-ingest"})
"""Accounts of the server at the broker; no kiosk may bear one as its id, or its certificate would open them."""


class Channel(StrEnum):
    """What a topic of one kiosk is about: its last part."""

    STATE = "state"
    META = "up/meta"
    HEALTH = "up/health"
    READINGS = "up/readings"
    EVENT = "up/event"
    ACK = "down/ack"
    HELLO = "down/hello"


class Sender(StrEnum):
    """Who publishes on a topic."""

    KIOSK = "kiosk"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One line of the table of topics; ``name`` has ``<id>`` where the kiosk's id stands."""

    name: str
    sender: Sender
    qos: int
    retained: bool
    message: str
    """Name of the model in ``mqtt.messages`` and of its JSON Schema."""
    when: str


TABLE = (
    TopicRow(
        f"{ROOT}/d/<id>/state",
        Sender.KIOSK,
        1,
        True,
        "KioskState",
        "on each connect, on each change, when the server comes back; also the will",
    ),
    TopicRow(
        f"{ROOT}/d/<id>/up/meta",
        Sender.KIOSK,
        1,
        True,
        "KioskBirth",
        "on each connect, when devices or programs change, when the server comes back",
    ),
    TopicRow(f"{ROOT}/d/<id>/up/health", Sender.KIOSK, 0, False, "KioskHealth", "every 30 s (configurable)"),
    TopicRow(
        f"{ROOT}/d/<id>/up/readings",
        Sender.KIOSK,
        1,
        False,
        "KioskReadings",
        "when somebody listens again: what could not be told meanwhile, at most a week of it",
    ),
    TopicRow(
        f"{ROOT}/d/<id>/up/event",
        Sender.KIOSK,
        1,
        False,
        "EventBatch",
        "when the outbox holds events; again when no acknowledgement comes",
    ),
    TopicRow(
        f"{ROOT}/d/<id>/down/ack",
        Sender.SERVER,
        1,
        False,
        "EventAck",
        "after the commit that stored a kiosk's events",
    ),
    TopicRow(f"{ROOT}/d/<id>/down/hello", Sender.SERVER, 1, False, "ServerHello", "in answer to each live birth"),
    TopicRow(
        f"{ROOT}/server/state",
        Sender.SERVER,
        1,
        True,
        "ServerState",
        "when the server's ingest connects or stops; also its will",
    ),
)

SERVER_STATE = f"{ROOT}/server/state"

EVERY_KIOSK_STATE = f"{ROOT}/d/+/state"
EVERY_KIOSK_UP = f"{ROOT}/d/+/up/#"


def shared(group: str, topic_filter: str) -> str:
    """Return the filter by which each message goes to one of a group (MQTT 5, 4.8.2); retained ones to none."""
    return f"$share/{group}/{topic_filter}"


def of_kiosk(kiosk_id: str, channel: Channel) -> str:
    """Return the topic of one kiosk; raise ``ValueError`` on an id that may not stand in a topic."""
    if not re.fullmatch(KIOSK_ID_PATTERN, kiosk_id):
        raise ValueError("a kiosk id has 3 to 63 of a-z, 0-9 and -, and does not begin with -")
    return f"{ROOT}/d/{kiosk_id}/{channel}"


def every_down(kiosk_id: str) -> str:
    """Return the filter for all that the server tells one kiosk."""
    return of_kiosk(kiosk_id, Channel.ACK).removesuffix(Channel.ACK) + "down/#"


def parse(topic: str) -> tuple[str, Channel] | None:
    """Return the kiosk's id and the channel of a kiosk's topic, or ``None`` for any other topic."""
    found = re.match(rf"^{re.escape(ROOT)}/d/([^/]+)/(.+)$", topic)
    if not found or not re.fullmatch(KIOSK_ID_PATTERN, found[1]):
        return None
    try:
        return found[1], Channel(found[2])
    except ValueError:
        return None
