"""A folder of pictures as covers of records: which file is whose, by its name.

A file is called after the ISBN of a book (10 or 13 digits, hyphens or none), after the id that a record has in its
source, or as the record itself names its cover (field 856 of MARC, a column ``cover``: the last part of the address).
Where several sources use one id, the file's folder is called after its source. Records that share an ISBN are one book:
each gets the cover.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from library.catalogue.tidying.numbers import isbn
from server.catalogue.covers import put_covers
from server.catalogue.entries import heads_of
from server.catalogue.pictures import LARGEST_FILE, PictureError, PictureFault, SmallCover, small_cover
from server.errors import ServerError
from server.store.catalogue_models import Description
from server.store.cover_models import Cover
from server.store.engine import for_reading, transaction
from server.store.models import Record

MOST_FILES: Final = 200_000
_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_RECORDS_AT_A_TIME: Final = 2_000
_COVERS_AT_A_TIME: Final = 50
"""In a transaction: a megabyte at most, so that no loan waits behind it."""
_ISBNS: Final = re.compile(r'"isbns":\[([^\]]*)\]')
_COVER: Final = re.compile(r'"cover":"((?:[^"\\]|\\.)*)"')


class FolderError(ServerError):
    """There is no such folder, or there is more in it than a library has."""

    def __init__(self, folder: Path, words: str) -> None:
        super().__init__(f"{folder}: {words}")
        self.folder = folder


@dataclass(slots=True)
class CoversReport:
    """What became of a folder's files."""

    put: int = 0
    """Records that have a cover now which they had not."""
    unchanged: int = 0
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    """Files, each with a word for why."""


@dataclass(frozen=True, slots=True)
class _Found:
    record_id: int
    source: str


def import_covers(engine: Engine, folder: Path) -> CoversReport:
    """Put the pictures of a folder, and of folders in it, to their records; whatever is no cover is named and left out.

    A record keeps the cover that it had until another one is there. Raises :class:`FolderError`.
    """
    files = _files(folder)
    owners = _owners(engine, {file.stem for file in files} | {file.name for file in files})
    report = CoversReport()
    waiting: list[tuple[int, SmallCover]] = []
    for file in files:
        try:
            cover, whose = _cover(file), _whose(file, owners)
        except PictureError as error:
            report.left_out.append((file, error.fault.value))
        except OSError as error:
            report.left_out.append((file, type(error).__name__))
        except LookupError as error:
            report.left_out.append((file, str(error)))
        else:
            waiting += [(one.record_id, cover) for one in whose]
        if len(waiting) >= _COVERS_AT_A_TIME:
            _put(engine, waiting, report)
            waiting.clear()
    _put(engine, waiting, report)
    return report


def remove_covers(engine: Engine, names: Sequence[str]) -> CoversReport:
    """Take away the covers of what these names mean: an ISBN, or an id in its source (``SOURCE/ID``)."""
    report = CoversReport()
    owners = _owners(engine, {Path(name).name for name in names})
    for name in names:
        file = Path(name)
        try:
            gone = [(one.record_id, None) for one in _whose(file, owners, file.name)]
        except LookupError as error:
            report.left_out.append((file, str(error)))
            continue
        with transaction(engine) as session:
            report.put += put_covers(session, gone)
    return report


def _put(engine: Engine, covers: Sequence[tuple[int, SmallCover]], report: CoversReport) -> None:
    if not covers:
        return
    with transaction(engine) as session:
        put = put_covers(session, covers)
        put_covers(session, _for_heads(session, dict(covers)))
    report.put += put
    report.unchanged += len(covers) - put


def _for_heads(session: Session, covers: dict[int, SmallCover]) -> list[tuple[int, SmallCover]]:
    """Give the covers for records under which others are shown, where they have none: kiosks know no other number."""
    heads = {record_id: head for record_id, head in heads_of(session, sorted(covers)).items() if record_id in covers}
    wanted = select(Cover.record_id).where(Cover.record_id.in_(heads.values()), Cover.digest != "")
    covered = set(session.scalars(wanted)) | set(covers)
    return [(head, covers[record_id]) for record_id, head in heads.items() if head not in covered]


def _files(folder: Path) -> list[Path]:
    """Give the pictures, by name, without following links out of the folder."""
    if not folder.is_dir():
        raise FolderError(folder, "is no folder")
    found: list[Path] = []
    for where, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(where, name) for name in sorted(names) if Path(name).suffix.lower() in _ENDINGS]
        if len(found) > MOST_FILES:
            raise FolderError(folder, f"has more than {MOST_FILES} pictures")
    return found


def _cover(file: Path) -> SmallCover:
    if file.is_symlink() or not file.is_file():
        raise LookupError("is no file of its own")
    if file.stat().st_size > LARGEST_FILE:
        raise PictureError(PictureFault.TOO_LARGE)
    with file.open("rb") as opened:
        return small_cover(opened.read(LARGEST_FILE + 1))


def _whose(file: Path, owners: dict[str, list[_Found]], name: str = "") -> list[_Found]:
    """Give the records of a file; raise ``LookupError`` with a word where there is none, or nobody can tell."""
    number = isbn(name or file.stem)
    if number is not None and (found := owners.get(f"isbn {number}")):
        return found
    found = owners.get(f"id {name or file.stem}") or owners.get(f"file {file.name}") or []
    of_source = [one for one in found if one.source == file.parent.name]
    if not found:
        raise LookupError("belongs to no record")
    if not of_source and len({one.source for one in found}) > 1:
        sources = ", ".join(sorted({one.source for one in found}))
        raise LookupError(f"is the id of records of several sources ({sources}): put it into a folder called after one")
    return of_source or found


def _owners(engine: Engine, names: set[str]) -> dict[str, list[_Found]]:
    """Give the records that files of these names may mean: one way through all records, a short part at a time."""
    numbers = {number for name in names if (number := isbn(name)) is not None}
    owners: defaultdict[str, list[_Found]] = defaultdict(list)
    for record, content in _records(engine):
        found = _Found(record.id, record.source)
        if record.source_id in names:
            owners[f"id {record.source_id}"].append(found)
        told = _ISBNS.search(content)
        isbns = {isbn(record.isbn), *(told[1].replace('"', "").split(",") if told else ())}
        for number in isbns & numbers:
            owners[f"isbn {number}"].append(found)
        cover = _COVER.search(content)
        if cover and (name := _last_part(cover[1])) in names:
            owners[f"file {name}"].append(found)
    return dict(owners)


def _records(engine: Engine) -> Iterator[tuple[Record, str]]:
    last = 0
    wanted = select(Record, Description.content).outerjoin(Description, Description.record_id == Record.id)
    while True:
        part = wanted.where(Record.id > last).order_by(Record.id).limit(_RECORDS_AT_A_TIME)
        with transaction(for_reading(engine)) as session:
            rows = session.execute(part).all()
            if not rows:
                return
            for row in rows:
                yield row.Record, row.content or ""
            last = rows[-1].Record.id


def _last_part(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return unquote(path).replace("\\", "/").rpartition("/")[2]
