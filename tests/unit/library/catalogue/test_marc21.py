"""MARC 21 as ISO 2709: right records, and those whose lengths, alphabets and links lie."""

import pytest

from library.catalogue.reading import Form, ReadRecord
from library.catalogue.reading.marc8 import decode_marc8
from library.catalogue.record import LONGEST_TEXT, MOST_PARTS, Audience, Name, NameRole, RecordKind
from tests.support.marc_records import LEADER, faults, marc21, of_bytes, only, read, titles

WHOLE = (
    ("001", "vn0000001"),
    ("003", "VN-QNU"),
    ("008", "260101s1998    vm     j            vie d"),
    ("020", "  $a978-0-306-40615-7 (bìa mềm) :$c50000đ"),
    ("020", "  $a9786043504646"),
    ("022", "  $a0317-8471"),
    ("041", "1 $avie$heng"),
    ("082", "04$a813/.54$222"),
    ("084", "  $aV23$2BBK"),
    ("100", "1 $aHesse, Hermann,$d1877-1962"),
    ("245", "10$aNhà khổ hạnh :$btruyện /$cHermann Hesse ; Lê Chu Cầu (dịch)"),
    ("246", "31$aSiddhartha"),
    ("250", "  $aTái bản lần 2."),
    ("260", "  $aH. :$bVăn học,$c[1998]"),
    ("300", "  $a180 tr. ;$c19 cm."),
    ("490", "0 $aTủ sách vàng ;$v12"),
    ("500", "  $aIn lần đầu năm 1922."),
    ("520", "  $a<p>Một &amp; hai</p><p>Ba</p>"),
    ("541", "  $aTặng bởi một người"),
    ("650", " 4$aVăn học Đức$xTruyện$yThế kỷ 20."),
    ("653", "  $aPhật giáo$aTu hành"),
    ("700", "1 $aLê, Chu Cầu,$4trl"),
    ("856", "40$uhttp://example.org/book$yToàn văn"),
    ("856", "42$uhttp://example.org/cover.jpg$3Ảnh bìa"),
    ("856", "40$ujavascript:alert(1)"),
    ("952", "  $aQNU$cMượn$o833 H$pVNM.000001$yBK"),
    ("952", "  $aQNU$cĐọc$pVND.000002$q2026-01-01"),
)


def test_a_whole_record_is_read() -> None:
    found = only(marc21(WHOLE))
    record = found.record

    assert (record.source, record.source_id, record.title) == ("VN-QNU", "vn0000001", "Nhà khổ hạnh: truyện")
    assert record.names == (
        Name(text="Hesse, Hermann"),
        Name(text="Lê, Chu Cầu", role=NameRole.TRANSLATOR),
    )
    assert (record.publisher, record.published_at, record.year) == ("Văn học", "Hà Nội", 1998)
    assert record.isbns == ("9780306406157",)
    assert record.issns == ("0317-8471",)
    assert record.other_numbers == ("9786043504646",)
    assert record.languages == ("vie",)
    assert [(each.number, each.scheme) for each in record.class_numbers] == [("813.54", "ddc"), ("V23", "bbk")]
    assert record.subjects == ("Văn học Đức -- Truyện -- Thế kỷ 20", "Phật giáo", "Tu hành")
    assert record.summary == "Một & hai\nBa"
    assert record.notes == ("In lần đầu năm 1922.",)
    assert record.series == ("Tủ sách vàng, 12",)
    assert (record.edition, record.extent) == ("Tái bản lần 2", "180 tr. ; 19 cm")
    assert record.other_titles == ("Siddhartha",)
    assert (record.kind, record.audience) == (RecordKind.BOOK, Audience.CHILDREN)
    assert record.cover == "http://example.org/cover.jpg"
    assert [(link.address, link.words) for link in record.links] == [("http://example.org/book", "Toàn văn")]
    assert [(each.item_id, each.place, each.location, each.call_number, each.available) for each in found.holdings] == [
        ("VNM.000001", "QNU", "Mượn", "833 H", True),
        ("VND.000002", "QNU", "Đọc", "", False),
    ]
    assert (found.form, found.original) == (Form.MARC21, marc21(WHOLE))
    assert found.notes == ("an ISBN has a wrong check digit",)


def test_a_title_has_its_parts_in_their_order() -> None:
    found = only(marc21((("245", "10$aHồi ký /$cTô Hoài"), ("245", "10$aMemoir"))))
    parts = only(marc21((("245", "10$aHồi ký.$nTập 2,$pMùa xuân :$btuyển /$cTô Hoài. - H. : Văn học"),)))

    assert (found.record.title, found.record.other_titles) == ("Hồi ký", ("Memoir",))
    assert parts.record.title == "Hồi ký: tuyển. Tập 2, Mùa xuân"


def test_the_people_whom_only_the_title_page_names_are_found() -> None:
    record = only(
        marc21((("100", "0 $aĐỗ An"), ("245", "10$aT$cĐỗ An ; Lê Bình (h.d.) ; avec le concours de la ville")))
    ).record

    assert [(name.text, str(name.role)) for name in record.names] == [("Đỗ An", "author"), ("Lê Bình", "supervisor")]


def test_a_heading_in_natural_order_may_name_several() -> None:
    natural = only(marc21((("100", "0 $aĐào Trinh Nhất, Nguyễn Q. Thắng"), ("245", "10$aT")))).record
    turned = only(marc21((("100", "1 $aLe Clézio, Jean Marie"), ("245", "10$aT")))).record

    assert [name.text for name in natural.names] == ["Đào Trinh Nhất", "Nguyễn Q. Thắng"]
    assert [name.text for name in turned.names] == ["Le Clézio, Jean Marie"]


def test_the_title_page_tells_the_role_of_a_name_that_has_none() -> None:
    record = only(marc21((("245", "10$aT$cAn Ba ; translated by John Smith"), ("700", "1 $aSmith, John.")))).record

    assert Name(text="Smith, John", role=NameRole.TRANSLATOR) in record.names


@pytest.mark.parametrize(
    ("leader", "fields", "kind"),
    [
        ("00000ncm a2200000 a 4500", (), RecordKind.SCORE),
        ("00000njm a2200000 a 4500", (), RecordKind.SOUND),
        ("00000ngm a2200000 a 4500", (), RecordKind.FILM),
        ("00000nem a2200000 a 4500", (), RecordKind.MAP),
        ("00000nkm a2200000 a 4500", (), RecordKind.PICTURE),
        ("00000nmm a2200000 a 4500", (), RecordKind.DIGITAL),
        ("00000nas a2200000 a 4500", (), RecordKind.SERIAL),
        ("00000nrm a2200000 a 4500", (), RecordKind.OTHER),
        (LEADER, (("502", "  $aLuận văn thạc sĩ"),), RecordKind.THESIS),
        (LEADER, (("008", "260101s1998    vm      o           vie d"),), RecordKind.DIGITAL),
        (" " * 24, (), RecordKind.BOOK),
    ],
)
def test_the_kind_is_told_by_the_leader(leader: str, fields: tuple[tuple[str, str], ...], kind: RecordKind) -> None:
    assert only(marc21((*fields, ("245", "10$aT")), leader)).record.kind is kind


def test_another_script_stands_under_the_field_that_it_is_linked_to() -> None:
    fields = (
        ("100", "1 $6880-01$aTolstoy, Leo"),
        ("245", "10$6880-02$aVoina i mir"),
        ("880", "1 $6100-01/c$a托尔斯泰"),
        ("880", "10$6245-02/c$a战争与和平"),
    )
    record = only(marc21(fields)).record

    assert (record.title, record.other_titles) == ("Voina i mir", ("战争与和平",))
    assert [name.text for name in record.names] == ["Tolstoy, Leo", "托尔斯泰"]


def test_a_title_that_stands_only_in_another_script_is_the_title() -> None:
    assert only(marc21((("880", "10$6245-00$a战争与和平"),))).record.title == "战争与和平"


@pytest.mark.parametrize("link", ["880-01", "", "24", "abc", "001"])
def test_a_linked_field_that_leads_nowhere_or_to_itself_is_left_out(link: str) -> None:
    found = only(marc21((("245", "10$aT"), ("880", f"10$6{link}$aX"))))

    assert found.record.other_titles == ()
    assert found.notes == ("a field 880 is linked to no field; it was left out",)


def test_marc8_is_read_with_its_marks_and_alphabets() -> None:
    leader = "00000nam  2200000 a 4500"
    data = of_bytes([("245", b"10\x1faVi\xf2\xe3et Nam \x1b(NMIR\x1b(B end\x1e")], leader)

    assert only(data).record.title == "Việt Nam мир end"
    assert decode_marc8(b"Vi\xf2\xe3et") == ("Việt", True)
    assert decode_marc8(b"\x1b$1\x21\x30\x21\x1b(B") == ("一", True)


@pytest.mark.parametrize(
    "data",
    [b"\x1b", b"\x1b$", b"\x1b(", b"\x1b$1\x21", b"\xe3", b"\xff\xfe\x80", b"\x1b$1\x7f\x7f\x7f", b"\x1b)", b"a\x1bz"],
)
def test_broken_marc8_is_read_as_far_as_it_goes(data: bytes) -> None:
    text, good = decode_marc8(data)

    assert isinstance(text, str)
    assert not good or data == b"\xe3"


def test_utf8_under_a_leader_of_marc8_and_the_other_way_round_are_told_by_their_bytes() -> None:
    leader = "00000nam  2200000 a 4500"
    utf8 = only(of_bytes([("245", "10\x1faViệt\x1e".encode())], leader))
    marc8 = only(of_bytes([("245", b"10\x1faVi\xf2\xe3et\x1e")]))

    assert (utf8.record.title, utf8.notes) == ("Việt", ("its leader says MARC-8, but a field is UTF-8",))
    assert (marc8.record.title, marc8.notes) == ("Việt", ("its leader says UTF-8, but a field is not",))


def test_two_encodings_in_one_record_are_both_read() -> None:
    found = only(of_bytes([("245", "10\x1faViệt\x1e".encode()), ("500", b"  \x1faVi\xf2\xe3et\x1e")]))

    assert (found.record.title, found.record.notes) == ("Việt", ("Việt",))


ONE = marc21((("001", "1"), ("245", "10$aMột")))
TWO = marc21((("001", "2"), ("245", "10$aHai")))


@pytest.mark.parametrize("told", [b"00000", b"99999", b"00030", b"abcde", b"     "])
def test_a_wrong_length_costs_no_record(told: bytes) -> None:
    found = read(told + ONE[5:] + TWO)

    assert titles(found) == ["Một", "Hai"]
    assert isinstance(found[0], ReadRecord)
    assert found[0].notes == ("its leader tells a wrong length",)


def test_a_length_of_two_records_is_not_believed() -> None:
    assert titles(read(f"{len(ONE + TWO):05d}".encode() + ONE[5:] + TWO)) == ["Một", "Hai"]


def test_a_terminator_that_is_missing_costs_no_record() -> None:
    lost = f"{len(ONE) - 1:05d}".encode() + ONE[5:-1]

    assert titles(read(lost + TWO)) == ["Một", "Hai"]


def test_a_directory_that_does_not_fit_is_passed_over() -> None:
    wrong = ONE[:27] + b"9999" + ONE[31:]
    found = only(wrong)

    assert found.record.title == "Một"
    assert found.notes == ("its directory does not fit; the fields were taken in their order",)


@pytest.mark.parametrize("between", [b"\n", b"\r\n", b" \0\x1a", b"\xef\xbb\xbf"])
def test_what_stands_between_records_is_no_record(between: bytes) -> None:
    assert titles(read(between + ONE + between + TWO + between)) == ["Một", "Hai"]


def test_a_bad_record_is_named_by_its_number_and_place_and_the_next_is_read() -> None:
    untitled = marc21((("001", "9"), ("500", "  $aX")))
    found = read(ONE + b"rubbish\x1d" + untitled + TWO + ONE[:40])

    assert titles(found) == ["Một", "Hai"]
    assert faults(found) == [
        f"record 2 at byte {len(ONE)}: is too short to be a MARC record",
        f"record 3 at byte {len(ONE) + 8}: has no title",
        f"record 5 at byte {len(ONE) + 8 + len(untitled) + len(TWO)}: the file ends in the middle of it",
    ]


def test_what_never_ends_is_not_kept_in_memory() -> None:
    found = read(b"x" * 5_000_000 + b"\x1d" + TWO)

    assert titles(found) == ["Hai"]
    assert len(faults(found)) == 1


def test_an_id_is_the_number_in_the_file_where_the_record_has_none() -> None:
    found = read(marc21((("245", "10$aA"),)) + marc21((("035", "  $a(OCoLC)123"), ("245", "10$aB"))))

    assert [each.record.source_id for each in found if isinstance(each, ReadRecord)] == ["1", "123"]
    assert [each.record.source for each in found if isinstance(each, ReadRecord)] == ["here", "here"]


def test_an_endless_title_is_cut_and_said_to_be() -> None:
    found = only(marc21((("245", "10$a" + "ư" * 4_000),)))
    longer = only(of_bytes([("245", b"10\x1fa" + b"x " * 4_000 + b"\x1fb" + b"y" * 0 + b"\x1e")]))
    xml = only(f"<record><datafield tag='245'><subfield code='a'>{'ư' * 12_000}</subfield></datafield></record>", "xml")

    assert (len(found.record.title), found.notes) == (4_000, ())
    assert longer.record.title.startswith("x x")
    assert len(xml.record.title) == LONGEST_TEXT
    assert xml.notes == (f"title: longer than {LONGEST_TEXT} characters; the rest was cut",)


def test_too_many_parts_are_left_out_and_said_to_be() -> None:
    found = only(marc21((("245", "10$aT"), *(("653", f"  $aTừ {number}") for number in range(MOST_PARTS + 50)))))

    assert len(found.record.subjects) == MOST_PARTS
    assert found.notes == (f"subjects: more than {MOST_PARTS}; the rest was left out",)


def test_copies_of_other_systems_are_read() -> None:
    fields = (
        ("245", "10$aT"),
        ("949", "  $aML 3561$i30007002744729$tBOOKS$lCIRC$mHUNT$kCHECKEDOUT"),
        ("949", "  $asomething else"),
        ("852", "0 $aLib$bMain$cStacks$h823$iA1"),
    )
    sirsi = only(marc21(fields)).holdings
    items = only(marc21((*fields[:1], fields[3], ("876", "  $pB1$jlost"), ("876", "  $pB2")))).holdings
    accession = only(marc21((fields[0], ("852", "  $aMadan$xAccession no.: 4908")))).holdings

    assert [(each.item_id, each.place, each.available) for each in sirsi] == [
        ("30007002744729", "HUNT", False),
        ("", "Main", True),
    ]
    assert [(each.item_id, each.place, each.location, each.call_number, each.available) for each in items] == [
        ("B1", "Main", "Stacks", "823 A1", False),
        ("B2", "Main", "Stacks", "823 A1", True),
    ]
    assert [(each.item_id, each.place) for each in accession] == [("4908", "Madan")]


def test_a_number_of_a_copy_that_is_too_long_is_not_cut_to_another() -> None:
    (holding,) = only(marc21((("245", "10$aT"), ("952", "  $aX$cY$p" + "1" * 80)))).holdings

    assert holding.item_id == ""
    assert holding.place == "X"


def test_directions_surrogates_and_marks_come_out_composed() -> None:
    found = only(of_bytes([("245", "10\x1fa\u202eTie\u0302\u0301ng\x00 \u200fViệt".encode() + b" \xed\xa0\x80\x1e")]))

    assert found.record.title.startswith("Tiếng Việt")
    assert found.record.title.isprintable()
