"""One MQTT 5 connection, from its connect to its end, on the caller's asyncio loop."""

import asyncio
import contextlib
import functools
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mqtt.errors import ConnectRefusedError, LinkLostError, PublishRefusedError, SubscribeRefusedError
from mqtt.link_values import LinkSettings, Received, Will

_log = logging.getLogger(__name__)

_REFUSED = 0x80
"""Reason codes from here on mean no (MQTT 5 section 2.4)."""


class Connection:
    """A connection that is made once and, once lost, stays lost.

    paho connects with blocking calls, so its connect runs in ``connector``; everything after runs on the loop that
    ``open`` was called on. Every wait has a limit; whoever waits when the connection goes gets ``LinkLostError``.
    """

    def __init__(self, settings: LinkSettings, session_id: str, will: Will | None, connector: Executor) -> None:
        self.session_id = session_id
        self.dropped = 0
        """Messages of QoS 0 that were thrown away because nobody read them."""
        self._settings = settings
        self._connector = connector
        self._inbox: asyncio.Queue[Received] = asyncio.Queue()
        self._slots = asyncio.Semaphore(settings.max_in_flight)
        self._published: dict[int, asyncio.Future[int]] = {}
        self._subscribed: dict[int, asyncio.Future[int]] = {}
        self._connected: asyncio.Future[int] | None = None
        self._lost = asyncio.Event()
        self._loss: LinkLostError = LinkLostError("closed")
        self._socket: Any = None
        self._client = self._make_client(will)

    async def open(self) -> None:
        """Connect; raise ``ConnectRefusedError`` when the broker says no, ``LinkLostError`` for all else."""
        loop = asyncio.get_running_loop()
        self._connected = loop.create_future()
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                await self._connect_in_thread(loop)
                self._attach(loop)
                code = await self._connected
        except TimeoutError:
            self._fail("no connection in time")
            raise LinkLostError("no connection in time") from None
        except (OSError, ValueError) as error:  # ssl.SSLError and socket.gaierror are OSErrors
            self._fail(f"{type(error).__name__}: {error}")
            raise LinkLostError(f"{type(error).__name__}: {error}") from error
        except BaseException:
            self._fail("given up")
            raise
        if code >= _REFUSED:
            self._fail("refused")
            raise ConnectRefusedError("refused by the broker", code)

    async def until_lost(self) -> None:
        """Look after the connection until it is lost, then raise ``LinkLostError``."""
        period = min(1.0, self._settings.keepalive_s / 4)
        while not self._lost.is_set():
            self._guarded(self._client.loop_misc)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(period):
                    await self._lost.wait()
        raise self._loss

    async def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Publish; with QoS 1 return when the broker has taken it.

        Raise ``PublishRefusedError`` when the broker may not pass it on, ``LinkLostError`` when it did not answer.
        """
        if qos == 0:
            self._sent(self._client.publish(topic, payload, qos=0, retain=retain).rc)
            return
        async with self._slots:
            self._alive()
            info = self._client.publish(topic, payload, qos=1, retain=retain)
            self._sent(info.rc)
            code = await self._answer(self._published, info.mid)
        if code >= _REFUSED:
            raise PublishRefusedError(topic, code)

    async def subscribe(self, filters: Sequence[str]) -> None:
        """Ask for all messages of these topic filters with QoS 1, the retained ones too."""
        self._alive()
        result, number = self._client.subscribe([(name, 1) for name in filters])
        self._sent(result)
        if number is None:
            raise LinkLostError("not subscribed")
        code = await self._answer(self._subscribed, number)
        if code >= _REFUSED:
            raise SubscribeRefusedError("subscription refused", code)

    async def next_message(self) -> Received:
        """Wait for a message."""
        return await self._inbox.get()

    async def next_messages(self, limit: int, gather_s: float) -> list[Received]:
        """Wait for a message, then for ``gather_s`` more or until there are ``limit``."""
        taken = [await self._inbox.get()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(gather_s):
                while len(taken) < limit:
                    taken.append(await self._inbox.get())
        return taken

    def acknowledge(self, message: Received) -> None:
        """Tell the broker that a message is safe; only with ``manual_acknowledgement``."""
        if message.qos == 1 and not self._lost.is_set():
            self._guarded(functools.partial(self._client.ack, message.number, 1))

    async def close(self) -> None:
        """Say goodbye, so that the will is not told; a lost connection is left as it is."""
        if not self._lost.is_set() and self._socket is not None:
            self._guarded(self._client.disconnect)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.answer_timeout_s):
                    await self._lost.wait()
        self._fail("closed")

    def abandon(self) -> None:
        """Drop the connection without a goodbye, if it still stands."""
        self._fail("closed")

    # Connecting

    def _make_client(self, will: Will | None) -> Client:
        settings = self._settings
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=settings.manual_acknowledgement,
        )
        client.connect_timeout = settings.connect_timeout_s
        client.max_inflight_messages_set(settings.max_in_flight)
        client.max_queued_messages_set(settings.max_in_flight)
        if settings.account:
            client.username_pw_set(settings.account.username, settings.account.password)
        if settings.tls:
            settings.tls.sslsocket_class = _HandshakeOrClosed
            client.tls_set_context(settings.tls)
        if will:
            will_properties = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call] # paho left it untyped
            will_properties.WillDelayInterval = will.delay_s
            client.will_set(will.topic, will.payload, qos=1, retain=True, properties=will_properties)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_socket_register_write
        client.on_socket_unregister_write = self._on_socket_unregister_write
        return client

    async def _connect_in_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        work = loop.run_in_executor(self._connector, self._connect_blocking)
        try:
            await asyncio.shield(work)
        except (TimeoutError, asyncio.CancelledError):
            # Nobody waits for the thread any more: what it still opens is closed, what it raises is dropped.
            work.add_done_callback(self._drop_late_socket)
            raise

    def _connect_blocking(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho left it untyped
        properties.SessionExpiryInterval = self._settings.session_expiry_s
        properties.ReceiveMaximum = self._settings.receive_maximum
        self._client.connect_async(
            self._settings.host,
            self._settings.port,
            keepalive=self._settings.keepalive_s,
            clean_start=self._settings.session_expiry_s == 0,
            properties=properties,
        )
        self._client.reconnect()

    def _drop_late_socket(self, work: "asyncio.Future[None]") -> None:
        if not work.cancelled():
            work.exception()
        late = self._client.socket()
        if late is not None:
            late.close()

    def _attach(self, loop: asyncio.AbstractEventLoop) -> None:
        self._socket = self._client.socket()
        if self._socket is None:
            raise LinkLostError("closed at once")
        loop.add_reader(self._socket, self._readable)
        loop.add_writer(self._socket, self._writable)  # CONNECT is queued already

    # The socket, on the loop

    def _readable(self) -> None:
        self._guarded(self._client.loop_read)
        # Bytes that TLS has already decrypted never make the socket readable again.
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            asyncio.get_running_loop().call_soon(self._readable_again)

    def _readable_again(self) -> None:
        if self._socket is not None:
            self._readable()

    def _writable(self) -> None:
        self._guarded(self._client.loop_write)

    def _guarded(self, call: Callable[[], MQTTErrorCode]) -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - a broken packet makes paho raise anything; the connection ends
            _log.exception("the MQTT library failed")
            self._fail(f"{type(error).__name__}: {error}")
            return
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS and not self._lost.is_set():
            self._fail(f"{result.name}")

    def _fail(self, reason: str) -> None:
        if self._lost.is_set():
            return
        self._loss = LinkLostError(reason)
        self._lost.set()
        waiting = [*self._published.values(), *self._subscribed.values()]
        if self._connected is not None:
            waiting.append(self._connected)
        for future in waiting:
            if not future.done():
                future.set_exception(LinkLostError(reason))
                future.exception()  # whoever waits still gets it; nobody has to
        if self._socket is not None:
            lost_socket = self._socket
            self._detach()
            lost_socket.close()

    def _detach(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        loop.remove_writer(self._socket)
        self._socket = None

    def _alive(self) -> None:
        if self._lost.is_set():
            raise LinkLostError(self._loss.reason)

    def _sent(self, result: MQTTErrorCode) -> None:
        self._alive()
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._fail(f"{result.name}")
            raise LinkLostError(f"{result.name}")

    async def _answer(self, waiting: dict[int, asyncio.Future[int]], number: int) -> int:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        waiting[number] = future
        try:
            async with asyncio.timeout(self._settings.answer_timeout_s):
                return await future
        except TimeoutError:
            self._fail("no answer in time")
            raise LinkLostError("no answer in time") from None
        finally:
            waiting.pop(number, None)

    # What paho calls

    def _on_connect(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if self._connected is not None and not self._connected.done():
            self._connected.set_result(reason.value)

    def _on_disconnect(
        self, _client: Client, _data: object, flags: DisconnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        by_whom = "the broker" if flags.is_disconnect_packet_from_server else "the network"
        self._fail(f"closed by {by_whom}: {reason.getName()}")

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        if message.qos == 0 and self._inbox.qsize() >= self._settings.inbox_limit:
            self.dropped += 1
            return
        self._inbox.put_nowait(Received(topic, bytes(message.payload), message.qos, message.retain, message.mid))

    def _on_publish(self, _client: Client, _data: object, number: int, reason: ReasonCode, _properties: object) -> None:
        _settle(self._published, number, reason.value)

    def _on_subscribe(
        self, _client: Client, _data: object, number: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        _settle(self._subscribed, number, max(reason.value for reason in reasons))

    def _on_socket_open(self, _client: Client, _data: object, opened: Any) -> None:
        # Called in the connector's thread. Without it a round trip waits for a delayed acknowledgement: 40 ms.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _on_socket_close(self, _client: Client, _data: object, _closed: object) -> None:
        if self._socket is not None:
            self._detach()

    def _on_socket_register_write(self, _client: Client, _data: object, _socket: object) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().add_writer(self._socket, self._writable)

    def _on_socket_unregister_write(self, _client: Client, _data: object, _socket: object) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_writer(self._socket)


class _HandshakeOrClosed(ssl.SSLSocket):
    """A socket that is closed when its handshake fails; paho only forgets it."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the signature of ssl.SSLSocket
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def _settle(waiting: dict[int, asyncio.Future[int]], number: int, code: int) -> None:
    future = waiting.get(number)
    if future is not None and not future.done():
        future.set_result(code)
