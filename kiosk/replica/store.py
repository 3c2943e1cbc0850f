"""The copy's records on disk: one SQLite file, which the process that keeps the copy writes and the kiosk reads.

A whole copy is taken in beside the old one, part by part, and takes its place in one transaction, so that whatever ends
it (a cable, a full disk, a power cut) leaves the old copy as it was and the new one where it stood.
"""

import contextlib
import json
import secrets
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kiosk.replica.covers import TABLE as COVERS
from kiosk.replica.covers import CoverStore
from library.api.catalogue_stream import Part, Row
from library.catalogue.record import CatalogueEntry

FORMAT: Final = 1
_BUSY_S: Final = 5.0
_LONGEST_LOG: Final = 16_000_000
"""Bytes of the write-ahead log that are kept once they are not needed any more."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS {name} (
    key INTEGER PRIMARY KEY,
    cursor INTEGER NOT NULL,
    here INTEGER NOT NULL,
    body BLOB
) STRICT;
"""
_TABLES: Final = (
    _TABLE.format(name="entry")
    + "CREATE INDEX IF NOT EXISTS entry_cursor ON entry (cursor);\n"
    + "CREATE INDEX IF NOT EXISTS entry_here ON entry (here, key);\n"
    + "CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;\n"
    + COVERS
    + f"PRAGMA user_version = {FORMAT};\n"
)


@dataclass(frozen=True, slots=True)
class Held:
    """How far a copy has come."""

    feed: str
    cursor: int
    number: int
    """By chance, of the whole copy on which it stands: the index of another one is none of this."""

    def __str__(self) -> str:
        return f"{self.feed}:{self.cursor}:{self.number}"

    @property
    def position(self) -> str:
        """As the server takes it."""
        return f"{self.feed}:{self.cursor}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read one as it was written; ``None`` where it is none."""
        parts = text.split(":")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts[1:]):  # noqa: PLR2004 - as above
            return None
        return cls(parts[0], int(parts[1]), int(parts[2]))


@dataclass(frozen=True, slots=True)
class Begun:
    """A whole copy that is being taken in."""

    feed: str
    cursor: int
    after: int
    """The last key that is there."""
    place: str = ""
    """Where the kiosk stands, by which it was noted what is here."""


class ReplicaStore:
    """The one writer of the file; for one thread. Its work raises ``sqlite3.Error`` and then did nothing."""

    def __init__(self, file: Path) -> None:
        """Open the file, and make it where there is none or one of another format."""
        self._file = file
        self.base = _opened(file)
        """The open file; for tests."""
        self.covers = CoverStore(self.base, self._writing)

    def __enter__(self) -> Self:
        """Return the store; leaving closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.base.close()

    @property
    def held(self) -> Held | None:
        """How far the copy has come; ``None``: there is none."""
        text = _fact(self.base, "held")
        return None if text is None else Held.read(text)

    @property
    def begun(self) -> Begun | None:
        """The whole copy that is being taken in."""
        text = _fact(self.base, "begun")
        return None if text is None else Begun(**json.loads(text))

    def begin(self) -> None:
        """Give up a copy that is being taken in, so that the next part is the first of a fresh one."""
        with self._writing():
            self.base.execute("DROP TABLE IF EXISTS coming")
            self._set("begun", None)

    def take_copy(self, part: Part) -> None:
        """Take in the next part of a whole copy; the last one puts it in the place of the old."""
        heading = part.heading
        with self._writing():
            begun = self.begun
            if begun is None:
                self.base.execute("DROP TABLE IF EXISTS coming")
                self.base.execute(_TABLE.format(name="coming"))
                begun = Begun(heading.feed, heading.cursor, 0, heading.place)
            self._put("coming", part.rows, begun.cursor, heading.place)
            after = max((row.key for row in part.rows), default=begun.after)
            place = begun.place if begun.place == heading.place else ""
            self._set("begun", json.dumps(asdict(replace(begun, after=after, place=place))))
            if heading.last:
                self._switch(begun, part)

    def _switch(self, begun: Begun, part: Part) -> None:
        self.base.execute("DROP TABLE entry")
        self.base.execute("ALTER TABLE coming RENAME TO entry")
        self.base.execute("CREATE INDEX entry_cursor ON entry (cursor)")
        self.base.execute("CREATE INDEX entry_here ON entry (here, key)")
        self._set("begun", None)
        if self.covers.position.partition(":")[0] == begun.feed:
            self.covers.forget_others()
        else:  # another store's keys may name other books
            self.covers.forget_all()
        self._set("held", str(Held(begun.feed, begun.cursor, secrets.randbits(31))))
        self._set("place", begun.place or None)  # nothing: what is here is noted anew
        self._set_places(part)

    def take_changes(self, part: Part) -> None:
        """Take in what changed since the position that is held."""
        held, heading = self.held, part.heading
        if held is None or heading.feed != held.feed or heading.cursor < held.cursor:
            raise ValueError("these changes do not follow")
        with self._writing():
            self._put("entry", part.rows, heading.cursor, heading.place)
            for row in part.rows:
                if row.entry is None:
                    self.covers.forget(row.key)
            self._set("held", str(Held(held.feed, heading.cursor, held.number)))
            self._set_places(part)

    @property
    def place(self) -> str:
        """Code of the place where the server says that this kiosk stands."""
        return _fact(self.base, "place") or ""

    def forget_gone(self, up_to: int) -> None:
        """Forget records that are gone since before a cursor: the index has heard of them."""
        with self._writing():
            self.base.execute("DELETE FROM entry WHERE body IS NULL AND cursor <= ?", (up_to,))

    def next_change(self, cursor: int) -> tuple[int, list[Row]] | None:
        """Give the records of the first part after a cursor, with the cursor that it led to; ``None``: none follows."""
        following = self.base.execute("SELECT min(cursor) FROM entry WHERE cursor > ?", (cursor,)).fetchone()[0]
        if following is None:
            return None
        wanted = "SELECT key, body FROM entry WHERE cursor = ? ORDER BY key"
        return int(following), [_row(key, body) for key, body in self.base.execute(wanted, (following,))]

    def all_entries(self) -> Iterator[CatalogueEntry]:
        """Give every record."""
        for (body,) in self.base.execute("SELECT body FROM entry WHERE body IS NOT NULL ORDER BY key"):
            yield _entry(body)

    def _put(self, table: str, rows: Sequence[Row], cursor: int, place: str) -> None:
        packed = [
            (
                row.key,
                cursor,
                int(_is_here(row.entry, place)),
                None if row.entry is None else zlib.compress(row.body, 1),
            )
            for row in rows
        ]
        self.base.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)", packed)  # noqa: S608 - our own word

    def _set_places(self, part: Part) -> None:
        if part.heading.place != self.place:
            self._mark_here(part.heading.place)
        self._set("place", part.heading.place)
        self._set("places", json.dumps(part.heading.places))

    def _mark_here(self, place: str) -> None:
        """Note anew what is here, after the kiosk was given another place."""
        wanted = "SELECT key, body FROM entry WHERE body IS NOT NULL"
        here = [(key,) for key, body in self.base.execute(wanted) if _is_here(_entry(body), place)]
        self.base.execute("UPDATE entry SET here = 0 WHERE here = 1")
        self.base.executemany("UPDATE entry SET here = 1 WHERE key = ?", here)

    def _set(self, name: str, value: str | None) -> None:
        if value is None:
            self.base.execute("DELETE FROM fact WHERE name = ?", (name,))
        else:
            self.base.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        self.base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk may have ended it already
                self.base.execute("ROLLBACK")
            raise
        self.base.execute("COMMIT")


class ReplicaReader:
    """Reads the file beside its writer; opens it for each question. Raises ``sqlite3.Error``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def entry(self, key: int) -> CatalogueEntry | None:
        """Give a record; ``None`` where it is not there."""
        with self._reading() as base:
            row = base.execute("SELECT body FROM entry WHERE key = ? AND body IS NOT NULL", (key,)).fetchone()
        return None if row is None else _entry(row[0])

    def newest(self, limit: int) -> tuple[list[CatalogueEntry], int]:
        """Give the records with a copy here that were added last, and the number of all of them."""
        wanted = "SELECT body FROM entry WHERE here = 1 AND body IS NOT NULL ORDER BY key DESC LIMIT ?"
        with self._reading() as base:
            rows = base.execute(wanted, (limit,)).fetchall()
            total = base.execute("SELECT count(*) FROM entry WHERE here = 1").fetchone()[0]
        return [_entry(body) for (body,) in rows], int(total)

    def cover(self, key: int) -> bytes:
        """Give a record's cover, JPEG; empty where there is none."""
        with self._reading() as base:
            if not _knows_covers(base):
                return b""
            row = base.execute("SELECT whole FROM cover WHERE key = ?", (key,)).fetchone()
        return b"" if row is None else bytes(row[0])

    def small_covers(self, keys: Sequence[int]) -> dict[int, bytes]:
        """Give the covers of those records that have one, for a list."""
        wanted = f"SELECT key, small FROM cover WHERE key IN ({', '.join('?' * len(keys))})"  # noqa: S608 - marks alone
        with self._reading() as base:
            if not _knows_covers(base):
                return {}
            return {int(key): bytes(small) for key, small in base.execute(wanted, list(keys))}

    def count(self) -> int:
        """Give the number of records, those that went just now among them."""
        with self._reading() as base:
            return int(base.execute("SELECT count(*) FROM entry").fetchone()[0])

    def places(self) -> tuple[str, dict[str, str]]:
        """Give the code of this kiosk's place, and the names of all places by their codes."""
        with self._reading() as base:
            return _fact(base, "place") or "", json.loads(_fact(base, "places") or "{}")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(
            sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)
        ) as base:
            yield base


def _knows_covers(base: sqlite3.Connection) -> bool:
    """Say whether its keeper has opened the file since there are covers."""
    return base.execute("SELECT 1 FROM sqlite_master WHERE name = 'cover'").fetchone() is not None


def _opened(file: Path) -> sqlite3.Connection:
    base = sqlite3.connect(file, timeout=_BUSY_S, isolation_level=None)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute(f"PRAGMA journal_size_limit = {_LONGEST_LOG}")
        base.execute("PRAGMA synchronous = NORMAL")  # after a power cut some last changes are fetched again
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version in {0, FORMAT}:
            base.executescript(_TABLES)
    except BaseException:
        base.close()
        raise
    if version not in {0, FORMAT}:
        base.close()
        raise sqlite3.DatabaseError("another format")
    return base


def _fact(base: sqlite3.Connection, name: str) -> str | None:
    row = base.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def _row(key: int, body: bytes | None) -> Row:
    return Row(key, None if body is None else _entry(body))


def _entry(body: bytes) -> CatalogueEntry:
    return CatalogueEntry.model_validate_json(zlib.decompress(body))


def _is_here(entry: CatalogueEntry | None, place: str) -> bool:
    return entry is not None and any(holding.place == place for holding in entry.holdings)
