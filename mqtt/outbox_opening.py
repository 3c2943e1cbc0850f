"""Opens the outbox's database file, whatever has become of it."""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mqtt.history_key import free_name

PAGES_LIMIT: Final = 65_536
"""The file grows to 256 MiB and no further: two hundred thousand visits. Beyond, events stay in the kiosk's journal."""

_PRIMARY: Final = 0xFF
"""The part of an SQLite result code that names its kind."""
_OUTSIDE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Kinds of failures that are not the file's own fault."""
_CLUELESS: Final = (UnicodeDecodeError, MemoryError)
"""What sqlite3 raises where a spoilt schema keeps it from saying what is wrong."""
_ENDINGS: Final = ("", "-wal", "-shm")
"""Of a database, and of what SQLite keeps beside it."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS identity (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), outbox_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS replayed (event_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS told (
    number INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    box BLOB NOT NULL,
    epoch TEXT NOT NULL,
    told_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS server (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), epoch TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class _Salvage:
    """What could still be read of a damaged file: rows as they stood in it, oldest first."""

    events: list[tuple[object, ...]] = field(default_factory=list, repr=False)
    replayed: list[tuple[object, ...]] = field(default_factory=list)
    told: list[tuple[object, ...]] = field(default_factory=list, repr=False)
    epoch: list[tuple[object, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opened:
    """What was found when the file was opened."""

    moved_aside: Path | None
    """Where an unreadable file lies now; ``None`` when there was none."""
    saved: int
    """Events that could still be read from it and stand in the new one."""


def open_or_rebuild(path: Path, pages_limit: int) -> tuple[sqlite3.Connection, Opened]:
    """Open the file; a damaged one is moved aside once all that can be read of it stands in a new one on disk.

    Whenever the power goes on the way, the next opening does the rest. Raise ``sqlite3.OperationalError`` where the
    disk or a right is what is missing: then the file is left as it is.
    """
    rebuilt = path.with_name(f"{path.name}.rebuilt")
    if rebuilt.exists() and not path.exists():
        _put_in_place(path, rebuilt, free_name(path))
    try:
        return _connect(path, pages_limit), Opened(None, 0)
    except (sqlite3.DatabaseError, *_CLUELESS) as error:
        if not is_damage(error):
            raise
        found = _salvage(path)
    for ending in _ENDINGS:
        rebuilt.with_name(rebuilt.name + ending).unlink(missing_ok=True)
    connection = _connect(rebuilt, pages_limit)
    with closing(connection):
        _put_back(connection, found)
    aside = free_name(path)
    _put_in_place(path, rebuilt, aside)
    return _connect(path, pages_limit), Opened(aside, len(found.events))


def is_damage(error: Exception) -> bool:
    """Tell whether the file itself is broken, rather than the disk full, a lock held or a right missing."""
    if not isinstance(error, sqlite3.OperationalError):
        return isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError | MemoryError)
    code = getattr(error, "sqlite_errorcode", 0)
    # The file could be opened for writing: it is its own header that says "read only".
    return code == sqlite3.SQLITE_READONLY or code & _PRIMARY not in _OUTSIDE


def _connect(path: Path, pages_limit: int) -> sqlite3.Connection:
    """Open or make the file; raise ``sqlite3.DatabaseError`` when it is damaged, ``OperationalError`` for all else."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    # The one thread that uses it may be another than the one that the tests call from: never two at once.
    connection = sqlite3.connect(path, isolation_level=None, timeout=1.0, check_same_thread=False)
    connection.text_factory = _text
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is sealed must not lie about in free pages
        connection.execute(f"PRAGMA max_page_count = {pages_limit}")
        connection.executescript(_SCHEMA)
        _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    with closing(connection.execute("PRAGMA quick_check")) as cursor:
        verdict = cursor.fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    try:
        connection.execute("DELETE FROM replayed WHERE 0")  # nothing is written, and yet it tells whether it could be
    except sqlite3.OperationalError as error:
        if is_damage(error):
            raise


def _text(raw: bytes) -> str:
    """Read text of which a card may have spoilt a byte: it must not keep back what lies behind it."""
    return raw.decode("utf-8", "replace")


def _salvage(path: Path) -> _Salvage:
    found = _Salvage()
    with (
        suppress(sqlite3.Error, *_CLUELESS),
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
    ):
        connection.text_factory = _text
        for rows, kinds, statement in (
            (found.events, (str, str), "SELECT event_id, body FROM event ORDER BY sequence"),
            (found.replayed, (str,), "SELECT event_id FROM replayed"),
            (found.told, (str, bytes, str, int), "SELECT event_id, box, epoch, told_at FROM told ORDER BY number"),
            (found.epoch, (str,), "SELECT epoch FROM server"),
        ):
            with suppress(sqlite3.Error, *_CLUELESS):
                rows.extend(row for row in connection.execute(statement) if tuple(map(type, row)) == kinds)
    return found


def _put_back(connection: sqlite3.Connection, found: _Salvage) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", found.events)
    connection.executemany("INSERT OR IGNORE INTO replayed VALUES (?)", found.replayed)
    connection.executemany("INSERT OR IGNORE INTO told (event_id, box, epoch, told_at) VALUES (?, ?, ?, ?)", found.told)
    connection.executemany("INSERT OR REPLACE INTO server VALUES (1, ?)", found.epoch)
    connection.execute("COMMIT")


def _put_in_place(path: Path, rebuilt: Path, aside: Path) -> None:
    """Move a damaged file and what belongs to it aside, the database first: its log would spoil another one."""
    for ending in _ENDINGS:
        old = path.with_name(path.name + ending)
        if old.exists():
            old.rename(aside.with_name(aside.name + ending))
    rebuilt.rename(path)
