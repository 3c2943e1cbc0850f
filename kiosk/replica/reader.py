"""Asks the copy for the search pages: the index for what was typed, the store for a record's page and the newest."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final, TypeVar

from kiosk.replica.keeping import Places
from kiosk.replica.store import ReplicaReader
from kiosk.session.search_values import (
    LONGEST_QUERY,
    BookDetails,
    CatalogueStanding,
    Choice,
    Copies,
    Found,
    Hit,
    Narrowing,
    PlaceCopies,
)
from kiosk.session.values import ItemId
from library.api.catalogue_stream import LONGEST_WAIT_S
from library.catalogue.asking import MOST_RESULTS, Facet, Question, Reading
from library.catalogue.index import CatalogueIndex, IndexProblem
from library.catalogue.record import CatalogueEntry, Holding
from library.text import printable

FRESH_S: Final = LONGEST_WAIT_S + 15.0
"""So long after the server's last word copies count as they stand now: it answers each wait within twenty seconds."""
OLD_S: Final = 86_400.0
"""After so long without a word of the server the fleet is told that the copy is old."""
LOOKS_EVERY_S: Final = 2.0
_MOST_AT_ONCE: Final = 100
_YES: Final = "yes"
_OFFERED: Final = {Facet.AVAILABLE: 1, Facet.PLACE: 5, Facet.KIND: 4, Facet.LANGUAGE: 4}
"""How many values of each are offered: this place, then those that most results have."""
_LONGEST_CODE: Final = 300
"""Letters in a QR code that a telephone still reads from a screen."""
_Result = TypeVar("_Result")


class LocalCatalogue:
    """A ``ports.Catalogue`` over the copy in a folder; another process keeps it."""

    def __init__(
        self, places: Places, zone: tzinfo, *, local: str = "", link: str = "", wall: Callable[[], float] = time.time
    ) -> None:
        """``local`` finds what the library holds about its region; ``link`` is an address with ``{id}`` in it."""
        self._places = places
        self._zone = zone
        self._local = local
        self._link = link
        self._wall = wall
        self._asking = _Asking(places)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalogue")

    async def search(
        self, text: str, *, as_typed: bool, offset: int, limit: int, narrowed: tuple[Narrowing, ...] = ()
    ) -> Found | None:
        """Find records by a text of any kind."""
        if offset > MOST_RESULTS:
            return Found(as_of=self._as_of())
        asked = _question(text, as_typed=as_typed, narrowed=narrowed)
        page = {"offset": max(0, offset), "limit": max(0, min(limit, _MOST_AT_ONCE))}
        return await self._run(lambda: self._search(asked.model_copy(update=page)))

    async def choices(self, text: str, *, as_typed: bool, narrowed: tuple[Narrowing, ...]) -> tuple[Choice, ...] | None:
        """Say by what a text's results can be narrowed."""
        asked = _question(text, as_typed=as_typed, narrowed=narrowed)
        return await self._run(lambda: self._choices(asked))

    async def details(self, key: int) -> BookDetails | None:
        """Tell all about one record."""
        return await self._run(lambda: self._details(key))

    async def newest(self, limit: int) -> Found | None:
        """Give the records that were added last."""
        return await self._run(lambda: self._newest(limit))

    async def local(self, limit: int) -> Found | None:
        """Give what this library holds about its own region."""
        if not self._local:
            return Found(as_of=self._as_of())
        return await self.search(self._local, as_typed=True, offset=0, limit=limit)

    async def watch(self, on_change: Callable[[CatalogueStanding], Awaitable[None]]) -> None:
        """Tell each time how the copy stands, until cancelled."""
        told: CatalogueStanding | None = None
        try:
            while True:
                standing = await self._run(self._standing) or CatalogueStanding.MISSING
                if standing is not told:
                    told = standing
                    await on_change(standing)
                await asyncio.sleep(LOOKS_EVERY_S)
        finally:
            self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], _Result]) -> _Result | None:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (IndexProblem, sqlite3.Error, OSError, ValueError):  # the keeper says what is wrong with its copy
            self._asking.close()
            return None

    def _search(self, asked: Question) -> Found:
        place, _ = self._asking.place_names()
        answer = self._asking.index().search(asked.model_copy(update={"place": place or None}))
        instead = "" if answer.reading is Reading.AS_TYPED else answer.searched_for or ""
        hits = self._hits([found.entry for found in answer.hits], place)
        return Found(hits, answer.total, instead, self._as_of())

    def _hits(self, entries: Sequence[CatalogueEntry], place: str) -> tuple[Hit, ...]:
        covers = self._asking.records.small_covers([entry.key for entry in entries])
        return tuple(replace(_hit(entry, place), cover=covers.get(entry.key, b"")) for entry in entries)

    def _choices(self, asked: Question) -> tuple[Choice, ...]:
        place, names = self._asking.place_names()
        counted = self._asking.index().facets(asked.model_copy(update={"place": place or None}), tuple(_OFFERED))
        found: list[Choice] = []
        for facet, most in _OFFERED.items():
            counts = {each.value: each.count for each in counted.get(facet, ())}
            about = {each.value for each in counted.get(facet, ()) if each.about}
            chosen = [value for other, value in asked.narrowed if other is facet]
            order = sorted(counts, key=lambda value: (value != place, -counts[value], value))
            offered = [value for value in order if facet is not Facet.AVAILABLE or value == _YES]
            for value in dict.fromkeys((*chosen, *offered[:most])):
                is_place = facet is Facet.PLACE
                name = printable(names.get(value, value)) if is_place else ""
                here = is_place and value == place
                choice = Choice(Narrowing(facet, value), counts.get(value, 0), name, is_here=here, about=value in about)
                found.append(choice)
        return tuple(found)

    def _newest(self, limit: int) -> Found:
        place, _ = self._asking.place_names()
        entries, total = self._asking.records.newest(max(0, min(limit, _MOST_AT_ONCE)))
        return Found(self._hits(entries, place), total, as_of=self._as_of())

    def _details(self, key: int) -> BookDetails | None:
        entry = self._asking.records.entry(key)
        if entry is None:
            return None
        place, names = self._asking.place_names()
        record, hit = entry.record, _hit(entry, place)
        published = (record.published_at, record.publisher, str(record.year or ""), record.edition)
        return BookDetails(
            hit=hit,
            published=printable(", ".join(part for part in published if part)),
            series=printable("; ".join(record.series)),
            isbn=record.isbns[0] if record.isbns else "",
            language=record.languages[0] if record.languages else "",
            subjects=tuple(map(printable, record.subjects)),
            summary=printable(record.summary),
            places=_by_place(entry, place, names),
            cover=self._asking.records.cover(key),
            copy=_holdable(entry, place),
            link=self._code(entry, hit),
            as_of=self._as_of(),
        )

    def _code(self, entry: CatalogueEntry, hit: Hit) -> str:
        """Give what a telephone takes along: an address, else the words by which the book is found on its shelf."""
        if self._link:
            return self._link.replace("{id}", str(entry.key))
        words = (hit.title, hit.names, hit.shelf)
        return "\n".join(word[: _LONGEST_CODE // len(words)] for word in words if word)

    def _standing(self) -> CatalogueStanding:
        self._asking.check()
        heard = self._heard()
        old = heard is None or self._wall() - heard > OLD_S
        return CatalogueStanding.OLD if old else CatalogueStanding.CURRENT

    def _heard(self) -> float | None:
        try:
            return self._places.heard.stat().st_mtime
        except OSError:
            return None

    def _as_of(self) -> datetime | None:
        heard = self._heard()
        if heard is None:
            return datetime.fromtimestamp(0, self._zone)
        return None if 0 <= self._wall() - heard <= FRESH_S else datetime.fromtimestamp(heard, self._zone)


def _question(text: str, *, as_typed: bool, narrowed: tuple[Narrowing, ...]) -> Question:
    return Question(
        text=text[:LONGEST_QUERY],
        typing=not as_typed,
        literal=as_typed,
        narrowed=tuple((each.facet, each.value) for each in narrowed),
    )


class _Asking:
    """The open index and the store; for the one thread that asks."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._index: CatalogueIndex | None = None
        self.records = ReplicaReader(places.records)

    def index(self) -> CatalogueIndex:
        """Give the index as it was committed last."""
        if self._index is None:
            self._index = CatalogueIndex.open(self._places.index)
        else:
            self._index.refresh()
        return self._index

    def check(self) -> None:
        """Raise what a question would raise where there is no copy to ask."""
        self.index()
        self.place_names()

    def place_names(self) -> tuple[str, dict[str, str]]:
        """Give this kiosk's place and the names of all."""
        return self.records.places()

    def close(self) -> None:
        """Let go of the index, which is opened anew for the next question."""
        index, self._index = self._index, None
        if index is not None:
            index.close()


def _hit(entry: CatalogueEntry, place: str) -> Hit:
    record = entry.record
    here = [holding for holding in entry.holdings if holding.place == place]
    return Hit(
        key=entry.key,
        title=printable(record.title),
        names=printable("; ".join(name.text for name in record.names[:3])),
        year=record.year,
        kind=record.kind,
        audience=record.audience,
        here=_copies(here),
        elsewhere=_copies([holding for holding in entry.holdings if holding.place != place]),
        shelf=_shelf(here),
    )


def _holdable(entry: CatalogueEntry, place: str) -> ItemId | None:
    """Give a copy by whose number to ask for the record: one at home here, else one that stands on a shelf.

    A copy of another library, whose catalogue is only shown beside ours, is none: the library system does not know it.
    """
    known = [each for each in entry.holdings if each.is_known and each.item_id and not each.is_theirs]
    known.sort(key=lambda holding: (holding.place != place, not holding.available))
    return ItemId(known[0].item_id) if known else None


def _copies(holdings: list[Holding]) -> Copies:
    available = sum(holding.available for holding in holdings)
    return Copies(len(holdings), available, sum(not holding.is_known for holding in holdings))


def _shelf(holdings: list[Holding]) -> str:
    """Give where one would fetch a copy: of one that is there, if any is."""
    best = next((holding for holding in holdings if holding.available), holdings[0] if holdings else None)
    return "" if best is None else printable(" · ".join(part for part in (best.call_number, best.location) if part))


def _by_place(entry: CatalogueEntry, place: str, names: dict[str, str]) -> tuple[PlaceCopies, ...]:
    codes = sorted(
        {holding.place for holding in entry.holdings}, key=lambda code: (code != place, names.get(code, code))
    )
    found = []
    for code in codes:
        there = [holding for holding in entry.holdings if holding.place == code]
        found.append(PlaceCopies(printable(names.get(code, code)), code == place, _copies(there), _shelf(there)))
    return tuple(found)
