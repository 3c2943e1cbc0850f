"""Keeps the copy: fetches parts, takes them into the store, and brings the index to what the store holds."""

import contextlib
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.replica.door import Door, LedAstrayError
from kiosk.replica.store import Held, ReplicaStore
from library.api.catalogue_stream import PartError, read_part
from library.api.cover_stream import read_covers
from library.catalogue.index import CatalogueWriter, IndexBrokenError, IndexBusyError, IndexProblem, NoIndexError
from library.catalogue.record import CatalogueEntry

FIRST_RETRY_S: Final = 1.0
LONGEST_RETRY_S: Final = 60.0
LEAST_BETWEEN_S: Final = 1.0
"""Between two questions: changes of the same second come together."""
COVERS_EVERY_S: Final = 60.0
"""Between two questions for covers, once all are there."""
_COVERS_AT_ONCE: Final = 4
"""Parts of covers between two questions for changes, which readers miss sooner."""
_LEAST_FREE: Final = 300_000_000
"""Bytes of the disk that covers leave to what is worth more."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the copy lies in its folder."""

    folder: Path

    @property
    def records(self) -> Path:
        """The store's file."""
        return self.folder / "records.sqlite3"

    @property
    def index(self) -> Path:
        """The index's folder."""
        return self.folder / "index"

    @property
    def heard(self) -> Path:
        """A file whose time is that of the server's last word."""
        return self.folder / "heard"

    @property
    def trouble(self) -> Path:
        """A file with a word about why the copy cannot be kept; there is none while it can."""
        return self.folder / "trouble"


class LeavingError(Exception):
    """The keeper was told to end in the middle of its work."""


@dataclass(slots=True)
class Keeper:
    """The process's work, in one thread; :meth:`run` ends soon after :meth:`leave`."""

    door: Door
    places: Places
    step: Callable[[str], None] = lambda _: None
    """Told the name of each step before it is taken."""
    between_s: float = LEAST_BETWEEN_S
    retry_s: float = FIRST_RETRY_S
    most_cover_bytes: int = -1
    """How much the covers may be; less than 0: none are fetched."""
    monotonic: Callable[[], float] = time.monotonic
    _leaving: threading.Event = field(default_factory=threading.Event)
    _trouble: str = ""
    _covers_at: float = float("-inf")
    _covers_lack: str = ""

    def leave(self) -> None:
        """End; from any thread."""
        self._leaving.set()

    def run(self) -> None:
        """Keep the copy until told to leave; whatever goes wrong is logged once, and tried again."""
        retry_s = self.retry_s
        while not self._leaving.is_set():
            try:
                self._keep()
            except LeavingError:
                return
            except (OSError, sqlite3.Error, PartError, IndexProblem, ValueError) as error:
                retry_s = self.retry_s if self._note(error) else min(2 * retry_s, LONGEST_RETRY_S)
                self._leaving.wait(retry_s)

    def _keep(self) -> None:
        self.places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._store() as store, CatalogueWriter.open(self.places.index, self.step) as writer:
            while not self._leaving.is_set():
                self.bring_index(store, writer)
                began = self.monotonic()
                self.fetch(store)
                self.fetch_covers(store)
                self._trouble = ""
                self.places.trouble.unlink(missing_ok=True)
                if self.monotonic() - began < self.between_s:
                    self._leaving.wait(self.between_s)

    def _store(self) -> ReplicaStore:
        try:
            return ReplicaStore(self.places.records)
        except sqlite3.OperationalError:
            raise
        except (
            sqlite3.DatabaseError
        ):  # torn, or of another release: it is fetched anew; the old index answers meanwhile
            _log.warning("the catalogue's records cannot be read: they are fetched anew")
            for path in self.places.folder.glob(f"{self.places.records.name}*"):
                path.unlink(missing_ok=True)
            return ReplicaStore(self.places.records)

    def fetch(self, store: ReplicaStore) -> None:
        """Ask the server once for what comes next, and take it in."""
        held = store.held
        if held is None or store.begun is not None:
            self._copy(store)
            return
        try:
            packed = self.door.changes(held.position)
        except LedAstrayError:
            _log.info("the server's catalogue is another one than before: it is copied whole")
            self.step("begin")
            store.begin()
            self._copy(store)
            return
        if packed is not None:
            part = read_part(packed)
            self.step("changes")
            store.take_changes(part)
        self._hear()

    def _copy(self, store: ReplicaStore) -> None:
        """Take in a whole copy, from where it stood; while a part is taken in, the server makes the next one."""
        begun = store.begun
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalogue-ahead") as ahead:
            coming = ahead.submit(self.door.copy, 0 if begun is None else begun.after)
            while not self._leaving.is_set():
                part = read_part(coming.result())
                if begun is not None and part.heading.feed != begun.feed:
                    self.step("begin")
                    store.begin()
                    begun = None
                    coming = ahead.submit(self.door.copy, 0)
                    continue
                if not part.heading.last:
                    known = 0 if begun is None else begun.after
                    coming = ahead.submit(self.door.copy, max((row.key for row in part.rows), default=known))
                self.step("copy")
                store.take_copy(part)
                begun = store.begun
                if begun is None:
                    self._hear()
                    return

    def fetch_covers(self, store: ReplicaStore) -> None:
        """Fetch some covers where it is time to ask; whatever is wrong with them, the records go on."""
        if store.held is None or self.monotonic() < self._covers_at or store.covers.is_full(self.most_cover_bytes):
            return
        try:
            if self._take_covers(store):
                return
            lack = ""
        except (OSError, PartError, sqlite3.Error) as error:
            lack = f"{type(error).__name__} {getattr(error, 'status', '')}"
            if lack != self._covers_lack:
                _log.warning("covers cannot be fetched: %s", lack)
        self._covers_lack = lack
        self._covers_at = self.monotonic() + COVERS_EVERY_S

    def _take_covers(self, store: ReplicaStore) -> bool:
        """Take in some parts; say whether more follow at once."""
        for _ in range(_COVERS_AT_ONCE):
            if shutil.disk_usage(self.places.folder).free < _LEAST_FREE:
                return False
            packed = self.door.covers(store.covers.position)
            if packed is None:
                return False
            part = read_covers(packed)
            self.step("covers")
            if not store.covers.take(part, self.most_cover_bytes) or part.heading.last:
                return False
        return True

    def _hear(self) -> None:
        self.places.heard.touch()

    def bring_index(self, store: ReplicaStore, writer: CatalogueWriter) -> None:
        """Bring the index to where the store stands: by what changed, or all of it anew."""
        wanted = store.held
        if wanted is None:
            return
        stands = _index_stands(writer)
        if stands is None or (stands.feed, stands.number) != (wanted.feed, wanted.number):
            writer.build(self._until_leaving(store.all_entries()), str(wanted))
            stands = wanted
        while (following := store.next_change(stands.cursor)) is not None:
            if self._leaving.is_set():
                raise LeavingError
            cursor, rows = following
            stands = Held(stands.feed, cursor, stands.number)
            gone = [row.key for row in rows if row.entry is None]
            writer.apply([row.entry for row in rows if row.entry is not None], gone, str(stands))
            if gone:
                store.forget_gone(cursor)

    def _until_leaving(self, entries: Iterator[CatalogueEntry]) -> Iterator[CatalogueEntry]:
        for entry in entries:
            if self._leaving.is_set():
                raise LeavingError
            yield entry

    def _note(self, error: Exception) -> bool:
        """Log trouble once; ``True``: it is another than before."""
        if isinstance(error, IndexBrokenError):  # of what is broken nobody knows what is left: it is built anew
            shutil.rmtree(self.places.index, ignore_errors=True)
        words = type(error).__name__
        if words == self._trouble or (isinstance(error, IndexBusyError) and not self._trouble):
            return False
        self._trouble = words
        more = getattr(error, "reason", getattr(error, "status", ""))
        _log.warning("the catalogue's copy cannot be kept: %s %s", words, more)
        with contextlib.suppress(OSError):  # a full disk has been said in the log
            self.places.trouble.write_text(f"{words} {more}", encoding="utf-8")
        return True


def _index_stands(writer: CatalogueWriter) -> Held | None:
    try:
        return Held.read(writer.cursor)
    except (NoIndexError, IndexBrokenError):
        return None
