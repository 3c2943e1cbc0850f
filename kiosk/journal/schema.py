"""The journal's tables, how an older file becomes one of today, and what is done with a file that is damaged."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from kiosk.errors import JournalFault, JournalUnavailableError

SCHEMA_VERSION: Final = 4

_LOANS_AND_EVENTS = """
CREATE TABLE loan (
    transaction_id TEXT PRIMARY KEY,
    patron_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown')),
    at REAL NOT NULL
) STRICT;
CREATE TABLE event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;
"""
_SINCE_2 = """
CREATE TABLE alarm (
    item_id TEXT PRIMARY KEY,
    tags TEXT NOT NULL,
    wanted TEXT NOT NULL CHECK (wanted IN ('off', 'on')),
    reason TEXT NOT NULL,
    at REAL NOT NULL
) STRICT;
CREATE TABLE giving_back (
    transaction_id TEXT PRIMARY KEY,
    item_id TEXT NOT NULL,
    tags TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown')),
    at REAL NOT NULL
) STRICT;
CREATE TABLE kept (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    transaction_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('lend', 'return')),
    patron_id TEXT,
    item_id TEXT NOT NULL,
    tags TEXT NOT NULL,
    at TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    monotonic REAL NOT NULL,
    due TEXT,
    clock_is_set INTEGER NOT NULL,
    owes_alarm INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('kept', 'sending', 'applied', 'renewed', 'superseded', 'needs_staff'))
) STRICT;
"""
_SINCE_3 = """
CREATE TABLE staff_act (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    staff_id TEXT,
    kind TEXT NOT NULL,
    device TEXT,
    item_id TEXT
) STRICT;
CREATE TABLE opening (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    by_staff TEXT NOT NULL CHECK (by_staff IN ('closed', 'open')),
    until TEXT
) STRICT;
"""
_SINCE_4 = """
ALTER TABLE staff_act ADD COLUMN reason TEXT;
ALTER TABLE staff_act ADD COLUMN refusal TEXT;
ALTER TABLE staff_act ADD COLUMN act_key TEXT;
ALTER TABLE staff_act ADD COLUMN result TEXT;
ALTER TABLE kept ADD COLUMN staff_id TEXT;
"""
_ASIDE = "ALTER TABLE alarm RENAME TO alarm_of_1;"
_TAKEN_OVER = """
INSERT INTO alarm SELECT item_id, coalesce(tag_uid, ''), 'off', 'lent', at FROM alarm_of_1 ORDER BY rowid;
DROP TABLE alarm_of_1;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, make it one of today, and see that it is sound.

    Raises:
        sqlite3.OperationalError: the disk is full, locked or refuses; the file itself is sound.
        sqlite3.DatabaseError: the file is damaged.
        JournalUnavailableError: a newer release has written it; it is left as it is.

    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=True)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # a settled loan leaves no card number in the file
        _make_current(connection)
        with closing(connection.execute("PRAGMA quick_check")) as cursor:
            verdict = cursor.fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
    except (sqlite3.Error, JournalUnavailableError):
        connection.close()
        raise
    return connection


def move_aside(path: Path) -> Path:
    """Keep a damaged file under another name, which is given, with all that SQLite wrote beside it."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for ending in ("-wal", "-shm"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + ending))
    path.rename(aside)
    return aside


def _make_current(connection: sqlite3.Connection) -> None:
    """Bring the tables to today's form in one transaction; a file that has it is not written."""
    version = _number(connection, "PRAGMA user_version")
    if version == 0 and _number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'event'"):
        version = 1  # its first start was cut short before it wrote its number
    match version:
        case 0:
            script = _LOANS_AND_EVENTS + _SINCE_2 + _SINCE_3 + _SINCE_4
        case 1:
            script = _ASIDE + _SINCE_2 + _TAKEN_OVER + _SINCE_3 + _SINCE_4
        case 2:
            script = _SINCE_3 + _SINCE_4
        case 3:
            script = _SINCE_4
        case _ if version == SCHEMA_VERSION:
            return
        case _:
            raise JournalUnavailableError(f"schema {version}", JournalFault.NEWER)
    try:
        connection.executescript(f"BEGIN IMMEDIATE;{script}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _number(connection: sqlite3.Connection, question: str) -> int:
    with closing(connection.execute(question)) as cursor:
        return int(cursor.fetchone()[0])
