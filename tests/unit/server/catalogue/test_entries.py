"""What a reader sees of a record: as its source described it, and its copies as they stand now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from library.catalogue.record import CatalogueEntry, CatalogueRecord, Holding, Name, NameRole
from server.catalogue.columns import columns_of
from server.catalogue.entries import all_entries, entries_of
from server.store.account_models import Hold, HoldStage
from server.store.catalogue_models import Description
from server.store.engine import transaction
from server.store.models import Copy, CopyStatus, Patron, Record
from tests.support.small_library import DE_MEN, MAI, NOON, SmallLibrary

TOLD = '[{"item_id":"VNM.000001","place":"Kho A"},{"item_id":"OLD-7","place":"Kho A","available":false},{"place":"B"}]'


def entry(library: SmallLibrary, source_id: str = "r1") -> CatalogueEntry:
    with transaction(library.engine) as session:
        wanted = session.scalars(select(Record.id).where(Record.source_id == source_id)).one()
        (found,) = entries_of(session, [wanted], library.clock())
        return found


def describe(library: SmallLibrary, content: str, holdings: str = "[]") -> None:
    with transaction(library.engine) as session:
        wanted = session.scalars(select(Record.id).where(Record.source_id == "r1")).one()
        session.add(Description(record_id=wanted, content=content, holdings=holdings, form="csv", original=b""))


def available(library: SmallLibrary, item_id: str = DE_MEN) -> bool:
    (found,) = (holding.available for holding in entry(library).holdings if holding.item_id == item_id)
    return found


def test_a_record_of_columns_is_made_from_them(library: SmallLibrary) -> None:
    found = entry(library)

    assert (found.record.source, found.record.source_id) == ("local", "r1")
    assert found.record.title == "Dế Mèn phiêu lưu ký"
    assert found.record.names == (Name(text="Tô Hoài"),)
    assert found.record.languages == ("vie",)
    assert found.holdings == (
        Holding(item_id="VNM.000001", place="VN-QN", call_number="895.92 T450H"),
        Holding(item_id="VNM.000007", place="VN-QN", available=False),
        Holding(item_id="VNM.000008", place="VN-QN-TH1"),
    )


def test_a_described_record_is_as_its_source_told_it_with_the_copies_that_are_none_here(library: SmallLibrary) -> None:
    described = CatalogueRecord(source="koha", source_id="7", title="Dế mèn", summary="Một chú dế")
    describe(library, described.model_dump_json(exclude_defaults=True), TOLD)

    found = entry(library)

    assert found.record == described
    assert [(holding.item_id, holding.place, holding.available) for holding in found.holdings] == [
        ("VNM.000001", "VN-QN", True),
        ("VNM.000007", "VN-QN", False),
        ("VNM.000008", "VN-QN-TH1", True),
        ("OLD-7", "Kho A", False),
        ("", "B", True),
    ]


def test_a_description_that_nobody_can_read_leaves_what_lending_knows(library: SmallLibrary) -> None:
    describe(library, '{"title": 7}')

    assert entry(library).record.title == "Dế Mèn phiêu lưu ký"


def lent(session: Session, library: SmallLibrary) -> None:
    library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)


def damaged(session: Session, _: SmallLibrary) -> None:
    copy_of(session).status = CopyStatus.DAMAGED


def on_its_way(session: Session, library: SmallLibrary) -> None:
    copy_of(session).transit_to_id = library.school.place_id


def elsewhere(session: Session, library: SmallLibrary) -> None:
    copy_of(session).current_place_id = library.school.place_id


def on_the_hold_shelf(session: Session, library: SmallLibrary) -> None:
    copy = copy_of(session)
    session.add(
        Hold(
            record_id=copy.record_id,
            patron_id=session.scalars(select(Patron.id).order_by(Patron.id)).first(),
            caught_copy_id=copy.id,
            pickup_place_id=library.hub.place_id,
            stage=HoldStage.READY,
            placed_at=NOON,
        )
    )


def copy_of(session: Session) -> Copy:
    return session.scalars(select(Copy).where(Copy.item_number == DE_MEN)).one()


@pytest.mark.parametrize("change", [lent, damaged, on_its_way, elsewhere, on_the_hold_shelf])
def test_a_copy_that_is_not_on_its_shelf_is_not_available(
    library: SmallLibrary, change: Callable[[Session, SmallLibrary], None]
) -> None:
    before = available(library)

    with transaction(library.engine) as session:
        change(session, library)

    assert (before, available(library)) == (True, False)


def test_what_is_read_in_the_house_is_available(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        copy_of(session).status = CopyStatus.REFERENCE

    assert available(library)


def test_a_withdrawn_copy_is_not_shown_not_even_as_told(library: SmallLibrary) -> None:
    describe(library, '{"source":"s","source_id":"1","title":"T"}', TOLD)
    with transaction(library.engine) as session:
        copy_of(session).status = CopyStatus.WITHDRAWN

    assert DE_MEN not in {holding.item_id for holding in entry(library).holdings}


def test_use_is_the_loans_of_two_years(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        lent(session, library)
    lately = entry(library).use

    library.clock.advance(timedelta(days=731))

    assert (lately, entry(library).use) == (1, 0)


def test_all_records_come_in_the_order_of_their_keys(library: SmallLibrary) -> None:
    found = list(all_entries(library.engine, NOON, at_a_time=4))

    assert [one.record.source_id for one in found] == ["r1", "r2", "r3", "r4", "r5", "r6"]
    assert [one.key for one in found] == sorted(one.key for one in found)


def test_lending_knows_a_record_by_its_authors_or_by_whoever_comes_first() -> None:
    record = CatalogueRecord(
        source="s",
        source_id="1",
        title="T",
        names=(Name(text="A"), Name(text="B", role=NameRole.EDITOR), Name(text="C")),
        year=1999,
        languages=("vie", "eng"),
        subjects=("x", "y"),
    )

    columns = columns_of(record)
    edited = columns_of(record.model_copy(update={"names": record.names[1:2]}))

    assert (columns["author"], columns["year"], columns["language"], columns["subjects"]) == (
        "A; C",
        "1999",
        "vie",
        "x; y",
    )
    assert edited["author"] == "B"
