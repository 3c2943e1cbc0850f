"""The staff's list for pages: read in a worker thread, settled through the store's one writer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from server.circulation.offline_matters import settle
from server.store.engine import for_reading, transaction
from server.store.models import Copy, Place, Record
from server.store.offline_models import Matter, MatterKind
from server.store.writer import WriterQueue

AT_A_TIME: Final = 100
"""Entries of one page; the older ones come when these are settled."""
LONGEST_NOTE: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to settle, as staff read it."""

    matter_id: int
    kind: str
    happened_at: datetime
    place: str
    terminal_id: str
    item_number: str = field(repr=False)
    title: str = field(repr=False)
    """Empty where nobody knows the item."""
    card_number: str = field(repr=False)
    reason: str
    settled_at: datetime | None
    settled_by: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest entries, and how many there are."""

    entries: Sequence[Entry]
    total: int
    """Of what was asked for."""
    open_by_kind: Mapping[str, int]
    """Only kinds of which something is open."""


class StaffList:
    """What staff have to settle; :meth:`listing` blocks and belongs into a worker thread."""

    def __init__(self, engine: Engine, queue: WriterQueue) -> None:
        self._engine = for_reading(engine)
        self._queue = queue

    def listing(self, kind: str | None, *, settled: bool) -> Listing:
        """Give the newest entries of a kind, or of all; an unknown kind has none."""
        wanted: list[ColumnElement[bool]] = [Matter.settled_at.is_not(None) if settled else Matter.settled_at.is_(None)]
        if kind is not None:
            if kind not in set(MatterKind):
                return Listing((), 0, {})
            wanted.append(Matter.kind == MatterKind(kind))
        newest = Matter.settled_at if settled else Matter.happened_at
        rows = select(Matter).where(*wanted).order_by(newest.desc(), Matter.id.desc()).limit(AT_A_TIME)
        with transaction(self._engine) as session:
            matters = session.scalars(rows).all()
            titles = _titles(session, matters)
            total = session.scalar(select(func.count()).select_from(Matter).where(*wanted)) or 0
            counted = select(Matter.kind, func.count()).where(Matter.settled_at.is_(None)).group_by(Matter.kind)
            by_kind = {found.value: count for found, count in session.execute(counted)}
            return Listing(tuple(_entry(matter, titles) for matter in matters), total, by_kind)

    async def settle(self, matter_id: int, by: str, note: str, now: datetime) -> bool:
        """Settle an entry; ``False`` where there is none. One that is settled stays as it is."""

        def work(session: Session) -> bool:
            matter = session.get(Matter, matter_id, with_for_update={"of": Matter})
            if matter is None:
                return False
            settle(session, [matter], now, by, note.strip()[:LONGEST_NOTE])
            return True

        return await self._queue.write(work)


def _titles(session: Session, matters: Sequence[Matter]) -> dict[tuple[int, str], str]:
    numbers = {matter.item_number for matter in matters if matter.item_number}
    known = (
        select(Copy.organisation_id, Copy.item_number, Record.title)
        .join(Record, Record.id == Copy.record_id)
        .where(Copy.item_number.in_(numbers))
    )
    return {(owner, number): title for owner, number, title in session.execute(known)}


def _entry(matter: Matter, titles: Mapping[tuple[int, str], str]) -> Entry:
    place: Place = matter.place
    number = matter.item_number or ""
    return Entry(
        matter_id=matter.id,
        kind=matter.kind.value,
        happened_at=matter.happened_at,
        place=place.name,
        terminal_id=matter.terminal_id,
        item_number=number,
        title=titles.get((place.organisation_id, number), ""),
        card_number=matter.card_number or "",
        reason=matter.reason,
        settled_at=matter.settled_at,
        settled_by=matter.settled_by or "",
        note=matter.note,
    )
