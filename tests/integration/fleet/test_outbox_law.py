"""A law of the outbox and the store together: whatever breaks between them, each event is stored exactly once."""

import asyncio
import itertools
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from mqtt.agent.pump import batch_of
from mqtt.link_values import Received
from mqtt.messages import encode
from mqtt.outbox import Outbox, Receipt
from server.fleet import epochs
from server.fleet.intake import AckOwed, take_in
from server.fleet.models import FleetBase, Visit
from server.store.engine import open_engine, transaction
from tests.support import mqtt_messages as examples

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TOPIC = f"library/v1/d/{examples.KIOSK}/up/event"

_MEMORY = Path("/dev/shm")  # noqa: S108 - thousands of fsyncs, of which the law does not depend on one


class OutboxAndStore(RuleBasedStateMachine):
    """A kiosk's outbox and the server's store; messages between them wait, are lost, doubled and late."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-law-", dir=_MEMORY if _MEMORY.is_dir() else None))
        self.path = self.folder / "outbox.sqlite"
        self.runner = asyncio.Runner()
        self.numbers = itertools.count(1)
        self.ids = itertools.count(1)
        self.told: list[str] = []
        self.image = self.folder / "image"
        self.imaged: set[str] = set()
        self.gone_with_the_card: set[str] = set()
        self.under_way: list[bytes] = []
        self.acks: list[AckOwed] = []
        self.engine = open_engine(f"sqlite:///{self.folder / 'fleet.db'}", durable=False)
        self.backup: Path = self.folder / "backup.db"
        self.begin_store()
        self.outbox = self.opened()

    def begin_store(self) -> None:
        """Make the server's store and its first life."""
        FleetBase.metadata.create_all(self.engine)
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Begin a new life of the store."""
        with transaction(self.engine) as session:
            self.epoch = epochs.begin(session, NOW)

    def opened(self) -> Outbox:
        """Open the outbox file as a new run of the agent does."""
        outbox = Outbox(self.path, lambda: f"id-{next(self.ids)}")
        self.runner.run(outbox.__aenter__())
        return outbox

    def closed(self) -> None:
        """Close it; every commit is on disk already, so a crash leaves the same."""
        self.runner.run(self.outbox.__aexit__(None, None, None))

    def stored(self) -> list[str]:
        """Return the event ids in the store."""
        with transaction(self.engine) as session:
            return list(session.scalars(select(Visit.event_id)))

    @rule(count=st.integers(1, 3))
    def happen(self, count: int) -> None:
        """Put new events on disk."""
        for _ in range(count):
            event = examples.event(1, f"event-{next(self.numbers)}")
            body = event.model_dump_json(include={"type", "occurred_at", "data"})
            assert self.runner.run(self.outbox.add(event.event_id, body))
            self.told.append(event.event_id)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def happen_again(self, data: st.DataObject) -> None:
        """Say an event a second time, as a kiosk does whose journal was not struck off."""
        event_id = data.draw(st.sampled_from(self.told))
        body = examples.event(1, event_id).model_dump_json(include={"type", "occurred_at", "data"})
        self.runner.run(self.outbox.add(event_id, body))
        self.gone_with_the_card.discard(event_id)

    @rule(limit=st.integers(1, 4), arrives=st.booleans(), acknowledged=st.booleans())
    def send(self, limit: int, arrives: bool, acknowledged: bool) -> None:  # noqa: FBT001 - Hypothesis names them
        """Send the oldest events; they and the answer may be late. What was sent may come again at any time."""
        parcel = self.runner.run(self.outbox.oldest(limit, 100_000))
        if parcel.events:
            self.under_way.append(encode(batch_of(examples.KIOSK, parcel, NOW)))
            if arrives:
                self.deliver(self.under_way[-1])
                if acknowledged:
                    self.take(self.acks[-1])

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        """Let anything that was ever sent arrive."""
        self.deliver(data.draw(st.sampled_from(self.under_way)))

    @precondition(lambda self: self.acks)
    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        """Let any acknowledgement arrive, however old."""
        self.take(data.draw(st.sampled_from(self.acks)))

    @rule()
    def hear_the_server(self) -> None:
        """Hear which life the server's store is in."""
        self.runner.run(self.outbox.server_is(self.epoch))

    def take(self, ack: AckOwed) -> None:
        """Take an acknowledgement."""
        self.runner.run(self.outbox.acknowledged(Receipt(ack.outbox_id, ack.through, ack.epoch, NOW)))

    def deliver(self, payload: bytes) -> None:
        """Store a batch and note the acknowledgement that it earns."""
        with transaction(self.engine) as session:
            owed = take_in(session, [Received(TOPIC, payload, 1, retained=False, number=1)], NOW)
        self.acks += [answer for answer in owed if isinstance(answer, AckOwed)]

    @rule()
    def restart(self) -> None:
        """End the agent at any moment and start it again."""
        self.closed()
        self.outbox = self.opened()

    @rule(data=st.data())
    def disaster(self, data: st.DataObject) -> None:
        """Let something worse happen."""
        disasters = [self.new_store, self.make_backup, self.new_card, self.make_image]
        if self.backup.exists():
            disasters.append(self.restore_backup)
        if self.image.exists():
            disasters.append(self.restore_image)
        data.draw(st.sampled_from(disasters))()

    def new_store(self) -> None:
        """Lose the server's store; old acknowledgements may still come."""
        self.gone_with_the_card |= set(self.stored()) - self.in_file()
        FleetBase.metadata.drop_all(self.engine)
        self.begin_store()

    def make_backup(self) -> None:
        """Copy the server's store."""
        self.backup.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.folder / "fleet.db", isolation_level=None)) as store:
            store.execute("VACUUM INTO ?", (str(self.backup),))

    def restore_backup(self) -> None:
        """Put the copy back, and say so."""
        before = set(self.stored())
        self.engine.dispose()
        for one in self.folder.glob("fleet.db*"):
            one.unlink()
        shutil.copy(self.backup, self.folder / "fleet.db")
        self.gone_with_the_card |= before - set(self.stored()) - self.in_file()
        self.begin_epoch()

    def new_card(self) -> None:
        """Put an empty card into the kiosk."""
        self.gone_with_the_card |= self.in_file() - set(self.stored())
        self.closed()
        self.image.unlink(missing_ok=True)
        for one in self.folder.glob("outbox.sqlite*"):
            one.unlink()
        self.outbox = self.opened()

    def make_image(self) -> None:
        """Take an image of the card while the agent is off."""
        self.closed()
        shutil.copy(self.path, self.image)
        self.imaged = self.in_file()
        self.outbox = self.opened()

    def restore_image(self) -> None:
        """Put the image back: the file goes back in time."""
        self.closed()
        self.gone_with_the_card |= self.in_file() - self.imaged - set(self.stored())
        for one in self.folder.glob("outbox.sqlite-*"):
            one.unlink()
        shutil.copy(self.image, self.path)
        self.gone_with_the_card -= self.in_file()
        self.outbox = self.opened()

    def in_file(self) -> set[str]:
        """Return the event ids that the outbox file holds: those that wait, and those that it has told."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT event_id FROM event UNION SELECT event_id FROM told")
            return {row[0] for row in rows}

    @invariant()
    def every_event_is_kept_or_stored(self) -> None:
        """Nothing is in neither place, but what went with a card or a store."""
        missing = set(self.told) - self.in_file() - set(self.stored()) - self.gone_with_the_card

        assert not missing

    @invariant()
    def no_event_is_stored_twice(self) -> None:
        """Find each in the store once."""
        stored = self.stored()

        assert len(stored) == len(set(stored))

    def teardown(self) -> None:
        """When all is well again everything comes in, and the outbox is empty."""
        self.hear_the_server()
        for _ in range(100):
            parcel = self.runner.run(self.outbox.oldest(50, 100_000))
            if not parcel.events:
                break
            self.deliver(encode(batch_of(examples.KIOSK, parcel, NOW)))
            self.take(self.acks[-1])
        left, missing = (
            self.runner.run(self.outbox.oldest(50, 100_000)).events,
            set(self.told) - set(self.stored()) - self.gone_with_the_card,
        )
        self.closed()
        self.runner.close()
        self.engine.dispose()
        shutil.rmtree(self.folder)

        assert not left
        assert not missing


TestOutboxAndStore = OutboxAndStore.TestCase
TestOutboxAndStore.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
