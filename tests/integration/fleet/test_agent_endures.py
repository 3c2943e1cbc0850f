"""What an agent lives through: wrong files, full disks, refusals, nonsense from the server."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from deploy.demo.broker import INGEST_ACCOUNT
from mqtt.health import KioskReadings
from mqtt.ids import fresh_id
from mqtt.messages import (
    EventAck,
    EventBatch,
    KioskBirth,
    KioskCondition,
    KioskState,
    ServerHello,
    ServerState,
    decode,
    encode,
)
from mqtt.outbox_file import OutboxFile
from mqtt.topics import SERVER_STATE, Channel, of_kiosk
from server.fleet.models import DeadLetter
from tests.support import mqtt_messages as examples
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.fleet import AgentFiles, FleetStore, agent_files, agent_program, kept, kiosk_end, outcome
from tests.support.party import Party
from tests.support.programs import Program
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", [KIOSK, "k-second"]) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path, broker: RealBroker) -> AgentFiles:
    return agent_files(tmp_path / "kiosk", KIOSK, broker.port)


async def ended(program: Program) -> str:
    """Start a program that ends before it is ready; return what it said."""
    with pytest.raises(AssertionError):
        await program.start()
    return program.log()


async def test_a_wrong_configuration_is_named_with_file_and_key(files: AgentFiles) -> None:
    files.config.write_text(files.config.read_text(encoding="utf-8") + "prot = 1\n", encoding="utf-8")
    program = agent_program(files)
    words = await ended(program)

    assert f"{files.config}: broker.prot: unknown key; the nearest valid key is 'port'" in words
    assert await program.status() == 2


async def test_a_password_that_others_can_read_is_refused(files: AgentFiles) -> None:
    (files.config.parent / "password").chmod(0o644)
    program = agent_program(files)
    words = await ended(program)

    assert "has mode 0644" in words
    assert await program.status() == 2


async def test_an_event_that_cannot_be_written_stays_with_the_kiosk_and_is_taken_later(
    files: AgentFiles, tmp_path: Path, broker: RealBroker, caplog: pytest.LogCaptureFixture
) -> None:
    store = FleetStore(tmp_path / "server", broker)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, journal = await stack.enter_async_context(kiosk_end(files, resend_s=0.2))
        with closing(sqlite3.connect(files.outbox, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            await in_time(reports.report_visit(outcome()))
            await eventually(lambda: "cannot store what it is told" in caplog.text)
            waiting = await journal.unsent_events()
        await eventually(store.visits)
        await eventually(lambda: kept(files) == 0)
    store.close()

    assert len(waiting) == 1


async def test_an_acknowledgement_that_cannot_be_written_down_is_asked_for_again(
    files: AgentFiles, broker: RealBroker
) -> None:
    event_topic, ack_topic = of_kiosk(KIOSK, Channel.EVENT), of_kiosk(KIOSK, Channel.ACK)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [event_topic]))
        agent = await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        payload = await server.has(event_topic, 1)
        outbox_id = decode(EventBatch, payload).outbox_id
        ack = encode(EventAck(sent_at=examples.NOW, kiosk_id=KIOSK, outbox_id=outbox_id, through=1))
        with closing(sqlite3.connect(files.outbox, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            await server.connection.publish(ack_topic, ack)
            await eventually(lambda: "the outbox does not take it" in agent.log())
        await server.has(event_topic, 2)
        await server.connection.publish(ack_topic, ack)
        await eventually(lambda: kept(files) == 0)


async def test_a_broker_that_refuses_everything_loses_nothing_and_fills_no_log(files: AgentFiles) -> None:
    text = files.config.read_text(encoding="utf-8")
    files.config.write_text(text + 'username = "k-second"\n', encoding="utf-8")
    async with AsyncExitStack() as stack:
        agent = await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        await eventually(lambda: "refuses the events, reason 0x87" in agent.log())
        reports.tell_state(KioskCondition.READY, ())
        reports.tell_state(KioskCondition.IN_USE, ())
        await eventually(lambda: agent.log().count("refuses it") >= 2)
        left = kept(files)
        status = await agent.stop()

    assert (left, status) == (1, 0)
    assert agent.log().count(f"{of_kiosk(KIOSK, Channel.STATE)}: the broker refuses it") == 1


async def test_nonsense_from_the_server_is_passed_over(files: AgentFiles, broker: RealBroker) -> None:
    meta = of_kiosk(KIOSK, Channel.META)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [meta, of_kiosk(KIOSK, Channel.HEALTH)]))
        agent = await stack.enter_async_context(agent_program(files))
        session_id = decode(KioskBirth, await server.has(meta, 1)).session_id
        for topic in (of_kiosk(KIOSK, Channel.ACK), of_kiosk(KIOSK, Channel.HELLO), SERVER_STATE):
            for payload in (b"", b"\xff", b"{}", b'{"schema_version": "9.0"}'):
                await server.connection.publish(topic, payload)
        await server.connection.publish(f"library/v1/d/{KIOSK}/down/dance", b"{}")
        for other in (session_id, "another-session"):
            hello = ServerHello(sent_at=examples.NOW, kiosk_id=KIOSK, session_id=other, server_time=examples.NOW)
            await server.connection.publish(of_kiosk(KIOSK, Channel.HELLO), encode(hello))
        await eventually(lambda: any(b'"clock_offset_s":-' in payload for _topic, payload in server.heard))
        status = await agent.stop()

    assert status == 0
    assert agent.log().count("not understood") == 3


async def test_an_event_whose_text_is_broken_goes_to_the_dead_letters_and_holds_up_nothing(
    files: AgentFiles, tmp_path: Path, broker: RealBroker
) -> None:
    store = FleetStore(tmp_path / "server", broker)
    broken = OutboxFile(files.outbox, fresh_id())
    broken.add("event-broken", "not JSON")
    broken.close()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        await stack.enter_async_context(agent_program(files))
        reports, _journal = await stack.enter_async_context(kiosk_end(files))
        await in_time(reports.report_visit(outcome()))
        await eventually(store.visits)
        await eventually(lambda: kept(files) == 0)
        (letter,) = store.rows(DeadLetter)
    store.close()

    assert letter.fault == "event: unknown type unreadable"


async def test_an_agent_without_a_broker_ends_when_it_is_told_to(files: AgentFiles, broker: RealBroker) -> None:
    await asyncio.to_thread(broker.kill)
    async with agent_program(files) as agent:
        await eventually(lambda: "the broker is lost" in agent.log())
        status = await agent.stop()

    assert status == 0
    assert not files.socket.exists()


async def test_an_agent_that_ends_while_it_waits_to_speak_up_again_still_says_goodbye(
    files: AgentFiles, broker: RealBroker
) -> None:
    text = files.config.read_text(encoding="utf-8")
    files.config.write_text(text.replace("reannounce_within_s = 0.0", "reannounce_within_s = 60.0"), encoding="utf-8")
    state_topic = of_kiosk(KIOSK, Channel.STATE)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [state_topic]))
        agent = await stack.enter_async_context(agent_program(files))
        await server.has(state_topic, 1)
        back = ServerState(sent_at=examples.NOW, online=True, epoch="e-2")
        await server.connection.publish(SERVER_STATE, encode(back), retain=True)
        ping = EventAck(sent_at=examples.NOW, kiosk_id="k-second", outbox_id="none", through=0)
        await server.connection.publish(of_kiosk(KIOSK, Channel.ACK), encode(ping))
        status = await agent.stop()
        last = decode(KioskState, await server.has(state_topic, 2))

    assert (status, last.state) == (0, KioskCondition.OFFLINE)


async def test_how_the_kiosk_did_while_nobody_listened_is_told_when_somebody_does(
    files: AgentFiles, broker: RealBroker
) -> None:
    topic, health = of_kiosk(KIOSK, Channel.READINGS), of_kiosk(KIOSK, Channel.HEALTH)
    state = ServerState(sent_at=examples.NOW, online=False, epoch="e-1")
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Party(broker, INGEST_ACCOUNT, [topic, health]))
        await server.connection.publish(SERVER_STATE, encode(state), retain=True)
        await stack.enter_async_context(agent_program(files))
        await server.has(health, 13)  # a reading is kept at every tenth
        unheard = [payload for where, payload in server.heard if where == topic]
        await server.connection.publish(SERVER_STATE, encode(state.model_copy(update={"online": True})), retain=True)
        told = decode(KioskReadings, await server.has(topic, 1))

    assert unheard == []
    assert told.dropped == 0
    assert all(0 < reading.age_s < 60 for reading in told.readings)
