"""``python -m tests.torture.delivery``: a delivery from outbox to store is killed at each boundary, and then finished.

A boundary is the beginning of an SQL statement, on either side, and of whatever makes, syncs, names or removes a
file. At the first of them a forked child dies, then one at the second, until one lives to its end; after each death a
new life begins with what is on disk, and everything must be in the store, once.
"""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Final

from sqlalchemy import Engine, select

from mqtt.agent.pump import batch_of
from mqtt.ids import fresh_id
from mqtt.link_values import Received
from mqtt.messages import encode
from mqtt.outbox import Parcel
from mqtt.outbox_file import OutboxFile
from mqtt.topics import Channel, of_kiosk
from server.fleet import broker_status, epochs
from server.fleet.ingest import FLEET_STEPS
from server.fleet.intake import AckOwed, take_in
from server.fleet.models import Visit
from server.store.engine import opened, transaction
from server.store.migrate import migrate
from tests.support import mqtt_messages as examples

_COMPILED: Final[dict[Any, Any]] = {}
"""Statements that SQLAlchemy has put into words in a life before."""
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a thousand fsyncs; what a process that dies leaves is the same
NOW: Final = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
_STATEMENTS: Final = frozenset({"execute", "executemany", "executescript", "commit", "rollback", "close"})
_OF: Final = defaultdict[type, frozenset[str]](
    frozenset,
    {
        sqlite3.Connection: _STATEMENTS,
        sqlite3.Cursor: _STATEMENTS,
        ModuleType: frozenset({"rename", "unlink", "open", "fsync", "chmod"}),  # of os
    },
)
"""What ends a life when it is called."""
_DEAD: Final = 9
_EVENTS: Final = 2


@dataclass(frozen=True, slots=True)
class Death:
    """One kill, and what was wrong after it."""

    beginning: str
    boundary: int
    wrong: str


def die_everywhere(folder: Path, every: int = 1) -> Iterator[Death]:
    """Kill at every boundary, or at one in ``every``, of each beginning, and tell each."""
    for name, prepare in _BEGINNINGS.items():
        template = folder / name
        template.mkdir()
        there = prepare(template)
        boundary, died = 1, True
        while died:
            place = folder / "life"
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(template, place)
            died = _killed(place, boundary)
            yield Death(name, boundary, _wrong(place, there))
            boundary += every


def _life(place: Path, say: Callable[[str], None]) -> None:
    """Open the outbox, hear the server, take two events, deliver all, close."""
    file = OutboxFile(place / "outbox.sqlite", fresh_id())
    with _store(place) as engine:
        with transaction(engine) as session:
            epoch = epochs.current(session)
        file.server_is(epoch)
        for number in range(_EVENTS):
            event = examples.event(1, f"new-{number}")
            file.add(event.event_id, event.model_dump_json(include={"type", "occurred_at", "data"}))
            say(event.event_id)
        _deliver(file, engine)
    file.close()


@contextmanager
def _store(place: Path) -> Iterator[Engine]:
    with opened(f"sqlite:///{place / 'fleet.db'}") as engine:
        yield engine.execution_options(compiled_cache=_COMPILED)


def _deliver(file: OutboxFile, engine: Engine) -> None:
    while events := file.oldest(50, 100_000):
        payload = encode(batch_of(examples.KIOSK, Parcel(file.outbox_id, events), NOW))
        message = Received(of_kiosk(examples.KIOSK, Channel.EVENT), payload, 1, retained=False, number=1)
        with transaction(engine) as session:
            owed = take_in(session, [message], NOW)
        for ack in owed:
            if isinstance(ack, AckOwed) and ack.outbox_id == file.outbox_id:
                file.acknowledged(ack.through, ack.epoch, int(NOW.timestamp()))


def _killed(place: Path, boundary: int) -> bool:
    """Live in a child that dies at a boundary; tell whether it did."""
    said = os.open(place / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    child = os.fork()
    if child == 0:
        try:
            _die_at(boundary)
            _life(place, lambda event_id: _note(said, event_id))
            os._exit(0)
        finally:  # only a life that failed comes here
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(said)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, _DEAD):
        raise RuntimeError(f"boundary {boundary}: the life ended with {status}")
    return status == _DEAD


def _note(said: int, event_id: str) -> None:
    os.write(said, f"{event_id}\n".encode())


def _die_at(boundary: int) -> None:
    left = boundary

    def called(_frame: FrameType, event: str, function: object) -> None:
        nonlocal left
        if event == "c_call" and getattr(function, "__name__", "") in _OF[type(getattr(function, "__self__", None))]:
            left -= 1
            if left == 0:
                os._exit(_DEAD)

    sys.setprofile(called)


def _wrong(place: Path, there: frozenset[str]) -> str:
    """Live once more, to the end; say what is missing."""
    wanted = there | set((place / "said").read_text(encoding="ascii").split())
    file = OutboxFile(place / "outbox.sqlite", fresh_id())
    with closing(file), _store(place) as engine:
        with transaction(engine) as session:
            file.server_is(epochs.current(session))
        _deliver(file, engine)
        with transaction(engine) as session:
            stored = list(session.scalars(select(Visit.event_id)))
        if missing := sorted(wanted - set(stored)):
            return f"not stored: {missing}"
        if len(stored) != len(set(stored)):
            return f"stored twice: {stored}"
        return "" if not file.depth() else f"{file.depth()} still wait"


def _new(place: Path) -> frozenset[str]:
    """Begin with an empty card and a new store."""
    with opened(f"sqlite:///{place / 'fleet.db'}") as engine:
        migrate(engine, FLEET_STEPS)
        with transaction(engine) as session:
            broker_status.ingest_started(session, NOW)
            epochs.ensure(session, NOW)
    return frozenset()


def _restored(place: Path) -> frozenset[str]:
    """Begin with a store that has lost what it acknowledged."""
    _new(place)
    backup = place / "backup.db"
    with closing(sqlite3.connect(place / "fleet.db", isolation_level=None)) as store:
        store.execute("VACUUM INTO ?", (str(backup),))
    _life(place, lambda _event_id: None)
    for one in place.glob("fleet.db*"):
        one.unlink()
    backup.rename(place / "fleet.db")
    with opened(f"sqlite:///{place / 'fleet.db'}") as engine, transaction(engine) as session:
        epochs.begin(session, NOW)
    return frozenset(f"new-{number}" for number in range(_EVENTS))


def _damaged(place: Path) -> frozenset[str]:
    """Begin with a file whose last page is broken, in which some events can still be read."""
    _new(place)
    path = place / "outbox.sqlite"
    with closing(OutboxFile(path, "old")) as file:
        for number in range(20):
            event = examples.event(1, f"old-{number:02}")
            file.add(event.event_id, event.model_dump_json(include={"type", "occurred_at", "data"}))
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xff" * 4096
    path.write_bytes(content)
    trial = place.with_name("trial")
    shutil.copytree(place, trial)
    with closing(OutboxFile(trial / "outbox.sqlite", "new")) as file:
        readable = frozenset(event.event_id for event in file.oldest(1000, 10_000_000))
    shutil.rmtree(trial)
    if not readable:
        raise RuntimeError("nothing can be read of the damaged file")
    return readable


_BEGINNINGS: Final[dict[str, Callable[[Path], frozenset[str]]]] = {
    "a new card": _new,
    "a restored backup": _restored,
    "a damaged file": _damaged,
}


def main() -> int:
    """Kill, and tell; exit status 1 where something was lost or stored twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.delivery", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="kill at one boundary in N")
    every = parser.parse_args().every
    deaths: Counter[str] = Counter()
    false = 0
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        for death in die_everywhere(Path(folder), every):
            deaths[death.beginning] += 1
            if death.wrong:
                false += 1
                sys.stdout.write(f"FALSE: {death.beginning}, killed at boundary {death.boundary}: {death.wrong}\n")
    for beginning, count in deaths.items():
        sys.stdout.write(f"{beginning}: {count} lives\n")
    return int(false > 0)


if __name__ == "__main__":
    sys.exit(main())
