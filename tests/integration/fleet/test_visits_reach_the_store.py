"""A visit's way: kiosk, journal, agent, outbox, broker, ingest, row; each may die at any time."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from mqtt.agent.protocol import EventLine
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition
from server.fleet.models import Kiosk
from tests.support import mqtt_messages as examples
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.fleet import AgentFiles, FleetStore, agent_files, agent_program, kept, kiosk_end, outcome
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", [KIOSK]) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path, broker: RealBroker) -> Iterator[FleetStore]:
    made = FleetStore(tmp_path / "server", broker)
    yield made
    made.close()


@pytest.fixture
def files(tmp_path: Path, broker: RealBroker) -> AgentFiles:
    return agent_files(tmp_path / "kiosk", KIOSK, broker.port)


async def test_a_visit_is_stored_counted_and_struck_off_everywhere(files: AgentFiles, store: FleetStore) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, journal = await stack.enter_async_context(kiosk_end(files))
        reports.tell_state(KioskCondition.READY, ())
        reports.tell_devices([DeviceReport(role="pad", model="threem 810", state=DeviceCondition.PRESENT)])
        await in_time(reports.report_visit(outcome(lent=3)))
        visit = (await eventually(store.visits))[0]
        kiosk = await eventually(
            lambda: next((k for k in store.overview().kiosks if k.status == "online" and k.devices), None)
        )
        left = await journal.unsent_events()

    assert (visit.kiosk_id, visit.lent, visit.refused, visit.ending, visit.receipt) == (KIOSK, 3, 1, "done", "printed")
    assert (kiosk.kiosk_id, kiosk.name, kiosk.visits_today, kiosk.loans_today) == (KIOSK, "Quầy mượn số 1", 1, 3)
    assert [(device.role, device.state) for device in kiosk.devices] == [("pad", "present")]
    assert left == ()


async def test_an_ingest_killed_again_and_again_loses_no_visit_and_counts_none_twice(
    files: AgentFiles, store: FleetStore
) -> None:
    async with AsyncExitStack() as stack:
        ingest = await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, journal = await stack.enter_async_context(kiosk_end(files))
        for round_number in range(4):
            more = len(store.visits()) + 1
            for _ in range(20):
                await in_time(reports.report_visit(outcome()))
            await eventually(partial(_stored, store, more))
            await ingest.kill()
            await in_time(reports.report_visit(outcome(lent=round_number)))
            await ingest.start()
        await eventually(lambda: len(store.visits()) >= 84)
        await eventually(lambda: kept(files) == 0)
        left = await journal.unsent_events()

    assert len(store.visits()) == 84
    assert left == ()


async def test_a_broker_killed_in_the_middle_loses_no_visit(
    files: AgentFiles, store: FleetStore, broker: RealBroker
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        for _ in range(3):
            for _ in range(10):
                await in_time(reports.report_visit(outcome()))
            await asyncio.to_thread(broker.kill)
            for _ in range(10):
                await in_time(reports.report_visit(outcome()))
            await asyncio.to_thread(broker.start)
        await eventually(lambda: len(store.visits()) >= 60)
        await eventually(lambda: kept(files) == 0)

    assert len(store.visits()) == 60


async def test_visits_made_while_the_agent_is_dead_are_told_when_it_is_back(
    files: AgentFiles, store: FleetStore
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        agent = await stack.enter_async_context(agent_program(files))
        reports, journal = await stack.enter_async_context(kiosk_end(files))
        for _ in range(3):
            for _ in range(5):
                await in_time(reports.report_visit(outcome()))
            await agent.kill()
            for _ in range(5):
                await in_time(reports.report_visit(outcome()))
            waiting = await journal.unsent_events()
            await agent.start()
        await eventually(lambda: len(store.visits()) >= 30)
        await eventually(lambda: kept(files) == 0)

    assert len(waiting) >= 5
    assert len(store.visits()) == 30


async def test_a_kiosk_that_tells_a_visit_twice_has_it_counted_once(files: AgentFiles, store: FleetStore) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        first = (await eventually(store.visits))[0]
        told = await _body_of(store, first.event_id)
        await journal.add_event(first.event_id, told)  # as a power cut before the striking off leaves it
        await in_time(reports.report_visit(outcome()))
        await eventually(lambda: len(store.visits()) >= 2)
        await eventually(lambda: kept(files) == 0)

    assert len(store.visits()) == 2


async def test_a_store_that_was_lost_is_told_everything_again(
    files: AgentFiles, store: FleetStore, tmp_path: Path, broker: RealBroker
) -> None:
    other = FleetStore(tmp_path / "other", broker)
    async with AsyncExitStack() as stack:
        ingest = await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        await eventually(store.visits)
        await eventually(lambda: kept(files) == 0)
        await ingest.stop()
        await stack.enter_async_context(other.ingest())
        await in_time(reports.report_visit(outcome(lent=7)))
        await eventually(lambda: len(other.visits()) >= 2)
        await eventually(lambda: kept(files) == 0)
        visits = other.visits()
        kiosks = await eventually(lambda: other.overview().kiosks)
    other.close()

    assert [(visit.lent, visit.historical) for visit in visits] == [(2, True), (7, False)]
    assert [(kiosk.kiosk_id, kiosk.name) for kiosk in kiosks] == [(KIOSK, "Quầy mượn số 1")]


async def test_an_outbox_that_was_damaged_begins_anew_and_says_so(files: AgentFiles, store: FleetStore) -> None:
    files.outbox.parent.mkdir(parents=True)
    files.outbox.write_bytes(b"not a database at all, though long enough to be looked at" * 100)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        await eventually(store.visits)
        kiosk = (await eventually(lambda: store.rows(Kiosk)))[0]

    assert json.loads(kiosk.birth)["outbox_replaced"] is True
    assert list(files.outbox.parent.glob("outbox.sqlite.damaged-1"))


def _stored(store: FleetStore, at_least: int) -> bool:
    """Tell whether so many visits are stored."""
    return len(store.visits()) >= at_least


async def _body_of(store: FleetStore, event_id: str) -> str:
    """Return an event as the kiosk would say it again."""
    visit = next(one for one in store.visits() if one.event_id == event_id)
    line = EventLine(
        event_id=event_id,
        kind="visit",
        occurred_at=visit.occurred_at,
        data={**examples.visit(visit.lent).model_dump(mode="json")},
    )
    return line.model_dump_json()
