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
    (``;`` between), ``publisher``, ``year``, ``isbn``; all but ``source_id`` and ``title`` may be empty. Their source
    is the library itself (``local``); records of other sources come by ``server.catalogue.importing``.
copies
    ``item_id`` (must match the item patterns of the configuration), ``source_id`` (of its record), ``source`` (of its
    record; empty or left out: the library's own record of that id, else the only one), ``place`` (code of its home),
    ``item_type`` (any word, named by the lending rules, like ``book``), ``call_number`` (may be empty), ``status``
    (``shelf``, ``reference``, ``in_process``, ``damaged``, ``missing``, ``lost`` or ``withdrawn``; the column may be
    left out: a new copy stands on the shelf, a known one keeps its status).
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, lazyload

from library.lending.patterns import NumberKind, NumberPatterns
from server.store.catalogue_models import Description
from server.store.changes import NOTED, note_changes
from server.store.csv_rows import FileKind, ImportReport, Row, RowError, import_file, place_ids
from server.store.models import LOCAL_SOURCE, ClosedWeekday, Copy, CopyStatus, Holiday, Place, PlaceKind, Record

PLACES: Final = FileKind(("code", "name", "kind", "closed_weekdays"), ("holidays", "closes_at"))
RECORDS: Final = FileKind(("source_id", "title", "author", "language", "subjects", "publisher", "year", "isbn"))
COPIES: Final = FileKind(("item_id", "source_id", "place", "item_type", "call_number"), ("status", "source"))

_Part = TypeVar("_Part")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9/:-]{0,15}")
_WORD: Final = 32
_SOURCE_ID: Final = 128
_WEEKDAYS: Final = range(1, 8)


def import_places(engine: Engine, organisation_id: int, path: Path) -> ImportReport:
    """Import places; their closed days become exactly those of the file."""
    return import_file(engine, path, PLACES, lambda session, rows: _Places(session, organisation_id, rows).put)


def import_records(engine: Engine, organisation_id: int, path: Path) -> ImportReport:
    """Import bibliographic records."""
    return import_file(engine, path, RECORDS, lambda session, rows: _Records(session, organisation_id, rows).put)


def import_copies(engine: Engine, organisation_id: int, path: Path, numbers: NumberPatterns) -> ImportReport:
    """Import copies; their records and places must stand in the store already."""
    return import_file(engine, path, COPIES, lambda session, rows: _Copies(session, organisation_id, rows, numbers).put)


class _Places:
    def __init__(self, session: Session, organisation_id: int, rows: Sequence[Row]) -> None:
        self._session = session
        self._organisation_id = organisation_id
        wanted = select(Place).where(
            Place.organisation_id == organisation_id, Place.code.in_({row["code"] for row in rows})
        )
        self._known = {place.code: place for place in session.scalars(wanted)}

    def put(self, row: Row) -> bool:
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
        place = self._known.get(code) or Place(organisation_id=self._organisation_id, code=code)
        self._session.add(place)
        place.name, place.kind, place.closes_at = name, kind, closes_at
        place.closed_weekdays = [
            *(kept for kept in place.closed_weekdays if kept.weekday in weekdays),
            *(
                ClosedWeekday(weekday=day)
                for day in sorted(weekdays - {kept.weekday for kept in place.closed_weekdays})
            ),
        ]
        place.holidays = [
            *(kept for kept in place.holidays if kept.day in holidays),
            *(Holiday(day=day) for day in sorted(holidays - {kept.day for kept in place.holidays})),
        ]
        return code not in self._known


class _Records:
    def __init__(self, session: Session, organisation_id: int, rows: Sequence[Row]) -> None:
        self._session = session
        self._organisation_id = organisation_id
        wanted = select(Record).where(
            Record.organisation_id == organisation_id,
            Record.source == LOCAL_SOURCE,
            Record.source_id.in_({row["source_id"] for row in rows}),
        )
        self._known = {record.source_id: record for record in session.scalars(wanted)}
        described = select(Description.record_id).where(
            Description.record_id.in_([record.id for record in self._known.values()])
        )
        self._described = set(session.scalars(described))

    def put(self, row: Row) -> bool:
        source_id, _ = row.needed("source_id", _SOURCE_ID), row.needed("title")
        texts = {column: row[column] for column in RECORDS.columns}
        record = self._known.get(source_id)
        if record is None:
            self._session.add(Record(organisation_id=self._organisation_id, **texts))
            return True
        for column, text in texts.items():
            setattr(record, column, text)
        if record.id in self._described:  # from now on the columns are all that is known of it
            gone = delete(Description).where(Description.record_id == record.id)
            self._session.execute(gone, execution_options=NOTED)
            note_changes(self._session, [record.id])
        return False


class _Copies:
    def __init__(self, session: Session, organisation_id: int, rows: Sequence[Row], numbers: NumberPatterns) -> None:
        self._session = session
        self._organisation_id = organisation_id
        self._numbers = numbers
        self._places = place_ids(session, organisation_id)
        records = select(Record.source_id, Record.source, Record.id).where(
            Record.organisation_id == organisation_id, Record.source_id.in_({row["source_id"] for row in rows})
        )
        self._records: dict[str, dict[str, int]] = {}
        for source_id, source, record_id in session.execute(records):
            self._records.setdefault(source_id, {})[source] = record_id
        copies = select(Copy).where(
            Copy.organisation_id == organisation_id, Copy.item_number.in_({row["item_id"] for row in rows})
        )
        self._known = {copy.item_number: copy for copy in session.scalars(copies.options(lazyload("*")))}

    def put(self, row: Row) -> bool:
        item_number = row.needed("item_id")
        if self._numbers.classify(item_number) is not NumberKind.ITEM:
            raise RowError("item_id does not match the item patterns")
        record_id = self._record_of(row)
        place_id = self._places.get(row["place"])
        if place_id is None:
            raise RowError("place is unknown")
        status = _status(row)
        item_type = row.needed("item_type", _WORD)
        copy = self._known.get(item_number)
        if copy is None:
            self._session.add(
                Copy(
                    organisation_id=self._organisation_id,
                    item_number=item_number,
                    record_id=record_id,
                    place_id=place_id,
                    item_type=item_type,
                    call_number=row["call_number"],
                    status=status or CopyStatus.SHELF,
                )
            )
            return True
        copy.record_id, copy.place_id = record_id, place_id
        copy.item_type, copy.call_number = item_type, row["call_number"]
        copy.status = status or copy.status
        return False

    def _record_of(self, row: Row) -> int:
        by_source = self._records.get(row.needed("source_id", _SOURCE_ID), {})
        record_id = by_source.get(row["source"] or LOCAL_SOURCE)
        if record_id is not None:
            return record_id
        if row["source"] or not by_source:
            raise RowError("source_id is no record's")
        if len(by_source) > 1:
            raise RowError("source_id is a record's of several sources; the column source says which")
        return next(iter(by_source.values()))


def _status(row: Row) -> CopyStatus | None:
    try:
        return CopyStatus(row["status"]) if row["status"] else None
    except ValueError:
        raise RowError(f"status is none of {', '.join(CopyStatus)}") from None


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
