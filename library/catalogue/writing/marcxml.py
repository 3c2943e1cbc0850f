"""MARCXML (the schema MARC21slim): what of a record's MARC the world may see, written so that any reader takes it."""

import re
from collections.abc import Iterator
from typing import Final

from library.catalogue.reading.marc import LINKED, MarcField, MarcRecord
from library.catalogue.writing.xml_text import around, clean, element

NAMESPACE: Final = "http://www.loc.gov/MARC21/slim"
SCHEMA: Final = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
_ATTRIBUTES: Final = {
    "xmlns": NAMESPACE,
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
}
_CONTROL: Final = re.compile("00[1-9A-Za-z]")
_DATA: Final = re.compile("0[1-9][0-9]|[1-8][0-9]{2}")
_INDICATOR: Final = re.compile("[0-9a-z ]")
_CODE: Final = re.compile(r"[0-9A-Za-z!\"#$%&'()*+,\-./:;<=>?{}_^`~\[\]\\]")
_OF_ITS_LIBRARY: Final = frozenset({"541", "561", "583", "590", "591", "592", "593", "594", "595", "596", "597", "598"})
_REMARK_FOR_STAFF: Final = {"852": "x", "856": "x"}
_LEADER: Final = 24


def marcxml_of(marc: MarcRecord) -> str:
    """Write a record as an element ``record``.

    Where a copy came from, what it cost, what was done with it, and the fields 9XX, which each system uses as it likes
    (Koha's 952 tells when a copy was lent), stay in their library. A field that MARC 21 cannot have is left out.
    """
    inside = element("leader", _leader(marc.leader))
    inside += "".join(_controls(marc)) + "".join(_data(marc))
    return around("record", inside, _ATTRIBUTES)


def _leader(leader: str) -> str:
    """Give a leader whose lengths are blank, with what the schema wants where the source had something else."""
    seen = leader.ljust(_LEADER)[:_LEADER]
    letters = [_one(seen[at], "[0-9A-Za-z ]", " ") for at in range(5, 9)]
    letters[1] = _one(letters[1], "[0-9A-Za-z]", "a")
    ends = [_one(seen[at], "[0-9A-Za-z ]", " ") for at in range(17, 20)]
    return f"     {''.join(letters)}a22     {''.join(ends)}4500"


def _one(char: str, allowed: str, otherwise: str) -> str:
    return char if re.fullmatch(allowed, char) else otherwise


def _controls(marc: MarcRecord) -> Iterator[str]:
    for field in marc.fields:
        if _CONTROL.fullmatch(field.tag) and not field.subfields and clean(field.data):
            yield element("controlfield", field.data, {"tag": field.tag})


def _data(marc: MarcRecord) -> Iterator[str]:
    for field in marc.fields:
        if not _DATA.fullmatch(field.tag) or field.tag in _OF_ITS_LIBRARY:
            continue
        hidden = _REMARK_FOR_STAFF.get(field.tag, "")
        parts = [
            element("subfield", text, {"code": code})
            for code, text in field.subfields
            if _CODE.fullmatch(code) and code not in hidden and clean(text)
        ]
        if parts:
            first, second = (_one(char, _INDICATOR.pattern, " ") for char in field.indicators.ljust(2)[:2])
            yield around("datafield", "".join(parts), {"tag": _tag(field), "ind1": first, "ind2": second})


def _tag(field: MarcField) -> str:
    """Give the tag that a field had: 880 for one that the reader put under the tag to which it is linked.

    A field names its other script as ``880-01``, and that one the field for which it stands: ``245-01``.
    """
    return LINKED if field.first("6").startswith(f"{field.tag}-") else field.tag
