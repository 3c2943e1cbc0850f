"""Workers of the ingest side by side on PostgreSQL: what one holds when it dies is told again to the other."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from mqtt.messages import EventBatch, KioskCondition
from mqtt.topics import Channel
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import take_in
from server.fleet.models import DeadLetter, Kiosk, OutboxPosition, Visit
from server.fleet.overview import StoredFleet
from server.store.engine import for_reading, open_engine, transaction
from server.store.migrate import migrate
from tests.support import mqtt_messages as examples
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.fleet import INGEST, password_file
from tests.support.fleet_intake import message
from tests.support.postgresql import NOT_INSTALLED, PostgresqlServer, find_programs
from tests.support.programs import Program
from tests.support.simulated_kiosks import SimulatedKiosk, simulated_kiosks
from tests.support.waiting import eventually, in_time

PROGRAMS = find_programs()
pytestmark = [
    pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing"),
    pytest.mark.skipif(PROGRAMS is None, reason=NOT_INSTALLED),
]
KIOSKS = [f"k-shared{number}" for number in range(8)]
VISITS = 30


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresqlServer]:
    assert PROGRAMS is not None
    with PostgresqlServer(PROGRAMS) as running:
        yield running


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", KIOSKS) as running:
        yield running


@pytest.fixture
def url(postgresql: PostgresqlServer) -> str:
    return postgresql.new_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = open_engine(url)
    yield made
    made.dispose()


class Workers:
    """Two of them on one store."""

    def __init__(self, url: str, broker: RealBroker, folder: Path) -> None:
        secret = str(password_file(folder))
        self.programs = [
            Program(["-c", INGEST, url, "127.0.0.1", str(broker.port), secret, name], folder / f"{name}.log")
            for name in ("a", "b")
        ]

    async def __aenter__(self) -> list[Program]:
        await asyncio.gather(*(program.start() for program in self.programs))
        return self.programs

    async def __aexit__(self, *_: object) -> None:
        for program in self.programs:
            if program.running:
                await program.stop()


def stored(engine: Engine) -> int:
    with transaction(for_reading(engine)) as session:
        return session.scalar(select(func.count()).select_from(Visit)) or 0


async def come(kiosk: SimulatedKiosk, begin: int, end: int) -> None:
    """Let readers come, one after the other."""
    for number in range(begin, end):
        await kiosk.visited(f"{kiosk.kiosk_id}-{number}", lent=number)


async def test_a_worker_killed_under_load_loses_no_visit_and_counts_none_twice(
    url: str, engine: Engine, broker: RealBroker, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        first, second = await stack.enter_async_context(Workers(url, broker, tmp_path))
        kiosks = await stack.enter_async_context(simulated_kiosks(broker, KIOSKS, tmp_path))
        coming = [asyncio.create_task(come(kiosk, 0, VISITS)) for kiosk in kiosks]
        await eventually(lambda: stored(engine) > len(KIOSKS))
        await first.kill()
        await in_time(asyncio.gather(*coming))
        await eventually(lambda: stored(engine) >= len(KIOSKS) * VISITS)
        await first.start()
        await asyncio.gather(*(come(kiosk, VISITS, VISITS + 5) for kiosk in kiosks))
        await second.kill()
        await eventually(lambda: all(kiosk.outbox.depth == 0 for kiosk in kiosks))
        ended = first.log() + second.log()

    with transaction(for_reading(engine)) as session:
        visits = session.execute(select(Visit.kiosk_id, func.count(), func.sum(Visit.lent)).group_by(Visit.kiosk_id))
        counted = {kiosk_id: (count, lent) for kiosk_id, count, lent in visits}
        letters = session.scalar(select(func.count()).select_from(DeadLetter))
    assert counted == dict.fromkeys(KIOSKS, (VISITS + 5, sum(range(VISITS + 5))))
    assert letters == 0
    assert "Error" not in ended


async def test_while_one_of_two_works_the_page_shows_a_fleet_that_is_heard(
    url: str, engine: Engine, broker: RealBroker, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        first, second = await stack.enter_async_context(Workers(url, broker, tmp_path))
        kiosks = await stack.enter_async_context(simulated_kiosks(broker, KIOSKS[:2], tmp_path))
        await eventually(lambda: conditions(engine) == {"k-shared0": "ready", "k-shared1": "ready"})
        await first.kill()
        kiosks[0].is_(KioskCondition.OUT_OF_ORDER, "pad")
        kiosks[1].is_(KioskCondition.CLOSED)
        await eventually(lambda: conditions(engine) == {"k-shared0": "out_of_order", "k-shared1": "closed"})
        one = await eventually(lambda: links(engine) == (True, True))
        await second.kill()
        none = await eventually(lambda: links(engine) == (None, False))

    assert one
    assert none


async def test_the_same_batch_in_two_hands_at_once_is_stored_once(url: str, engine: Engine) -> None:
    migrate(engine, FLEET_STEPS)
    other = open_engine(url)
    for number in range(1, 31):
        sent = examples.batch(examples.event(number), oldest=number)
        together = threading.Barrier(2, timeout=20)

        def take(mine: Engine, sent: EventBatch = sent, together: threading.Barrier = together) -> None:
            together.wait()
            with transaction(mine) as session:
                take_in(session, [message(Channel.EVENT, sent)], examples.NOW)

        await in_time(asyncio.gather(*(asyncio.to_thread(take, mine) for mine in (engine, other))))
    other.dispose()

    with transaction(for_reading(engine)) as session:
        (position,) = session.scalars(select(OutboxPosition))
        assert (position.through, session.scalar(select(func.count()).select_from(Visit))) == (30, 30)


async def test_two_workers_that_find_an_empty_store_make_it_once(url: str) -> None:
    engines = [open_engine(url) for _ in range(3)]
    reached = await asyncio.gather(*(asyncio.to_thread(migrate, each, FLEET_STEPS) for each in engines))
    for each in engines:
        each.dispose()

    assert len(set(reached)) == 1


def conditions(engine: Engine) -> dict[str, str]:
    with transaction(for_reading(engine)) as session:
        return {kiosk.kiosk_id: kiosk.state for kiosk in session.scalars(select(Kiosk))}


def links(engine: Engine) -> tuple[bool | None, bool | None]:
    """Say whether the broker and the ingest are there, as the pages do."""
    overview = StoredFleet(engine, UTC).overview(datetime.now(UTC))
    return overview.broker.up, overview.ingest.up
