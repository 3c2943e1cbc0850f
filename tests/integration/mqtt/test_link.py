"""The link against a real mosquitto."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.demo.broker import INGEST_ACCOUNT
from mqtt.connection import Connection
from mqtt.errors import LinkLostError, PublishRefusedError
from mqtt.ids import fresh_id
from mqtt.link import Link
from mqtt.link_values import Account, LinkSettings, Received, Will
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.waiting import eventually, in_time

pytestmark = pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing")

KIOSK = "k-first"
STATE = f"library/v1/d/{KIOSK}/state"
EVENT = f"library/v1/d/{KIOSK}/up/event"
HEALTH = f"library/v1/d/{KIOSK}/up/health"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", [KIOSK, "k-second"]) as running:
        yield running


class Holder:
    """Holds connections and shows what happened on them."""

    def __init__(
        self, settings: LinkSettings, filters: tuple[str, ...] = (), will: Will | None = None, *, reads: bool = True
    ) -> None:
        self.connections: list[Connection] = []
        self.losses: list[LinkLostError] = []
        self.received: list[Received] = []
        self.leave = asyncio.Event()
        self._filters = filters
        self._reads = reads
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
        while self._reads:
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
        writer.close()

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


async def test_a_slow_reader_loses_health_and_nothing_else(broker: RealBroker) -> None:
    settings = replace(broker.settings(INGEST_ACCOUNT), inbox_limit=5)
    server = Holder(settings, ("library/v1/d/+/up/#",), reads=False)
    kiosk = Holder(broker.settings(KIOSK))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(server.run()), group.create_task(kiosk.run())]
        slow, sender = await server.connected(), await kiosk.connected()
        for number in range(20):
            await sender.publish(HEALTH, b"%d" % number, qos=0)
        for number in range(20):
            await in_time(sender.publish(EVENT, b"%d" % number))
        await eventually(lambda: slow.dropped == 15)
        received = await in_time(slow.next_messages(100, 1.0))
        for task in tasks:
            task.cancel()

    assert [message.payload for message in received if message.topic == EVENT] == [b"%d" % n for n in range(20)]
    assert [message.payload for message in received if message.topic == HEALTH] == [b"%d" % n for n in range(5)]


async def test_a_subscription_that_nobody_answers_ends_the_connection(broker: RealBroker) -> None:
    kiosk = Holder(replace(broker.settings(KIOSK), answer_timeout_s=0.2))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        connection = await kiosk.connected()
        broker.stop_answering()
        with pytest.raises(LinkLostError) as loss:
            await in_time(connection.subscribe([STATE]))
        broker.answer_again()
        await kiosk.connected(2)
        task.cancel()

    assert loss.value.reason == "no answer in time"


async def test_a_broker_that_is_frozen_is_noticed_by_its_silence(broker: RealBroker) -> None:
    kiosk = Holder(replace(broker.settings(KIOSK), keepalive_s=1, connect_timeout_s=0.5))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        await kiosk.connected()
        broker.stop_answering()
        await eventually(lambda: kiosk.losses)
        broker.answer_again()
        await kiosk.connected(2)
        task.cancel()


@pytest.mark.parametrize(
    "words",
    [
        b"\x20\x03\x00\x00\x00\x32",  # CONNACK, then half a message
        b"\x20\x03\x00\x87\x00",  # CONNACK that refuses
        b"\x20\x01\x00",  # CONNACK without its reason
        b"\x20\x08\x00\x00\x05\xff\xff\xff\xff\xff",  # CONNACK with properties that are none
        b"\x20\x03\x00\x00\x00\x90\x03\x00\x01\x00",  # SUBACK that nobody asked for
        b"\x20\x03\x00\x00\x00\x40\x01\x00",  # PUBACK cut short
        b"\x20\x03\x00\x00\x00\x32\x05\x00\x02\xff\xfe\x00",  # a topic that is no UTF-8
        b"\x20\x03\x00\x00\x00\xf0\x00",  # AUTH
        b"\x20\x03\x00\x00\x00\xe0\x02\x8b\x00",  # DISCONNECT: the server shuts down
        b"\x00\x00",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
async def test_whatever_the_other_end_says_the_link_tries_again(words: bytes) -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        with contextlib.suppress(OSError):
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        kiosk = Holder(
            LinkSettings("127.0.0.1", port, "k-first", connect_timeout_s=2, reconnect_min_s=0.01, reconnect_max_s=0.01)
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(kiosk.run())
            await eventually(lambda: len(kiosk.losses) >= 3)
            task.cancel()


async def test_a_link_that_is_told_to_end_while_it_connects_ends_at_once() -> None:
    context = ssl.create_default_context()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = LinkSettings("127.0.0.1", silent.getsockname()[1], "k-first", tls=context, connect_timeout_s=2)
        silent.setblocking(False)
        task = asyncio.create_task(Holder(settings).run())
        accepted, _ = await in_time(asyncio.get_running_loop().sock_accept(silent))
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=1)
        accepted.close()

    assert done


async def test_a_name_that_nobody_has_is_a_loss_like_any_other() -> None:
    kiosk = Holder(LinkSettings("no-such-host.invalid", 1883, "k-first"))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kiosk.run())
        loss = (await eventually(lambda: kiosk.losses))[0]
        task.cancel()

    assert "gaierror" in loss.reason
