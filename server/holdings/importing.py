"""Places, records and copies from CSV files.

Each file is UTF-8 (a byte order mark is allowed) with a first line of column names, in any order; ``,`` separates. A
column that is unknown or missing ends the import of that file before its first row. Every text is trimmed and brought
to NFC. Rows may come again: a row is known by its first column below and then updates what stands there.

places
    ``code`` (ISIL-shaped: letters, digits, ``/ : -``, at most 16, like ``VN-QN-TH1``), ``name``,
    ``kind`` (``hub``, ``school``, ``reading_room``, ``community`` or ``private``),
    ``closed_weekdays`` (``;`` between numbers, Monday is 1, Sunday 7; may be empty),
    ``holidays`` (``;`` between ISO dates; the column may be left out),
    ``closes_at`` (``HH:MM``, the time of day at which loans made there are due; the end of the day when it is empty or
    the column is left out).
records
    ``source_id`` (any text that stays the same for one record), ``title``, ``author``, ``language``, ``subjects``
    (``;`` between), ``publisher``, ``year``, ``isbn``; all but ``source_id`` and ``title`` may be empty.
copies
    ``item_id`` (must match the item patterns of the configuration), ``source_id`` (of its record), ``place`` (code of
    its home), ``item_type`` (any word, named by the lending rules, like ``book``), ``call_number`` (may be empty),
    ``status`` (``shelf``, ``reference``, ``in_process``, ``damaged``, ``missing``, ``lost`` or ``withdrawn``; the
    column may be left out: a new copy stands on the shelf, a known one keeps its status).
"""

import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.lending.patterns import NumberKind, NumberPatterns
from server.store.csv_rows import FileKind, ImportReport, Row, RowError, import_file
from server.store.models import ClosedWeekday, Copy, CopyStatus, Holiday, Place, PlaceKind, Record

PLACES: Final = FileKind(("code", "name", "kind", "closed_weekdays"), ("holidays", "closes_at"))
RECORDS: Final = FileKind(("source_id", "title", "author", "language", "subjects", "publisher", "year", "isbn"))
COPIES: Final = FileKind(("item_id", "source_id", "place", "item_type", "call_number"), ("status",))

_Part = TypeVar("_Part")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9/:-]{0,15}")
_WORD: Final = 32
_SOURCE_ID: Final = 128
_WEEKDAYS: Final = range(1, 8)


def import_places(engine: Engine, organisation_id: int, path: Path) -> ImportReport:
    """Import places; their closed days become exactly those of the file."""
    return import_file(engine, path, PLACES, lambda session, row: _put_place(session, organisation_id, row))


def import_records(engine: Engine, organisation_id: int, path: Path) -> ImportReport:
    """Import bibliographic records."""
    return import_file(engine, path, RECORDS, lambda session, row: _put_record(session, organisation_id, row))


def import_copies(engine: Engine, organisation_id: int, path: Path, numbers: NumberPatterns) -> ImportReport:
    """Import copies; their records and places must stand in the store already."""
    return import_file(engine, path, COPIES, lambda session, row: _put_copy(session, organisation_id, row, numbers))


def _put_place(session: Session, organisation_id: int, row: Row) -> bool:
    code = row.needed("code")
    if not _CODE.fullmatch(code):
        raise RowError("code is not ISIL-shaped")
    name = row.needed("name")
    try:
        kind = PlaceKind(row["kind"])
    except ValueError:
        raise RowError(f"kind is none of {', '.join(PlaceKind)}") from None
    weekdays = set(_parts(row, "closed_weekdays", _weekday))
    holidays = set(_parts(row, "holidays", date.fromisoformat))
    closes_at = next(iter(_parts(row, "closes_at", time.fromisoformat)), None)
    place = session.scalar(select(Place).where(Place.organisation_id == organisation_id, Place.code == code))
    new = place is None
    if place is None:
        place = Place(organisation_id=organisation_id, code=code)
        session.add(place)
    place.name, place.kind, place.closes_at = name, kind, closes_at
    place.closed_weekdays = [
        *(kept for kept in place.closed_weekdays if kept.weekday in weekdays),
        *(ClosedWeekday(weekday=day) for day in sorted(weekdays - {kept.weekday for kept in place.closed_weekdays})),
    ]
    place.holidays = [
        *(kept for kept in place.holidays if kept.day in holidays),
        *(Holiday(day=day) for day in sorted(holidays - {kept.day for kept in place.holidays})),
    ]
    session.flush()
    return new


def _put_record(session: Session, organisation_id: int, row: Row) -> bool:
    source_id, title = row.needed("source_id", _SOURCE_ID), row.needed("title")
    record = _record(session, organisation_id, source_id)
    new = record is None
    if record is None:
        record = Record(organisation_id=organisation_id, source_id=source_id)
        session.add(record)
    record.title = title
    for column in RECORDS.columns[2:]:
        setattr(record, column, row[column])
    session.flush()
    return new


def _put_copy(session: Session, organisation_id: int, row: Row, numbers: NumberPatterns) -> bool:
    item_number = row.needed("item_id")
    if numbers.classify(item_number) is not NumberKind.ITEM:
        raise RowError("item_id does not match the item patterns")
    record = _record(session, organisation_id, row.needed("source_id", _SOURCE_ID))
    if record is None:
        raise RowError("source_id is no record's")
    place = session.scalar(select(Place).where(Place.organisation_id == organisation_id, Place.code == row["place"]))
    if place is None:
        raise RowError("place is unknown")
    status = _status(row)
    item_type = row.needed("item_type", _WORD)
    copy = session.scalar(select(Copy).where(Copy.organisation_id == organisation_id, Copy.item_number == item_number))
    new = copy is None
    if copy is None:
        copy = Copy(organisation_id=organisation_id, item_number=item_number, status=CopyStatus.SHELF)
        session.add(copy)
    copy.record_id, copy.place_id = record.id, place.id
    copy.item_type, copy.call_number = item_type, row["call_number"]
    copy.status = status or copy.status
    session.flush()
    return new


def _status(row: Row) -> CopyStatus | None:
    try:
        return CopyStatus(row["status"]) if row["status"] else None
    except ValueError:
        raise RowError(f"status is none of {', '.join(CopyStatus)}") from None


def _record(session: Session, organisation_id: int, source_id: str) -> Record | None:
    return session.scalar(
        select(Record).where(Record.organisation_id == organisation_id, Record.source_id == source_id)
    )


def _parts(row: Row, column: str, read: Callable[[str], _Part]) -> list[_Part]:
    try:
        return [read(part.strip()) for part in row[column].split(";") if part.strip()]
    except ValueError:
        raise RowError(f"{column} cannot be read") from None


def _weekday(text: str) -> int:
    day = int(text)
    if day not in _WEEKDAYS:
        raise ValueError(text)
    return day - 1
