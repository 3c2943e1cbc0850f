"""A catalogue record and the columns that lending knows it by: one is made from the other, there is no second truth."""

from typing import Final

from library.catalogue.record import LONGEST_TEXT, CatalogueRecord, NameRole
from library.catalogue.tidying.languages import languages
from library.catalogue.tidying.names import names
from library.catalogue.tidying.numbers import as_printed, isbn
from library.catalogue.tidying.years import year
from library.text import printable
from server.store.models import Record

_BETWEEN: Final = "; "


def columns_of(record: CatalogueRecord) -> dict[str, str]:
    """Give the columns of a record: its identity, and what screens, receipts and SIP2 show of it."""
    authors = [name.text for name in record.names if name.role is NameRole.AUTHOR]
    texts = {
        "source": record.source,
        "source_id": record.source_id,
        "title": record.title,
        "author": _BETWEEN.join(authors or [name.text for name in record.names[:1]]),
        "language": record.languages[0] if record.languages else "",
        "subjects": _BETWEEN.join(record.subjects),
        "publisher": record.publisher,
        "year": "" if record.year is None else str(record.year),
        "isbn": record.isbns[0] if record.isbns else "",
    }
    return {column: text.replace("\0", "") for column, text in texts.items()}


def record_of_columns(row: Record) -> CatalogueRecord:
    """Give the catalogue record of a row that has nothing but its columns."""
    number = isbn(row.isbn)
    printed = as_printed(row.isbn) if number is None else ""
    return CatalogueRecord(
        source=row.source,
        source_id=row.source_id,
        title=_line(row.title) or row.source_id,
        names=names(row.author),
        publisher=_line(row.publisher),
        year=year(row.year),
        isbns=(number,) if number else (),
        other_numbers=(printed,) if printed else (),
        languages=languages(row.language),
        subjects=tuple(part for piece in row.subjects.split(";") if (part := _line(piece))),
    )


def _line(text: str) -> str:
    return printable(text)[:LONGEST_TEXT]
