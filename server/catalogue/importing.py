"""Records of any form from files into the store: some hundred in a transaction, each bad one named, the rest goes on.

A record is known by its source and its id there; the same again changes nothing. The copies that a record names stay
with it as they were told: readers find and see them, and nothing is lent by them. Where a home is given for them
(``--place``), each that has a number of the library's own form becomes a copy that can be lent, at the place whose code
the record names, else at that home. What is a copy already stays as it is, with its loans; a number that belongs to
another record is named and left out. A copy that its source calls not available is made as ``in_process``: staff look
at it before it is lent.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from library.catalogue.reading import Fault, ReadRecord, read_file
from library.catalogue.record import Holding
from library.lending.patterns import NumberKind, NumberPatterns
from server.catalogue.columns import columns_of
from server.errors import ImportFileError, UnknownPlaceError
from server.store.catalogue_models import Description
from server.store.changes import NOTED, note_changes
from server.store.csv_rows import ROWS_AT_A_TIME, place_ids
from server.store.engine import transaction
from server.store.models import Copy, CopyStatus, Record

_LONGEST_SAID: Final = 80
_MOST_TRIES: Final = 5
"""How often the records of a transaction are put before two imports that meet are trouble."""
_DEADLOCK_DETECTED: Final = "40P01"
"""PostgreSQL's state of the one transaction of several that was ended so that the others go on."""
_COLUMNS: Final = (Record.id, Record.source, Record.source_id)
_DESCRIBED: Final = (Description.content, Description.holdings, Description.form, Description.original)

Key = tuple[str, str]
"""Source and id there."""
Read = Callable[[Path], Iterable[ReadRecord | Fault]]
"""Reads a file."""


@dataclass(frozen=True, slots=True)
class Target:
    """Into whose catalogue, and what becomes of the copies."""

    organisation_id: int
    numbers: NumberPatterns
    home: str | None = None
    """Code of the place of copies whose own place is unknown; ``None``: no copies are made."""


@dataclass(slots=True)
class FileReport:
    """What became of a file's records."""

    path: Path
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    copies: int = 0
    faults: list[Fault] = field(default_factory=list)
    """Records, and copies of records, that were left out."""
    notes: Counter[str] = field(default_factory=Counter)
    """What was mended on the way, and in how many records."""


def import_files(engine: Engine, paths: Sequence[Path], target: Target, read: Read = read_file) -> Iterator[FileReport]:
    """Import files one after the other; each report comes when its file is done.

    Raise ``UnknownPlaceError`` where nobody has the given home, ``ImportFileError`` where a file cannot be read at all.
    """
    with transaction(engine) as session:
        if target.home is not None and target.home not in place_ids(session, target.organisation_id):
            raise UnknownPlaceError(target.home)
    for path in paths:
        yield _import_file(engine, path, target, read)


def put_records(session: Session, reads: Sequence[ReadRecord], target: Target) -> FileReport:
    """Put records that have different ids in the session's transaction; say what became of them."""
    report = FileReport(Path())
    _Batch(session, target, report).put([_numbered(number, read) for number, read in enumerate(reads, 1)])
    return report


def _import_file(engine: Engine, path: Path, target: Target, read: Read) -> FileReport:
    report = FileReport(path)
    try:
        reading = _records(read(path), report)
        while batch := list(itertools.islice(reading, ROWS_AT_A_TIME)):
            _put(engine, batch, target, report)
    except OSError as error:
        raise ImportFileError(path, 0, f"cannot be read ({type(error).__name__})") from error
    return report


def _put(engine: Engine, batch: Sequence["_Numbered"], target: Target, report: FileReport) -> None:
    """Put records in one transaction; once more from the beginning where another import put the same ones meanwhile."""
    for tries_left in reversed(range(_MOST_TRIES)):
        one = FileReport(report.path)
        try:
            with transaction(engine) as session:
                _Batch(session, target, one).put(batch)
        except (IntegrityError, OperationalError) as error:
            if tries_left and (isinstance(error, IntegrityError) or _is_deadlock(error)):
                continue
            raise
        report.added += one.added
        report.updated += one.updated
        report.unchanged += one.unchanged
        report.copies += one.copies
        report.faults += one.faults
        return


def _is_deadlock(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", None) == _DEADLOCK_DETECTED


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    read: ReadRecord
    columns: dict[str, str]
    content: str
    holdings: str

    @property
    def key(self) -> Key:
        return self.columns["source"], self.columns["source_id"]

    @property
    def position(self) -> str:
        return f"record {self.number}"


def _records(reading: Iterable[ReadRecord | Fault], report: FileReport) -> Iterator[_Numbered]:
    """Give the records that can be kept; note the others.

    Of two with one id the first counts: else every import of the file would change the record twice.
    """
    seen: dict[int, int] = {}
    for number, read in enumerate(reading, 1):
        if isinstance(read, Fault):
            report.faults.append(read)
            continue
        one = _numbered(number, read)
        first = seen.setdefault(hash(one.key), number)
        if first != number:
            words = f"has the id of record {first}, {_shown(one.key[1])}"
            report.faults.append(Fault(one.position, words))
            continue
        report.notes.update(read.notes)
        yield one


def _numbered(number: int, read: ReadRecord) -> _Numbered:
    content = read.record.model_dump_json(exclude_defaults=True)
    holdings = json.dumps([one.model_dump(exclude_defaults=True) for one in read.holdings], ensure_ascii=False)
    return _Numbered(number, read, columns_of(read.record), content, holdings)


class _Batch:
    """The records of one transaction."""

    def __init__(self, session: Session, target: Target, report: FileReport) -> None:
        self._session = session
        self._target = target
        self._report = report

    def put(self, batch: Sequence[_Numbered]) -> None:
        known = self._known([one.key for one in batch])
        new: list[_Numbered] = []
        other: list[tuple[int, _Numbered]] = []
        for one in batch:
            row = known.get(one.key)
            if row is None:
                new.append(one)
            elif (row.content, row.holdings, row.form, row.original) == tuple(_description(one).values()):
                self._report.unchanged += 1
            else:
                other.append((row.id, one))
        new.sort(key=lambda one: one.key)  # two imports take the same rows in the same order
        other.sort(key=lambda one: one[0])
        ids = {key: row.id for key, row in known.items()}
        ids |= self._add(new)
        self._change(other)
        self._report.added += len(new)
        self._report.updated += len(other)
        note_changes(self._session, [*(ids[one.key] for one in new), *(record_id for record_id, _ in other)])
        if self._target.home is not None:
            self._make_copies(batch, ids)

    def _known(self, keys: Sequence[Key]) -> dict[Key, Any]:
        wanted = (
            select(*_COLUMNS, *_DESCRIBED)
            .outerjoin(Description, Description.record_id == Record.id)
            .where(
                Record.organisation_id == self._target.organisation_id,
                tuple_(Record.source, Record.source_id).in_(keys),
            )
        )
        return {(row.source, row.source_id): row for row in self._session.execute(wanted)}

    def _add(self, new: Sequence[_Numbered]) -> dict[Key, int]:
        if not new:
            return {}
        rows = [{"organisation_id": self._target.organisation_id, **one.columns} for one in new]
        made = self._session.scalars(
            insert(Record).returning(Record.id, sort_by_parameter_order=True), rows, execution_options=NOTED
        ).all()
        self._describe(list(zip(made, new, strict=True)))
        return {one.key: record_id for record_id, one in zip(made, new, strict=True)}

    def _change(self, other: Sequence[tuple[int, _Numbered]]) -> None:
        if not other:
            return
        rows = [{"id": record_id, **one.columns} for record_id, one in other]
        self._session.execute(update(Record), rows, execution_options=NOTED)
        wanted = select(Description.record_id).where(Description.record_id.in_([record_id for record_id, _ in other]))
        described = set(self._session.scalars(wanted))
        if described:
            again = [{"record_id": at, **_description(one)} for at, one in other if at in described]
            self._session.execute(update(Description), again, execution_options=NOTED)
        self._describe([(at, one) for at, one in other if at not in described])

    def _describe(self, records: Sequence[tuple[int, _Numbered]]) -> None:
        if records:
            rows = [{"record_id": record_id, **_description(one)} for record_id, one in records]
            self._session.execute(insert(Description), rows, execution_options=NOTED)

    def _make_copies(self, batch: Sequence[_Numbered], ids: dict[Key, int]) -> None:
        places = place_ids(self._session, self._target.organisation_id)
        numbers = {holding.item_id for one in batch for holding in one.read.holdings}
        wanted = select(Copy.item_number, Copy.record_id).where(
            Copy.organisation_id == self._target.organisation_id, Copy.item_number.in_(numbers)
        )
        owners = dict(self._session.execute(wanted).all())
        made: list[dict[str, Any]] = []
        for one in batch:
            for holding in one.read.holdings:
                owner = owners.get(holding.item_id)
                if self._target.numbers.classify(holding.item_id) is not NumberKind.ITEM:
                    if holding.item_id:
                        self._leave_out(one, holding, "does not match the item patterns: it is shown, but not lent")
                elif owner is None:
                    owners[holding.item_id] = ids[one.key]
                    place = places.get(holding.place, places[self._target.home or ""])
                    made.append(self._copy(holding, ids[one.key], place))
                elif owner != ids[one.key]:
                    self._leave_out(one, holding, "is a copy of another record")
        if made:
            self._session.execute(insert(Copy), made, execution_options=NOTED)
            note_changes(self._session, (row["record_id"] for row in made), described=False, held=True)
            self._report.copies += len(made)

    def _copy(self, holding: Holding, record_id: int, place_id: int) -> dict[str, Any]:
        return {
            "organisation_id": self._target.organisation_id,
            "item_number": holding.item_id,
            "record_id": record_id,
            "place_id": place_id,
            "item_type": holding.item_type or Holding().item_type,
            "call_number": holding.call_number,
            "status": CopyStatus.SHELF if holding.available else CopyStatus.IN_PROCESS,
        }

    def _leave_out(self, one: _Numbered, holding: Holding, words: str) -> None:
        self._report.faults.append(Fault(one.position, f"copy {_shown(holding.item_id)} {words}"))


def _description(one: _Numbered) -> dict[str, Any]:
    return {
        "content": one.content,
        "holdings": one.holdings,
        "form": str(one.read.form),
        "original": one.read.original,
    }


def _shown(text: str) -> str:
    return ascii(text[:_LONGEST_SAID])
