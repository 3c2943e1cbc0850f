"""Readers of records: whatever a file holds, each record of it is read or named, and fits its model."""

import contextlib
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO, Final

from library.catalogue.likeness import Likeness
from library.catalogue.reading import ReadRecord
from library.catalogue.reading.files import Read, read_csv, read_json, read_marc21, read_xml
from library.catalogue.reading.harvested import AnswerBrokenError, envelope, in_utf8, records
from library.catalogue.reading.marc8 import decode_marc8
from library.catalogue.record import CatalogueRecord
from tests.fuzz.target import Target, total
from tests.support.marc_records import marc21, marcxml

_FIELDS: Final = (
    ("001", "vn1"),
    ("008", "260101s1998    vm     j            vie d"),
    ("020", "  $a978-0-306-40615-7"),
    ("100", "1 $6880-01$aHesse, Hermann,$d1877-1962"),
    ("245", "10$aNhà khổ hạnh :$btruyện /$cHermann Hesse ; Lê Chu Cầu (dịch). - H. : Văn học, 1998"),
    ("520", "  $a<p>Một &amp; hai</p>"),
    ("880", "1 $6100-01$a赫尔曼"),
    ("952", "  $aQNU$cMượn$pVNM.000001"),
)
_MARC8: Final = (
    b"00077nam  2200037 a 4500245002700000\x1e10\x1faVi\xf2\xe3et \x1b$1\x21\x30\x21\x1b(B \x1b(NMIR\x1b(B\x1e\x1d"
)
_DUBLIN_CORE: Final = (
    "<OAI-PMH><record><header><identifier>oai:x:1</identifier></header><metadata><oai_dc:dc>"
    "<dc:title>A &eacute; = B / C</dc:title><dc:creator>Tô Hoài</dc:creator>"
    "<dc:date>2001</dc:date></oai_dc:dc></metadata></record></OAI-PMH>"
)
_TABLE: Final = (
    "_id,Name,Author,Year,Code2,isbn\n1,Sách Dế mèn (Tái Bản 2020),A Ba, B Cô (dịch). - H. : Giáo dục, 1997,1997,"
    'Phòng Mượn: VNM 000001-000003400/A 000007,439023483\n2,"x\ny",,,,\n'
)
_OBJECTS: Final = (
    '{"title":"Combo 2 Cuốn A - Tập 2","author":["Dumas, Alexandre, 1802-1870; B [Translator]"],"year":1994,'
    '"shelf":"Phòng Báo (SL 2) LV/TT.000055-000056","lang":"en-US","isbn":"9.78e12"},\n{"title":"B\\ud800"}'
)


def _whole(read: Callable[[BinaryIO, str], Iterator[Read]]) -> Callable[[bytes], None]:
    """Read all there is; every title must be one that can be shown and kept."""

    def use(data: bytes) -> None:
        for found in read(BytesIO(data), "fuzz"):
            if isinstance(found, ReadRecord):
                found.record.model_dump_json()
                if not (found.record.title.isprintable() and unicodedata.is_normalized("NFC", found.record.title)):
                    raise AssertionError("a title that cannot be shown")

    return use


def _harvested(data: bytes) -> None:
    """Take an answer of a harvested system apart; its records can be compared, kept and shown."""
    body = in_utf8(data)
    for one in records(body, "fuzz"):
        if isinstance(one.read, ReadRecord):
            Likeness.of(one.read.record).keys_shared()
            CatalogueRecord.model_validate_json(one.read.record.model_dump_json())
        elif one.read is None and not one.deleted:
            raise AssertionError("a record of which nothing became")
    with contextlib.suppress(AnswerBrokenError):
        envelope(body)


_ANSWER: Final = _DUBLIN_CORE.replace("</OAI-PMH>", "<resumptionToken>a</resumptionToken></OAI-PMH>")
_IDENTIFY: Final = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><OAI-PMH xmlns="x"><responseDate>2026-11-23T08:00:00Z</responseDate>'
    '<error code="badVerb">no</error><Identify><granularity>YYYY-MM-DD</granularity></Identify></OAI-PMH>'
)
TARGETS: Final = (
    Target("records-harvested", total(_harvested), (_ANSWER.encode(), _IDENTIFY.encode(), _ANSWER.encode("utf-16"))),
    Target("records-marc21", total(_whole(read_marc21)), (marc21(_FIELDS), _MARC8)),
    Target("records-marc8", total(decode_marc8), (_MARC8,)),
    Target("records-xml", total(_whole(read_xml)), (marcxml(_FIELDS).encode(), _DUBLIN_CORE.encode())),
    Target("records-csv", total(_whole(read_csv)), (_TABLE.encode(), _TABLE.encode("utf-16"))),
    Target("records-json", total(_whole(read_json)), (_OBJECTS.encode(),)),
)
