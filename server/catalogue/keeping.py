"""Keeps the index in step with the store: a thread of its own that applies each change within a second of its commit.

Whatever happens to the index (a full disk, a broken file, another process at it) is logged once, told on the pages, and
tried again; lending knows nothing of it.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from library.catalogue.index import (
    CatalogueIndex,
    CatalogueWriter,
    IndexBrokenError,
    IndexBusyError,
    IndexFullError,
    NoIndexError,
)
from library.catalogue.record import CatalogueEntry
from server.catalogue.condition import Condition
from server.catalogue.entries import AT_A_TIME as RECORDS_AT_A_TIME
from server.catalogue.entries import all_entries, entries_of
from server.catalogue.feed import Position, changes_after, position
from server.catalogue.union import regroup
from server.clock import Clock
from server.store.engine import for_reading, transaction
from server.store.union_models import UnionPending

LOOKS_EVERY: Final = timedelta(milliseconds=300)
"""How soon a change of another process is seen."""
AT_A_TIME: Final = 1_000
"""Changes of one commit of the index."""
_FIRST_RETRY: Final = timedelta(milliseconds=500)
_BUSY_FOR_A_MOMENT: Final = 20
"""Tries in which another program may have the index before that is trouble."""
_LONGEST_RETRY: Final = timedelta(minutes=1)
_LOG: Final = logging.getLogger(__name__)


class LeavingError(Exception):
    """The keeper was told to end in the middle of its work."""


@dataclass(slots=True)
class Upkeep:
    """The writer's work; one for a writer, in one thread."""

    writer: CatalogueWriter
    engine: Engine
    clock: Clock
    on_condition: Callable[[Condition], None] = lambda _: None
    is_leaving: Callable[[], bool] = lambda: False
    _held: Position | None = None

    def start(self, *, anew: bool = False) -> None:
        """Find out how far the index has come; with ``anew`` it counts as lost."""
        self._held = None
        if not anew:
            with contextlib.suppress(NoIndexError, IndexBrokenError):
                self._held = Position.read(self.writer.cursor)

    def catch_up(self) -> None:
        """Bring the index to the store's newest commit; build it where the feed does not lead there.

        Then records that changed are compared with others, and what changes by that is brought to the index too.
        """
        is_told = False
        while True:
            with transaction(for_reading(self.engine)) as session:
                newest = position(session)
                pending = session.scalar(select(UnionPending.record_id).limit(1)) is not None
            if self._held is None or not self._held.leads_to(newest):
                self._build(newest)
            elif self._held != newest:
                self._held = self._apply(self._held)
            else:
                if not is_told:
                    self.on_condition(Condition.CURRENT)
                is_told = True
                if not pending:
                    return
                self._regroup()

    def _regroup(self) -> None:
        if self.is_leaving():
            raise LeavingError
        with transaction(self.engine) as session:
            regroup(session)

    def _build(self, begun_at: Position) -> None:
        """Build from the records as they are read; what changes meanwhile comes after ``begun_at``, and again."""
        self.on_condition(Condition.BUILDING)
        self.writer.build(self._until_leaving(all_entries(self.engine, self.clock())), str(begun_at))
        self._held = begun_at

    def _apply(self, held: Position) -> Position | None:
        """Write some of the changes after a position, and give the next; ``None`` where no rows lead on from it."""
        if self.is_leaving():
            raise LeavingError
        with transaction(for_reading(self.engine)) as session:
            changes = changes_after(session, held.cursor, AT_A_TIME)
            if not changes:
                return None
            ids = [record_id for _, record_id in changes]
            parts = [ids[start : start + RECORDS_AT_A_TIME] for start in range(0, len(ids), RECORDS_AT_A_TIME)]
            entries = [entry for part in parts for entry in entries_of(session, part, self.clock())]
        reached = Position(held.feed, changes[-1][0])
        self.writer.apply(entries, set(ids) - {entry.key for entry in entries}, str(reached))
        return reached

    def _until_leaving(self, entries: Iterator[CatalogueEntry]) -> Iterator[CatalogueEntry]:
        for entry in entries:
            if self.is_leaving():
                raise LeavingError
            yield entry


def held_position(folder: Path) -> Position | None:
    """Say how far the index in a folder has come; ``None`` where there is none that this release reads."""
    try:
        with contextlib.closing(CatalogueIndex.open(folder)) as index:
            return Position.read(index.cursor)
    except (NoIndexError, IndexBrokenError):
        return None


class IndexKeeper:
    """Owns the index's writer for as long as it is entered."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock, looks_every: timedelta = LOOKS_EVERY) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock
        self._looks_every = looks_every.total_seconds()
        self._leaving = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalogue-index")
        self.condition = Condition.STARTING
        """Read by any thread."""

    def count_as_lost(self) -> None:
        """Make the index anew: whoever asked it found none, or a broken one. From any thread."""
        self._lost.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; work that has begun is given up as a whole, and done again next time."""
        self._leaving.set()
        self._thread.join()

    def _run(self) -> None:
        anew, retry, busy = False, _FIRST_RETRY, 0
        while not self._leaving.is_set():
            try:
                self._keep(anew=anew)
            except LeavingError:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, lending goes on and the next try may succeed
                busy = busy + 1 if isinstance(error, IndexBusyError) else 0
                if 0 < busy < _BUSY_FOR_A_MOMENT:  # library-server search brings it up to date
                    self._leaving.wait(_FIRST_RETRY.total_seconds())
                    continue
                retry = _FIRST_RETRY if self.condition is Condition.CURRENT else min(2 * retry, _LONGEST_RETRY)
                # What is full, or another's, is there still; of anything else nobody knows what it left.
                anew = not isinstance(error, IndexFullError | IndexBusyError | SQLAlchemyError | OSError)
                self._note_trouble(error)
                self._leaving.wait(retry.total_seconds())

    def _keep(self, *, anew: bool) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.closing(CatalogueWriter.open(self._folder)) as writer:
            upkeep = Upkeep(writer, self._engine, self._clock, self._note_condition, self._leaving.is_set)
            upkeep.start(anew=anew)
            while not self._leaving.is_set():
                if self._lost.is_set() and held_position(self._folder) is None:
                    upkeep.start(anew=True)
                self._lost.clear()
                upkeep.catch_up()
                self._leaving.wait(self._looks_every)

    def _note_condition(self, condition: Condition) -> None:
        if self.condition is not Condition.TROUBLE:
            self.condition = condition
        elif condition is Condition.CURRENT:
            _LOG.info("the catalogue's index is kept again")
            self.condition = condition

    def _note_trouble(self, error: Exception) -> None:
        if self.condition is not Condition.TROUBLE:
            reason = error.strerror if isinstance(error, OSError) else getattr(error, "reason", "")
            _LOG.warning("the catalogue's index cannot be kept: %s %s", type(error).__name__, reason)
        self.condition = Condition.TROUBLE
