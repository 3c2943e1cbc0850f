"""MARCXML: the elements of one record as leader and fields."""

from collections.abc import Iterator

from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.reading.xml_pieces import Element


def is_marcxml(tree: Element) -> bool:
    """Tell whether a record has the fields of MARC."""
    return any(tree.named("datafield", "controlfield"))


def marc_of(tree: Element) -> MarcRecord:
    """Give the record in the words of MARC; elements that MARCXML does not have are passed over."""
    leader = next((each.text for each in tree.named("leader")), "")
    record = MarcRecord(leader.strip("\r\n").ljust(24)[:24], list(_fields(tree)))
    record.link()
    return record


def _fields(tree: Element) -> Iterator[MarcField]:
    for each in tree.named("controlfield", "datafield"):
        tag = each.attributes.get("tag", "")[:3]
        if each.name == "controlfield":
            yield MarcField(tag, data=each.text.strip("\r\n"))
            continue
        indicators = each.attributes.get("ind1", " ")[:1].ljust(1) + each.attributes.get("ind2", " ")[:1].ljust(1)
        subfields = [(part.attributes.get("code", "")[:1], part.text) for part in each.named("subfield")]
        yield MarcField(tag, indicators=indicators, subfields=[(code, text) for code, text in subfields if code])
