"""Records from any source are taken in once, again without a change, and each that cannot be is named."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from library.catalogue.reading import Fault, Form, ReadRecord
from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding, Name
from library.lending.patterns import NumberPatterns
from server.catalogue.entries import all_entries
from server.catalogue.importing import FileReport, Target, import_files
from server.circulation.values import Lent
from server.errors import ImportFileError, UnknownPlaceError
from server.store.catalogue_models import Description, Feed
from server.store.csv_rows import ROWS_AT_A_TIME
from server.store.engine import transaction
from server.store.models import Copy, CopyStatus, Loan, Record
from tests.support.small_library import DE_MEN, MAI, SmallLibrary

FILE = Path("koha.mrc")


def read(
    source_id: str, title: str = "Số đỏ", *holdings: Holding, source: str = "koha", original: bytes = b"\x00\xff"
) -> ReadRecord:
    record = CatalogueRecord(source=source, source_id=source_id, title=title, names=(Name(text="Vũ Trọng Phụng"),))
    return ReadRecord(record=record, holdings=holdings, original=original, form=Form.MARC21, notes=())


def take(library: SmallLibrary, *records: ReadRecord | Fault, home: str | None = None) -> FileReport:
    target = Target(library.organisation_id, NumberPatterns(), home)

    def given(_: Path) -> Iterable[ReadRecord | Fault]:
        return records

    (report,) = import_files(library.engine, [FILE], target, given)
    return report


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.copies


def faults(report: FileReport) -> list[str]:
    return [f"{fault.position}: {fault.words}" for fault in report.faults]


def cursor(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return session.scalars(select(Feed.cursor)).one()


def entries(library: SmallLibrary, source: str = "koha") -> list[CatalogueEntry]:
    return [entry for entry in all_entries(library.engine, library.clock()) if entry.record.source == source]


def stored_copies(library: SmallLibrary, source_id: str) -> list[tuple[str, str, CopyStatus]]:
    with transaction(library.engine) as session:
        wanted = select(Copy).join(Record).where(Record.source_id == source_id).order_by(Copy.item_number)
        return [(copy.item_number, copy.place.code, copy.status) for copy in session.scalars(wanted)]


def test_a_record_is_kept_whole_with_its_own_bytes(library: SmallLibrary) -> None:
    told = Holding(item_id="OLD 7", place="Kho A", call_number="895")

    report = take(library, read("7", "Số đỏ", told))

    assert (counts(report), report.faults) == ((1, 0, 0, 0), [])
    (entry,) = entries(library)
    assert (entry.record, entry.holdings) == (read("7").record, (told,))
    with transaction(library.engine) as session:
        kept = session.scalars(select(Description)).one()
        row = session.get(Record, kept.record_id)
        assert (kept.original, kept.form) == (b"\x00\xff", "marc21")
        assert row is not None
        assert (row.title, row.author, row.source) == ("Số đỏ", "Vũ Trọng Phụng", "koha")


def test_the_same_again_changes_nothing(library: SmallLibrary) -> None:
    take(library, read("7"), read("8"))
    before = cursor(library)

    report = take(library, read("7"), read("8"))

    assert counts(report) == (0, 0, 2, 0)
    assert cursor(library) == before


@pytest.mark.parametrize(
    "other", [read("7", "Giông tố"), read("7", "Số đỏ", Holding(item_id="X")), read("7", original=b"")]
)
def test_what_is_different_is_updated_under_the_same_key(library: SmallLibrary, other: ReadRecord) -> None:
    take(library, read("7"))
    (first,) = entries(library)
    before = cursor(library)

    report = take(library, other)

    (second,) = entries(library)
    assert counts(report) == (0, 1, 0, 0)
    assert (second.key, second.record, second.holdings) == (first.key, other.record, other.holdings)
    assert cursor(library) == before + 1


def test_two_sources_may_use_one_id(library: SmallLibrary) -> None:
    report = take(library, read("r1"), read("r1", "Tắt đèn", source="emiclib"))

    assert counts(report) == (2, 0, 0, 0)
    with transaction(library.engine) as session:
        wanted = select(Record.source, Record.title).where(Record.source_id == "r1").order_by(Record.source)
        assert [tuple(row) for row in session.execute(wanted)] == [
            ("emiclib", "Tắt đèn"),
            ("koha", "Số đỏ"),
            ("local", "Dế Mèn phiêu lưu ký"),
        ]


def test_a_record_that_was_columns_may_come_described(library: SmallLibrary) -> None:
    report = take(library, read("r1", "Dế mèn", source="local"))

    assert counts(report) == (0, 1, 0, 0)
    assert [entry.record.title for entry in entries(library, "local")][:1] == ["Dế mèn"]
    assert len(stored_copies(library, "r1")) == 3


def test_bad_records_are_named_and_the_rest_goes_on(library: SmallLibrary) -> None:
    report = take(library, read("1"), Fault("byte 120", "is cut off"), read("1", "Khác"), read("3"))

    assert counts(report) == (2, 0, 0, 0)
    assert faults(report) == [
        "byte 120: is cut off",
        "record 3: has the id of record 1, '1'",
    ]
    assert [entry.record.source_id for entry in entries(library)] == ["1", "3"]


def test_records_beyond_one_transaction_are_taken_whole(library: SmallLibrary) -> None:
    many = [read(str(number)) for number in range(ROWS_AT_A_TIME + 1)]

    reports = [take(library, *many), take(library, *many)]

    assert [counts(report) for report in reports] == [(len(many), 0, 0, 0), (0, 0, len(many), 0)]


def test_nothing_is_lent_by_what_records_tell_of_copies_unless_asked(library: SmallLibrary) -> None:
    take(library, read("7", "Số đỏ", Holding(item_id="VNM.200001")))

    assert stored_copies(library, "7") == []


def test_copies_are_made_at_the_place_that_is_known_else_at_the_given_home(library: SmallLibrary) -> None:
    holdings = (
        Holding(item_id="VNM.200001", place="VN-QN-TH1", call_number="895.92"),
        Holding(item_id="VNM.200002", place="Kho A"),
        Holding(item_id="VNM.200003", available=False),
        Holding(place="Kho A"),
    )
    take(library, read("7", "Số đỏ", *holdings))

    reports = [take(library, read("7", "Số đỏ", *holdings), home="VN-QN") for _ in range(2)]

    assert [counts(report) for report in reports] == [(0, 0, 1, 3), (0, 0, 1, 0)]
    assert stored_copies(library, "7") == [
        ("VNM.200001", "VN-QN-TH1", CopyStatus.SHELF),
        ("VNM.200002", "VN-QN", CopyStatus.SHELF),
        ("VNM.200003", "VN-QN", CopyStatus.IN_PROCESS),
    ]
    assert [holding.item_id for holding in entries(library)[0].holdings] == [
        "VNM.200001",
        "VNM.200002",
        "VNM.200003",
        "",
    ]


def test_a_copy_of_another_record_is_left_alone_and_named(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        assert isinstance(library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False), Lent)

    report = take(
        library,
        read("7", "Số đỏ", Holding(item_id=DE_MEN), Holding(item_id="VNM.200001")),
        read("8", "Giông tố", Holding(item_id="VNM.200001"), Holding(item_id="9786041234567")),
        home="VN-QN",
    )

    assert faults(report) == [
        "record 1: copy 'VNM.000001' is a copy of another record",
        "record 2: copy 'VNM.200001' is a copy of another record",
        "record 2: copy '9786041234567' does not match the item patterns: it is shown, but not lent",
    ]
    assert ("VNM.000001", "VN-QN", CopyStatus.SHELF) in stored_copies(library, "r1")
    assert stored_copies(library, "7") == [("VNM.200001", "VN-QN", CopyStatus.SHELF)]
    with transaction(library.engine) as session:
        assert session.scalar(select(func.count()).select_from(Loan)) == 1


def test_a_copy_of_the_record_stays_as_staff_left_it(library: SmallLibrary) -> None:
    holding = Holding(item_id="VNM.200001")
    take(library, read("7", "Số đỏ", holding), home="VN-QN")
    with transaction(library.engine) as session:
        session.scalars(select(Copy).where(Copy.item_number == "VNM.200001")).one().status = CopyStatus.DAMAGED

    take(library, read("7", "Giông tố", holding), home="VN-QN-TH1")

    assert stored_copies(library, "7") == [("VNM.200001", "VN-QN", CopyStatus.DAMAGED)]


def test_a_home_that_nobody_has_ends_the_import_before_its_first_record(library: SmallLibrary) -> None:
    with pytest.raises(UnknownPlaceError):
        take(library, read("7"), home="VN-XX")

    assert entries(library) == []


def test_a_file_that_cannot_be_read_is_named(library: SmallLibrary, tmp_path: Path) -> None:
    target = Target(library.organisation_id, NumberPatterns())

    with pytest.raises(ImportFileError) as refused:
        list(import_files(library.engine, [tmp_path / "nowhere.mrc"], target))

    assert refused.value.path == tmp_path / "nowhere.mrc"


def test_what_was_taken_before_a_file_broke_off_stays(library: SmallLibrary) -> None:
    def breaks(_: Path) -> Iterator[ReadRecord]:
        yield from (read(str(number)) for number in range(ROWS_AT_A_TIME))
        raise OSError("the disk is gone")

    target = Target(library.organisation_id, NumberPatterns())

    with pytest.raises(ImportFileError):
        list(import_files(library.engine, [FILE], target, breaks))

    assert len(entries(library)) == ROWS_AT_A_TIME


def test_notes_of_what_was_mended_are_counted_apart(library: SmallLibrary) -> None:
    mended = [ReadRecord(read(number).record, (), b"", Form.MARC21, notes=("leader mended",)) for number in "12"]

    report = take(library, *mended)

    assert report.notes == {"leader mended": 2}
    assert report.faults == []


def test_two_imports_of_the_same_records_at_once_keep_each_of_them_once(library: SmallLibrary) -> None:
    target = Target(library.organisation_id, NumberPatterns())
    faults: list[Exception] = []
    done: list[FileReport] = []

    def take_together(title: str, ids: Sequence[int], meet: threading.Barrier) -> None:
        def given(_: Path) -> Iterator[ReadRecord]:
            meet.wait()
            yield from (read(str(at), f"{title} {at}") for at in ids)

        try:
            done.extend(import_files(library.engine, [FILE], target, given))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            faults.append(error)

    for title in ("Một", "Hai", "Ba"):
        meet = threading.Barrier(2, timeout=60)
        orders = (range(1, 101), range(100, 0, -1))
        threads = [threading.Thread(target=take_together, args=(title, order, meet)) for order in orders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert faults == []
    assert sorted(entry.record.title for entry in entries(library)) == sorted(f"Ba {at}" for at in range(1, 101))
    assert sum(report.added for report in done) == 100
