"""The covers that the server keeps: put to records, given to pages, told to kiosks in the order in which they came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from server.catalogue.entries import heads_of
from server.catalogue.pictures import SmallCover
from server.store.catalogue_models import THE_FEED, Feed
from server.store.changes import parts_of
from server.store.cover_models import Cover
from server.store.union_models import UnionMember

_SILENT: Final = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class ShownCover:
    """A cover for a page."""

    digest: str
    whole: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToldCover:
    """A cover for kiosks, with its place in their order; without pictures: it was taken away."""

    cursor: int
    record_id: int
    whole: bytes = field(repr=False)
    small: bytes = field(repr=False)


def put_covers(session: Session, covers: Sequence[tuple[int, SmallCover | None]]) -> int:
    """Put covers to records, each at most once, or take them away; say how many are other ones than before."""
    new = dict(covers)
    known: dict[int, str] = {}
    for part in parts_of(sorted(new)):
        wanted = select(Cover.record_id, Cover.digest).where(Cover.record_id.in_(part))
        known.update(session.execute(wanted).all())
    digests = {record_id: "" if cover is None else cover.digest for record_id, cover in new.items()}
    changed = [(record_id, new[record_id]) for record_id in new if digests[record_id] != known.get(record_id, "")]
    if not changed:
        return 0
    session.execute(update(Feed).where(Feed.id == THE_FEED).values(cursor=Feed.cursor), execution_options=_SILENT)
    last = session.scalar(select(func.max(Cover.cursor))) or 0
    for cursor, (record_id, cover) in enumerate(changed, last + 1):
        row = {
            "cursor": cursor,
            "digest": digests[record_id],
            "whole": b"" if cover is None else cover.whole,
            "small": b"" if cover is None else cover.small,
        }
        if record_id in known:
            session.execute(update(Cover).where(Cover.record_id == record_id).values(row), execution_options=_SILENT)
        else:
            session.execute(insert(Cover).values(record_id=record_id, **row))
    return len(changed)


def cover_of(session: Session, key: int) -> ShownCover | None:
    """Give the cover of a record, or of one that is shown together with it, its own before another's."""
    head = heads_of(session, [key]).get(key, key)
    together = select(UnionMember.record_id).where(UnionMember.head_id == head)
    wanted = (
        select(Cover.digest, Cover.whole)
        .where((Cover.record_id == key) | Cover.record_id.in_(together), Cover.digest != "")
        .order_by(Cover.record_id != key, Cover.record_id)
    )
    row = session.execute(wanted.limit(1)).first()
    return None if row is None else ShownCover(row.digest, row.whole)


def newest_cover(session: Session) -> int:
    """Give the cursor of the cover that came last; 0 where there never was one."""
    return session.scalar(select(func.max(Cover.cursor))) or 0


def covers_after(session: Session, cursor: int, at_most: int) -> list[ToldCover]:
    """Give covers after a cursor, the oldest first."""
    wanted = select(Cover.cursor, Cover.record_id, Cover.whole, Cover.small).where(Cover.cursor > cursor)
    rows = session.execute(wanted.order_by(Cover.cursor).limit(at_most))
    return [ToldCover(row.cursor, row.record_id, row.whole, row.small) for row in rows]
