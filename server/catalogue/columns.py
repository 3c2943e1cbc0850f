"""A catalogue record and the columns that lending knows it by: one is made from the other, there is no second truth."""

from typing import Final

from library.catalogue.record import LONGEST_TEXT, CatalogueRecord, Name, NameRole
from library.text import printable
from server.store.models import Record

_BETWEEN: Final = "; "
_THREE_LETTERS: Final = {"vi": "vie", "en": "eng", "fr": "fre", "de": "ger", "ru": "rus", "zh": "chi", "ja": "jpn"}
_YEARS: Final = range(10_000)


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
    year = int(row.year) if row.year.isascii() and row.year.isdigit() and int(row.year) in _YEARS else None
    language = row.language.strip().lower()
    return CatalogueRecord(
        source=row.source,
        source_id=row.source_id,
        title=_line(row.title) or row.source_id,
        names=tuple(Name(text=name, role=NameRole.AUTHOR) for name in _parts(row.author)),
        publisher=_line(row.publisher),
        year=year,
        isbns=(row.isbn,) if row.isbn else (),
        languages=(_THREE_LETTERS.get(language, language),) if language else (),
        subjects=_parts(row.subjects),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(";") if (part := _line(piece)))


def _line(text: str) -> str:
    return printable(text)[:LONGEST_TEXT]
