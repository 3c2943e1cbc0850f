"""Events that the server has acknowledged: kept sealed for a month, and told again to a server that lost them."""

import sqlite3
from contextlib import closing
from typing import Final

from mqtt.errors import SealBrokenError
from mqtt.history_key import HistoryKey

KEPT_S: Final = 30 * 24 * 3600
"""Thirty days, by the server's clock alone: a kiosk's own may stand at 1970."""
_AT_A_TIME: Final = 50


class ToldEvents:
    """The table of told events in the outbox's file; every method runs within the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection, key: HistoryKey) -> None:
        self._connection = connection
        self._key = key

    def holds(self, event_id: str) -> bool:
        """Tell whether the server is known to have this event."""
        return self._value("SELECT count(*) FROM told WHERE event_id = ?", (event_id,)) > 0

    def keep(self, through: int, epoch: str, told_at: int) -> int:
        """Seal the events up to a sequence and take them from those that wait; return how many."""
        with closing(
            self._connection.execute(
                "SELECT event_id, body FROM event WHERE sequence <= ? ORDER BY sequence", (through,)
            )
        ) as cursor:
            rows = cursor.fetchall()
        self._connection.executemany(
            "INSERT OR REPLACE INTO told (event_id, box, epoch, told_at) VALUES (?, ?, ?, ?)",
            [(event_id, self._key.seal(event_id, body), epoch, told_at) for event_id, body in rows],
        )
        return forget(self._connection, through)

    def tell_again(self, epoch: str) -> tuple[int, int]:
        """Let what was acknowledged in another epoch wait again, marked as told before.

        Return how many wait again, and how many were lost because their seal is broken.
        """
        with closing(
            self._connection.execute("SELECT event_id, box FROM told WHERE epoch <> ? ORDER BY number", (epoch,))
        ) as cursor:
            rows = cursor.fetchall()
        lost = 0
        for event_id, box in rows:
            try:
                body = self._key.open(event_id, box)
            except SealBrokenError:
                lost += 1
                continue
            self._connection.execute("INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", (event_id, body))
            self._connection.execute("INSERT OR IGNORE INTO replayed VALUES (?)", (event_id,))
        self._connection.execute("DELETE FROM told WHERE epoch <> ?", (epoch,))
        return len(rows) - lost, lost

    def drop_old(self, now: int, pages: int) -> None:
        """Drop what is older than a month at ``now``, and the oldest while the file has more than ``pages`` in use."""
        self._connection.execute("DELETE FROM told WHERE told_at < ?", (now - KEPT_S,))
        while self._pages_used() > pages and self.drop_oldest(_AT_A_TIME):
            pass

    def drop_oldest(self, count: int) -> int:
        """Drop so many of the oldest; return how many there were."""
        return self._connection.execute(
            "DELETE FROM told WHERE number IN (SELECT number FROM told ORDER BY number LIMIT ?)", (count,)
        ).rowcount

    def count(self) -> int:
        """Return how many are kept."""
        return self._value("SELECT count(*) FROM told")

    def _pages_used(self) -> int:
        return self._value("PRAGMA page_count") - self._value("PRAGMA freelist_count")

    def _value(self, statement: str, given: tuple[object, ...] = ()) -> int:
        with closing(self._connection.execute(statement, given)) as cursor:
            return int(cursor.fetchone()[0])


def forget(connection: sqlite3.Connection, through: int) -> int:
    """Drop the waiting events up to a sequence; return how many went."""
    connection.execute(
        "DELETE FROM replayed WHERE event_id IN (SELECT event_id FROM event WHERE sequence <= ?)", (through,)
    )
    return connection.execute("DELETE FROM event WHERE sequence <= ?", (through,)).rowcount
