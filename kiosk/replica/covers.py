"""The covers that lie on a kiosk: small pictures beside the records, in as many bytes as its disk has for them.

They lie in the records' own file, so that a record that goes takes its cover along in one transaction. When they are
more than may be kept, those of books without a copy here go first.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from library.api.cover_stream import CoversPart, Pictures

TABLE: Final = """
CREATE TABLE IF NOT EXISTS cover (
    key INTEGER PRIMARY KEY,
    small BLOB NOT NULL,
    whole BLOB NOT NULL
) STRICT;
"""
_AT_A_TIME: Final = 200
_LENGTH: Final = "length(small) + length(whole)"


class CoverStore:
    """The covers in the open file of the one who writes it; its work raises ``sqlite3.Error`` and then did nothing."""

    def __init__(self, base: sqlite3.Connection, writing: Callable[[], AbstractContextManager[None]]) -> None:
        self._base = base
        self._writing = writing

    @property
    def position(self) -> str:
        """How far they have come, as the server takes it; empty: there are none yet."""
        return self._fact("covers")

    @property
    def bytes_kept(self) -> int:
        """How much they are."""
        return int(self._fact("cover_bytes") or 0)

    def is_full(self, most_bytes: int) -> bool:
        """Say whether so many bytes were found to be too few."""
        return int(self._fact("covers_full") or -1) >= most_bytes

    def take(self, part: CoversPart, most_bytes: int) -> bool:
        """Take in the next part; say whether there was room for it.

        Where there was none, books that stand here have their covers, or as many of them as there is room for, and the
        same part comes again when there is more room.
        """
        heading = part.heading
        with self._writing():
            if self.position.partition(":")[0] != heading.feed:
                self.forget_all()
            for key, pictures in part.covers:
                self.forget(key)
                if pictures is not None:
                    self._add(key, pictures)
            while self.bytes_kept > most_bytes:
                gone = self._least_wanted()
                for key in gone:
                    self.forget(key)
                    if self.bytes_kept <= most_bytes:
                        break
                if not gone:
                    self._cut(part, most_bytes)
                    self._set("covers_full", str(most_bytes))
                    self._set("covers", self.position or f"{heading.feed}:0")
                    return False
            self._set("covers", f"{heading.feed}:{heading.cursor}")
        return True

    def forget(self, key: int) -> None:
        """Forget a record's cover; within a transaction of the caller's."""
        wanted = f"DELETE FROM cover WHERE key = ? RETURNING {_LENGTH}"  # noqa: S608 - our own words
        gone = self._base.execute(wanted, (key,)).fetchall()
        if gone:
            self._grow(-int(gone[0][0]))

    def forget_others(self) -> None:
        """Forget those of records that are not there; within a transaction of the caller's."""
        wanted = "SELECT key FROM cover WHERE key NOT IN (SELECT key FROM entry WHERE body IS NOT NULL)"
        for (key,) in self._base.execute(wanted).fetchall():
            self.forget(key)

    def forget_all(self) -> None:
        """Forget all, and how far they had come; within a transaction of the caller's."""
        self._base.execute("DELETE FROM cover")
        self._base.execute("DELETE FROM fact WHERE name IN ('covers', 'covers_full', 'cover_bytes')")

    def _add(self, key: int, pictures: Pictures) -> None:
        self._base.execute("INSERT INTO cover VALUES (?, ?, ?)", (key, pictures.small, pictures.whole))
        self._grow(len(pictures.small) + len(pictures.whole))

    def _least_wanted(self) -> list[int]:
        """Give covers of books that have no copy here, or of records that are not there."""
        wanted = (
            "SELECT cover.key FROM cover LEFT JOIN entry ON entry.key = cover.key "
            "WHERE coalesce(entry.here, 0) = 0 ORDER BY cover.key LIMIT ?"
        )
        return [int(key) for (key,) in self._base.execute(wanted, (_AT_A_TIME,))]

    def _cut(self, part: CoversPart, most_bytes: int) -> None:
        """Leave out of the last part what there is no room for."""
        for key, _ in reversed(part.covers):
            if self.bytes_kept <= most_bytes:
                return
            self.forget(key)
        while self.bytes_kept > most_bytes:  # the room was made smaller since the last time
            self.forget(int(self._base.execute("SELECT max(key) FROM cover").fetchone()[0]))

    def _grow(self, by: int) -> None:
        self._set("cover_bytes", str(self.bytes_kept + by))

    def _fact(self, name: str) -> str:
        row = self._base.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def _set(self, name: str, value: str) -> None:
        self._base.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
