"""Finding records for pages and programs: one worker thread, a short queue before it, a clear no when it is full."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.api.records import FoundRecord, RecordsAnswer
from library.catalogue.asking import Facet, Question
from library.catalogue.index import CatalogueIndex, IndexBrokenError, NoIndexError
from server.catalogue.condition import Condition
from server.catalogue.covers import ShownCover, cover_of
from server.catalogue.entries import entries_of, heads_of
from server.clock import Clock
from server.errors import CatalogueBusyError, NoIndexYetError, SeveralSourcesError
from server.store.engine import for_reading, transaction
from server.store.harvest_models import HarvestSource
from server.store.models import Place, Record

MOST_WAITING: Final = 100
"""Questions that may wait while one is answered: about a second's work for the thread."""
_LARGEST_KEY: Final = 2**31
_Result = TypeVar("_Result")


class Searcher:
    """Asks the index in a folder; for one thread. Raise ``NoIndexYetError`` where there is none that can be read."""

    def __init__(self, folder: Path, engine: Engine, clock: Clock, on_lost: Callable[[], None] = lambda: None) -> None:
        """``on_lost`` is told when there is no index that can be asked."""
        self._folder = folder
        self._engine = for_reading(engine)
        self._clock = clock
        self._on_lost = on_lost
        self._index: CatalogueIndex | None = None

    def search(self, question: Question, facets: Sequence[Facet]) -> RecordsAnswer:
        """Answer a question."""
        try:
            index = self._opened()
            answer = index.search(question)
            counts = index.facets(question, facets) if facets else {}
        except (NoIndexError, IndexBrokenError) as error:
            self.close()
            self._on_lost()
            raise NoIndexYetError from error
        with transaction(self._engine) as session:
            return RecordsAnswer.of(question, answer, counts, place_names(session))

    def record(self, key: int) -> FoundRecord | None:
        """Give a record by its number, as it stands in the store now; ``None`` where there is none.

        A record that is shown together with others is given as that one.
        """
        if not 0 < key < _LARGEST_KEY:
            return None
        with transaction(self._engine) as session:
            entries = entries_of(session, [heads_of(session, [key]).get(key, key)], self._clock())
            return FoundRecord.of(entries[0], place_names(session)) if entries else None

    def record_of_source(self, source_id: str, source: str | None) -> FoundRecord | None:
        """Give a record by the id that it had in its source; raise ``SeveralSourcesError`` where none is named."""
        if "\0" in source_id + (source or ""):  # PostgreSQL takes none
            return None
        wanted = select(Record.source, Record.id).where(Record.source_id == source_id)
        if source is not None:
            wanted = wanted.where(Record.source == source)
        with transaction(self._engine) as session:
            found = session.execute(wanted.order_by(Record.source).limit(100)).all()
        if len(found) > 1:
            raise SeveralSourcesError([row.source for row in found])
        return self.record(found[0].id) if found else None

    def cover(self, key: int) -> ShownCover | None:
        """Give the cover of a record by its number; ``None`` where there is none."""
        if not 0 < key < _LARGEST_KEY:
            return None
        with transaction(self._engine) as session:
            return cover_of(session, key)

    def _opened(self) -> CatalogueIndex:
        if self._index is not None:
            self._index.refresh()
            return self._index
        self._index = CatalogueIndex.open(self._folder)
        return self._index

    def close(self) -> None:
        """Close the index."""
        if self._index is not None:
            self._index.close()
            self._index = None


class Finder:
    """A searcher in a thread of its own, for asyncio."""

    def __init__(
        self,
        searcher: Searcher,
        condition: Callable[[], Condition] = lambda: Condition.CURRENT,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._searcher = searcher
        self._condition = condition
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalogue-search")
        self._free = most_waiting + 1

    @property
    def condition(self) -> Condition:
        """How the index stands to the store."""
        return self._condition()

    async def search(self, question: Question, facets: Sequence[Facet]) -> RecordsAnswer:
        """Answer a question. Raise ``CatalogueBusyError`` where too many wait."""
        return await self._run(lambda: self._searcher.search(question, facets))

    async def record(self, key: int) -> FoundRecord | None:
        """Give a record by its number. Raise ``CatalogueBusyError`` where too many wait."""
        return await self._run(lambda: self._searcher.record(key))

    async def cover(self, key: int) -> ShownCover | None:
        """Give the cover of a record by its number. Raise ``CatalogueBusyError`` where too many wait."""
        return await self._run(lambda: self._searcher.cover(key))

    async def record_of_source(self, source_id: str, source: str | None) -> FoundRecord | None:
        """Give a record by its id in its source. Raise ``CatalogueBusyError`` or ``SeveralSourcesError``."""
        return await self._run(lambda: self._searcher.record_of_source(source_id, source))

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        if self._free == 0:
            raise CatalogueBusyError
        self._free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._free += 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._searcher.close)
        await asyncio.to_thread(self._thread.shutdown)


def place_names(session: Session) -> dict[str, str]:
    """Give the names of this network's places, and of the libraries whose catalogues are harvested, by their codes."""
    others = dict(session.execute(select(HarvestSource.library_code, HarvestSource.library_name)).all())
    return others | dict(session.execute(select(Place.code, Place.name)).all())
