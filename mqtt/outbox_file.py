"""The file behind the outbox: events in order until the server has them, each on disk before it is called stored."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from mqtt.errors import OutboxUnavailableError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS identity (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), outbox_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event that the server has not acknowledged."""

    sequence: int
    event_id: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What was found when the file was opened."""

    moved_aside: Path | None
    """Where an unreadable file lies now; ``None`` when there was none."""
    saved: int
    """Events that could still be read from it and stand in the new one."""


class OutboxFile:
    """One SQLite file (WAL, ``synchronous=FULL``), used by one thread; every method returns after the fsync.

    Each opening begins a new numbering under ``new_id``: the numbers of a new file, or of one that went back in time
    (a restored image), are never taken for old ones, and an acknowledgement from before means nothing. Where the disk
    takes nothing any more the numbering goes on as it was. Raise ``OutboxUnavailableError`` when the file cannot be
    used at all.
    """

    def __init__(self, path: Path, new_id: str) -> None:
        self._path = path
        self.opened = Opened(None, 0)
        with _disk_faults():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connect(path)
            except sqlite3.OperationalError:  # a full disk, a lock, a missing right: the file itself is sound
                raise
            except sqlite3.DatabaseError:
                kept = _salvage(path)
                aside = _move_aside(path)
                self._connection = _connect(path)
                self._connection.executemany("INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", kept)
                self.opened = Opened(aside, len(kept))
            self._number_anew(new_id)

    def close(self) -> None:
        """Close the file; a second time is allowed."""
        self._connection.close()

    @property
    def outbox_id(self) -> str:
        """The random name of this file's numbering."""
        with _disk_faults(), closing(self._connection.execute("SELECT outbox_id FROM identity")) as cursor:
            return str(cursor.fetchone()[0])

    def add(self, event_id: str, body: str) -> bool:
        """Keep an event; return ``False`` when one of that id is kept already."""
        with _disk_faults():
            cursor = self._connection.execute(
                "INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", (event_id, body)
            )
            return cursor.rowcount == 1

    def oldest(self, limit: int, bytes_limit: int) -> tuple[KeptEvent, ...]:
        """Return at most ``limit`` events from the oldest on, and no more than ``bytes_limit`` of them beyond one."""
        taken: list[KeptEvent] = []
        size = 0
        with (
            _disk_faults(),
            closing(
                self._connection.execute(
                    "SELECT sequence, event_id, body FROM event ORDER BY sequence LIMIT ?", (limit,)
                )
            ) as cursor,
        ):
            for sequence, event_id, body in cursor:
                size += len(body.encode())
                if taken and size > bytes_limit:
                    break
                taken.append(KeptEvent(sequence, event_id, body))
        return tuple(taken)

    def depth(self) -> int:
        """Return how many events are kept."""
        with _disk_faults(), closing(self._connection.execute("SELECT count(*) FROM event")) as cursor:
            return int(cursor.fetchone()[0])

    def forget(self, through: int) -> int:
        """Drop the events up to a sequence, which the server has; return how many went."""
        with _disk_faults():
            return self._connection.execute("DELETE FROM event WHERE sequence <= ?", (through,)).rowcount

    def _number_anew(self, new_id: str) -> None:
        try:
            with self._transaction():
                with closing(self._connection.execute("SELECT event_id, body FROM event ORDER BY sequence")) as cursor:
                    rows = cursor.fetchall()
                self._connection.execute("DELETE FROM event")
                self._connection.execute("DELETE FROM sqlite_sequence WHERE name = 'event'")
                self._connection.executemany("INSERT INTO event (event_id, body) VALUES (?, ?)", rows)
                self._connection.execute("INSERT OR REPLACE INTO identity VALUES (1, ?)", (new_id,))
        except sqlite3.OperationalError:
            if not self._connection.execute("SELECT count(*) FROM identity").fetchone()[0]:
                raise

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        raise OutboxUnavailableError(f"{type(error).__name__}: {error}", damaged) from error


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    # The one thread that uses it may be another than the one that the tests call from: never two at once.
    connection = sqlite3.connect(path, isolation_level=None, timeout=1.0, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
        with closing(connection.execute("PRAGMA quick_check")) as cursor:
            verdict = cursor.fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _salvage(path: Path) -> list[tuple[str, str]]:
    """Read what an unreadable file still gives, oldest first."""
    kept: list[tuple[str, str]] = []
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for event_id, body in connection.execute("SELECT event_id, body FROM event ORDER BY sequence"):
            if isinstance(event_id, str) and isinstance(body, str):
                kept.append((event_id, body))
    return kept


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + ending))
    path.rename(aside)
    return aside
