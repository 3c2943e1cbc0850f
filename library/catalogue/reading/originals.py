"""The MARC of a record whose own bytes were kept."""

from library.catalogue.reading import iso2709, xml_pieces
from library.catalogue.reading.marc import MarcRecord
from library.catalogue.reading.marcxml import marc_of
from library.catalogue.reading.results import Form


def marc_of_original(original: bytes, form: str) -> MarcRecord | None:
    """Read the bytes that a reader gave with a record of ``form``; ``None`` where they are no MARC."""
    try:
        if form == Form.MARC21:
            return iso2709.parse(original)
        if form == Form.MARCXML:
            return marc_of(xml_pieces.parse(original)[0])
    except (iso2709.NoMarcError, xml_pieces.NoXmlError):
        return None
    return None
