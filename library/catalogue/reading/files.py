"""A file of records read one after the other, whatever form it has: told by what stands in it, then by its name."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from library.catalogue.reading import csv_rows, iso2709, json_objects, xml_pieces
from library.catalogue.reading.columns import take_columns, unread
from library.catalogue.reading.draft import Draft
from library.catalogue.reading.dublin_core import header_id, is_deleted, is_dublin_core, take_dublin_core
from library.catalogue.reading.marc_record import take_marc
from library.catalogue.reading.marcxml import is_marcxml, marc_of
from library.catalogue.reading.results import Fault, Form, ReadRecord
from library.catalogue.reading.streams import Unpacked, begun, is_packed, name_of

Read = ReadRecord | Fault
_HEAD: Final = 4_096
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BETWEEN: Final = b" \t\r\n\0"
_NO_RECORDS: Final = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\x7fELF",
)
"""How archives, pictures and the like begin, in which by chance something may look like a record."""
_LEADER: Final = re.compile(rb"[0-9 ]{5}[ -~]{5}[0-9 ]{2}[0-9 ]{5}")
_MOST_NAMED: Final = 20


def read_file(path: Path) -> Iterator[Read]:
    """Read a file's records in their order: each a record, or a fault that names a bad one.

    Nothing but one record is in memory at a time. A file that cannot be opened or read raises ``OSError``; no bytes in
    it raise anything. A pipe is read too, and what is in a gzip file. A record without a source of its own has the
    file's name without its ending for it, one without an id there its number in the file, counted from 1 with the bad
    ones.
    """
    with path.open("rb") as file:
        head, whole = begun(file, _HEAD)
        unpacked = Unpacked(whole) if is_packed(head) else None
        if unpacked is not None:
            head, whole = begun(io.BufferedReader(unpacked), _HEAD)
        yield from _read(head, whole, name_of(path))
        if unpacked is not None and unpacked.is_broken:
            yield Fault("the file", "cannot be unpacked to its end: what comes after is missing")


def _read(head: bytes, file: BinaryIO, name: str) -> Iterator[Read]:
    read = _reader_of(head)
    if read is not None:
        yield from read(file, name)
    elif not head.strip(_BETWEEN):
        yield Fault("the file", "is empty")
    else:
        yield Fault("the file", "is in no form that is read")


def read_marc21(file: BinaryIO, source: str) -> Iterator[Read]:
    """Read ISO 2709."""
    for number, piece in enumerate(iso2709.pieces(file), 1):
        position = f"record {number} at byte {piece.at}"
        if piece.fault:
            yield Fault(position, piece.fault)
            continue
        try:
            marc = iso2709.parse(piece.data)
        except iso2709.NoMarcError as error:
            yield Fault(position, str(error))
            continue
        draft = Draft(source, number)
        take_marc(marc, draft)
        yield draft.finished(piece.data, Form.MARC21, position)


def read_xml(file: BinaryIO, source: str) -> Iterator[Read]:
    """Read MARCXML and Dublin Core, alone, in lists or harvested, one or both in a file."""
    number = 0
    for number, piece in enumerate(xml_pieces.pieces(file), 1):
        yield _of_xml(piece, source, number)
    if not number:
        yield Fault("the file", "holds no record of MARCXML or Dublin Core")


def read_csv(file: BinaryIO, source: str) -> Iterator[Read]:
    """Read a table with a header."""
    told = False
    for number, row in enumerate(csv_rows.rows(file), 1):
        position = f"record {number} at line {row.line}"
        if row.fault:
            yield Fault(position, row.fault)
            continue
        draft = Draft(source, number, notes=list(row.notes))
        if not told:
            draft.notes += _of_unread(row.values)
            told = True
        take_columns({name: (value,) for name, value in row.values.items()}, draft)
        yield draft.finished(row.data, Form.CSV, position)


def read_json(file: BinaryIO, source: str) -> Iterator[Read]:
    """Read JSON objects, a line each, in a list, or run together."""
    known: set[str] = set()
    for number, piece in enumerate(json_objects.objects(file), 1):
        position = f"record {number} at line {piece.line}"
        if piece.fault:
            yield Fault(position, piece.fault)
            continue
        draft = Draft(source, number, notes=list(piece.notes))
        new = piece.values.keys() - known
        if new and len(known) < _MOST_NAMED:
            draft.notes += _of_unread(sorted(new))
            known |= new
        take_columns(piece.values, draft)
        yield draft.finished(piece.data, Form.JSON, position)


def _of_xml(piece: xml_pieces.XmlPiece, source: str, number: int) -> Read:
    position = f"record {number} at line {piece.line}"
    if piece.fault:
        return Fault(position, piece.fault)
    try:
        tree, notes = xml_pieces.parse(piece.data)
    except xml_pieces.NoXmlError as error:
        return Fault(position, str(error))
    draft = Draft(source, number, notes=notes)
    if is_deleted(tree):
        return Fault(position, "is deleted at its source")
    if is_marcxml(tree):
        take_marc(marc_of(tree), draft)
        draft.source_id = draft.source_id or header_id(tree)
        return draft.finished(piece.data, Form.MARCXML, position)
    if is_dublin_core(tree):
        take_dublin_core(tree, draft)
        return draft.finished(piece.data, Form.DUBLIN_CORE, position)
    return Fault(position, "holds neither MARCXML nor Dublin Core")


def _of_unread(names: Iterable[str]) -> list[str]:
    left = unread(names)
    return [f"columns that are not read: {', '.join(left[:_MOST_NAMED])}"] if left else []


def _reader_of(head: bytes) -> Callable[[BinaryIO, str], Iterator[Read]] | None:
    """Tell the form from the first bytes: a leader, an angle, a brace, else lines of a table."""
    if head.startswith(_NO_RECORDS):
        return None
    for mark in _MARKS:
        head = head.removeprefix(mark)
    seen = head.lstrip(_BETWEEN)
    if not seen:
        return None
    if _LEADER.match(seen) or iso2709.END_OF_FIELD in seen or iso2709.END_OF_RECORD in seen:
        return read_marc21
    if seen.startswith(b"<"):
        return read_xml
    if seen.startswith((b"{", b"[")):
        return read_json
    return read_csv
