"""MARCXML and Dublin Core: alone, in lists, harvested, broken, and meant to do harm."""

import pytest

from library.catalogue.reading import Form, ReadRecord
from library.catalogue.record import NameRole, RecordKind
from tests.support.marc_records import faults, marc21, marcxml, only, read, titles

FIELDS = (
    ("001", "7"),
    ("008", "260101s1998    vm     j            vie d"),
    ("100", "0 $aTô Hoài & bạn"),
    ("245", "10$aDế mèn phiêu lưu ký :$btruyện /$cTô Hoài"),
    ("880", "10$6245-00$a蟋蟀"),
    ("952", "  $aQNU$cMượn$pVNM.000001"),
)
DUBLIN_CORE = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Dế mèn : truyện / Tô Hoài</dc:title><dc:title>Cricket</dc:title>
<dc:creator>Tô Hoài</dc:creator><dc:contributor>Nguyễn An (dịch)</dc:contributor>
<dc:subject>Truyện; Thiếu nhi</dc:subject><dc:subject>895.922</dc:subject>
<dc:description>&lt;p&gt;Một &amp;amp; hai&lt;/p&gt;</dc:description><dc:description>Ghi chú</dc:description>
<dc:publisher>Kim Đồng</dc:publisher><dc:date>2001-05-01</dc:date>
<dc:type>Luận văn</dc:type><dc:format>124 tr.</dc:format>
<dc:identifier>ISBN 978-0-306-40615-7</dc:identifier><dc:identifier>http://example.org/7</dc:identifier>
<dc:identifier>urn:issn:0317-8471</dc:identifier><dc:language>vi</dc:language>
<dc:relation>http://example.org/8</dc:relation>
<dc:relation>Bộ sách</dc:relation><dc:source>Nguồn</dc:source></oai_dc:dc>"""


def test_marcxml_says_what_iso_2709_says() -> None:
    xml, marc = only(f"<collection>{marcxml(FIELDS)}</collection>", "xml"), only(marc21(FIELDS))

    assert xml.record == marc.record
    assert xml.holdings == marc.holdings
    assert xml.form is Form.MARCXML
    assert xml.original.startswith(b"<record")


def test_dublin_core_is_read() -> None:
    found = only(DUBLIN_CORE, "xml")
    record = found.record

    assert (record.source_id, record.title, record.other_titles) == (
        "http://example.org/7",
        "Dế mèn: truyện",
        ("Cricket",),
    )
    assert [(name.text, name.role) for name in record.names] == [
        ("Tô Hoài", NameRole.AUTHOR),
        ("Nguyễn An", NameRole.TRANSLATOR),
    ]
    assert record.subjects == ("Truyện", "Thiếu nhi")
    assert [(each.number, each.scheme) for each in record.class_numbers] == [("895.922", "ddc")]
    assert (record.summary, record.notes) == ("Một & hai", ("Ghi chú", "Bộ sách", "Nguồn"))
    assert (record.publisher, record.year, record.kind, record.extent) == (
        "Kim Đồng",
        2001,
        RecordKind.THESIS,
        "124 tr",
    )
    assert (record.isbns, record.issns, record.languages) == (("9780306406157",), ("0317-8471",), ("vie",))
    assert [link.address for link in record.links] == ["http://example.org/7", "http://example.org/8"]
    assert found.form is Form.DUBLIN_CORE


def test_a_harvest_is_read_with_the_ids_of_its_headers() -> None:
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header><identifier>oai:x:1</identifier></header><metadata>{DUBLIN_CORE}</metadata></record>
<record><header status="deleted"><identifier>oai:x:2</identifier></header></record>
<record><header><identifier>oai:x:3</identifier></header><metadata>{marcxml(FIELDS[3:])}</metadata></record>
<record><header><identifier>oai:x:4</identifier></header><metadata><mods/></metadata></record>
</ListRecords></OAI-PMH>"""
    found = read(xml, "xml")

    assert [each.record.source_id for each in found if isinstance(each, ReadRecord)] == ["oai:x:1", "oai:x:3"]
    assert [fault.partition(": ")[2] for fault in faults(found)] == [
        "is deleted at its source",
        "holds neither MARCXML nor Dublin Core",
    ]


def test_entities_are_never_declared_and_nothing_is_fetched() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    record = "<record><datafield tag='245'><subfield code='a'>{}</subfield></datafield></record>"
    records = "".join(map(record.format, ("&b;", "&c;", "Caf&eacute; &amp; B")))
    found = read(f"{bomb}<collection>{records}</collection>", "xml")

    assert titles(found) == ["Café & B"]
    assert faults(found) == [
        "record 1 at line 1: is not well formed: undefined entity",
        "record 2 at line 1: is not well formed: undefined entity",
    ]


def test_a_document_type_inside_a_record_is_refused() -> None:
    assert faults(read('<record><!DOCTYPE x [<!ENTITY a "b">]></record>', "xml"))[0].startswith(
        "record 1 at line 1: is not"
    )


def test_a_broken_record_costs_no_other() -> None:
    good = marcxml(FIELDS)
    broken = good.replace("</subfield>", "", 1)
    found = read(
        f"<collection>\n{broken}\n{good}\n<record><leader/>\n{good}\n<record></record>\n{good}</collection>", "xml"
    )

    assert len(titles(found)) == 3
    assert faults(found) == [
        "record 1 at line 2: is not well formed: mismatched tag",
        "record 3 at line 4: has no end",
        "record 5 at line 6: holds neither MARCXML nor Dublin Core",
    ]


def test_a_record_that_the_file_ends_in_is_named() -> None:
    found = read(f"<collection>{marcxml(FIELDS)}<record><leader>", "xml")

    assert len(titles(found)) == 1
    assert faults(found) == ["record 2 at line 1: the file ends in the middle of it"]


def test_an_element_without_end_is_not_kept_in_memory() -> None:
    found = read("<record>" + "<a>" * 1_500_000 + "</record>" + marcxml(FIELDS), "xml")

    assert len(titles(found)) == 1
    assert faults(found)[0].endswith("is too long to be a record")


def test_elements_without_end_are_refused_however_deep() -> None:
    assert faults(read("<record>" + "<a>" * 100_000 + "</record>", "xml")) == [
        "record 1 at line 1: has too many elements, or too deep ones"
    ]


def test_control_characters_and_broken_bytes_are_left_out_and_told() -> None:
    xml = marcxml(FIELDS).encode().replace("Dế".encode(), b"D\x01\x0b\xff")
    found = only(xml, "xml")

    assert found.record.title.isprintable()
    assert found.notes == ("control characters were left out", "bytes that are no UTF-8 were left out")


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_are_read_as_they_are_declared(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    record = marcxml((("245", "10$aCafé noir"),))
    text = f'<?xml version="1.0" encoding="{name}"?>{record}'

    assert titles(read(text.encode(encoding), "xml")) == ["Café noir"]


def test_an_encoding_that_nobody_knows_is_taken_for_utf8() -> None:
    record = marcxml((("245", "10$aĐỏ"),))

    assert titles(read(f'<?xml version="1.0" encoding="klingon"?>{record}', "xml")) == ["Đỏ"]


def test_a_file_without_records_says_so() -> None:
    assert faults(read("<html><body>404</body></html>", "xml")) == [
        "the file: holds no record of MARCXML or Dublin Core"
    ]


@pytest.mark.parametrize("size", [1, 7, 64])
def test_tags_that_are_cut_between_two_reads_are_found(size: int) -> None:
    padding = " " * (65_536 - size - len("<collection>"))
    xml = f"<collection>{padding}{marcxml(FIELDS)}{marcxml(FIELDS)}</collection>"

    assert len(titles(read(xml, "xml"))) == 2
