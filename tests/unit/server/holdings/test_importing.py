"""Files are taken in row by row; a bad row is named and the others go on."""

from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from library.lending.patterns import NumberPatterns
from server.circulation.values import Lent
from server.errors import ImportFileError
from server.holdings.importing import import_copies, import_places, import_records
from server.store.catalogue_models import Description
from server.store.csv_rows import ROWS_AT_A_TIME, ImportReport, RowFault
from server.store.engine import transaction
from server.store.models import Copy, CopyStatus, Place, Record
from tests.support.small_library import DE_MEN, MAI, SmallLibrary

RECORD_COLUMNS = "source_id,title,author,language,subjects,publisher,year,isbn\n"


def records(library: SmallLibrary, folder: Path, text: str | bytes) -> ImportReport:
    file = folder / "r.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_records(library.engine, library.organisation_id, file)


def copies(library: SmallLibrary, folder: Path, text: str) -> ImportReport:
    file = folder / "c.csv"
    file.write_text(text, encoding="utf-8")
    return import_copies(library.engine, library.organisation_id, file, NumberPatterns())


def places(library: SmallLibrary, folder: Path, text: str) -> ImportReport:
    file = folder / "p.csv"
    file.write_text(text, encoding="utf-8")
    return import_places(library.engine, library.organisation_id, file)


def title_of(library: SmallLibrary, source_id: str) -> str | None:
    with transaction(library.engine) as session:
        return session.scalar(select(Record.title).where(Record.source_id == source_id))


def test_the_same_file_again_changes_nothing(library: SmallLibrary, tmp_path: Path) -> None:
    text = RECORD_COLUMNS + "x1,Một,A,vi,a;b,NXB,1999,\nx2,Hai,,,,,,\n"

    reports = [records(library, tmp_path, text), records(library, tmp_path, text)]

    assert [(report.added, report.updated, report.faults) for report in reports] == [(2, 0, []), (0, 2, [])]
    with transaction(library.engine) as session:
        assert session.scalar(select(func.count()).where(Record.source_id.in_(["x1", "x2"]))) == 2


def test_a_row_that_comes_again_with_other_words_updates(library: SmallLibrary, tmp_path: Path) -> None:
    records(library, tmp_path, RECORD_COLUMNS + "x1,Một,,,,,,\n")

    report = records(library, tmp_path, RECORD_COLUMNS + "x1,Mười,,,,,,\n")

    assert (report.updated, title_of(library, "x1")) == (1, "Mười")


def test_text_is_composed_and_trimmed_whatever_wrote_it(library: SmallLibrary, tmp_path: Path) -> None:
    decomposed = "Tie\u0302\u0301ng Vie\u0323\u0302t"

    report = records(library, tmp_path, b"\xef\xbb\xbf" + (RECORD_COLUMNS + f" x1 ,  {decomposed} ,,,,,,\r\n").encode())

    assert (report.added, title_of(library, "x1")) == (1, "Tiếng Việt")


def test_bad_rows_are_named_by_line_and_the_rest_goes_on(library: SmallLibrary, tmp_path: Path) -> None:
    text = (
        RECORD_COLUMNS.encode()
        + "x1,Một,,,,,,\n".encode()
        + b",No id,,,,,,\n"
        + b"x3,,,,,,,\n"
        + b"x4,too,few\n"
        + b"x5,Ti\xeang,,,,,,\n"
        + b"x5,Ti\0ng,,,,,,\n"
        + b"x1,again,,,,,,\n"
        + b"\n"
        + b'x6,"two\nlines",,,,,,\n'
        + b"x" * 129
        + b",long,,,,,,\n"
        + b"x9,"
        + b"t" * 140_000
        + b",,,,,,\n"
        + "x8,Tám,,,,,,\n".encode()
    )

    report = records(library, tmp_path, text)

    assert report.faults == [
        RowFault(3, "source_id is empty"),
        RowFault(4, "title is empty"),
        RowFault(5, "3 values for 8 columns"),
        RowFault(6, "is not text in UTF-8"),
        RowFault(7, "is not text in UTF-8"),
        RowFault(8, "the same as in line 2"),
        RowFault(12, "source_id is longer than 128 characters"),
        RowFault(13, "cannot be read as a row"),
    ]
    assert report.added == 3
    assert [title_of(library, source_id) for source_id in ("x1", "x6", "x8")] == ["Một", "two\nlines", "Tám"]


@pytest.mark.parametrize(
    ("first_line", "words"),
    [
        ("source_id,title\n", "missing column author"),
        (RECORD_COLUMNS.replace("isbn", "ibsn"), "missing column isbn, unknown column 'ibsn'"),
        (RECORD_COLUMNS.replace("\n", ",shelf\n"), "unknown column 'shelf'"),
        (RECORD_COLUMNS.replace("\n", ",year\n"), "a column stands there twice"),
        ("", "missing column source_id"),
    ],
)
def test_a_file_with_other_columns_is_not_begun(
    library: SmallLibrary, tmp_path: Path, first_line: str, words: str
) -> None:
    with pytest.raises(ImportFileError) as refused:
        records(library, tmp_path, first_line + "x1,Một,,,,,,\n")

    assert refused.value.line == 1
    assert refused.value.words.startswith(words)
    assert title_of(library, "x1") is None


def test_a_file_that_is_not_there_is_named(library: SmallLibrary, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError) as refused:
        import_records(library.engine, library.organisation_id, tmp_path / "nowhere.csv")

    assert refused.value.path == tmp_path / "nowhere.csv"


def test_columns_may_stand_in_any_order(library: SmallLibrary, tmp_path: Path) -> None:
    report = records(library, tmp_path, "title,source_id,isbn,year,publisher,subjects,language,author\nMột,x1,,,,,,\n")

    assert (report.added, title_of(library, "x1")) == (1, "Một")


def test_a_file_longer_than_one_transaction_is_taken_whole(library: SmallLibrary, tmp_path: Path) -> None:
    rows = "".join(f"n{number},T,,,,,,\n" for number in range(ROWS_AT_A_TIME + 1))

    report = records(library, tmp_path, RECORD_COLUMNS + rows)

    assert report.added == ROWS_AT_A_TIME + 1


def test_what_rows_name_is_looked_up_once_for_a_whole_transaction(library: SmallLibrary, tmp_path: Path) -> None:
    questions: list[str] = []
    rows = "".join(f"VNM.{number:06},r1,VN-QN,book,,\n" for number in range(1, ROWS_AT_A_TIME + 1))
    event.listen(
        library.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: questions.append(statement.split()[0]),
    )

    report = copies(library, tmp_path, "item_id,source_id,place,item_type,call_number,status\n" + rows)

    assert (report.added, report.updated) == (ROWS_AT_A_TIME - 8, 8)
    assert questions.count("SELECT") == len(
        ("places", "records", "copies", "what is shown as one", "what is harvested")
    )


def test_a_copy_needs_a_number_a_record_and_a_place(library: SmallLibrary, tmp_path: Path) -> None:
    report = copies(
        library,
        tmp_path,
        "item_id,source_id,place,item_type,call_number,status\n"
        "9786041234567,r1,VN-QN,book,,\n"
        "VNM.100001,r99,VN-QN,book,,\n"
        "VNM.100002,r1,VN-XX,book,,\n"
        "VNM.100003,r1,VN-QN,,,\n"
        "VNM.100004,r1,VN-QN,book,,burnt\n"
        "VNM.100005,r1,VN-QN,book,895 T,reference\n",
    )

    assert [(fault.line, fault.words) for fault in report.faults] == [
        (2, "item_id does not match the item patterns"),
        (3, "source_id is no record's"),
        (4, "place is unknown"),
        (5, "item_type is empty"),
        (6, "status is none of shelf, reference, in_process, damaged, missing, lost, withdrawn"),
    ]
    with transaction(library.engine) as session:
        copy = session.scalars(select(Copy).where(Copy.item_number == "VNM.100005")).one()
        assert (copy.status, copy.call_number, copy.record.source_id) == (CopyStatus.REFERENCE, "895 T", "r1")


def test_a_copy_keeps_its_status_where_the_file_says_none(library: SmallLibrary, tmp_path: Path) -> None:
    report = copies(library, tmp_path, "item_id,source_id,place,item_type,call_number\nVNM.000007,r2,VN-QN-TH1,book,\n")

    assert report.updated == 1
    with transaction(library.engine) as session:
        copy = session.scalars(select(Copy).where(Copy.item_number == "VNM.000007")).one()
        assert (copy.status, copy.record.title, copy.place.code) == (CopyStatus.DAMAGED, "Tắt đèn", "VN-QN-TH1")


def test_a_place_has_exactly_the_closed_days_of_the_file(library: SmallLibrary, tmp_path: Path) -> None:
    first = places(
        library, tmp_path, "code,name,kind,closed_weekdays,holidays\nVN-A,A,community,1;7,2026-09-02;2027-01-01\n"
    )
    second = places(
        library, tmp_path, "code,name,kind,closed_weekdays,holidays\nVN-A,A,hub,7;6,2027-01-01;2027-02-05\n"
    )

    with transaction(library.engine) as session:
        place = session.scalars(select(Place).where(Place.code == "VN-A")).one()
        days = sorted(closed.weekday for closed in place.closed_weekdays)
        holidays = sorted(holiday.day.isoformat() for holiday in place.holidays)
    assert (first.added, second.updated) == (1, 1)
    assert (days, holidays, place.kind.value) == ([5, 6], ["2027-01-01", "2027-02-05"], "hub")


def test_loans_of_a_place_are_due_when_it_closes(library: SmallLibrary, tmp_path: Path) -> None:
    report = places(
        library,
        tmp_path,
        "code,name,kind,closed_weekdays,closes_at\nVN-QN,Thư viện xã,hub,7,17:30\nVN-QN-TH1,Trường,school,7,late\n",
    )

    with transaction(library.engine) as session:
        lent = library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
    assert isinstance(lent, Lent)
    assert lent.due.at.time() == time(17, 30)
    assert [(fault.line, fault.words) for fault in report.faults] == [(3, "closes_at cannot be read")]


def test_a_place_that_makes_no_sense_is_left_out(library: SmallLibrary, tmp_path: Path) -> None:
    report = places(
        library,
        tmp_path,
        "code,name,kind,closed_weekdays\n"
        "VN A,A,hub,\n"
        "VN-A,,hub,\n"
        "VN-A,A,castle,\n"
        "VN-A,A,hub,0\n"
        "VN-A,A,hub,Sunday\n"
        "VN-A,A,hub,\n",
    )

    assert [fault.words for fault in report.faults] == [
        "code is not ISIL-shaped",
        "name is empty",
        "kind is none of hub, school, reading_room, community, private",
        "closed_weekdays cannot be read",
        "closed_weekdays cannot be read",
    ]
    assert report.added == 1


def test_a_copy_goes_to_the_librarys_own_record_of_an_id_else_to_the_only_one(
    library: SmallLibrary, tmp_path: Path
) -> None:
    texts = dict.fromkeys(("author", "language", "subjects", "publisher", "year", "isbn"), "")
    with transaction(library.engine) as session:
        for source, source_id in (("koha", "r1"), ("koha", "k1"), ("koha", "k2"), ("emiclib", "k2")):
            session.add(
                Record(
                    organisation_id=library.organisation_id,
                    source=source,
                    source_id=source_id,
                    title=f"{source} {source_id}",
                    **texts,
                )
            )

    report = copies(
        library,
        tmp_path,
        "item_id,source_id,place,item_type,call_number,source\n"
        "VNM.100001,r1,VN-QN,book,,\n"
        "VNM.100002,r1,VN-QN,book,,koha\n"
        "VNM.100003,k1,VN-QN,book,,\n"
        "VNM.100004,k2,VN-QN,book,,\n"
        "VNM.100005,k1,VN-QN,book,,emiclib\n",
    )

    with transaction(library.engine) as session:
        wanted = select(Copy).where(Copy.item_number.startswith("VNM.1")).order_by(Copy.item_number)
        titles = [copy.record.title for copy in session.scalars(wanted)]
    assert titles == ["Dế Mèn phiêu lưu ký", "koha r1", "koha k1"]
    assert [(fault.line, fault.words) for fault in report.faults] == [
        (5, "source_id is a record's of several sources; the column source says which"),
        (6, "source_id is no record's"),
    ]


def test_a_record_that_comes_as_columns_loses_its_older_description(library: SmallLibrary, tmp_path: Path) -> None:
    records(library, tmp_path, RECORD_COLUMNS + "x1,Một,,,,,,\n")
    with transaction(library.engine) as session:
        record_id = session.scalars(select(Record.id).where(Record.source_id == "x1")).one()
        session.add(Description(record_id=record_id, content="{}", holdings="[]", form="csv", original=b""))

    records(library, tmp_path, RECORD_COLUMNS + "x1,Một,,,,,,\n")

    with transaction(library.engine) as session:
        assert session.get(Description, record_id) is None
