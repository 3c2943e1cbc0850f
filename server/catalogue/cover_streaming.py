"""What kiosks' covers come from: parts of the store's covers in the order in which they came."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from library.api.cover_stream import MOST_COVERS, CoversHeading, Pictures, write_covers
from server.catalogue.covers import ToldCover, covers_after
from server.catalogue.feed import Position, position
from server.store.engine import for_reading, transaction

_LONGEST_POSITION = 100


class CoverFeed:
    """Answers kiosks; reads short parts of the store, and never holds up a loan."""

    def __init__(self, engine: Engine) -> None:
        self._engine = for_reading(engine)

    async def after(self, text: str) -> bytes | None:
        """Give a part of what follows a position, from the first cover on where it is none of this store's."""
        heading, covers = await asyncio.to_thread(self._read, text)
        if not covers and Position.read(text) is not None and Position.read(text) == _reached(heading):
            return None
        rows = [(each.record_id, Pictures(each.whole, each.small) if each.whole else None) for each in covers]
        return await asyncio.to_thread(write_covers, heading, rows)

    def _read(self, text: str) -> tuple[CoversHeading, Sequence[ToldCover]]:
        with transaction(self._engine) as session:
            return _part(session, text)


def _part(session: Session, text: str) -> tuple[CoversHeading, Sequence[ToldCover]]:
    feed = position(session).feed
    held = Position.read(text) if len(text) <= _LONGEST_POSITION else None
    cursor = held.cursor if held is not None and held.feed == feed else 0
    covers = covers_after(session, cursor, MOST_COVERS + 1)
    told = covers[:MOST_COVERS]
    reached = told[-1].cursor if told else cursor
    return CoversHeading(feed=feed, cursor=reached, last=len(told) == len(covers)), told


def _reached(heading: CoversHeading) -> Position:
    return Position(heading.feed, heading.cursor)
