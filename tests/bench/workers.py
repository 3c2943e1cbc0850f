"""Reports of kiosks stored by two workers of the ingest side by side, beside one, on PostgreSQL that syncs."""

import itertools
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil
from sqlalchemy import func, select

from mqtt.messages import encode
from server.fleet.models import Visit
from server.store.engine import for_reading, open_engine, transaction
from tests.bench.fleet import FOLDER, KIOSKS, LOADER, WAIT_S, publisher, start
from tests.bench.harness import Comparison, Sample, compare
from tests.support import mqtt_messages as examples
from tests.support.broker import RealBroker
from tests.support.fleet import INGEST, password_file
from tests.support.postgresql import NOT_INSTALLED, PostgresqlServer, find_programs

MESSAGES: Final = 2_000
"""A round; each is a batch with one visit."""


class _Side:
    """A broker, a database, and so many workers between them."""

    def __init__(self, stack: ExitStack, folder: Path, postgresql: PostgresqlServer, workers: Sequence[str]) -> None:
        folder.mkdir()
        broker = RealBroker(folder / "broker", [LOADER])
        with (folder / "broker" / "rights").open("a", encoding="ascii") as rights:
            rights.write(f"user {LOADER}\ntopic write library/v1/d/+/up/#\n")
        stack.enter_context(broker)
        url, secret = postgresql.new_database(), str(password_file(folder))
        self._workers = [
            psutil.Process(start(stack, [INGEST, url, "127.0.0.1", str(broker.port), secret, name]).pid)
            for name in workers
        ]
        engine = open_engine(url)
        stack.callback(engine.dispose)
        self._reading = for_reading(engine)
        self._numbers = itertools.count(KIOSKS)
        self._stored = 0
        self._publisher = publisher(stack, broker.port)

    def round(self) -> Sample:
        """Publish a round and wait until the last of it is committed."""
        messages = [self._message() for _ in range(MESSAGES)]
        self._stored += MESSAGES
        cpu, began = self._cpu(), time.perf_counter()
        for topic, payload in messages:
            self._publisher.publish(topic, payload, qos=1)
        while self._rows() < self._stored:
            if time.perf_counter() - began > WAIT_S:
                raise RuntimeError("not everything came")
            time.sleep(0.02)
        return Sample((time.perf_counter() - began) / MESSAGES, (self._cpu() - cpu) / MESSAGES)

    def _cpu(self) -> float:
        return sum(worker.cpu_times().user + worker.cpu_times().system for worker in self._workers)

    def _rows(self) -> int:
        with transaction(self._reading) as session:
            return session.scalar(select(func.count()).select_from(Visit)) or 0

    def _message(self) -> tuple[str, bytes]:
        number = next(self._numbers)
        sequence, kiosk = divmod(number, KIOSKS)
        kiosk_id = f"k-{kiosk:04}"
        sent = examples.batch(examples.event(sequence, f"event-{number}"), outbox_id=f"outbox-{kiosk}", oldest=sequence)
        return f"library/v1/d/{kiosk_id}/up/event", encode(sent.model_copy(update={"kiosk_id": kiosk_id}))


def run() -> Sequence[Comparison]:
    """Measure both in turn; nothing where PostgreSQL is not installed."""
    programs = find_programs()
    if programs is None:
        sys.stderr.write(f"workers: {NOT_INSTALLED}\n")
        return []
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=FOLDER))).resolve()
        postgresql = stack.enter_context(PostgresqlServer(programs, is_durable=True))
        two = _Side(stack, folder / "two", postgresql, ["a", "b"])
        one = _Side(stack, folder / "one", postgresql, ["a"])
        found = compare("a kiosk's report", ("two workers", two.round), ("one worker", one.round), unit="us")
        rates = f"{1e6 / found.ours_median:,.0f} and {1e6 / found.other_median:,.0f} a second"
        return [replace(found, note=f"{rates}; PostgreSQL with fsync, {KIOSKS} kiosks, CPU of the workers alone")]
