"""Records of several libraries are shown as one with all copies, and come apart again; no record is changed."""

import contextlib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from library.catalogue.asking import Question
from library.catalogue.index import CatalogueWriter
from library.catalogue.merging import groups
from library.catalogue.reading import Form, ReadRecord
from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding, Name
from server.catalogue.entries import all_entries, records_of
from server.catalogue.finding import Searcher
from server.catalogue.keeping import Upkeep
from server.catalogue.union import regroup
from server.circulation.values import Lent
from server.store.catalogue_models import Change, Description
from server.store.changes import NOTED, note_changes
from server.store.engine import transaction
from server.store.models import Copy, Record
from server.store.union_models import UnionKey, UnionMember, UnionPending
from tests.support.small_library import DE_MEN, MAI, SmallLibrary
from tests.unit.server.catalogue.test_importing import take

ISBN, OTHER_ISBN = "9786041234567", "9786040000001"


def read(source: str, source_id: str = "1", title: str = "Giông tố", isbn: str = ISBN, year: int = 1999) -> ReadRecord:
    record = CatalogueRecord(
        source=source,
        source_id=source_id,
        title=title,
        names=(Name(text="Vũ Trọng Phụng"),),
        isbns=(isbn,) if isbn else (),
        year=year,
    )
    held = Holding(item_id=f"{source}-{source_id}", place=f"VN-{source}")
    return ReadRecord(record=record, holdings=(held,), original=b"", form=Form.MARCXML)


def settle(library: SmallLibrary) -> None:
    at_work = True
    while at_work:
        with transaction(library.engine) as session:
            at_work = bool(regroup(session, at_most=2))


def shown(library: SmallLibrary) -> list[CatalogueEntry]:
    settle(library)
    return [entry for entry in all_entries(library.engine, library.clock()) if entry.record.source != "local"]


def remove(library: SmallLibrary, source: str) -> None:
    with transaction(library.engine) as session:
        found = session.scalars(select(Record.id).where(Record.source == source)).all()
        for model, column in ((Description, Description.record_id), (Record, Record.id)):
            session.execute(delete(model).where(column.in_(found)), execution_options=NOTED)
        note_changes(session, found)


def test_two_libraries_records_of_one_book_are_shown_as_one_with_the_copies_of_both(library: SmallLibrary) -> None:
    take(library, read("tinh"))
    take(library, read("huyen", "9"))

    (one,) = shown(library)

    assert (one.record.source, one.record.source_id) == ("tinh", "1")
    assert [holding.place for holding in one.holdings] == ["VN-tinh", "VN-huyen"]
    assert [(each.source, each.source_id) for each in one.united] == [("tinh", "1"), ("huyen", "9")]


def test_records_that_were_one_come_apart_when_one_says_something_else_and_join_again(library: SmallLibrary) -> None:
    take(library, read("tinh"), read("huyen"))
    together = [len(entry.united) for entry in shown(library)]
    take(library, read("huyen", title="Giông tố. Tập 2"))
    apart = [(entry.record.title, len(entry.united)) for entry in shown(library)]
    take(library, read("huyen"))

    assert together == [2]
    assert sorted(apart) == [("Giông tố", 0), ("Giông tố. Tập 2", 0)]
    assert [len(entry.united) for entry in shown(library)] == [2]


def test_when_the_first_of_them_goes_the_next_is_shown(library: SmallLibrary) -> None:
    take(library, read("tinh"))
    take(library, read("huyen"))
    take(library, read("xa"))
    (before,) = shown(library)
    remove(library, "tinh")

    (after,) = shown(library)

    assert after.key > before.key
    assert [each.source for each in after.united] == ["huyen", "xa"]


def test_a_record_that_stood_between_two_keeps_them_apart_only_as_long_as_it_is_there(library: SmallLibrary) -> None:
    take(library, read("tinh"), read("huyen"))
    take(library, read("xa", isbn="", year=1999), read("bo", isbn=OTHER_ISBN))
    four = sorted(tuple(each.source for each in entry.united) for entry in shown(library))
    remove(library, "bo")

    assert [set(sources) for sources in four] == [set(), set(), {"huyen", "tinh"}]
    assert [len(entry.united) for entry in shown(library)] == [3]


def test_a_loan_of_one_librarys_copy_changes_the_record_that_readers_see(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        ours = session.scalars(select(Record).where(Record.source_id == "r1")).one()
        ours.isbn, ours.year = ISBN, "1999"
        head = ours.id
    record = read("tinh", title="Dế Mèn phiêu lưu ký").record.model_copy(update={"names": (Name(text="Tô Hoài"),)})
    take(library, ReadRecord(record=record, holdings=(), original=b"", form=Form.MARCXML))
    settle(library)
    with transaction(library.engine) as session:
        other = session.scalars(select(Record.id).where(Record.source == "tinh")).one()
        session.execute(update(Copy).where(Copy.item_number == DE_MEN).values(record_id=other), execution_options=NOTED)
        before = session.scalars(select(Change.cursor).where(Change.record_id == head)).one()
    with transaction(library.engine) as session:
        assert isinstance(library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False), Lent)

    with transaction(library.engine) as session:
        assert session.scalars(select(Change.cursor).where(Change.record_id == head)).one() > before
    (entry,) = (one for one in all_entries(library.engine, library.clock()) if one.united)
    assert (entry.key, entry.use) == (head, 1)
    assert {holding.item_id: holding.available for holding in entry.holdings}[DE_MEN] is False


def test_nothing_is_left_of_a_record_that_is_gone(library: SmallLibrary) -> None:
    take(library, read("tinh"), read("huyen"))
    settle(library)
    remove(library, "tinh")
    remove(library, "huyen")
    settle(library)

    with transaction(library.engine) as session:
        ids = set(session.scalars(select(Record.id)))
        assert session.scalars(select(UnionMember.record_id)).all() == []
        assert set(session.scalars(select(UnionKey.record_id))) <= ids
        assert session.scalars(select(UnionPending.record_id)).all() == []


def test_the_index_and_the_record_page_have_the_one_record(library: SmallLibrary, tmp_path: Path) -> None:
    take(library, read("tinh"))
    take(library, read("huyen", "9"))
    with contextlib.closing(CatalogueWriter.open(tmp_path)) as writer:
        upkeep = Upkeep(writer, library.engine, library.clock)
        upkeep.start()
        upkeep.catch_up()
    with contextlib.closing(Searcher(tmp_path, library.engine, library.clock)) as searcher:
        answer = searcher.search(Question(text="giong to"), [])
        of_other = searcher.record_of_source("9", "huyen")
        by_copy = searcher.search(Question(text="huyen-9"), [])

    assert answer.total == by_copy.total == 1
    assert [(each.source, each.id) for each in answer.hits[0].united] == [("tinh", "1"), ("huyen", "9")]
    assert answer.hits[0].copies == 2
    assert of_other is not None
    assert (of_other.id, of_other.key) == (answer.hits[0].id, answer.hits[0].key)


changes = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["Sử", "Sử. Tập 2"]),
        st.sampled_from(["", ISBN, OTHER_ISBN]),
        st.sampled_from([1999, 2000]),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=changes, at_most=st.sampled_from([1, 100]))
def test_whatever_changed_and_in_whatever_order_the_view_is_that_of_the_records(
    library: SmallLibrary, asked: list[tuple[str, str, str, str, int, bool]], at_most: int
) -> None:
    for source, source_id, title, isbn, year, settles in asked:
        take(library, read(source, source_id, title, isbn, year))
        if settles:
            with transaction(library.engine) as session:
                regroup(session, at_most)
    settle(library)

    with transaction(library.engine) as session:
        records = records_of(session, session.scalars(select(Record.id)).all())
        rows = dict(session.execute(select(UnionMember.record_id, UnionMember.head_id)).all())
    assert rows == {key: min(group) for group in groups(records) if len(group) > 1 for key in group}
