"""A record as ``oai_dc``: the fifteen elements of Dublin Core without qualifiers."""

from collections.abc import Iterator
from typing import Final

from library.catalogue.record import CatalogueRecord, Name, NameRole
from library.catalogue.writing.xml_text import around, clean, element

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_ATTRIBUTES: Final = {
    "xmlns:oai_dc": NAMESPACE,
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
}
_CREATORS: Final = (NameRole.AUTHOR, NameRole.COMPOSER)


def dublin_core_of(record: CatalogueRecord) -> str:
    """Write a record; what is empty is left out."""
    inside = "".join(element(f"dc:{name}", text) for name, text in _elements(record) if clean(text).strip())
    return around("oai_dc:dc", inside, _ATTRIBUTES)


def _elements(record: CatalogueRecord) -> Iterator[tuple[str, str]]:
    yield "title", record.title
    yield from (("title", text) for text in record.other_titles)
    yield from (("creator", name.text) for name in record.names if name.role in _CREATORS)
    yield from (("contributor", _contributor(name)) for name in record.names if name.role not in _CREATORS)
    yield from (("subject", text) for text in record.subjects)
    yield from (("subject", number.number) for number in record.class_numbers if number.scheme == "ddc")
    yield "description", record.summary
    yield from (("description", text) for text in record.notes)
    yield "publisher", record.publisher
    yield "date", "" if record.year is None else str(record.year)
    yield "type", record.kind
    yield "format", record.extent
    yield from (("identifier", f"urn:ISBN:{text}") for text in record.isbns)
    yield from (("identifier", f"urn:ISSN:{text}") for text in record.issns)
    yield from (("identifier", link.address) for link in record.links)
    yield from (("language", text) for text in record.languages)
    yield from (("relation", text) for text in record.series)


def _contributor(name: Name) -> str:
    return name.text if name.role is NameRole.OTHER else f"{name.text} ({name.role})"
