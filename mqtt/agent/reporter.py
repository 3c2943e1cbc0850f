"""What the agent does over one connection to the broker: it says who and how the kiosk is, and hears the server."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mqtt.agent.machine import LagMeter, own_version, read_hardware, read_machine
from mqtt.agent.missed_readings import BEATS, Missed, MissedReadings
from mqtt.agent.pump import Pump
from mqtt.agent.status import KioskStatus
from mqtt.connection import Connection
from mqtt.envelope import Message
from mqtt.errors import MqttError, OutboxUnavailableError, PublishRefusedError
from mqtt.health import HealthReading, KioskHealth, KioskReadings
from mqtt.link_values import Received, Will
from mqtt.messages import (
    SENT_BY_KIOSK,
    EventAck,
    KioskBirth,
    KioskCondition,
    KioskState,
    ServerHello,
    ServerState,
    decode,
    encode,
)
from mqtt.outbox import NEARLY_FULL, Outbox
from mqtt.telemetry_ring import TelemetryRing
from mqtt.topics import SERVER_STATE, Channel, every_down, of_kiosk

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reports; ``run_id`` names this run of the process."""

    kiosk_id: str
    name: str
    place: str
    run_id: str
    started_at: datetime
    state_folder: Path
    health_every_s: float
    reannounce_within_s: float
    will_delay_s: int
    plain_lines: tuple[str, ...] = ()
    """What the agent itself talks to over a network without encryption."""


def now() -> datetime:
    """Return the time with the offset of the place."""
    return datetime.now(UTC).astimezone()


class Reporter:
    """Holds what is to be reported; ``session`` reports it over one connection until ``leaving`` is set."""

    def __init__(self, identity: Identity, outbox: Outbox, pump: Pump, lag: LagMeter) -> None:
        self.leaving = asyncio.Event()
        self._identity = identity
        self._outbox = outbox
        self._pump = pump
        self._lag = lag
        self._status = KioskStatus()
        self._changed = asyncio.Event()
        self._clock_offset_s: float | None = None
        self._server_epoch = ""
        self._complained: set[str] = set()
        self._connected = False
        self._missed = MissedReadings(TelemetryRing(), self._reading, lambda: self._connected and pump.is_heard)

    def update(self, change: Callable[[KioskStatus], KioskStatus]) -> None:
        """Change what is known of the kiosk; what is new to the server is told at once."""
        self._status = change(self._status)
        self._changed.set()

    def make_will(self, session_id: str) -> Will:
        """Return what the broker says when this session dies."""
        lost = self._state_message(session_id, KioskCondition.LOST, ())
        return Will(self._topic(Channel.STATE), encode(lost), self._identity.will_delay_s)

    async def gather_readings(self) -> None:
        """Keep readings of the time in which nobody listens, until cancelled."""
        await self._missed.gather(self._identity.health_every_s * BEATS)

    async def session(self, connection: Connection) -> None:
        """Report until ``leaving`` is set, then say that the kiosk went by itself."""
        await connection.subscribe([every_down(self._identity.kiosk_id), SERVER_STATE])
        self._connected = True
        try:
            await self._report(connection)
        finally:
            self._connected = False

    async def _report(self, connection: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._tell_changes(connection)),
                group.create_task(self._tell_health(connection)),
                group.create_task(self._tell_missed(connection)),
                group.create_task(self._listen(connection)),
                group.create_task(self._pump.run(connection)),
            ]
            await self.leaving.wait()
            for task in tasks:
                task.cancel()
        gone = self._state_message(connection.session_id, KioskCondition.OFFLINE, ())
        await self._publish(connection, Channel.STATE, gone, retain=True)

    async def _tell_changes(self, connection: Connection) -> None:
        told_state: object = None
        told_birth: object = None
        while True:
            self._changed.clear()
            state = self._status.condition()
            birth = (self._status.known_devices(), self._status.program, await self._outbox.outbox_id())
            if birth != told_birth:
                await self._tell_birth(connection)
                told_birth = birth
            if state != told_state:
                await self._tell_state(connection)
                told_state = state
            await self._changed.wait()

    async def _tell_state(self, connection: Connection) -> None:
        message = self._state_message(connection.session_id, *self._status.condition())
        await self._publish(connection, Channel.STATE, message, retain=True)

    async def _tell_birth(self, connection: Connection) -> None:
        identity, program = self._identity, self._status.program
        birth = KioskBirth(
            sent_at=now(),
            kiosk_id=identity.kiosk_id,
            run_id=identity.run_id,
            session_id=connection.session_id,
            name=identity.name,
            place=identity.place,
            hardware=await asyncio.to_thread(read_hardware),
            agent_version=own_version(),
            kiosk_version=program.kiosk_version if program else "",
            config_version=program.config_version if program else "",
            started_at=identity.started_at,
            health_every_s=identity.health_every_s,
            devices=self._status.known_devices(),
            schema_versions=SENT_BY_KIOSK,
            outbox_id=await self._outbox.outbox_id(),
            outbox_replaced=self._outbox.found.moved_aside is not None,
            plain_lines=(*identity.plain_lines, *(program.plain_lines if program else ())),
        )
        await self._publish(connection, Channel.META, birth, retain=True)

    async def _reading(self) -> HealthReading:
        machine = await asyncio.to_thread(read_machine, self._identity.state_folder)
        return HealthReading(
            age_s=0.0,
            loop_lag_ms=self._lag.take_ms(),
            memory_available_bytes=machine.memory_available_bytes,
            disk_free_bytes=machine.disk_free_bytes,
            load_1min=machine.load_1min,
            outbox_depth=self._outbox.depth,
            temperature_c=machine.temperature_c,
        )

    async def _tell_missed(self, connection: Connection) -> None:
        async def send(missed: Missed) -> None:
            told = KioskReadings(
                sent_at=now(),
                kiosk_id=self._identity.kiosk_id,
                session_id=connection.session_id,
                dropped=missed.dropped,
                readings=missed.readings,
            )
            await self._publish(connection, Channel.READINGS, told)

        await self._missed.tell(self._pump.until_heard, send)

    async def _tell_health(self, connection: Connection) -> None:
        identity = self._identity
        while True:
            reading = await asyncio.to_thread(read_machine, identity.state_folder)
            health = KioskHealth(
                sent_at=now(),
                kiosk_id=identity.kiosk_id,
                session_id=connection.session_id,
                uptime_s=round(max(0.0, (now() - identity.started_at).total_seconds()), 1),
                loop_lag_ms=self._lag.take_ms(),
                kiosk_loop_lag_ms=self._status.loop_lag_ms,
                memory_available_bytes=reading.memory_available_bytes,
                disk_free_bytes=reading.disk_free_bytes,
                load_1min=reading.load_1min,
                clock_offset_s=self._clock_offset_s,
                outbox_depth=self._outbox.depth,
                outbox_nearly_full=self._outbox.depth >= NEARLY_FULL,
                catalogue=self._status.catalogue,
                waiting=self._status.waiting,
                temperature_c=reading.temperature_c,
                under_voltage=reading.under_voltage,
            )
            await self._publish(connection, Channel.HEALTH, health, qos=0)
            await asyncio.sleep(identity.health_every_s)

    async def _listen(self, connection: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                message = await connection.next_message()
                try:
                    await self._hear(connection, group, message)
                except OutboxUnavailableError as error:
                    if error.damaged:
                        raise
                    self._complain(message.topic, f"the outbox does not take it: {error.fault}")
                except MqttError as error:
                    self._complain(message.topic, f"not understood: {error!r}")

    async def _hear(self, connection: Connection, group: asyncio.TaskGroup, message: Received) -> None:
        if message.topic == SERVER_STATE:
            state = decode(ServerState, message.payload)
            if state.online:
                came_back = not message.retained and state.epoch != self._server_epoch
                self._server_epoch = state.epoch
                await self._pump.store_is(state.store_epoch)
                self._pump.server_is(online=True)
                if came_back:
                    group.create_task(self._reannounce(connection))
            elif state.epoch == self._server_epoch or message.retained:
                self._pump.server_is(online=False)
        elif message.topic == self._topic(Channel.ACK):
            await self._pump.acknowledged(decode(EventAck, message.payload))
        elif message.topic == self._topic(Channel.HELLO):
            hello = decode(ServerHello, message.payload)
            if hello.session_id == connection.session_id:
                await self._pump.store_is(hello.store_epoch)
                self._clock_offset_s = round((hello.server_time - now()).total_seconds(), 3)

    async def _reannounce(self, connection: Connection) -> None:
        spread = random.uniform(0, self._identity.reannounce_within_s)  # noqa: S311 - scatters a fleet, guards nothing
        await asyncio.sleep(spread)
        await self._tell_birth(connection)
        await self._tell_state(connection)

    async def _publish(
        self, connection: Connection, channel: Channel, message: Message, *, qos: int = 1, retain: bool = False
    ) -> None:
        topic = self._topic(channel)
        try:
            await connection.publish(topic, encode(message), qos=qos, retain=retain)
        except PublishRefusedError as refusal:
            self._complain(topic, f"the broker refuses it, reason {refusal.reason_code:#04x}")

    def _complain(self, topic: str, words: str) -> None:
        if topic not in self._complained:
            self._complained.add(topic)
            _log.error("%s: %s", topic, words)

    def _topic(self, channel: Channel) -> str:
        return of_kiosk(self._identity.kiosk_id, channel)

    def _state_message(self, session_id: str, state: KioskCondition, reasons: tuple[str, ...]) -> KioskState:
        return KioskState(
            sent_at=now(),
            kiosk_id=self._identity.kiosk_id,
            run_id=self._identity.run_id,
            session_id=session_id,
            state=state,
            reasons=reasons,
        )
