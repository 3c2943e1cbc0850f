"""What a reader sees of records: each as its source described it, its copies as they stand now, and its use."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, and_, func, select
from sqlalchemy.orm import Session

from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding
from server.catalogue.columns import record_of_columns
from server.store.account_models import Hold
from server.store.catalogue_models import Description
from server.store.engine import for_reading, transaction
from server.store.models import Copy, CopyStatus, Loan, Place, Record

AT_A_TIME: Final = 500
USE_COUNTS_FOR: Final = timedelta(days=730)
_ON_A_SHELF: Final = (CopyStatus.SHELF, CopyStatus.REFERENCE)
_HOLDINGS: Final = TypeAdapter(tuple[Holding, ...])


def entries_of(session: Session, record_ids: Sequence[int], now: datetime) -> list[CatalogueEntry]:
    """Give the entries of records in the order of their ids; one that is gone has none."""
    columns = (Record, Description.content, Description.holdings)
    wanted = select(*columns).outerjoin(Description, Description.record_id == Record.id)
    found = session.execute(wanted.where(Record.id.in_(record_ids)).order_by(Record.id)).all()
    copies = _copies(session, record_ids)
    uses = _uses(session, record_ids, now)
    return [_entry(row, copies[row.Record.id], uses.get(row.Record.id, 0)) for row in found]


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


def _entry(row: Any, copies: _Copies, use: int) -> CatalogueEntry:
    record, told = _as_told(row.content, row.holdings) or (record_of_columns(row.Record), ())
    return CatalogueEntry(
        key=row.Record.id,
        record=record,
        holdings=(*copies.shown, *(holding for holding in told if holding.item_id not in copies.numbers)),
        use=use,
    )


def _as_told(content: str | None, holdings: str) -> tuple[CatalogueRecord, tuple[Holding, ...]] | None:
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
