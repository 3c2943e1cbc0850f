"""Items read in place: what kiosks counted is taken in once, and given item by item for any span of days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, and_, case, func, select
from sqlalchemy.orm import Session

from library.api.item_uses import ItemUse, ItemUses
from library.lending.offline_events import ClockCertainty
from library.text.forms import nfc
from server.circulation.values import Counter
from server.clock import Clock
from server.store.engine import for_reading, transaction
from server.store.models import Copy, Place, Record
from server.store.use_models import ItemUsed
from server.store.writer import WriterQueue

AT_A_TIME: Final = 500
"""Items of one page."""
_YEARS: Final = range(2020, 2200)
"""A clock that shows another one was never set."""


@dataclass(frozen=True, slots=True)
class UsedItem:
    """How often one item was read in one place."""

    item: str
    title: str
    """Empty where the library has no copy of that number."""
    place: str
    """The place's code: where it was read, which need not be its home."""
    uses: int
    day_unknown: int
    """Of them, those of a kiosk that did not know the time: they count on the day on which the server heard of them."""


@dataclass(frozen=True, slots=True)
class UsedPage:
    """One page, most used first."""

    first: date
    last: date
    number: int
    total: int
    """All uses of these days, on whichever page."""
    items: tuple[UsedItem, ...]
    has_more: bool


class UseBook:
    """Where uses are kept; :meth:`page` blocks and belongs into a worker thread."""

    def __init__(self, engine: Engine, queue: WriterQueue, clock: Clock, zone: ZoneInfo) -> None:
        self._engine = for_reading(engine)
        self._queue = queue
        self._clock = clock
        self._zone = zone

    async def take(self, counter: Counter, told: ItemUses) -> int:
        """Keep what a kiosk tells; give how many were new. All are on disk when this returns, or it raises."""
        return await self._queue.write(lambda session: self._take(session, counter, told.uses))

    def page(self, first: date | None, last: date | None, number: int = 1, place: str | None = None) -> UsedPage:
        """Give what was read from ``first`` to ``last``, both counted; without them this year until today.

        Days are the library's own; pages count from 1.
        """
        today = self._clock().astimezone(self._zone).date()
        last = last or today
        first = first or date(last.year, 1, 1)
        wanted: ColumnElement[bool] = ItemUsed.day.between(first, last)
        if place is not None:
            wanted = and_(wanted, Place.code == place)
        uses = func.count()
        unknown = func.sum(case((ItemUsed.day_known.is_(False), 1), else_=0))
        title = func.coalesce(func.max(Record.title), "")
        by_item = (
            select(ItemUsed.item_number, title, Place.code, uses, unknown)
            .join(Place, Place.id == ItemUsed.place_id)
            .outerjoin(
                Copy,
                and_(Copy.item_number == ItemUsed.item_number, Copy.organisation_id == Place.organisation_id),
            )
            .outerjoin(Record, Record.id == Copy.record_id)
            .where(wanted)
            .group_by(ItemUsed.item_number, Place.code)
            .order_by(uses.desc(), ItemUsed.item_number, Place.code)
            .offset((number - 1) * AT_A_TIME)
            .limit(AT_A_TIME + 1)
        )
        all_uses = select(func.count()).select_from(ItemUsed).join(Place, Place.id == ItemUsed.place_id).where(wanted)
        with transaction(self._engine) as session:
            rows = session.execute(by_item).all()
            total = session.scalar(all_uses) or 0
        items = tuple(UsedItem(*row) for row in rows[:AT_A_TIME])
        return UsedPage(first, last, number, total, items, has_more=len(rows) > AT_A_TIME)

    def _take(self, session: Session, counter: Counter, uses: Iterable[ItemUse]) -> int:
        now, new = self._clock(), 0
        for use in uses:
            item = nfc(use.item)
            if session.get(ItemUsed, (counter.terminal_id, use.use_id, item)) is not None:
                continue
            day = self._day(use, now)
            session.add(
                ItemUsed(
                    terminal_id=counter.terminal_id,
                    use_id=use.use_id,
                    item_number=item,
                    place_id=counter.place_id,
                    day=day or now.astimezone(self._zone).date(),
                    day_known=day is not None,
                )
            )
            session.flush()
            new += 1
        return new

    def _day(self, use: ItemUse, now: datetime) -> date | None:
        """Give the day on which it was read; ``None`` where that is not known: no time, or one yet to come."""
        if use.at is None or use.clock is ClockCertainty.UNKNOWN or use.at.year not in _YEARS:
            return None
        day = use.at.astimezone(self._zone).date()
        return None if day > now.astimezone(self._zone).date() else day
