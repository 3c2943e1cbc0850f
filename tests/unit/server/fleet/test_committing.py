"""A store that refuses one row still takes all others."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError

from mqtt.envelope import Message
from mqtt.link_values import Received
from mqtt.messages import KioskCondition, encode
from mqtt.topics import Channel, of_kiosk
from server.fleet import broker_status
from server.fleet.committing import commit
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import AckOwed
from server.fleet.models import DeadLetter, Visit
from server.store.engine import open_engine, transaction
from server.store.migrate import migrate
from server.store.writer import WriterQueue
from tests.support.mqtt_messages import KIOSK, batch, event, health, state

NOW = datetime(2026, 3, 2, 8, 30, 1, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[tuple[WriterQueue, Engine]]:
    engine = open_engine(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(engine, FLEET_STEPS)
    with transaction(engine) as session:
        broker_status.ingest_started(session, NOW)
        session.execute(
            text(
                "CREATE TRIGGER poison BEFORE INSERT ON visit WHEN NEW.lent = 13"
                " BEGIN SELECT RAISE(ABORT, 'thirteen'); END"
            )
        )
        session.execute(
            text(
                "CREATE TRIGGER silence BEFORE UPDATE ON kiosk WHEN NEW.state = 'init'"
                " BEGIN SELECT RAISE(ABORT, 'not this one'); END"
            )
        )
    async with WriterQueue(engine, "test-store") as queue:
        yield queue, engine


def message(channel: Channel, sent: Message) -> Received:
    """Return a message as it comes from the broker."""
    return Received(of_kiosk(KIOSK, channel), encode(sent), 1, retained=False, number=1)


async def test_one_event_that_the_store_refuses_is_a_dead_letter_and_holds_up_nothing(
    store: tuple[WriterQueue, Engine],
) -> None:
    queue, engine = store
    strange = event(4).model_copy(update={"type": "eclipse"})
    owed = await commit(
        queue,
        [
            message(Channel.STATE, state()),
            message(Channel.EVENT, batch(event(1), event(2, lent=13), event(3), strange)),
            message(Channel.EVENT, batch(event(5), oldest=5, outbox_id="outbox-2")),
        ],
        NOW,
    )
    with transaction(engine) as session:
        stored = set(session.scalars(select(Visit.event_id)))
        letters = [
            (letter.fault, json.loads(letter.payload)["sequence"]) for letter in session.scalars(select(DeadLetter))
        ]

    assert owed == (AckOwed(KIOSK, "outbox-1", 4), AckOwed(KIOSK, "outbox-2", 5))
    assert stored == {"event-1", "event-3", "event-5"}
    assert letters == [("store: IntegrityError", 2), ("event: unknown type eclipse", 4)]


async def test_events_without_a_number_are_acknowledged_beside_one_that_the_store_refuses(
    store: tuple[WriterQueue, Engine],
) -> None:
    queue, engine = store
    told = json.loads(encode(batch(event(1), event(2), event(3, lent=13), event(4))))
    told["events"][1] = None
    received = Received(of_kiosk(KIOSK, Channel.EVENT), json.dumps(told).encode(), 1, retained=False, number=1)
    owed = [await commit(queue, [received], NOW) for _ in range(2)]
    with transaction(engine) as session:
        stored = set(session.scalars(select(Visit.event_id)))
        letters = sorted(letter.fault for letter in session.scalars(select(DeadLetter)))

    assert owed == [(AckOwed(KIOSK, "outbox-1", 4),)] * 2
    assert stored == {"event-1", "event-4"}
    assert letters == ["event: not an object", "store: IntegrityError"]


async def test_another_message_that_the_store_refuses_is_a_dead_letter_as_it_came(
    store: tuple[WriterQueue, Engine],
) -> None:
    queue, engine = store
    beginning = message(Channel.STATE, state(KioskCondition.INIT))
    await commit(queue, [message(Channel.STATE, state())], NOW)
    owed = await commit(
        queue, [beginning, message(Channel.HEALTH, health()), message(Channel.EVENT, batch(event(1)))], NOW
    )
    with transaction(engine) as session:
        (letter,) = session.scalars(select(DeadLetter))

    assert owed == (AckOwed(KIOSK, "outbox-1", 1),)
    assert (letter.fault, letter.payload) == ("store: IntegrityError", beginning.payload)


async def test_a_store_that_fails_itself_makes_no_dead_letters(store: tuple[WriterQueue, Engine]) -> None:
    queue, engine = store
    with transaction(engine) as session:
        session.execute(text("DROP TABLE visit"))
    with pytest.raises(OperationalError):
        await commit(queue, [message(Channel.EVENT, batch(event(1)))], NOW)
    with transaction(engine) as session:
        assert session.scalars(select(DeadLetter)).all() == []
