"""What kiosks' copies of the catalogue are filled and kept from: parts of the store's feed, in bounded memory."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.api.catalogue_stream import LONGEST_NAME, LONGEST_PART, MOST_RECORDS, Heading, write_part
from library.catalogue.record import CatalogueEntry
from server.catalogue.entries import AT_A_TIME, entries_of
from server.catalogue.feed import Position, changes_after, position
from server.catalogue.finding import place_names
from server.circulation.values import Counter
from server.clock import Clock
from server.store.engine import for_reading, transaction
from server.store.models import Record

LOOKS_EVERY_S: Final = 0.5
"""How often, for all kiosks that wait together, it is looked whether anything changed."""
LARGEST_RECORD: Final = 1024 * 1024
"""Bytes; a larger one travels without its notes, links and summary."""
_LONGEST_POSITION: Final = 100
_Result = TypeVar("_Result")
_Written = tuple[Heading, list[tuple[int, bytes | None]]]


class CatalogueFeed:
    """Answers kiosks; reads short parts of the store, and never holds up a loan."""

    def __init__(self, engine: Engine, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = for_reading(engine)
        self._clock = clock
        self._monotonic = monotonic
        self._newest: Position | None = None
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def changes(self, counter: Counter, after: str, wait_s: float) -> bytes | None:
        """Give a part of what changed after a position; ``None``: nothing did, for as long as it was waited.

        Raise ``LookupError`` where the feed does not lead on from there.
        """
        held = Position.read(after) if len(after) <= _LONGEST_POSITION else None
        until = self._monotonic() + wait_s
        while True:
            newest = await self._position()
            if held is None or not held.leads_to(newest):
                raise LookupError(after)
            if held != newest:
                break
            if self._monotonic() >= until:
                return None
            await asyncio.sleep(LOOKS_EVERY_S)
        heading, rows = await asyncio.to_thread(self._read, lambda session: self._changed(session, counter, held))
        return await asyncio.to_thread(write_part, heading, rows)

    async def copy(self, counter: Counter, after: int) -> bytes:
        """Give a part of all records, those after one."""
        heading, rows = await asyncio.to_thread(self._read, lambda session: self._copied(session, counter, after))
        return await asyncio.to_thread(write_part, heading, rows)

    async def _position(self) -> Position:
        async with self._looking:
            now = self._monotonic()
            if self._newest is None or now - self._looked_at >= LOOKS_EVERY_S / 2:
                self._newest = await asyncio.to_thread(self._read, position)
                self._looked_at = now
            return self._newest

    def _read(self, work: Callable[[Session], _Result]) -> _Result:
        with transaction(self._engine) as session:
            return work(session)

    def _changed(self, session: Session, counter: Counter, held: Position) -> _Written:
        changes = changes_after(session, held.cursor, MOST_RECORDS + 1)
        rows = self._rows(session, [record_id for _, record_id in changes[:MOST_RECORDS]])
        if not rows:
            raise LookupError(str(held))
        reached = Position(held.feed, changes[len(rows) - 1][0])
        return _heading(session, counter, reached, last=len(rows) == len(changes)), rows

    def _copied(self, session: Session, counter: Counter, after: int) -> _Written:
        begun = position(session)
        wanted = select(Record.id).where(Record.id > after).order_by(Record.id).limit(MOST_RECORDS + 1)
        ids = session.scalars(wanted).all()
        rows = self._rows(session, ids[:MOST_RECORDS])
        return _heading(session, counter, begun, last=len(rows) == len(ids)), rows

    def _rows(self, session: Session, record_ids: Sequence[int]) -> list[tuple[int, bytes | None]]:
        """Give as many of the records as fit into a part, in their order."""
        rows: list[tuple[int, bytes | None]] = []
        room = LONGEST_PART // 2
        for start in range(0, len(record_ids), AT_A_TIME):
            asked = record_ids[start : start + AT_A_TIME]
            found = {entry.key: entry for entry in entries_of(session, asked, self._clock())}
            for key in asked:
                body = _body(found[key]) if key in found else None
                room -= len(body or b"")
                if room < 0 and rows:
                    return rows
                rows.append((key, body))
        return rows


def _heading(session: Session, counter: Counter, reached: Position, *, last: bool) -> Heading:
    names = {code: name[:LONGEST_NAME] for code, name in place_names(session).items()}
    return Heading(feed=reached.feed, cursor=reached.cursor, place=counter.place_code, places=names, last=last)


def _body(entry: CatalogueEntry) -> bytes:
    """Give a record as it travels; of a monstrous one what a reader finds it by."""
    body = entry.model_dump_json().encode()
    if len(body) <= LARGEST_RECORD:
        return body
    record = entry.record
    short = record.model_copy(
        update={
            "other_titles": (),
            "names": record.names[:20],
            "subjects": tuple(subject[:200] for subject in record.subjects[:20]),
            "summary": "",
            "notes": (),
            "series": (),
            "links": (),
            "cover": "",
        }
    )
    return entry.model_copy(update={"record": short, "holdings": entry.holdings[:500]}).model_dump_json().encode()
