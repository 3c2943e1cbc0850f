"""The change feed: whatever changes what a reader sees of a record is noted in the same transaction.

A session of the store looks at what it writes: a record and its description, its copies, their loans, and holds (for a
copy on the hold shelf or on its way is not on its shelf). Before it commits it takes the feed's one row, gives each
record that changed the next cursor, and holds the row until the commit. So cursors become visible in their order, on
SQLite and on PostgreSQL, and whoever has seen one has seen all before it. The row is taken last, so nobody who holds it
waits for another.

A record whose description changed gets a datestamp beside its cursor, which harvesters see; so does one that gets
another copy, loses one, or of whose copies one is at home elsewhere. A loan gives none, nor a copy that is missed or
mended: when something was lent is nobody's business outside. What was harvested elsewhere has none, for it is not given
on. A record whose description changed is also noted as to be compared with others, and what changes of a record that is
shown together with others changes the first of them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import delete, event, insert, inspect, select, update
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session, UOWTransaction

from server.clock import utc_now
from server.store.account_models import Hold
from server.store.catalogue_models import THE_FEED, Change, Datestamp, Description, Feed
from server.store.harvest_models import HarvestSource
from server.store.models import Copy, CopyStatus, Loan, Record
from server.store.union_models import UnionMember, UnionPending

_Row = TypeVar("_Row")
_SEEN_BY_READERS: Final = (Record, Description, Copy, Loan, Hold)
_RECORDS: Final = "changed_records"
_DESCRIBED: Final = "described_records"
_HELD: Final = "records_with_other_copies"
_COPIES: Final = "changed_copies"
_TOLD_OF_A_COPY: Final = ("record_id", "place_id", "item_number", "call_number")
_NOTED: Final = "changes_noted"
NOTED: Final[dict[str, Any]] = {_NOTED: True}
"""Execution options of a statement for many rows whose records are noted with :func:`note_changes`."""
_AT_A_TIME: Final = 500


class UnnotedChangeError(Exception):
    """A statement for many rows would change what readers see without a word to the feed."""


class StoreSession(Session):
    """A session whose changes reach the feed."""


def note_changes(session: Session, record_ids: Iterable[int], *, described: bool = True, held: bool = False) -> None:
    """Note records that this transaction changes by other means than through the session.

    ``described`` says that it is more than their copies; ``held``, that they have other copies.
    """
    noted = set(record_ids)
    session.info.setdefault(_RECORDS, set()).update(noted)
    if described:
        session.info.setdefault(_DESCRIBED, set()).update(noted)
    if held:
        session.info.setdefault(_HELD, set()).update(noted)


@event.listens_for(StoreSession, "after_flush")
def _look(session: Session, _: UOWTransaction) -> None:
    for row in (*session.new, *session.deleted):
        _note(session, row)
        if isinstance(row, Copy):
            note_changes(session, [row.record_id], described=False, held=True)
    for row in session.dirty:
        if isinstance(row, _SEEN_BY_READERS) and session.is_modified(row):
            _note(session, row)
        if isinstance(row, Copy) and _is_told_otherwise(row):
            note_changes(session, _now_and_before(row, "record_id"), described=False, held=True)


def _note(session: Session, row: object) -> None:
    records = session.info.setdefault(_RECORDS, set())
    match row:
        case Record():
            note_changes(session, [row.id])
        case Description():
            note_changes(session, [row.record_id])
        case Hold():
            records.add(row.record_id)
        case Copy():
            records.update(_now_and_before(row, "record_id"))
        case Loan():
            session.info.setdefault(_COPIES, set()).add(row.copy_id)
        case _:
            pass


def _is_told_otherwise(copy: Copy) -> bool:
    """Say whether others are told something else of a copy now: of what, where it is at home, or that it is gone."""
    state: InstanceState[Any] = inspect(copy)
    if any(state.attrs[column].history.has_changes() for column in _TOLD_OF_A_COPY):
        return True
    status = state.attrs["status"].history
    return status.has_changes() and CopyStatus.WITHDRAWN in status.sum()


def _now_and_before(row: object, column: str) -> set[int]:
    state: InstanceState[Any] = inspect(row)
    history = state.attrs[column].history
    return {value for value in history.sum() if value is not None}


@event.listens_for(StoreSession, "do_orm_execute")
def _insist(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.execution_options.get(_NOTED):
        return
    if state.bind_mapper is not None and issubclass(state.bind_mapper.class_, _SEEN_BY_READERS):
        raise UnnotedChangeError(state.bind_mapper.class_.__name__)


@event.listens_for(StoreSession, "before_commit")
def _give_cursors(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    records: set[int] = session.info.pop(_RECORDS, set())
    described: set[int] = session.info.pop(_DESCRIBED, set())
    stamped: set[int] = described | session.info.pop(_HELD, set())
    copies: set[int] = session.info.pop(_COPIES, set())
    for part in parts_of(sorted(copies)):
        records.update(session.scalars(select(Copy.record_id).where(Copy.id.in_(part))))
    if not records:
        return
    for part in parts_of(sorted(records)):
        records.update(session.scalars(select(UnionMember.head_id).where(UnionMember.record_id.in_(part))))
    taken = update(Feed).where(Feed.id == THE_FEED).values(cursor=Feed.cursor + len(records)).returning(Feed.cursor)
    last = session.execute(taken, execution_options={"synchronize_session": False}).scalar_one()
    rows = [
        {"record_id": record_id, "cursor": cursor}
        for cursor, record_id in enumerate(sorted(records), last - len(records) + 1)
    ]
    for batch in parts_of(rows):
        gone = delete(Change).where(Change.record_id.in_([row["record_id"] for row in batch]))
        session.execute(gone, execution_options={"synchronize_session": False})
        session.execute(insert(Change), list(batch))
    for part in parts_of(sorted(described)):
        gone = delete(UnionPending).where(UnionPending.record_id.in_(part))
        session.execute(gone, execution_options={"synchronize_session": False})
        session.execute(insert(UnionPending), [{"record_id": record_id} for record_id in part])
    _give_datestamps(session, sorted(stamped - _of_others(session, stamped)))


def _of_others(session: Session, record_ids: Iterable[int]) -> set[int]:
    """Give those that were harvested, and those that are gone and were never given to anybody."""
    if not record_ids or session.scalar(select(HarvestSource.source).limit(1)) is None:
        return set()
    found: set[int] = set()
    for part in parts_of(sorted(record_ids)):
        harvested = Record.source.in_(select(HarvestSource.source))
        there = dict(session.execute(select(Record.id, harvested).where(Record.id.in_(part))).all())
        stamped = set(session.scalars(select(Datestamp.record_id).where(Datestamp.record_id.in_(part))))
        found.update(record_id for record_id in part if there.get(record_id, record_id not in stamped))
    return found


def _give_datestamps(session: Session, record_ids: Sequence[int]) -> None:
    """Stamp records while the feed's row is held: as late as can be, so that no stamp is long older than its commit."""
    at = int(utc_now().timestamp())
    for part in parts_of(record_ids):
        gone = delete(Datestamp).where(Datestamp.record_id.in_(part))
        session.execute(gone, execution_options={"synchronize_session": False})
        session.execute(insert(Datestamp), [{"record_id": record_id, "at": at} for record_id in part])


@event.listens_for(StoreSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_RECORDS, None)
    session.info.pop(_DESCRIBED, None)
    session.info.pop(_HELD, None)
    session.info.pop(_COPIES, None)


def parts_of(rows: Sequence[_Row]) -> Iterable[Sequence[_Row]]:
    """Give the rows in parts that one statement can name."""
    for start in range(0, len(rows), _AT_A_TIME):
        yield rows[start : start + _AT_A_TIME]
