"""A visit's way: kiosk, journal, agent, outbox, broker, ingest, row; each may die at any time."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from kiosk.journal import Journal
from kiosk.telemetry.agent import AgentTelemetry
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.fleet import AgentFiles, FleetStore, agent_files, agent_program, outcome, telemetry
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


@asynccontextmanager
async def kiosk_end(files: AgentFiles) -> AsyncIterator[tuple[AgentTelemetry, Journal]]:
    """Run the kiosk's end of the socket with a journal beside the agent's files."""
    async with Journal(files.config.parent / "journal.sqlite", time.time) as journal:
        reports = telemetry(files.socket, journal)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(reports.run())
            yield reports, journal
            task.cancel()


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
