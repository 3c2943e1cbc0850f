"""The file behind the outbox: events in order until the server has them, each on disk before it is called stored."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from mqtt.errors import OutboxUnavailableError
from mqtt.history_key import HistoryKey
from mqtt.outbox_opening import PAGES_LIMIT, is_damage, open_or_rebuild
from mqtt.told_events import ToldEvents, forget

_T = TypeVar("_T")

MADE_ROOM: Final = 50
"""Told events that are given up at a time where the disk is full."""


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event that the server has not acknowledged."""

    sequence: int
    event_id: str
    body: str = field(repr=False)
    replayed: bool = False
    """It was acknowledged before, by a server that has since lost it."""


class OutboxFile:
    """One SQLite file (WAL, ``synchronous=FULL``), used by one thread; every method returns after the fsync.

    Each opening begins a new numbering under ``new_id``: the numbers of a new file, or of one that went back in time
    (a restored image), are never taken for old ones, and an acknowledgement from before means nothing. Where the disk
    takes nothing any more the numbering goes on as it was. Acknowledged events stay sealed beside those that wait
    (``mqtt.told_events``); on a full disk they make room. Raise ``OutboxUnavailableError`` when the file cannot be
    used at all.
    """

    def __init__(self, path: Path, new_id: str, pages_limit: int = PAGES_LIMIT) -> None:
        self._pages_limit = pages_limit
        with _disk_faults():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection, self.opened = open_or_rebuild(path, pages_limit)
            try:
                self._told = ToldEvents(self._connection, HistoryKey.kept_at(path.with_name(f"{path.stem}.key")))
                self._number_anew(new_id)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; a second time is allowed."""
        self._connection.close()

    @property
    def outbox_id(self) -> str:
        """The random name of this file's numbering."""
        return self._word("SELECT outbox_id FROM identity")

    @property
    def epoch(self) -> str:
        """The server's epoch as it was last told; empty before that."""
        return self._word("SELECT coalesce((SELECT epoch FROM server), '')")

    def add(self, event_id: str, body: str) -> bool:
        """Keep an event; return ``False`` when one of that id is kept already, or told."""
        with _disk_faults():
            if self._told.holds(event_id):
                return False
            return self._with_room(lambda: self._insert(event_id, body))

    def oldest(self, limit: int, bytes_limit: int) -> tuple[KeptEvent, ...]:
        """Return at most ``limit`` events from the oldest on, and no more than ``bytes_limit`` of them beyond one."""
        taken: list[KeptEvent] = []
        size = 0
        with (
            _disk_faults(),
            closing(
                self._connection.execute(
                    "SELECT sequence, event_id, body, EXISTS (SELECT 1 FROM replayed WHERE event_id = event.event_id)"
                    " FROM event ORDER BY sequence LIMIT ?",
                    (limit,),
                )
            ) as cursor,
        ):
            for sequence, event_id, body, replayed in cursor:
                size += len(body.encode())
                if taken and size > bytes_limit:
                    break
                taken.append(KeptEvent(sequence, event_id, body, bool(replayed)))
        return tuple(taken)

    def depth(self) -> int:
        """Return how many events wait."""
        return int(self._word("SELECT count(*) FROM event"))

    def told(self) -> int:
        """Return how many events are kept though the server has them."""
        return int(self._word("SELECT count(*) FROM told"))

    def acknowledged(self, through: int, epoch: str, server_s: int) -> int:
        """Seal the events up to a sequence, which the server has in ``epoch``; return how many no longer wait.

        ``server_s`` is the server's time in whole Unix seconds: what was told more than thirty days before it goes.
        """

        def settle() -> int:
            gone = self._told.keep(through, epoch, server_s)
            self._told.drop_old(server_s, self._pages_limit // 2)
            return gone

        with _disk_faults():
            try:
                return self._with_room(lambda: self._atomically(settle))
            except sqlite3.OperationalError as error:
                if not _is_full(error):
                    raise
                return self._atomically(lambda: forget(self._connection, through))

    def server_is(self, epoch: str) -> tuple[int, int]:
        """Note the server's epoch; where it is a new one, what was told in another waits again.

        Return how many events wait again, and how many were lost because their seal is broken.
        """
        if epoch == self.epoch:
            return 0, 0

        def begin() -> tuple[int, int]:
            again = self._told.tell_again(epoch)
            self._connection.execute("INSERT OR REPLACE INTO server VALUES (1, ?)", (epoch,))
            return again

        with _disk_faults():
            return self._atomically(begin)

    def _insert(self, event_id: str, body: str) -> bool:
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", (event_id, body)
        )
        return cursor.rowcount == 1

    def _with_room(self, work: Callable[[], _T]) -> _T:
        """Do what writes; on a full disk what is told already makes room until it can be done, or none is left."""
        while True:
            try:
                return work()
            except sqlite3.OperationalError as error:
                if not _is_full(error) or not self._told.drop_oldest(MADE_ROOM):
                    raise

    def _number_anew(self, new_id: str) -> None:
        def begin() -> None:
            with closing(self._connection.execute("SELECT event_id, body FROM event ORDER BY sequence")) as cursor:
                rows = cursor.fetchall()
            self._connection.execute("DELETE FROM event")
            self._connection.execute("DELETE FROM sqlite_sequence WHERE name = 'event'")
            self._connection.executemany("INSERT INTO event (event_id, body) VALUES (?, ?)", rows)
            self._connection.execute("INSERT OR REPLACE INTO identity VALUES (1, ?)", (new_id,))

        try:
            self._atomically(begin)
        except sqlite3.OperationalError:
            if not self._connection.execute("SELECT count(*) FROM identity").fetchone()[0]:
                raise

    def _word(self, statement: str) -> str:
        with _disk_faults(), closing(self._connection.execute(statement)) as cursor:
            return str(cursor.fetchone()[0])

    def _atomically(self, work: Callable[[], _T]) -> _T:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            done = work()
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk may have ended it
                self._connection.execute("ROLLBACK")
            raise
        return done


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise OutboxUnavailableError(f"{type(error).__name__}: {error}", is_damage(error)) from error


def _is_full(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
