"""A record of this catalogue made into one of MARC 21, for a record that did not come as MARC."""

from collections.abc import Iterable, Iterator
from typing import Final

from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.record import CatalogueRecord, Holding, Name, NameRole, RecordKind

_TYPE_AND_LEVEL: Final = {
    RecordKind.BOOK: "am",
    RecordKind.THESIS: "tm",
    RecordKind.SERIAL: "as",
    RecordKind.SCORE: "cm",
    RecordKind.SOUND: "jm",
    RecordKind.FILM: "gm",
    RecordKind.MAP: "em",
    RecordKind.PICTURE: "km",
    RecordKind.DIGITAL: "mm",
    RecordKind.OTHER: "om",
}
_CLASSED_BY: Final = {"ddc": ("082", "04"), "udc": ("080", "  "), "lcc": ("050", " 4"), "nlm": ("060", " 4")}
_ONE: Final = 1
_OF_COPIES: Final = frozenset({"852", "876", "877", "878"})
MOST_COPIES: Final = 500
"""Of one record; a harvester that is told more reads no faster."""


def marc_of_record(record: CatalogueRecord) -> MarcRecord:
    """Give the record's fields in the order of their tags; copies are not among them."""
    marc = MarcRecord(f"     n{_TYPE_AND_LEVEL[record.kind]} a22     7u 4500")
    marc.fields += _controls(record)
    marc.fields += _numbers(record)
    author = next((name for name in record.names if name.role is NameRole.AUTHOR), None)
    if author is not None:
        marc.fields.append(_name("100", author))
    marc.fields.append(_field("245", "10" if author else "00", ("a", record.title)))
    marc.fields += _described(record)
    marc.fields += [_name("700", name) for name in record.names if name is not author]
    marc.fields += [_field("856", "4 ", ("u", link.address), ("y", link.words)) for link in record.links]
    return marc


def with_copies(marc: MarcRecord, holdings: Iterable[Holding], library: str) -> MarcRecord:
    """Give a record with a field 852 for each copy: whose, at which place, where there, and its number; not its state.

    What it said of copies before goes.
    """
    kept = [field for field in marc.fields if field.tag not in _OF_COPIES]
    copies = [
        _field(
            "852",
            "  ",
            ("a", library),
            ("b", holding.place),
            ("c", holding.location),
            ("h", holding.call_number),
            ("p", holding.item_id),
        )
        for holding in list(holdings)[:MOST_COPIES]
    ]
    at = next((number for number, field in enumerate(kept) if field.tag > "852"), len(kept))
    return MarcRecord(marc.leader, [*kept[:at], *copies, *kept[at:]])


def has_copies(marc: MarcRecord) -> bool:
    """Tell whether a record says of copies itself, in fields that others read."""
    return any(field.tag in _OF_COPIES for field in marc.fields)


def _controls(record: CatalogueRecord) -> Iterator[MarcField]:
    yield MarcField("001", data=record.source_id)
    yield MarcField("003", data=record.source)
    year = "uuuu" if record.year is None else f"{record.year:04d}"
    language = record.languages[0] if record.languages else "und"
    yield MarcField("008", data=f"||||||s{year}    xx {'|' * 17}{language:3.3} d")


def _numbers(record: CatalogueRecord) -> Iterator[MarcField]:
    yield from (_field("020", "  ", ("a", text)) for text in record.isbns)
    yield from (_field("022", "  ", ("a", text)) for text in record.issns)
    if len(record.languages) > _ONE:
        yield _field("041", "1 ", *(("a", text) for text in record.languages))
    for number in record.class_numbers:
        if number.scheme in _CLASSED_BY:
            tag, indicators = _CLASSED_BY[number.scheme]
            yield _field(tag, indicators, ("a", number.number))
        else:
            yield _field("084", "  ", ("a", number.number), ("2", number.scheme))


def _described(record: CatalogueRecord) -> Iterator[MarcField]:
    yield from (_field("246", "33", ("a", text)) for text in record.other_titles)
    if record.edition:
        yield _field("250", "  ", ("a", record.edition))
    year = "" if record.year is None else str(record.year)
    if record.published_at or record.publisher or year:
        yield _field("264", " 1", ("a", record.published_at), ("b", record.publisher), ("c", year))
    if record.extent:
        yield _field("300", "  ", ("a", record.extent))
    yield from (_field("490", "0 ", ("a", text)) for text in record.series)
    yield from (_field("500", "  ", ("a", text)) for text in record.notes)
    if record.summary:
        yield _field("520", "  ", ("a", record.summary))
    yield from (_field("650", " 4", ("a", text)) for text in record.subjects)


def _name(tag: str, name: Name) -> MarcField:
    order = "1" if "," in name.text else "0"
    return _field(tag, f"{order} ", ("a", name.text), ("e", "" if name.role is NameRole.OTHER else name.role))


def _field(tag: str, indicators: str, *subfields: tuple[str, str]) -> MarcField:
    return MarcField(tag, indicators=indicators, subfields=[(code, text) for code, text in subfields if text])
