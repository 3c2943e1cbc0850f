"""A small catalogue for tests of the index, and an index built of it."""

from collections.abc import Iterable
from pathlib import Path

from library.catalogue.asking import Answer, Question
from library.catalogue.index import CatalogueIndex, CatalogueWriter
from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding, Name, RecordKind


def entry(  # noqa: PLR0913 - a record has many parts, and a test names the few that it is about
    key: int,
    title: str,
    *names: str,
    use: int = 0,
    subjects: tuple[str, ...] = (),
    summary: str = "",
    isbns: tuple[str, ...] = (),
    issns: tuple[str, ...] = (),
    other_numbers: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    kind: RecordKind = RecordKind.BOOK,
    year: int | None = None,
    holdings: tuple[Holding, ...] = (),
) -> CatalogueEntry:
    """Return what the index is told of a record."""
    record = CatalogueRecord(
        source="test",
        source_id=str(key),
        title=title,
        names=tuple(Name(text=name) for name in names),
        subjects=subjects,
        summary=summary,
        isbns=isbns,
        issns=issns,
        other_numbers=other_numbers,
        languages=languages,
        kind=kind,
        year=year,
    )
    return CatalogueEntry(key=key, record=record, holdings=holdings, use=use)


def shelved(place: str, item_id: str = "", call_number: str = "", *, available: bool = True) -> Holding:
    """Return a copy that is at home at a place."""
    return Holding(item_id=item_id, place=place, call_number=call_number, available=available)


def built(folder: Path, entries: Iterable[CatalogueEntry], cursor: str = "1") -> CatalogueIndex:
    """Return an index of these records, open for questions."""
    with CatalogueWriter.open(folder) as writer:
        writer.build(entries, cursor)
    return CatalogueIndex.open(folder)


def keys(answer: Answer) -> list[int]:
    """Return the keys of what was found, in rank order."""
    return [hit.entry.key for hit in answer.hits]


def found(index: CatalogueIndex, text: str, *, typing: bool = False, literal: bool = False) -> list[int]:
    """Return the keys of what is found for a text."""
    return keys(index.search(Question(text=text, typing=typing, literal=literal)))
