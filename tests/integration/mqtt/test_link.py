"""The link against a real mosquitto."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.demo.broker import INGEST_ACCOUNT
from mqtt.connection import Account, Connection, LinkSettings, Received, Will
from mqtt.errors import LinkLostError, PublishRefusedError
from mqtt.ids import fresh_id
from mqtt.link import Link
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"
STATE = f"library/v1/d/{KIOSK}/state"
EVENT = f"library/v1/d/{KIOSK}/up/event"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", [KIOSK, "k-second"]) as running:
        yield running


class Holder:
    """Holds connections and shows what happened on them."""

    def __init__(self, settings: LinkSettings, filters: tuple[str, ...] = (), will: Will | None = None) -> None:
        self.connections: list[Connection] = []
        self.losses: list[LinkLostError] = []
        self.received: list[Received] = []
        self.leave = asyncio.Event()
        self._filters = filters
        self.link = Link(
            settings,
            new_id=fresh_id,
            make_will=(lambda _session: will) if will else None,
            on_loss=self._lost,
        )

    async def _lost(self, loss: LinkLostError) -> None:
        self.losses.append(loss)

    async def _session(self, connection: Connection) -> None:
        if self._filters:
            await connection.subscribe(self._filters)
        self.connections.append(connection)
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(self._read(connection))
            await self.leave.wait()
            reader.cancel()

    async def _read(self, connection: Connection) -> None:
        while True:
            self.received.append(await connection.next_message())

    async def run(self) -> None:
        await self.link.run(self._session)

    async def connected(self, times: int = 1) -> Connection:
        await eventually(lambda: len(self.connections) >= times)
        return self.connections[-1]


async def test_a_message_of_a_kiosk_reaches_the_server(broker: RealBroker) -> None:
    server = Holder(broker.settings(INGEST_ACCOUNT), ("library/v1/d/+/up/#",))
    kiosk = Holder(broker.settings(KIOSK))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(kiosk.run())]
        await server.connected()
        connection = await kiosk.connected()
        await in_time(connection.publish(EVENT, b"hello"))
        received = (await eventually(lambda: server.received))[0]
        for task in tasks:
            task.cancel()

    assert (received.topic, received.payload, received.retained) == (EVENT, b"hello", False)


@pytest.mark.parametrize(
    "topic", ["library/v1/d/k-second/state", "library/v1/server/state", "library/v1/d/k-first/down/ack"]
)
async def test_a_kiosk_may_not_write_what_is_not_its_own(broker: RealBroker, topic: str) -> None:
    kiosk = Holder(broker.settings(KIOSK))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        connection = await kiosk.connected()
        with pytest.raises(PublishRefusedError) as refusal:
            await in_time(connection.publish(topic, b"{}"))
        task.cancel()

    assert refusal.value.reason_code == 0x87


async def test_a_killed_broker_is_noticed_and_found_again(broker: RealBroker) -> None:
    kiosk = Holder(broker.settings(KIOSK))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        first = await kiosk.connected()
        await asyncio.to_thread(broker.kill)
        await eventually(lambda: kiosk.losses)
        while_away = kiosk.link.connected
        await asyncio.to_thread(broker.start)
        second = await kiosk.connected(2)
        await in_time(second.publish(EVENT, b"again"))
        with pytest.raises(LinkLostError):
            await first.publish(EVENT, b"over the old one")
        task.cancel()

    assert not while_away
    assert first.session_id != second.session_id


async def test_a_publish_under_way_when_the_broker_dies_is_an_error_at_once(broker: RealBroker) -> None:
    kiosk = Holder(broker.settings(KIOSK))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        connection = await kiosk.connected()
        await asyncio.to_thread(broker.kill)
        with pytest.raises(LinkLostError):
            await in_time(connection.publish(EVENT, b"lost"), 5)
        task.cancel()


async def test_a_wrong_password_is_told_apart(broker: RealBroker) -> None:
    settings = replace(broker.settings(KIOSK), account=Account(KIOSK, "wrong"))
    kiosk = Holder(settings)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        loss = (await eventually(lambda: kiosk.losses))[0]
        task.cancel()

    assert getattr(loss, "reason_code", None) in {0x86, 0x87}


async def test_a_connection_that_dies_has_its_will_told(broker: RealBroker) -> None:
    server = Holder(broker.settings(INGEST_ACCOUNT), ("library/v1/d/+/state",))
    kiosk = Holder(broker.settings(KIOSK), will=Will(STATE, b"lost"))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(kiosk.run())]
        await server.connected()
        (await kiosk.connected()).abandon()
        will = (await eventually(lambda: server.received))[0]
        for task in tasks:
            task.cancel()

    assert (will.topic, will.payload) == (STATE, b"lost")


async def test_a_connection_that_says_goodbye_has_no_will_told(broker: RealBroker) -> None:
    server = Holder(broker.settings(INGEST_ACCOUNT), ("library/v1/d/+/state", "library/v1/d/+/up/#"))
    leaving = Holder(broker.settings(KIOSK), will=Will(STATE, b"lost"))
    other = Holder(broker.settings("k-second"))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(other.run())]
        await server.connected()
        goodbye = group.create_task(leaving.run())
        await leaving.connected()
        leaving.leave.set()
        await in_time(goodbye)
        await (await other.connected()).publish("library/v1/d/k-second/up/event", b"after")
        await eventually(lambda: server.received)
        for task in tasks:
            task.cancel()

    assert [message.payload for message in server.received] == [b"after"]


async def test_many_messages_are_sent_with_few_in_flight(broker: RealBroker) -> None:
    server = Holder(broker.settings(INGEST_ACCOUNT), ("library/v1/d/+/up/#",))
    kiosk = Holder(replace(broker.settings(KIOSK), max_in_flight=3))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(kiosk.run())]
        await server.connected()
        connection = await kiosk.connected()
        await in_time(asyncio.gather(*(connection.publish(EVENT, b"%d" % number) for number in range(200))))
        await eventually(lambda: len(server.received) == 200)
        for task in tasks:
            task.cancel()

    assert [int(message.payload) for message in server.received] == list(range(200))


async def test_a_large_message_arrives_whole(broker: RealBroker) -> None:
    server = Holder(broker.settings(INGEST_ACCOUNT), ("library/v1/d/+/up/#",))
    kiosk = Holder(broker.settings(KIOSK))
    payload = bytes(range(256)) * 3600
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(kiosk.run())]
        await server.connected()
        await in_time((await kiosk.connected()).publish(EVENT, payload))
        received = (await eventually(lambda: server.received))[0]
        for task in tasks:
            task.cancel()

    assert received.payload == payload


async def test_what_is_not_acknowledged_by_hand_comes_again(broker: RealBroker) -> None:
    settings = broker.settings(INGEST_ACCOUNT, session_expiry_s=60, manual_acknowledgement=True)
    server = Holder(settings, ("library/v1/d/+/up/#",))
    kiosk = Holder(broker.settings(KIOSK))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(kiosk.run())]
        first = await server.connected()
        sender = await kiosk.connected()
        await in_time(sender.publish(EVENT, b"kept"))
        await in_time(sender.publish(EVENT, b"open"))
        await eventually(lambda: len(server.received) == 2)
        first.acknowledge(server.received[0])
        await in_time(first.close())
        await server.connected(2)
        await eventually(lambda: len(server.received) == 3)
        for task in tasks:
            task.cancel()

    assert server.received[2].payload == b"open"


async def test_a_host_that_takes_the_connection_and_stays_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = LinkSettings("127.0.0.1", silent.getsockname()[1], "k-first", connect_timeout_s=0.2)
        kiosk = Holder(settings)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(kiosk.run())
            loss = (await eventually(lambda: kiosk.losses))[0]
            task.cancel()

    assert loss.reason == "no connection in time"


async def test_a_peer_that_speaks_something_else_is_given_up() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\xff\xff\xff\xff SSH-2.0 not a broker\r\n")
        await writer.drain()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as other:
        settings = LinkSettings("127.0.0.1", other.sockets[0].getsockname()[1], "k-first", connect_timeout_s=5)
        kiosk = Holder(settings)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(kiosk.run())
            await eventually(lambda: kiosk.losses)
            task.cancel()

    assert not kiosk.connections


async def test_a_link_that_is_told_to_end_in_the_moment_of_a_loss_ends(broker: RealBroker) -> None:
    kiosk = Holder(broker.settings(KIOSK))
    task = asyncio.create_task(kiosk.run())
    (await kiosk.connected()).abandon()
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=10)

    assert done
    assert task.cancelled()
