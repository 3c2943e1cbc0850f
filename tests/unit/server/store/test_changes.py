"""Whatever changes what a reader sees of a record is told by the feed, in the order of the commits."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.store.account_models import Hold, HoldStage
from server.store.catalogue_models import Change, Datestamp, Description, Feed
from server.store.changes import NOTED, StoreSession, UnnotedChangeError, note_changes
from server.store.engine import for_reading, transaction
from server.store.models import Copy, CopyStatus, Loan, Patron, Place, PlaceKind, Record
from tests.support.small_library import DE_MEN, MAI, NOON, SmallLibrary


def position(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return session.scalars(select(Feed.cursor)).one()


def told(library: SmallLibrary, after: int) -> list[str]:
    """Give the source ids of the records that changed after a cursor, in the order of the feed."""
    with transaction(library.engine) as session:
        wanted = (
            select(Record.source_id)
            .join(Change, Change.record_id == Record.id)
            .where(Change.cursor > after)
            .order_by(Change.cursor)
        )
        return list(session.scalars(wanted))


def record_of(session: Session, source_id: str) -> Record:
    return session.scalars(select(Record).where(Record.source_id == source_id)).one()


def copy_of(session: Session, item_number: str = DE_MEN) -> Copy:
    return session.scalars(select(Copy).where(Copy.item_number == item_number)).one()


def new_record(session: Session, _: SmallLibrary) -> None:
    texts = dict.fromkeys(("author", "language", "subjects", "publisher", "year", "isbn"), "")
    session.add(Record(organisation_id=copy_of(session).organisation_id, source_id="new", title="Mới", **texts))


def another_title(session: Session, _: SmallLibrary) -> None:
    record_of(session, "r1").title = "Dế mèn"


def a_description(session: Session, _: SmallLibrary) -> None:
    of = record_of(session, "r1").id
    session.add(Description(record_id=of, content="{}", holdings="[]", form="csv", original=b""))


def a_copy_damaged(session: Session, _: SmallLibrary) -> None:
    copy_of(session).status = CopyStatus.DAMAGED


def a_copy_of_another_record(session: Session, _: SmallLibrary) -> None:
    copy_of(session).record_id = record_of(session, "r2").id


def a_copy_on_its_way(session: Session, library: SmallLibrary) -> None:
    copy_of(session).transit_to_id = library.school.place_id


def a_copy_withdrawn_for_good(session: Session, _: SmallLibrary) -> None:
    session.delete(copy_of(session, "VNM.000006"))


def a_loan(session: Session, library: SmallLibrary) -> None:
    library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)


def a_hold(session: Session, library: SmallLibrary) -> None:
    session.add(
        Hold(
            record_id=record_of(session, "r3").id,
            patron_id=session.scalars(select(Patron.id).order_by(Patron.id)).first(),
            pickup_place_id=library.hub.place_id,
            stage=HoldStage.WAITING,
            placed_at=NOON,
        )
    )


def many_rows_that_are_noted(session: Session, _: SmallLibrary) -> None:
    ids = [record_of(session, source_id).id for source_id in ("r1", "r4")]
    session.execute(update(Record).where(Record.id.in_(ids)).values(year="1999"), execution_options=NOTED)
    note_changes(session, ids)


@pytest.mark.parametrize(
    ("change", "records"),
    [
        (new_record, ["new"]),
        (another_title, ["r1"]),
        (a_description, ["r1"]),
        (a_copy_damaged, ["r1"]),
        (a_copy_of_another_record, ["r1", "r2"]),
        (a_copy_on_its_way, ["r1"]),
        (a_copy_withdrawn_for_good, ["r6"]),
        (a_loan, ["r1"]),
        (a_hold, ["r3"]),
        (many_rows_that_are_noted, ["r1", "r4"]),
    ],
)
def test_what_a_reader_sees_changes_and_the_feed_tells_it(
    library: SmallLibrary, change: Callable[[Session, SmallLibrary], None], records: Sequence[str]
) -> None:
    before = position(library)

    with transaction(library.engine) as session:
        change(session, library)

    assert told(library, before) == records
    assert position(library) == before + len(records)


@pytest.mark.parametrize(
    ("change", "stamped"),
    [
        (new_record, ["new"]),
        (another_title, ["r1"]),
        (a_description, ["r1"]),
        (many_rows_that_are_noted, ["r1", "r4"]),
        (a_copy_damaged, []),
        (a_copy_on_its_way, []),
        (a_loan, []),
        (a_hold, []),
    ],
)
def test_what_the_record_is_changes_and_its_datestamp_with_it(
    library: SmallLibrary, change: Callable[[Session, SmallLibrary], None], stamped: Sequence[str]
) -> None:
    with transaction(library.engine) as session:
        session.execute(update(Datestamp).values(at=0))

    with transaction(library.engine) as session:
        change(session, library)

    with transaction(library.engine) as session:
        wanted = select(Record.source_id).join(Datestamp, Datestamp.record_id == Record.id).where(Datestamp.at > 0)
        assert sorted(session.scalars(wanted)) == sorted(stamped)


def test_a_change_that_is_taken_back_stamps_nothing(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        session.execute(update(Datestamp).values(at=0))

    with StoreSession(library.engine) as session:
        another_title(session, library)
        session.flush()
        session.rollback()
        session.add(Place(organisation_id=library.organisation_id, code="VN-X", name="X", kind=PlaceKind.HUB))
        session.commit()

    with transaction(library.engine) as session:
        assert session.scalars(select(Datestamp.at).where(Datestamp.at > 0)).all() == []


def test_the_end_of_a_loan_is_told(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        a_loan(session, library)
    before = position(library)

    with transaction(library.engine) as session:
        session.scalars(select(Loan)).one().ended_at = NOON + timedelta(hours=1)

    assert told(library, before) == ["r1"]


def test_nothing_is_told_where_nothing_changed(library: SmallLibrary) -> None:
    before = position(library)

    with transaction(library.engine) as session:
        record_of(session, "r1").title = str(record_of(session, "r1").title)
        session.scalars(select(Patron)).first().blocked = True  # type: ignore[union-attr]  # because there are patrons

    assert position(library) == before


def test_a_transaction_that_fails_is_not_told(library: SmallLibrary) -> None:
    before = position(library)

    def fail() -> None:
        with transaction(library.engine) as session:
            another_title(session, library)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert (position(library), told(library, before)) == (before, [])


def test_what_a_savepoint_changed_is_told_with_the_rest(library: SmallLibrary) -> None:
    before = position(library)

    with transaction(library.engine) as session:
        with session.begin_nested():
            another_title(session, library)
        a_hold(session, library)

    assert (told(library, before), position(library)) == (["r1", "r3"], before + 2)


def test_a_record_stands_in_the_feed_once_with_its_newest_change(library: SmallLibrary) -> None:
    before = position(library)
    for change in (another_title, many_rows_that_are_noted, a_copy_damaged):
        with transaction(library.engine) as session:
            change(session, library)

    assert told(library, before) == ["r4", "r1"]


def test_a_statement_for_many_rows_may_not_pass_the_feed_by(library: SmallLibrary) -> None:
    with pytest.raises(UnnotedChangeError), transaction(library.engine) as session:
        session.execute(delete(Loan))

    with pytest.raises(UnnotedChangeError), transaction(library.engine) as session:
        session.execute(update(Copy).values(call_number=""))


def test_who_follows_many_writers_misses_none_of_their_changes(library: SmallLibrary) -> None:
    before = position(library)
    writing = [threading.Thread(target=write_ten_years, args=(library, f"r{number}")) for number in range(1, 5)]
    for thread in writing:
        thread.start()

    followed: dict[int, int] = {}
    reached = before
    while at_work := [thread for thread in writing if thread.is_alive()]:
        at_work[0].join(0.002)  # who only ever reads leaves the writers no turn within the store's patience
        followed |= (news := changes_after(library, reached))
        reached = max([reached, *news.values()])
    followed |= changes_after(library, reached)

    assert followed == changes_after(library, before)
    assert position(library) == before + 40


def write_ten_years(library: SmallLibrary, source_id: str) -> None:
    for year in range(10):
        with transaction(library.engine) as session:
            record_of(session, source_id).year = str(year)


def changes_after(library: SmallLibrary, cursor: int) -> dict[int, int]:
    with transaction(for_reading(library.engine)) as session:
        return dict(session.execute(select(Change.record_id, Change.cursor).where(Change.cursor > cursor)).all())
