"""One SQLite file, worked by one thread of its own: what is written is on disk when the call returns, or nothing is."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from kiosk.errors import JournalFault, JournalUnavailableError
from kiosk.journal.reserve import Reserve, ReserveFile
from kiosk.journal.schema import connect, move_aside

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
Value = str | float | None
Statement = tuple[str, tuple[Value, ...]]

_NO_ROOM: Final = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})


class JournalFile:
    """The file beneath the journal, with ``synchronous=FULL`` and room in reserve for the visit in progress.

    What begins something new (``begins=True``) is refused as soon as the reserve is not held; what finishes something
    may take the reserve's room. A file that SQLite calls damaged is moved aside (its name then ends in
    ``.damaged-N``) and a new one begun: a kiosk that nobody visits must start.
    """

    def __init__(self, path: Path, reserve: Reserve | None = None) -> None:
        self._path = path
        self._reserve = reserve or ReserveFile(path.with_name(f"{path.name}.reserve"))
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._fault: JournalFault | None = None

    @property
    def can_write(self) -> bool:
        """Say whether something new may be begun, as far as the last write told."""
        return self._fault is None

    @property
    def fault(self) -> JournalFault | None:
        """Why nothing new may be begun."""
        return self._fault

    async def __aenter__(self) -> Self:
        try:
            await self._run(self._open)
        except BaseException:
            self._executor.shutdown(wait=True)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._run(self._close)
        self._executor.shutdown(wait=True)

    async def write(self, *statements: Statement, begins: bool = False) -> None:
        """Do all of it in one transaction, or nothing; raises ``JournalUnavailableError``."""
        # The executor ends what it began: a cancelled visit leaves no step half done.
        await asyncio.shield(self._run(lambda: self._commit(statements, begins=begins)))

    async def read(self, statement: str, *values: Value) -> list[tuple[str, ...]]:
        """Give the rows; raises ``JournalUnavailableError``."""
        return await self._run(lambda: self._opened.execute(statement, values).fetchall())

    def wipe_later(self) -> None:
        """Empty the log of writes of the card numbers of what is settled, and do not wait: a patron waits."""
        self._executor.submit(self._wipe)

    async def _run(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except sqlite3.OperationalError as error:  # a damaged file is none: the next start moves it aside
            raise JournalUnavailableError(str(error), _fault_of(error)) from error

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the journal is used outside its `async with`")
        return self._connection

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = connect(self._path)
        except sqlite3.OperationalError as error:  # a full disk or a lock: the file itself is sound
            if _fault_of(error) is not JournalFault.FULL or not self._reserve.give_back():
                raise
            _log.warning("the journal's disk is full: it is opened in the room that was held, and nothing new is lent")
            self._connection = connect(self._path)
        except sqlite3.DatabaseError:
            _log.exception("the journal is damaged and was moved aside: %s", move_aside(self._path))
            self._connection = connect(self._path)
        self._fault = None if self._reserve.hold() else JournalFault.FULL
        self._wipe()  # what a crash left in the log of writes

    def _commit(self, statements: tuple[Statement, ...], *, begins: bool) -> None:
        if begins and not self._reserve.hold():
            self._fault = JournalFault.FULL
            raise JournalUnavailableError("the reserve is not held", JournalFault.FULL)
        try:
            self._commit_once(statements)
        except sqlite3.OperationalError as error:
            self._fault = _fault_of(error)
            if begins or self._fault is not JournalFault.FULL or not self._reserve.give_back():
                raise
            _log.warning("the journal's disk is full: the visit in progress is finished in the room held for it")
            self._commit_once(statements)
        else:
            if begins:
                self._fault = None

    def _commit_once(self, statements: tuple[Statement, ...]) -> None:
        connection = self._opened
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in statements:
                connection.execute(statement, values)
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            raise

    def _wipe(self) -> None:
        """Empty the log of writes; while another loan is open the card numbers of settled ones may stay."""
        try:
            if self._opened.execute("SELECT 1 FROM loan LIMIT 1").fetchone() is None:
                self._opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:  # the next loan that is settled tries again
            _log.warning("the journal's log of writes could not be emptied: %s", error)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _fault_of(error: sqlite3.OperationalError) -> JournalFault:
    name = getattr(error, "sqlite_errorname", "")
    if name in _NO_ROOM:
        return JournalFault.FULL
    return JournalFault.READ_ONLY if name.startswith("SQLITE_READONLY") else JournalFault.OTHER
