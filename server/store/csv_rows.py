"""Rows of a CSV file on their way into the store, and the report of what became of them."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.text import nfc
from server.errors import ImportFileError
from server.store.engine import transaction
from server.store.models import Organisation, Place

ROWS_AT_A_TIME: Final = 500
"""Rows of one transaction: few enough that a kiosk beside the import waits some tens of milliseconds for its turn."""


class RowError(Exception):
    """A row cannot be taken; ``words`` name the column and what is wrong, never the value: it may be a reader's."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it ends, and its texts in NFC without outer blanks."""

    line: int
    texts: dict[str, str] = field(repr=False)

    def __getitem__(self, column: str) -> str:
        return self.texts[column]

    def needed(self, column: str, longest: int = 1000) -> str:
        """Give a text that may be neither empty nor too long."""
        text = self.texts[column]
        if not text:
            raise RowError(f"{column} is empty")
        if len(text) > longest:
            raise RowError(f"{column} is longer than {longest} characters")
        return text


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was left out."""

    line: int
    words: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file's rows."""

    path: Path
    added: int = 0
    updated: int = 0
    faults: list[RowFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a kind of file looks like; the first column names a row."""

    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()


Put = Callable[[Row], bool]
"""Puts one row into the session; says whether it is new there. Raises ``RowError`` before it has changed anything."""
LookUp = Callable[[Session, Sequence[Row]], Put]
"""Looks up at once what a transaction's rows name in the store, and gives what puts each of them."""


def import_file(engine: Engine, path: Path, kind: FileKind, look_up: LookUp) -> ImportReport:
    """Import a file; a row that cannot be taken is reported and the others go on.

    Raise ``ImportFileError`` where the file cannot be read or its columns are not those of its kind.
    """
    report = ImportReport(path)
    try:
        # A byte that is not UTF-8 spoils its own row and no other.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            rows = list(_rows(path, file, kind, report))
    except OSError as error:
        raise ImportFileError(path, 0, f"cannot be read ({type(error).__name__})") from error
    lines: dict[str, int] = {}
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        batch = rows[start : start + ROWS_AT_A_TIME]
        with transaction(engine) as session:
            put = look_up(session, batch)
            for row in batch:
                key = row[kind.columns[0]]
                if key in lines:
                    report.faults.append(RowFault(row.line, f"the same as in line {lines[key]}"))
                elif _take(row, put, report):
                    lines[key] = row.line
    report.faults.sort(key=lambda fault: fault.line)
    return report


def put_organisation(session: Session, code: str, name: str) -> int:
    """Make sure that the library itself stands in the store; give its id."""
    organisation = session.scalar(select(Organisation).where(Organisation.code == code))
    if organisation is None:
        organisation = Organisation(code=code, name=name)
        session.add(organisation)
    organisation.name = name
    session.flush()
    return organisation.id


def place_ids(session: Session, organisation_id: int) -> dict[str, int]:
    """Give the ids of all of an organisation's places by their codes."""
    found = session.execute(select(Place.code, Place.id).where(Place.organisation_id == organisation_id))
    return dict(found.all())


def _take(row: Row, put: Put, report: ImportReport) -> bool:
    try:
        new = put(row)
    except RowError as error:
        report.faults.append(RowFault(row.line, error.words))
        return False
    report.added += new
    report.updated += not new
    return True


def _rows(path: Path, file: TextIO, kind: FileKind, report: ImportReport) -> Iterator[Row]:
    reader = csv.reader(file)
    columns = _columns(path, next(reader, []), kind)
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report.faults.append(RowFault(reader.line_num, "cannot be read as a row"))
            continue
        if not values:
            continue
        if len(values) != len(columns):
            report.faults.append(RowFault(reader.line_num, f"{len(values)} values for {len(columns)} columns"))
        elif any(not _is_text(value) for value in values):
            report.faults.append(RowFault(reader.line_num, "is not text in UTF-8"))
        else:
            texts = dict.fromkeys(kind.optional, "")
            texts.update((name, nfc(value).strip()) for name, value in zip(columns, values, strict=True))
            yield Row(reader.line_num, texts)


def _columns(path: Path, given: Sequence[str], kind: FileKind) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in given)
    missing = [name for name in kind.columns if name not in columns]
    unknown = [name for name in columns if name not in kind.columns and name not in kind.optional]
    if missing or unknown or len(set(columns)) != len(columns):
        words = [f"missing column {name}" for name in missing]
        words += [f"unknown column {name!r}" for name in unknown]
        raise ImportFileError(path, 1, ", ".join(words) or "a column stands there twice")
    return columns


def _is_text(value: str) -> bool:
    if "\0" in value:  # PostgreSQL takes none
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
