"""MARC 21 records to order: ISO 2709 and MARCXML, right ones and those whose lengths lie."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from library.catalogue.reading import Fault, ReadRecord
from library.catalogue.reading.files import Read, read_csv, read_json, read_marc21, read_xml

LEADER = "00000nam a2200000 a 4500"
Fields = Sequence[tuple[str, str]]
"""Tag and content; ``$`` begins a subfield behind two signs of indicators: ``10$aTitle``."""


def marc21(fields: Fields, leader: str = LEADER, encoding: str = "utf-8") -> bytes:
    """Give a record as ISO 2709 with right lengths."""
    contents = [(tag, content.replace("$", "\x1f").encode(encoding) + b"\x1e") for tag, content in fields]
    return of_bytes(contents, leader)


def of_bytes(contents: Iterable[tuple[str, bytes]], leader: str = LEADER) -> bytes:
    """Give a record of fields whose bytes are given, terminators too."""
    directory, body = b"", b""
    for tag, content in contents:
        directory += f"{tag}{len(content):04d}{len(body):05d}".encode()
        body += content
    base = 24 + len(directory) + 1
    head = f"{base + len(body) + 1:05d}{leader[5:12]}{base:05d}{leader[17:]}".encode()
    return head + directory + b"\x1e" + body + b"\x1d"


def marcxml(fields: Fields, leader: str = LEADER) -> str:
    """Give the same record as MARCXML."""
    parts = [f"<leader>{leader}</leader>"]
    for tag, content in fields:
        if tag < "010":
            parts.append(f'<controlfield tag="{tag}">{escape(content)}</controlfield>')
            continue
        indicators, *subfields = content.split("$")
        inside = "".join(f"<subfield code={quoteattr(part[0])}>{escape(part[1:])}</subfield>" for part in subfields)
        parts.append(f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{inside}</datafield>')
    return f'<record xmlns="http://www.loc.gov/MARC21/slim">{"".join(parts)}</record>'


def read(data: bytes | str, form: str = "marc21", source: str = "here") -> list[Read]:
    """Read bytes in a form."""
    reader = {"marc21": read_marc21, "xml": read_xml, "csv": read_csv, "json": read_json}[form]
    return list(reader(BytesIO(data.encode() if isinstance(data, str) else data), source))


def only(data: bytes | str, form: str = "marc21") -> ReadRecord:
    """Read the one record that is there, which must be good."""
    (found,) = read(data, form)
    assert isinstance(found, ReadRecord), found
    return found


def faults(found: Iterable[Read]) -> list[str]:
    """Give the words of the faults among what was read."""
    return [f"{each.position}: {each.words}" for each in found if isinstance(each, Fault)]


def titles(found: Iterable[Read]) -> list[str]:
    """Give the titles of the records among what was read."""
    return [each.record.title for each in found if isinstance(each, ReadRecord)]
