"""Tables: separators, encodings, forgotten quotes, and what the columns of others mean."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue.reading import Form, ReadRecord
from library.catalogue.record import LONGEST_TEXT, NameRole
from library.text import encode_cp1258, printable
from library.text.tcvn3 import encode_tcvn3
from tests.support.marc_records import faults, only, read, titles

OWN = "source_id,title,author,language,subjects,publisher,year,isbn\n"


def test_our_own_columns_are_read() -> None:
    found = only(OWN + 'r1,Dế mèn,Tô Hoài,vie,"Truyện; Thiếu nhi",Kim Đồng,2001,9780306406157\n', "csv")
    record = found.record

    assert (record.source, record.source_id, record.title) == ("here", "r1", "Dế mèn")
    assert [name.text for name in record.names] == ["Tô Hoài"]
    assert (record.languages, record.subjects) == (("vie",), ("Truyện", "Thiếu nhi"))
    assert (record.publisher, record.year, record.isbns) == ("Kim Đồng", 2001, ("9780306406157",))
    assert (found.form, found.notes) == (Form.CSV, ())
    assert found.original.startswith(b"r1,")


def test_a_quote_that_is_never_closed_costs_no_row_before_the_next_quote() -> None:
    found = read('id,title,author\n1,"Chí Phèo,Nam Cao\n2,Giông tố,Vũ Trọng Phụng\n3,Khác,"A, B"\n4,Cuối,C\n', "csv")

    assert titles(found)[1:] == ["Giông tố", "Khác", "Cuối"]


def test_a_text_of_several_lines_with_quotes_in_it_stays_whole() -> None:
    found = read('id,title,summary\n1,A,"nói ""một"",\nhai, ba\nbốn"\n2,B,"anh "nói" rồi\nđi"\n', "csv")

    assert titles(found) == ["A", "B"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_separator_is_found_out(delimiter: str) -> None:
    data = OWN.replace(",", delimiter) + delimiter.join(("r1", "A", "B", "vi", "", "", "2001", "")) + "\r\n"

    assert titles(read("\ufeff" + data, "csv")) == ["A"]


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("TCVN3", encode_tcvn3),
        ("Windows-1258", encode_cp1258),
    ],
)
def test_old_encodings_are_found_out_and_told(name: str, encode: object) -> None:
    assert callable(encode)
    data = encode(OWN + "r1,Dế mèn,Tô Hoài: phiêu lưu ký đầu tiên,vie,,,,\n")
    found = only(data, "csv")

    assert found.record.title == "Dế mèn"
    assert found.notes == (f"the table is in {name}",)


def test_a_table_of_western_windows_is_not_taken_for_vietnamese() -> None:
    found = only(
        (OWN + "r1,Histoire générale des voyages en Amérique depuis leur origine,,fre,,,,\n").encode("cp1252"), "csv"
    )

    assert found.record.title.startswith("Histoire générale")
    assert found.notes == ("the table is in Windows-1252",)


def test_utf16_and_old_line_ends_are_read() -> None:
    rows = OWN + "r1,Dế mèn,,,,,,\nr2,Đỏ,,,,,,\n"

    assert titles(read(rows.encode("utf-16"), "csv")) == ["Dế mèn", "Đỏ"]
    assert titles(read(rows.replace("\n", "\r"), "csv")) == ["Dế mèn", "Đỏ"]


def test_bytes_that_are_no_text_cost_only_themselves() -> None:
    found = only(OWN.encode() + "r1,Dế mèn Đỏ ".encode() + b"\xff\0 x,,,,,,\n", "csv")

    assert found.record.title == "Dế mèn Đỏ \ufffd x"
    assert found.notes == ("control characters were left out",)


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    rows = "".join(f"r{number},T{number},,,,,,\n" for number in range(2, 700))
    found = read(OWN + 'r1,"T1,,,,,,\n' + rows, "csv")

    assert titles(found) == ['"T1', *(f"T{number}" for number in range(2, 700))]
    assert isinstance(found[0], ReadRecord)
    assert found[0].notes == ("a quote in it is never closed",)


def test_a_text_of_several_lines_is_one_value() -> None:
    found = read('title,summary\nA,"one\ntwo ""x"""\nB,\n', "csv")

    assert titles(found) == ["A", "B"]
    assert isinstance(found[0], ReadRecord)
    assert found[0].record.summary == 'one\ntwo "x"'


def test_commas_without_quotes_are_put_back_where_the_row_can_be_told() -> None:
    found = read(
        "_id,Name,Author,Year,Code2\n"
        "1,Truyện,Lý Hiếu Kỳ, Đái Quốc Phù,.... - H. : Giáo dục, 1997,1997,Phòng Mượn: VNM 000001, 000003\n"
        "2,Văn,Jesse Perry,Jr. - Lincolnwood : McGraw Hill, 2001,2001,\n"
        "3,a,b,c,d,e,f\n",
        "csv",
    )
    first, second, _ = found

    assert isinstance(first, ReadRecord)
    assert [name.text for name in first.record.names] == ["Lý Hiếu Kỳ", "Đái Quốc Phù"]
    assert (first.record.publisher, first.record.year) == ("Giáo dục", 1997)
    assert [each.item_id for each in first.holdings] == ["VNM.000001", "VNM.000003"]
    assert isinstance(second, ReadRecord)
    assert (second.record.title, second.record.publisher) == ("Văn", "McGraw Hill")
    assert faults(found) == ["record 3 at line 4: has 7 values for 5 columns"]


def test_a_table_without_titles_says_so() -> None:
    assert faults(read("a,b,c\n1,2,3\n", "csv")) == ["record 1 at line 1: its first line names no column for titles"]


def test_a_row_without_a_title_is_named_and_the_next_is_read() -> None:
    found = read(OWN + "r1,,Tô Hoài,,,,,\n\n,,,,,,,\nr2,Đỏ,,,,,,\n", "csv")

    assert faults(found) == ["record 1 at line 2: has no title"]
    assert titles(found) == ["Đỏ"]


def test_columns_that_mean_nothing_here_are_named_once() -> None:
    found = read("title,colour,copies\nA,red,2\nB,blue,3\n", "csv")

    assert [each.notes for each in found if isinstance(each, ReadRecord)] == [
        ("columns that are not read: colour",),
        (),
    ]


def test_tables_of_readers_and_shops_are_read() -> None:
    books = read(
        "book_id,isbn,isbn13,authors,original_publication_year,original_title,title,language_code,average_rating\n"
        "1,439023483,9.780439023489e+12,Suzanne Collins,2008.0,The Hunger Games,Hunger (Games #1),en-US,4.34\n",
        "csv",
    )
    shop = read(
        "isbn,title,year,author,pages,publisher,genres,price,cover,link_buy\n"
        "9786043504646,Sách Nấu Phở (Tái Bản 2020),2010,Không rõ tác giả,258.0,NXB Trẻ,"
        '"Sách dạy, Nấu ăn",1,https://example.org/a.jpg,https://example.org/b\n',
        "csv",
    )
    (one,) = [each.record for each in books if isinstance(each, ReadRecord)]
    (other,) = [each.record for each in shop if isinstance(each, ReadRecord)]

    assert (one.source_id, one.isbns, one.year, one.languages) == ("1", ("9780439023481",), 2008, ("eng",))
    assert one.other_numbers == ("9780439023489",)
    assert one.other_titles == ("The Hunger Games",)
    assert (other.title, other.edition, other.extent, other.names) == ("Nấu Phở", "Tái Bản 2020", "258 tr.", ())
    assert (other.subjects, other.cover) == (("Sách dạy", "Nấu ăn"), "https://example.org/a.jpg")
    assert [link.address for link in other.links] == ["https://example.org/b"]
    assert other.source_id == "1"


def test_columns_for_each_role_and_part_are_read() -> None:
    record = only(
        "title,subtitle,volume,author,translator,series,edition,place,ddc,call_number,notes\n"
        "Hồi ký,tuyển,2,A Ba,Lê Chu Cầu,Tủ sách,Tái bản,H.,895.9,895 T,124 tr. ; 17 cm có ảnh\n",
        "csv",
    ).record

    assert record.title == "Hồi ký: tuyển. Tập 2"
    assert [(name.text, name.role) for name in record.names] == [
        ("A Ba", NameRole.AUTHOR),
        ("Lê Chu Cầu", NameRole.TRANSLATOR),
    ]
    assert (record.series, record.edition, record.published_at) == (("Tủ sách",), "Tái bản", "Hà Nội")
    assert (record.extent, record.notes) == ("124 tr. ; 17 cm", ("có ảnh",))
    assert [each.number for each in record.class_numbers] == ["895.9"]


def test_a_row_of_a_megabyte_is_no_row_and_the_next_is_read() -> None:
    found = read(OWN + "r1," + "x" * 1_000_000 + ",,,,,,\nr2,Đỏ,,,,,,\n", "csv")

    assert "Đỏ" in titles(found)
    assert all(len(title) <= LONGEST_TEXT for title in titles(found))


PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp")), max_size=40
)


@given(st.lists(st.tuples(PLAIN.filter(lambda text: any(map(str.isalnum, text))), PLAIN), min_size=1, max_size=5))
def test_every_table_that_is_written_is_read(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("id", "title", "summary"))
    for number, (title, summary) in enumerate(rows):
        writer.writerow((f"r{number}", f"Xx {title} xX", summary))
    found = read(file.getvalue(), "csv")

    assert [each.record.source_id for each in found if isinstance(each, ReadRecord)] == [
        f"r{number}" for number in range(len(rows))
    ]
    assert len(titles(found)) == len(rows)
    assert all(title == printable(title) for title in titles(found))
