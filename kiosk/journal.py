"""What must survive a power cut: loans under way, alarms to be switched off, and what the agent was not yet told."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from kiosk.errors import JournalUnavailableError
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Statement = tuple[str, tuple[str | float, ...]]

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS loan (
    transaction_id TEXT PRIMARY KEY,
    patron_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown')),
    at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS alarm (
    item_id TEXT PRIMARY KEY,
    tag_uid TEXT,
    at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;
"""


class LoanState(StrEnum):
    """How far a journalled loan has come; a settled one is no longer in the journal."""

    SENDING = "sending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A loan of which the journal does not know whether it stands."""

    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId
    state: LoanState


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """The alarm of an item that is lent, and whose tag was not yet seen to say "on loan"."""

    item_id: ItemId
    tag_uid: TagUid | None
    """The tag that was to be written; ``None`` where it has not come to that."""


@dataclass(frozen=True, slots=True)
class UnsentEvent:
    """Something the agent was not yet told."""

    event_id: str
    body: str = field(repr=False)


class Journal:
    """One SQLite file with ``synchronous=FULL``, worked by one thread of its own; every method returns after the fsync.

    A file that SQLite calls damaged is moved aside (its name then ends in ``.damaged-N``) and a new one begun: a kiosk
    that nobody visits must start. The file holds card numbers while a loan is under way and has mode 0600.

    Every method may raise ``JournalUnavailableError``: then it changed nothing, and may be called again.
    """

    def __init__(self, path: Path, wall: Callable[[], float]) -> None:
        self._path = path
        self._wall = wall
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None

    async def __aenter__(self) -> Self:
        await self._run(self._open)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._run(self._close)
        self._executor.shutdown(wait=True)

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> None:
        """Note a loan before its first byte leaves."""
        await self._write(
            (
                "INSERT OR REPLACE INTO loan VALUES (?, ?, ?, 'sending', ?)",
                (transaction_id, patron_id.text, item_id.text, self._wall()),
            )
        )

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        """Strike a loan off, whether it stands is known; ``alarm_owed``: it stands and its alarm is to go off.

        Both in one transaction: no power cut can make a loan known and forget its alarm. An alarm that was owed before
        is owed anew. Soon afterwards, where no other loan is open, no file holds a card number any more.
        """
        statements: list[_Statement] = [("DELETE FROM loan WHERE transaction_id = ?", (transaction_id,))]
        if alarm_owed:
            owe = "INSERT OR REPLACE INTO alarm SELECT item_id, NULL, ? FROM loan WHERE transaction_id = ?"
            statements.insert(0, (owe, (self._wall(), transaction_id)))
        await self._write(*statements)
        self._executor.submit(self._wipe)  # not waited for: a patron waits for the answer

    async def unknown(self, transaction_id: TransactionId) -> None:
        """Keep a loan of which nobody can say whether it stands."""
        await self._write(("UPDATE loan SET state = 'unknown' WHERE transaction_id = ?", (transaction_id,)))

    async def open_loans(self) -> tuple[OpenLoan, ...]:
        """Give the loans that are not settled, oldest first."""
        rows = await self._read("SELECT transaction_id, patron_id, item_id, state FROM loan ORDER BY at, rowid")
        return tuple(
            OpenLoan(TransactionId(row[0]), PatronId(row[1]), ItemId(row[2]), LoanState(row[3])) for row in rows
        )

    async def alarm_intended(self, item_id: ItemId, tag_uid: TagUid) -> None:
        """Note that a tag's alarm is about to be switched off."""
        statement = "INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)"
        await self._write((statement, (item_id.text, tag_uid, self._wall())))

    async def alarm_settled(self, item_id: ItemId) -> None:
        """Strike the intent off: the tag was read back and says "on loan"."""
        await self._write(("DELETE FROM alarm WHERE item_id = ?", (item_id.text,)))

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        """Give the alarms that are to be off and were not seen to be, oldest first."""
        rows = await self._read("SELECT item_id, tag_uid FROM alarm ORDER BY at, rowid")
        return tuple(OpenAlarm(ItemId(row[0]), None if row[1] is None else TagUid(row[1])) for row in rows)

    async def alarm_is_owed(self, item_id: ItemId) -> bool:
        """Tell whether the item is among ``open_alarms``."""
        return bool(await self._read("SELECT item_id FROM alarm WHERE item_id = ?", item_id.text))

    async def add_event(self, event_id: str, body: str) -> None:
        """Keep something for the agent; the same id twice is kept once."""
        await self._write(("INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", (event_id, body)))

    async def unsent_events(self) -> tuple[UnsentEvent, ...]:
        """Give what the agent has not confirmed, oldest first."""
        rows = await self._read("SELECT event_id, body FROM event ORDER BY number")
        return tuple(UnsentEvent(row[0], row[1]) for row in rows)

    async def strike_off(self, event_id: str) -> None:
        """Forget what the agent has on its own disk."""
        await self._write(("DELETE FROM event WHERE event_id = ?", (event_id,)))

    async def _run(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except sqlite3.OperationalError as error:  # a damaged file is none: the next start moves it aside
            raise JournalUnavailableError(str(error)) from error

    async def _write(self, *statements: _Statement) -> None:
        # The executor ends what it began: a cancelled visit leaves no step half done.
        await asyncio.shield(self._run(lambda: _commit(self._opened, statements)))

    async def _read(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        return await self._run(lambda: self._opened.execute(statement, values).fetchall())

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the journal is used outside its `async with`")
        return self._connection

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _connect(self._path)
        except sqlite3.OperationalError:  # a full disk or a lock: the file itself is sound
            raise
        except sqlite3.DatabaseError:
            _log.exception("the journal is damaged and was moved aside: %s", _move_aside(self._path))
            self._connection = _connect(self._path)
        self._wipe()  # what a crash left in the log of writes

    def _wipe(self) -> None:
        """Empty the log of writes of the card numbers of settled loans; while another loan is open they may stay."""
        try:
            if self._opened.execute("SELECT 1 FROM loan LIMIT 1").fetchone() is None:
                self._opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:  # the next loan that is settled tries again
            _log.warning("the journal's log of writes could not be emptied: %s", error)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _commit(connection: sqlite3.Connection, statements: tuple[_Statement, ...]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement, values in statements:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=True)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # a settled loan leaves no card number in the file
        connection.executescript(_SCHEMA)
        with closing(connection.execute("PRAGMA quick_check")) as cursor:
            verdict = cursor.fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


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
