"""What is written of a record for other systems is read again as the same record, and any text makes good XML."""

import io

import pymarc
import pytest

from library.catalogue.reading import ReadRecord
from library.catalogue.reading.files import read_marc21, read_xml
from library.catalogue.reading.marc import MarcField, MarcRecord
from library.catalogue.reading.originals import marc_of_original
from library.catalogue.record import CatalogueRecord, ClassNumber, Link, Name, NameRole, RecordKind
from library.catalogue.writing.dublin_core import dublin_core_of
from library.catalogue.writing.marc_fields import marc_of_record
from library.catalogue.writing.marcxml import marcxml_of
from tests.support.marc_records import marc21

WHOLE = CatalogueRecord(
    source="qnu",
    source_id="LV-7",
    title="Đất rừng phương Nam: tiểu thuyết",
    other_titles=("Southern forest land",),
    names=(Name(text="Đoàn Giỏi"), Name(text="Nguyễn Văn A", role=NameRole.EDITOR)),
    publisher="Kim Đồng",
    published_at="Hà Nội",
    year=2001,
    isbns=("9786042109420",),
    languages=("vie",),
    subjects=("Văn học thiếu nhi",),
    class_numbers=(ClassNumber(number="895.922", scheme="ddc"),),
    summary="An lạc mẹ.",
    notes=("In lần thứ năm",),
    series=("Tủ sách vàng",),
    extent="300 tr. ; 19 cm",
    links=(Link(address="https://library.example/7"),),
    kind=RecordKind.BOOK,
)


def again(xml: str) -> CatalogueRecord:
    (read,) = read_xml(io.BytesIO(xml.encode()), "again")
    assert isinstance(read, ReadRecord)
    return read.record


def test_a_record_of_columns_is_the_same_after_marcxml() -> None:
    assert again(marcxml_of(marc_of_record(WHOLE))) == WHOLE


def test_what_few_records_have_is_the_same_after_marcxml() -> None:
    numbers = tuple(
        ClassNumber(number=number, scheme=scheme)
        for number, scheme in (("PL4378", "lcc"), ("821.1", "udc"), ("V23", "bbk"), ("4(V)", "19"))
    )
    rare = WHOLE.model_copy(update={"issns": ("0866-7691",), "languages": ("vie", "eng"), "class_numbers": numbers})

    read = again(marcxml_of(marc_of_record(rare)))

    assert sorted(read.class_numbers, key=str) == sorted(numbers, key=str)
    assert read.model_copy(update={"class_numbers": numbers}) == rare


def test_a_record_keeps_in_dublin_core_what_dublin_core_has() -> None:
    read = again(dublin_core_of(WHOLE))

    lost: dict[str, object] = {"published_at": "", "series": ()}
    seen = {name: getattr(read, name) for name in ("source", "source_id", "notes", "names")}
    assert read == WHOLE.model_copy(update=lost | seen)
    assert read.names[0] == WHOLE.names[0]
    assert set(read.notes) == {*WHOLE.notes, *WHOLE.series}


@pytest.mark.parametrize("kind", RecordKind)
def test_every_kind_is_read_again_from_its_leader_where_marc_has_it(kind: RecordKind) -> None:
    read = again(marcxml_of(marc_of_record(WHOLE.model_copy(update={"kind": kind}))))

    assert read.kind is (RecordKind.BOOK if kind is RecordKind.THESIS else kind)


def test_any_text_makes_xml_that_is_read() -> None:
    told = "a\x00b<&>\"']]>\U0001f600 é"
    bad = WHOLE.model_copy(update={"title": told, "notes": (told,), "names": (Name(text=told),)})
    field = MarcField("245", indicators="10", subfields=[("a", "a\x1f\ud83d\ufffe<&>b")])

    by_marc, by_dublin_core = again(marcxml_of(marc_of_record(bad))), again(dublin_core_of(bad))
    by_fields = again(marcxml_of(MarcRecord("", [MarcField("001", data="1"), field])))

    expected = "ab<&>\"']]>\U0001f600 é"
    assert (by_marc.title, by_dublin_core.title, by_fields.title) == (expected, expected, "a<&>b")


ORIGINAL = marc21(
    [
        ("001", "7"),
        ("245", "10$6880-01$aTruyện Kiều"),
        ("541", "  $cQuà tặng$h500000"),
        ("852", "  $aKho A$xhỏi chị Lan"),
        ("880", "10$6245-01/$1$a傳翹"),
        ("952", "  $o895.92$q2026-12-01"),
    ]
)


def test_an_original_goes_out_with_its_other_script_and_without_what_is_its_librarys_own() -> None:
    marc = marc_of_original(ORIGINAL, "marc21")
    assert marc is not None

    xml = marcxml_of(marc)

    (read,) = pymarc.marcxml.parse_xml_to_array(io.BytesIO(xml.encode()))  # type: ignore[no-untyped-call]  # pymarc has no types
    assert read is not None
    assert [field.tag for field in read.fields] == ["001", "245", "852", "880"]
    assert read["852"].subfields_as_dict() == {"a": ["Kho A"]}
    assert read["880"]["a"] == "傳翹"


def test_marcxml_of_an_original_is_read_as_the_original_is() -> None:
    (first,) = read_marc21(io.BytesIO(ORIGINAL), "again")
    assert isinstance(first, ReadRecord)
    marc = marc_of_original(ORIGINAL, "marc21")
    assert marc is not None

    assert again(marcxml_of(marc)) == first.record


def test_what_is_no_marc_or_torn_has_no_marc_to_give() -> None:
    assert marc_of_original(b"{}", "json") is None
    assert marc_of_original(b"torn", "marc21") is None
    assert marc_of_original(b"<record>", "marcxml") is None


def test_fields_that_no_marc_has_are_left_out_and_a_leader_is_made_good() -> None:
    marc = MarcRecord(
        "x?",
        [
            MarcField("001", data="1"),
            MarcField("00$", data="1"),
            MarcField("abc", subfields=[("a", "x")]),
            MarcField("245", indicators="?0", subfields=[("a", "T"), ("ß", "n")]),
            MarcField("246", subfields=[("a", "")]),
        ],
    )

    written = marcxml_of(marc)

    leader = f"<leader>{' ' * 6}a  a22{' ' * 8}4500</leader>"
    title = '<datafield tag="245" ind1=" " ind2="0"><subfield code="a">T</subfield></datafield>'
    assert written.endswith(f'>{leader}<controlfield tag="001">1</controlfield>{title}</record>')
