"""What a reader sees of records: as their sources described them, their copies as they stand now, and their use.

Records of several libraries that describe one thing (:mod:`server.catalogue.union`) are seen as one, under the lowest
of their numbers, with the copies of all.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, and_, func, select
from sqlalchemy.orm import Session

from library.catalogue.merging import merged
from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding, SourceId
from server.catalogue.columns import record_of_columns
from server.store.account_models import Hold
from server.store.catalogue_models import Description
from server.store.changes import parts_of
from server.store.engine import for_reading, transaction
from server.store.harvest_models import HarvestSource
from server.store.models import Copy, CopyStatus, Loan, Place, Record
from server.store.union_models import UnionMember

AT_A_TIME: Final = 500
USE_COUNTS_FOR: Final = timedelta(days=730)
_ON_A_SHELF: Final = (CopyStatus.SHELF, CopyStatus.REFERENCE)
_HOLDINGS: Final = TypeAdapter(tuple[Holding, ...])


def entries_of(session: Session, record_ids: Sequence[int], now: datetime) -> list[CatalogueEntry]:
    """Give the entries of records in the order of their ids; one that is gone, or shown under another, has none."""
    heads = heads_of(session, record_ids)
    shown = {record_id for record_id in record_ids if heads.get(record_id, record_id) == record_id}
    wanted = sorted(shown | {record_id for record_id, head in heads.items() if head in shown})
    described = _described(session, wanted)
    copies = _copies(session, wanted)
    uses = _uses(session, wanted, now)
    harvested = set(session.scalars(select(HarvestSource.source))) if heads else set()
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for record_id in described:
        groups[heads.get(record_id, record_id)].append(record_id)
    found = []
    for head, members in sorted(groups.items()):
        records = {record_id: described[record_id][0] for record_id in members}
        sources = {record.source for record in records.values()}
        held = [holding for record_id in members for holding in _held(copies[record_id], described[record_id][1])]
        united = [SourceId(source=each.source, source_id=each.source_id) for each in records.values()]
        found.append(
            CatalogueEntry(
                key=head,
                record=merged(records, sources - harvested),
                holdings=tuple(held),
                united=tuple(united) if len(united) > 1 else (),
                use=sum(uses.get(record_id, 0) for record_id in members),
            )
        )
    return found


def heads_of(session: Session, record_ids: Sequence[int]) -> dict[int, int]:
    """Give for each record that is shown together with others, and for those others, the first of them."""
    heads: set[int] = set()
    for part in parts_of(record_ids):
        heads.update(session.scalars(select(UnionMember.head_id).where(UnionMember.record_id.in_(part))))
    found: dict[int, int] = {}
    for part in parts_of(sorted(heads)):
        wanted = select(UnionMember.record_id, UnionMember.head_id).where(UnionMember.head_id.in_(part))
        found.update(session.execute(wanted).all())
    return found


def records_of(session: Session, record_ids: Sequence[int]) -> dict[int, CatalogueRecord]:
    """Give records as their sources described them; one that is gone is not among them."""
    return {record_id: record for record_id, (record, _) in _described(session, record_ids).items()}


@dataclass(frozen=True, slots=True)
class Held:
    """The copies of one record."""

    holdings: Sequence[Holding]
    is_ours: bool
    """Some are copies that this library lends."""


def held_of(session: Session, record_ids: Sequence[int]) -> dict[int, Held]:
    """Give the copies of records, each record's own alone."""
    copies = _copies(session, record_ids)
    described = _described(session, record_ids)
    return {
        record_id: Held(_held(copies[record_id], told), bool(copies[record_id].shown))
        for record_id, (_, told) in described.items()
    }


def all_entries(engine: Engine, now: datetime, at_a_time: int = AT_A_TIME) -> Iterator[CatalogueEntry]:
    """Give every record's entry, in short transactions, so that no writer's log grows behind a long one."""
    last = 0
    while True:
        with transaction(for_reading(engine)) as session:
            wanted = select(Record.id).where(Record.id > last).order_by(Record.id).limit(at_a_time)
            ids = session.scalars(wanted).all()
            entries = entries_of(session, ids, now) if ids else []
        if not ids:
            return
        yield from entries
        last = ids[-1]


@dataclass(slots=True)
class _Copies:
    """A record's copies: what is shown, and the numbers of all of them."""

    shown: list[Holding] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)


_Told = tuple[CatalogueRecord, tuple[Holding, ...]]


def _described(session: Session, record_ids: Sequence[int]) -> dict[int, _Told]:
    """Give records and the copies that their sources told, in the order of the ids."""
    found: dict[int, _Told] = {}
    columns = (Record, Description.content, Description.holdings)
    wanted = select(*columns).outerjoin(Description, Description.record_id == Record.id)
    for part in parts_of(sorted(record_ids)):
        for row in session.execute(wanted.where(Record.id.in_(part)).order_by(Record.id)):
            found[row.Record.id] = _as_told(row.content, row.holdings) or (record_of_columns(row.Record), ())
    return found


def _held(copies: _Copies, told: Sequence[Holding]) -> list[Holding]:
    return [*copies.shown, *(holding for holding in told if holding.item_id not in copies.numbers)]


def _as_told(content: str | None, holdings: str) -> _Told | None:
    if content is None:
        return None
    try:
        return CatalogueRecord.model_validate_json(content), _HOLDINGS.validate_json(holdings)
    except ValidationError:  # another release wrote it: what lending knows of the record is found all the same
        return None


def _copies(session: Session, record_ids: Sequence[int]) -> defaultdict[int, _Copies]:
    wanted = (
        select(
            Copy.record_id,
            Copy.item_number,
            Copy.call_number,
            Copy.item_type,
            Copy.status,
            Copy.place_id,
            Copy.current_place_id,
            Copy.transit_to_id,
            Place.code,
            Loan.id.label("loan"),
            Hold.id.label("hold"),
        )
        .join(Place, Place.id == Copy.place_id)
        .outerjoin(Loan, and_(Loan.copy_id == Copy.id, Loan.ended_at.is_(None)))
        .outerjoin(Hold, and_(Hold.caught_copy_id == Copy.id, Hold.ended_at.is_(None)))
        .where(Copy.record_id.in_(record_ids))
        .order_by(Copy.record_id, Copy.item_number)
    )
    found: defaultdict[int, _Copies] = defaultdict(_Copies)
    for row in session.execute(wanted):
        found[row.record_id].numbers.add(row.item_number)
        if row.status is CopyStatus.WITHDRAWN:
            continue
        found[row.record_id].shown.append(
            Holding(
                item_id=row.item_number,
                place=row.code,
                call_number=row.call_number,
                item_type=row.item_type,
                available=_stands_at_home(row),
            )
        )
    return found


def _stands_at_home(row: Any) -> bool:
    return (
        row.status in _ON_A_SHELF
        and row.loan is None
        and row.hold is None
        and row.transit_to_id is None
        and row.current_place_id in (None, row.place_id)
    )


def _uses(session: Session, record_ids: Sequence[int], now: datetime) -> dict[int, int]:
    wanted = (
        select(Copy.record_id, func.count())
        .join(Loan, Loan.copy_id == Copy.id)
        .where(Copy.record_id.in_(record_ids), Loan.lent_at >= now - USE_COUNTS_FOR)
        .group_by(Copy.record_id)
    )
    return dict(session.execute(wanted).all())
