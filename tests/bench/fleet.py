"""Reports of kiosks: stored durably beside only counted by a bare subscriber, and the outbox beside one fsynced row."""

import itertools
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

import psutil
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from deploy.demo.broker import INGEST_ACCOUNT
from mqtt.messages import EventBatch, encode
from mqtt.outbox_file import OutboxFile
from tests.bench.harness import ROUNDS, Comparison, Sample, compare
from tests.support import mqtt_messages as examples
from tests.support.broker import PASSWORD, RealBroker
from tests.support.fleet import INGEST, password_file

FOLDER: Final = Path("var/bench")
"""On the disk whose fsync the table's first line tells."""
MESSAGES: Final = 5_000
"""A round; each is a batch with one visit, of one of so many kiosks:"""
KIOSKS: Final = 200
ADDED: Final = 100
"""Events a round of the outbox; the round's figure is their median."""
WAIT_S: Final = 120.0
LOADER: Final = "loader"
BARE_TOPIC: Final = "library/v1/server/bench"

COUNTER: Final = """
import sys
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
port, name, password, topic, wanted = sys.argv[1:]
counted = 0
def count(client, userdata, message):
    global counted
    counted += 1
    if counted % int(wanted) == 0:
        print(counted, flush=True)
client = Client(CallbackAPIVersion.VERSION2, client_id="bare", protocol=MQTTProtocolVersion.MQTTv5)
client.username_pw_set(name, password)
client.on_message = count
client.on_connect = lambda client, *_: client.subscribe(topic, 1)
client.on_subscribe = lambda *_: print("ready", flush=True)
client.connect("127.0.0.1", int(port))
client.loop_forever()
"""


class _Reports:
    """A broker, one who publishes, the ingest, and one who only counts."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        broker = RealBroker(folder / "broker", [LOADER])
        with (folder / "broker" / "rights").open("a", encoding="ascii") as rights:
            rights.write(f"user {LOADER}\ntopic write library/v1/d/+/up/#\ntopic write {BARE_TOPIC}\n")
        stack.enter_context(broker)
        self._store = folder / "fleet.db"
        url, secret = f"sqlite:///{self._store}", str(password_file(folder))
        self._ingest = start(stack, [INGEST, url, "127.0.0.1", str(broker.port), secret])
        counter = [COUNTER, str(broker.port), INGEST_ACCOUNT, PASSWORD, BARE_TOPIC, str(MESSAGES)]
        self._counter = start(stack, counter)
        self._told = _line(self._counter)
        self._numbers = itertools.count(KIOSKS)
        self._stored = 0
        self._bare = encode(examples.batch(examples.event(1)))
        self._publisher = publisher(stack, broker.port)

    def stored(self) -> Sample:
        """Publish a round and wait until the last of it is committed."""
        batches = [self._batch() for _ in range(MESSAGES)]
        self._stored += MESSAGES
        with closing(sqlite3.connect(self._store, timeout=10.0)) as store:

            def done() -> bool:
                return bool(store.execute("SELECT count(*) FROM visit").fetchone()[0] == self._stored)

            return self._timed(self._ingest, [(_topic(each), encode(each)) for each in batches], done)

    def counted(self) -> Sample:
        """Publish as much to one who only counts."""
        return self._timed(self._counter, [(BARE_TOPIC, self._bare)] * MESSAGES, self._counter_says_so)

    def _counter_says_so(self) -> bool:
        return bool(self._told.readline())

    def _batch(self) -> EventBatch:
        number = next(self._numbers)
        sequence, kiosk = divmod(number, KIOSKS)
        event = examples.event(sequence, f"event-{number}")
        sent = examples.batch(event, outbox_id=f"outbox-{kiosk}", oldest=sequence)
        return sent.model_copy(update={"kiosk_id": f"k-{kiosk:04}"})

    def _timed(
        self, listener: subprocess.Popen[str], messages: Sequence[tuple[str, bytes]], done: Callable[[], bool]
    ) -> Sample:
        process = psutil.Process(listener.pid)
        before, began = process.cpu_times(), time.perf_counter()
        for topic, payload in messages:
            self._publisher.publish(topic, payload, qos=1)
        while not done():
            if time.perf_counter() - began > WAIT_S:
                raise RuntimeError("not everything came")
            time.sleep(0.01)
        taken, after = time.perf_counter() - began, process.cpu_times()
        cpu = after.user + after.system - before.user - before.system
        return Sample(taken / MESSAGES, cpu / MESSAGES)


class _Outbox:
    """The outbox file as the agent uses it, and one row of one table with the same pragmas."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._file = stack.enter_context(closing(OutboxFile(folder / "outbox.sqlite", "bench")))
        self._floor = stack.enter_context(closing(_bare(folder / "floor.sqlite")))
        self._body = examples.event(1).model_dump_json(include={"type", "occurred_at", "data"})
        self._numbers = itertools.count(1)
        self.taken: dict[str, list[float]] = {"ours": [], "floor": []}

    def ours(self) -> Sample:
        """Keep some events."""
        return self._round("ours", lambda number: self._file.add(f"event-{number}", self._body))

    def floor(self) -> Sample:
        """Write as many rows."""
        row = "INSERT INTO event (event_id, body) VALUES (?, ?)"
        return self._round("floor", lambda number: self._floor.execute(row, (f"event-{number}", self._body)))

    def _round(self, side: str, write: Callable[[int], object]) -> Sample:
        taken, cpu = [], time.process_time()
        for number in itertools.islice(self._numbers, ADDED):
            began = time.perf_counter()
            write(number)
            taken.append(time.perf_counter() - began)
        self.taken[side] += taken
        return Sample(statistics.median(taken), (time.process_time() - cpu) / ADDED)


def run() -> Sequence[Comparison]:
    """Measure both, each in turn with its floor."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=FOLDER))).resolve()
        outbox = _Outbox(stack, folder)
        kept = compare("an event into the outbox, p50", ("the outbox", outbox.ours), ("one fsynced row", outbox.floor))
        late = [statistics.quantiles(taken[-ADDED * ROUNDS :], n=100)[-1] * 1e3 for taken in outbox.taken.values()]
        reports = _Reports(stack, folder)
        stored = compare(
            "a kiosk's report",
            ("stored durably", reports.stored),
            ("bare paho, only counted", reports.counted),
            unit="us",
        )
        rates = f"{1e6 / stored.ours_median:,.0f} and {1e6 / stored.other_median:,.0f} a second"
        return [
            replace(kept, note=f"p99 {late[0]:.2f} and {late[1]:.2f} ms"),
            replace(stored, note=f"{rates}; one publisher for both, CPU of the listener alone, {KIOSKS} kiosks"),
        ]


def _topic(batch: EventBatch) -> str:
    return f"library/v1/d/{batch.kiosk_id}/up/event"


def publisher(stack: ExitStack, port: int) -> Client:
    """Connect one who publishes as ``LOADER``, a thousand messages at a time, until the stack ends."""
    client = Client(CallbackAPIVersion.VERSION2, client_id=LOADER, protocol=MQTTProtocolVersion.MQTTv5)
    client.username_pw_set(LOADER, PASSWORD)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    stack.callback(client.loop_stop)
    stack.callback(client.disconnect)
    return client


def start(stack: ExitStack, arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Run a program of Python, of which the text comes first, until the stack ends; it has said that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )

    def end() -> None:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()

    stack.callback(end)
    if not _line(process).readline():
        raise RuntimeError("a program did not get so far")
    return process


def _line(process: subprocess.Popen[str]) -> IO[str]:
    if process.stdout is None:
        raise RuntimeError("no standard output")
    return process.stdout


def _bare(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        store.execute(f"PRAGMA {pragma}")
    store.execute("CREATE TABLE event (sequence INTEGER PRIMARY KEY, event_id TEXT, body TEXT) STRICT")
    return store
