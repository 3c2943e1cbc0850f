"""The process that listens to the kiosks: stores what they say, then acknowledges it."""

import asyncio
import json
import logging
import signal
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from mqtt.broker_section import BrokerSection
from mqtt.connection import Connection
from mqtt.errors import LinkLostError, MalformedMessageError, PublishRefusedError, UnknownVersionError
from mqtt.ids import fresh_id
from mqtt.link import Link
from mqtt.link_values import LinkSettings, Received, Will
from mqtt.messages import EventAck, ServerHello, ServerState, decode, encode
from mqtt.topics import EVERY_KIOSK_STATE, EVERY_KIOSK_UP, SERVER_STATE, Channel, of_kiosk, shared
from server.clock import Clock, utc_now
from server.fleet import alerts, broker_status, dead_letters, epochs, readings
from server.fleet.committing import commit
from server.fleet.intake import AckOwed, HelloOwed, Owed
from server.fleet.models import NO_NAME
from server.store.engine import open_engine
from server.store.migrate import migrate
from server.store.writer import WriterQueue
from settings.errors import SecretFileError

_log = logging.getLogger(__name__)

FLEET_STEPS: Final = "server.fleet.migrations"
OWN_NAME: Final = "library-ingest"
GATHER_MESSAGES: Final = 500
GATHER_S: Final = 0.05
GOODBYE_S: Final = 3.0
THIN_EVERY: Final = timedelta(hours=1)


class FleetSettings(Protocol):
    """What the ingest needs of the server's configuration (``server.config.FleetSection``)."""

    @property
    def store(self) -> str:
        """URL of the fleet store."""
        ...

    @property
    def broker_host(self) -> str:
        """Where the broker is."""
        ...

    @property
    def broker_port(self) -> int:
        """Its TCP port."""
        ...

    @property
    def broker_login(self) -> str:
        """The account; empty means ``library-ingest``."""
        ...

    @property
    def broker_password_file(self) -> Path | None:
        """A file that others may not read."""
        ...

    @property
    def broker_ca(self) -> Path | None:
        """TLS when given."""
        ...


def main(section: FleetSettings, worker: str = NO_NAME) -> int:
    """Run the ingest until SIGTERM or SIGINT; return the exit status (2: the configuration is wrong).

    With a name it is one of several workers, between which the broker shares out what kiosks say: they need a store
    that more than one process may write at a time, PostgreSQL.

    Prints one JSON line ``{"ready": true}`` on standard output when the store is open and the broker is being called.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = link_settings(section, worker)
    except SecretFileError as error:
        sys.stderr.write(f"{error.path}: {error.fault}\n")
        return 2
    except ValidationError as error:
        for fault in error.errors(include_input=False):
            sys.stderr.write(f"fleet: {fault['msg']}\n")
        return 2
    if worker and make_url(section.store).get_backend_name() == "sqlite":
        sys.stderr.write("fleet.store: several workers need PostgreSQL; SQLite has one writer\n")
        return 2
    asyncio.run(run_ingest(section.store, settings, utc_now, worker))
    return 0


def link_settings(section: FleetSettings, worker: str = NO_NAME) -> LinkSettings:
    """Return how a worker of the ingest connects; raise ``SecretFileError`` or pydantic's ``ValidationError``."""
    broker = BrokerSection(
        host=section.broker_host,
        port=section.broker_port,
        username=section.broker_login or OWN_NAME,
        password_file=section.broker_password_file,
        ca_file=section.broker_ca,
        reconnect_max_s=5.0,
    )
    # Nothing is to be kept for it while it is away: kiosks send again what was not acknowledged.
    own_name = f"{OWN_NAME}-{worker}" if worker else OWN_NAME
    return broker.link_settings(own_name, session_expiry_s=0, manual_acknowledgement=True)


async def run_ingest(store_url: str, settings: LinkSettings, clock: Clock, worker: str = NO_NAME) -> None:
    """Run until SIGTERM or SIGINT; raise when the store fails, so that the service manager starts it anew."""
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leaving.set)
    engine = open_engine(store_url)
    await asyncio.to_thread(migrate, engine, FLEET_STEPS)
    async with WriterQueue(engine, "fleet-store") as store:
        await Ingest(store, settings, clock, worker).run(leaving)


class Ingest:
    """Takes in what comes, commits, and only then acknowledges: to the broker, and to the kiosks' outboxes."""

    def __init__(self, store: WriterQueue, settings: LinkSettings, clock: Clock, worker: str = NO_NAME) -> None:
        self._store = store
        self._worker = worker
        self._clock = clock
        self._epoch = ""
        self._new_epoch = asyncio.Event()
        self._leaving = asyncio.Event()
        self._link = Link(settings, new_id=fresh_id, make_will=self._will, on_loss=self._lost)

    async def run(self, leaving: asyncio.Event) -> None:
        """Run until ``leaving`` is set."""
        started = self._clock()
        await self._store.write(lambda session: broker_status.ingest_started(session, started, self._worker))
        self._epoch = await self._store.write(lambda session: epochs.ensure(session, started))
        async with asyncio.TaskGroup() as group:
            link = group.create_task(self._link.run(self._session), name="link")
            heart = group.create_task(self._beat(), name="heartbeat")
            sys.stdout.write(json.dumps({"ready": True}) + "\n")
            sys.stdout.flush()
            await leaving.wait()
            self._leaving.set()
            await asyncio.wait([link], timeout=GOODBYE_S if self._link.connected else 0)
            link.cancel()
            heart.cancel()
        ended = self._clock()
        await self._store.write(lambda session: broker_status.broker_is(session, ended, self._worker, up=False))

    async def _beat(self) -> None:
        looked: datetime | None = None
        thinned: datetime | None = None
        while True:
            now = self._clock()
            epoch = await self._store.write(partial(_beat, now=now, worker=self._worker))
            if looked is None or abs(now - looked) >= alerts.LOOK_EVERY:
                await self._store.write(partial(alerts.look, now=now))
                looked = now
            if thinned is None or abs(now - thinned) >= THIN_EVERY:
                await self._store.write(partial(readings.thin_out, now=now))
                thinned = now
            if epoch != self._epoch:
                _log.warning("a new epoch has begun: the kiosks tell again what it may have lost")
                self._epoch = epoch
                self._new_epoch.set()
            await asyncio.sleep(broker_status.HEARTBEAT_EVERY.total_seconds())

    async def _session(self, connection: Connection) -> None:
        up = shared(OWN_NAME, EVERY_KIOSK_UP) if self._worker else EVERY_KIOSK_UP
        # States go to every worker, for retained ones reach no group; what two of them store twice is stored once.
        await connection.subscribe([EVERY_KIOSK_STATE, up, SERVER_STATE])
        await self._tell_state(connection, online=True)
        now = self._clock()
        await self._store.write(lambda session: broker_status.broker_is(session, now, self._worker, up=True))
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._listen(connection)),
                group.create_task(self._announce_epochs(connection)),
            ]
            await self._leaving.wait()
            for task in tasks:
                task.cancel()
        await self._tell_state(connection, online=False)

    async def _announce_epochs(self, connection: Connection) -> None:
        while True:
            await self._new_epoch.wait()
            self._new_epoch.clear()
            await self._tell_state(connection, online=True)

    async def _listen(self, connection: Connection) -> None:
        while True:
            gathered = await connection.next_messages(GATHER_MESSAGES, GATHER_S)
            own = [message for message in gathered if message.topic == SERVER_STATE]
            reports = [message for message in gathered if message.topic != SERVER_STATE]
            owed = await commit(self._store, reports, self._clock())
            for message in gathered:
                connection.acknowledge(message)
            if any(_denies(message, connection.session_id) for message in own):
                await self._tell_state(connection, online=True)  # the late will of an ingest before this one
            await asyncio.gather(*(self._answer(connection, answer) for answer in owed))

    async def _answer(self, connection: Connection, owed: Owed) -> None:
        now = self._clock()
        match owed:
            case AckOwed(kiosk_id, outbox_id, through, epoch):
                topic = of_kiosk(kiosk_id, Channel.ACK)
                payload = encode(
                    EventAck(sent_at=now, kiosk_id=kiosk_id, outbox_id=outbox_id, through=through, store_epoch=epoch)
                )
            case HelloOwed(kiosk_id, session_id, epoch):
                topic = of_kiosk(kiosk_id, Channel.HELLO)
                payload = encode(
                    ServerHello(
                        sent_at=now, kiosk_id=kiosk_id, session_id=session_id, server_time=now, store_epoch=epoch
                    )
                )
        try:
            await connection.publish(topic, payload)
        except PublishRefusedError as refusal:
            _log.error("the broker refuses %s, reason %#04x", topic, refusal.reason_code)

    async def _tell_state(self, connection: Connection, *, online: bool) -> None:
        state = ServerState(sent_at=self._clock(), online=online, epoch=connection.session_id, store_epoch=self._epoch)
        await connection.publish(SERVER_STATE, encode(state), retain=True)

    def _will(self, session_id: str) -> Will:
        return Will(SERVER_STATE, encode(ServerState(sent_at=self._clock(), online=False, epoch=session_id)))

    async def _lost(self, _loss: LinkLostError) -> None:
        now = self._clock()
        await self._store.write(lambda session: broker_status.broker_is(session, now, self._worker, up=False))


def _beat(session: Session, now: datetime, worker: str) -> str:
    broker_status.beat(session, now, worker)
    dead_letters.drop_oldest(session)
    return epochs.current(session)


def _denies(message: Received, epoch: str) -> bool:
    try:
        state = decode(ServerState, message.payload)
    except (MalformedMessageError, UnknownVersionError):
        return False
    return not state.online and state.epoch != epoch and not message.retained
