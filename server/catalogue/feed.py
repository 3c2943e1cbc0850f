"""Following the change feed: where it stands, and which records changed after a cursor."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.store.catalogue_models import THE_FEED, Change, Feed


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a feed; written as ``name:cursor``."""

    feed: str
    cursor: int

    def __str__(self) -> str:
        return f"{self.feed}:{self.cursor}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read one as it was written; ``None`` where it is none."""
        feed, _, cursor = text.partition(":")
        return cls(feed, int(cursor)) if feed and cursor.isascii() and cursor.isdigit() else None

    def leads_to(self, other: "Position") -> bool:
        """Say whether whoever stands here comes to the other by the changes in between."""
        return self.feed == other.feed and self.cursor <= other.cursor


def position(session: Session) -> Position:
    """Give the newest position of the store's own feed."""
    feed = session.execute(select(Feed.name, Feed.cursor).where(Feed.id == THE_FEED)).one()
    return Position(feed.name, feed.cursor)


def changes_after(session: Session, cursor: int, at_most: int) -> list[tuple[int, int]]:
    """Give the cursors of changes after one, with the ids of their records, the oldest first."""
    wanted = select(Change.cursor, Change.record_id).where(Change.cursor > cursor).order_by(Change.cursor)
    return [(row.cursor, row.record_id) for row in session.execute(wanted.limit(at_most))]
