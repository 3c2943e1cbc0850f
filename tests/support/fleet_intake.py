"""A fleet store without an ingest: what a broker would bring is taken in by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, select

from mqtt.envelope import Message
from mqtt.link_values import Received
from mqtt.messages import EventBatch, encode
from mqtt.topics import Channel, of_kiosk
from server.fleet import broker_status
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import Owed, take_in
from server.fleet.models import FleetBase, Kiosk
from server.store.engine import opened, transaction
from server.store.migrate import migrate
from tests.support.mqtt_messages import KIOSK

NOW = datetime(2026, 3, 2, 8, 30, 1, tzinfo=UTC)
T = TypeVar("T", bound=FleetBase)


class Store:
    """A fleet store and a clock that stands still until it is moved."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = NOW

    def take(self, *messages: Received) -> tuple[Owed, ...]:
        """Take messages in, in one transaction."""
        with transaction(self.engine) as session:
            return take_in(session, messages, self.now)

    def rows(self, model: type[T]) -> list[T]:
        """Return all rows of a table."""
        with transaction(self.engine) as session:
            return list(session.scalars(select(model)))

    def kiosk(self) -> Kiosk:
        """Return the only kiosk."""
        (kiosk,) = self.rows(Kiosk)
        return kiosk


@contextmanager
def fleet_store(folder: Path) -> Iterator[Store]:
    """Make a store of this release that an ingest has begun to use."""
    with opened(f"sqlite:///{folder / 'fleet.db'}") as engine:
        migrate(engine, FLEET_STEPS)
        with transaction(engine) as session:
            broker_status.ingest_started(session, NOW)
        yield Store(engine)


def message(channel: Channel, payload: Message | bytes, *, retained: bool = False) -> Received:
    """Return a message of the kiosk as it comes from the broker."""
    raw = payload if isinstance(payload, bytes) else encode(payload)
    return Received(of_kiosk(KIOSK, channel), raw, 1, retained, 1)


def events(sent: EventBatch) -> Received:
    """Return a batch as it comes from the broker."""
    return message(Channel.EVENT, sent)
