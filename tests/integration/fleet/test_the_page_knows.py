"""What the pages read, while agents, kiosks, broker and ingest come and go."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.demo.broker import INGEST_ACCOUNT
from mqtt.messages import EventAck, KioskCondition, ServerState, decode, encode
from mqtt.topics import SERVER_STATE
from server.fleet.models import DeadLetter
from server.fleet.overview import FleetOverview, KioskView
from tests.support import mqtt_messages as examples
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.fleet import AgentFiles, FleetStore, agent_files, agent_program, kept, kiosk_end, outcome
from tests.support.party import Party
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"
EVENT = f"library/v1/d/{KIOSK}/up/event"
STATE = f"library/v1/d/{KIOSK}/state"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", [KIOSK, "k-second"]) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path, broker: RealBroker) -> Iterator[FleetStore]:
    made = FleetStore(tmp_path / "server", broker)
    yield made
    made.close()


@pytest.fixture
def files(tmp_path: Path, broker: RealBroker) -> AgentFiles:
    return agent_files(tmp_path / "kiosk", KIOSK, broker.port)


def shows(store: FleetStore, status: str, *reasons: str, loans: int = 0) -> Callable[[], KioskView | None]:
    """Return a look at the page for a kiosk of this status that made so many loans today."""
    wanted = (status, reasons, loans)

    def look() -> KioskView | None:
        kiosks = store.overview().kiosks
        return next((kiosk for kiosk in kiosks if (kiosk.status, kiosk.reasons, kiosk.loans_today) == wanted), None)

    return look


def overview(store: FleetStore, wanted: Callable[[FleetOverview], bool]) -> FleetOverview | None:
    """Return the page if it is as wanted."""
    seen = store.overview()
    return seen if wanted(seen) else None


async def test_a_kiosk_is_shown_as_its_programs_come_and_go(files: AgentFiles, store: FleetStore) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        agent = await stack.enter_async_context(agent_program(files))
        await eventually(shows(store, "out_of_order", "kiosk_program"))
        async with kiosk_end(files) as (reports, _journal):
            reports.tell_state(KioskCondition.READY, ())
            await eventually(shows(store, "online"))
            reports.tell_state(KioskCondition.OUT_OF_ORDER, ("pad",))
            await eventually(shows(store, "out_of_order", "pad"))
            reports.tell_state(KioskCondition.READY, ())
            await eventually(shows(store, "online"))
        down = await eventually(shows(store, "out_of_order", "kiosk_program"))
        status = await agent.stop()
        await eventually(shows(store, "offline"))
        kiosk = store.overview().kiosks[0]

    assert down.condition == "kiosk_down"
    assert (status, kiosk.condition) == (0, "offline")


async def test_an_agent_that_was_killed_is_lost_and_its_late_will_does_not_outlive_it(
    files: AgentFiles, store: FleetStore
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        agent = await stack.enter_async_context(agent_program(files))
        await stack.enter_async_context(kiosk_end(files))
        await eventually(shows(store, "out_of_order", "kiosk_program"))
        await agent.kill()
        lost = await eventually(shows(store, "offline"))
        await agent.start()
        await eventually(lambda: next((k for k in store.overview().kiosks if k.condition == "init"), None))

    assert lost.condition == "lost"


async def test_the_page_says_that_the_broker_is_gone_and_recovers(
    files: AgentFiles, store: FleetStore, broker: RealBroker
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        reports.tell_state(KioskCondition.READY, ())
        await eventually(shows(store, "online"))
        before = store.overview().broker
        await asyncio.to_thread(broker.kill)
        gone = (await eventually(lambda: overview(store, lambda seen: seen.broker.up is False))).broker
        await asyncio.to_thread(broker.start)
        await eventually(lambda: store.overview().broker.up)
        await in_time(reports.report_visit(outcome(lent=4)))
        again = await eventually(shows(store, "online", loans=4))

    assert before.up is True
    assert before.since is not None
    assert gone.since is not None
    assert gone.since > before.since
    assert again.visits_today == 1


async def test_the_page_says_that_the_ingest_is_gone(store: FleetStore) -> None:
    async with AsyncExitStack() as stack:
        ingest = await stack.enter_async_context(store.ingest())
        await eventually(lambda: store.overview().broker.up)
        await ingest.kill()
        gone = await eventually(lambda: overview(store, lambda seen: seen.ingest.up is False))
        await ingest.start()
        back = await eventually(lambda: overview(store, lambda seen: seen.broker.up is True))

    assert (gone.broker.up, gone.ingest.since is not None) == (None, True)
    assert back.ingest.up is True


async def test_a_server_that_comes_back_is_told_everything_again(files: AgentFiles, broker: RealBroker) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        reports.tell_state(KioskCondition.READY, ())
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [STATE]))
        await server.has(STATE, 1)
        hello = ServerState(sent_at=examples.NOW, online=True, epoch="e-9")
        await server.connection.publish(SERVER_STATE, encode(hello), retain=True)
        await server.has(STATE, 2)

    assert server.heard[-1][1] != server.heard[0][1]


async def test_what_is_not_understood_goes_to_the_dead_letters_and_holds_up_nothing(
    store: FleetStore, broker: RealBroker
) -> None:
    ack_topic = f"library/v1/d/{KIOSK}/down/ack"
    good = json.loads(encode(examples.batch(examples.event(1), examples.event(2), examples.event(3))))
    good["events"][1]["data"]["lent"] = "many"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await eventually(lambda: store.overview().broker.up)
        kiosk = await stack.enter_async_context(Party(broker, KIOSK, [ack_topic]))
        for payload in (
            b"\x00\xff no JSON",
            b'{"schema_version": "2.0", "events": []}',
            encode(examples.batch(examples.event(1)).model_copy(update={"kiosk_id": "k-second"})),
            json.dumps(good).encode(),
        ):
            await kiosk.connection.publish(EVENT, payload)
        await kiosk.connection.publish(f"library/v1/d/{KIOSK}/up/dance", b"{}")
        acknowledged = decode(EventAck, await kiosk.has(ack_topic, 1))
        await eventually(lambda: len(store.rows(DeadLetter)) == 5)
        await kiosk.connection.publish(EVENT, json.dumps(good).encode())
        await kiosk.has(ack_topic, 2)
        letters = store.rows(DeadLetter)
        overview = store.overview()

    assert (acknowledged.outbox_id, acknowledged.through) == ("outbox-1", 3)
    assert {visit.event_id for visit in store.visits()} == {"event-1", "event-3"}
    assert sorted(letter.fault for letter in letters) == [
        "kiosk_id: not the topic's",
        "lent: int_parsing",
        "payload: not JSON",
        "topic: unknown",
        "unknown version 2.0",
    ]
    assert overview.dead_letters == 5


async def test_what_is_not_acknowledged_is_sent_again(files: AgentFiles, broker: RealBroker) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [EVENT]))
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        first = json.loads(await server.has(EVENT, 1))
        second = json.loads(await server.has(EVENT, 2))
        ack = EventAck(sent_at=examples.NOW, kiosk_id=KIOSK, outbox_id=first["outbox_id"], through=1)
        await server.connection.publish(f"library/v1/d/{KIOSK}/down/ack", encode(ack))
        await in_time(reports.report_visit(outcome()))
        third = json.loads(await server.has(EVENT, 3))

    assert first["events"] == second["events"]
    assert [event["sequence"] for event in third["events"]] == [2]
    assert third["oldest_sequence"] == 2


async def test_a_kiosk_keeps_its_events_while_the_server_says_that_it_does_not_listen(
    files: AgentFiles, broker: RealBroker
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [EVENT, STATE]))
        away = ServerState(sent_at=examples.NOW, online=False, epoch="e-1")
        await server.connection.publish(SERVER_STATE, encode(away), retain=True)
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await server.has(STATE, 1)
        await in_time(reports.report_visit(outcome()))
        await eventually(lambda: kept(files) == 1)
        silent = not [one for one in server.heard if one[0] == EVENT]
        back = ServerState(sent_at=examples.NOW, online=True, epoch="e-2")
        await server.connection.publish(SERVER_STATE, encode(back), retain=True)
        told = json.loads(await server.has(EVENT, 1))

    assert silent
    assert len(told["events"]) == 1


async def test_an_ingest_whose_old_will_comes_late_says_again_that_it_listens(
    store: FleetStore, broker: RealBroker
) -> None:
    writer = replace(broker.settings(INGEST_ACCOUNT), client_id="somebody-else")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        other = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [SERVER_STATE], writer))
        epoch = decode(ServerState, await other.has(SERVER_STATE, 1)).epoch
        late = ServerState(sent_at=examples.NOW, online=False, epoch="an-older-one")
        await other.connection.publish(SERVER_STATE, encode(late), retain=True)
        last = decode(ServerState, await other.has(SERVER_STATE, 3))

    assert (last.online, last.epoch) == (True, epoch)


async def test_an_ingest_whose_password_others_can_read_does_not_start(store: FleetStore) -> None:
    store.password.chmod(0o644)
    program = store.ingest()
    with pytest.raises(AssertionError):
        await program.start()

    assert "has mode 0644" in program.log()
    assert await program.status() == 2


async def test_an_ingest_does_not_speak_in_the_open_to_another_machine(store: FleetStore) -> None:
    program = store.ingest(host="broker.example")
    with pytest.raises(AssertionError):
        await program.start()

    assert "plain_because" in program.log()
    assert await program.status() == 2


async def test_an_ingest_that_is_told_to_end_says_so(store: FleetStore, broker: RealBroker) -> None:
    async with AsyncExitStack() as stack:
        ingest = await stack.enter_async_context(store.ingest())
        kiosk = await stack.enter_async_context(Party(broker, KIOSK, [SERVER_STATE]))
        await kiosk.has(SERVER_STATE, 1)
        status = await ingest.stop()
        last = decode(ServerState, await kiosk.has(SERVER_STATE, 2))
        page = store.overview()

    assert (status, last.online, page.broker.up) == (0, False, False)
