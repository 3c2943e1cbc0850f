"""A Koha's catalogue is harvested whole and kept in step."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from library.catalogue.record import Holding
from server.exchange.harvesting import Wanted
from server.store.account_models import Hold, HoldStage
from server.store.catalogue_models import Datestamp
from server.store.engine import transaction
from server.store.models import Patron, Record
from tests.support.harvests import SECTION, STAMP, Harvests, counts
from tests.support.koha_oai import ARCHIVE, Biblio, Trick
from tests.support.small_library import NOON
from tests.unit.server.catalogue.test_importing import read, take


def test_the_first_run_takes_everything_page_by_page_and_the_next_asks_for_what_changed(harvests: Harvests) -> None:
    first = harvests.run()
    harvests.koha.biblios[0] = Biblio(1, "2026-07-28T05:00:00Z", "Tập san mới")
    second = harvests.run()

    assert (counts(first), first.trouble) == ((5, 0, 0, 0, 0), "")
    assert counts(second) == (0, 1, 0, 0, 0)
    assert harvests.koha.lists() == [
        {"metadataPrefix": "marcxml"},
        {"resumptionToken": "marcxml/2//"},
        {"resumptionToken": "marcxml/4//"},
        {"metadataPrefix": "marcxml", "from": "2026-07-28T04:50:00Z"},
    ]
    assert harvests.ids() == ["1", "2", "3", "4", "5"]
    assert set(harvests.waited) == {1.0}


def test_each_copy_stands_in_its_library_and_of_one_that_may_be_lent_meanwhile_readers_ask_there(
    harvests: Harvests,
) -> None:
    items = (("CPL", "K1", ""), ("TH1", "K2", ""), ("CPL", "K3", "2026-07-20"))
    harvests.koha.biblios = [Biblio(1, STAMP, items=items), Biblio(2, STAMP, "Không có bản nào")]

    harvests.run()

    with_items, without = harvests.entries()
    told = [
        (each.item_id, each.place, each.location, each.available, each.is_known, each.is_theirs)
        for each in with_items.holdings
    ]
    assert told == [
        ("K1", "VN-QNA", "CPL · GEN", False, False, True),
        ("K2", "VN-QN-TH1", "GEN", False, False, False),
        ("K3", "VN-QNA", "CPL · GEN", False, True, True),
    ]
    assert without.holdings == (Holding(place="VN-QNA", available=False, is_known=False, is_theirs=True),)


def test_a_source_that_is_told_as_fresh_says_what_is_in(harvests: Harvests) -> None:
    harvests.section = SECTION.model_copy(update={"told": True})
    harvests.koha.biblios = [Biblio(1, STAMP, items=(("CPL", "K1", ""), ("CPL", "K3", "2026-07-20")))]

    harvests.run()

    assert [(each.available, each.is_known) for each in harvests.entries()[0].holdings] == [(True, True), (False, True)]


def test_a_harvested_record_joins_the_librarys_own(harvests: Harvests) -> None:
    with transaction(harvests.library.engine) as session:
        session.scalars(select(Record).where(Record.source_id == "r1")).one().year = "1999"
    harvests.koha.biblios = [Biblio(1, STAMP, "DE MEN PHIEU LUU KY", "To Hoai", items=(("CPL", "K1", ""),))]

    harvests.run()

    (one,) = harvests.entries()
    assert one.record.source_id == "r1"
    assert {each.place for each in one.holdings} == {"VN-QN", "VN-QN-TH1", "VN-QNA"}
    assert [each.source for each in one.united] == ["local", "tinh"]


def test_what_the_source_deletes_is_gone_and_what_it_never_gave_does_not_matter(harvests: Harvests) -> None:
    harvests.run()
    stamp = "2026-07-28T05:00:00Z"
    harvests.koha.biblios[0] = Biblio(1, stamp, deleted=True)
    harvests.koha.biblios.append(Biblio(99, stamp, deleted=True))

    report = harvests.run()

    assert counts(report) == (0, 0, 0, 1, 0)
    assert harvests.ids() == ["2", "3", "4", "5"]


def test_a_record_on_which_a_hold_waits_stays_without_its_copies(harvests: Harvests) -> None:
    harvests.run()
    with transaction(harvests.library.engine) as session:
        record = session.scalars(select(Record).where(Record.source_id == f"{ARCHIVE}:1")).one()
        patron = session.scalars(select(Patron.id)).first()
        session.add(
            Hold(
                record_id=record.id,
                patron_id=patron,
                pickup_place_id=harvests.library.hub.place_id,
                stage=HoldStage.WAITING,
                placed_at=NOON,
            )
        )
    harvests.koha.biblios[0] = Biblio(1, "2026-07-28T05:00:00Z", deleted=True)

    report = harvests.run()

    assert (report.deleted, report.kept) == (0, 1)
    assert harvests.ids() == ["1", "2", "3", "4", "5"]
    assert harvests.entries()[0].holdings == ()


def test_another_list_is_asked_for_whole(harvests: Harvests) -> None:
    harvests.run()
    harvests.section = SECTION.model_copy(update={"set": "books"})
    harvests.koha.asked.clear()

    harvests.run()

    assert harvests.koha.lists()[0] == {"metadataPrefix": "marcxml", "set": "books"}


def test_a_record_that_is_there_twice_counts_once(harvests: Harvests) -> None:
    harvests.koha.tricks = {2: Trick.DOUBLED}
    harvests.koha.biblios.append(Biblio(2, "2026-07-02T00:00:00Z", "Bản mới hơn"))

    report = harvests.run()

    assert (report.trouble, harvests.ids()) == ("", ["1", "2", "3", "4", "5"])
    assert harvests.entries()[1].record.title == "Bản mới hơn"


def test_an_empty_set_takes_nothing_away(harvests: Harvests) -> None:
    harvests.run()
    harvests.section = SECTION.model_copy(update={"set": "empty"})

    report = harvests.run()

    assert (counts(report), report.trouble) == ((0, 0, 0, 0, 0), "")
    assert len(harvests.ids()) == 5


def test_datestamps_and_a_clock_of_the_future_hide_nothing(harvests: Harvests) -> None:
    harvests.koha.biblios[0].stamp = "2031-01-01T00:00:00Z"
    harvests.koha.now = lambda: datetime(2030, 1, 1, tzinfo=UTC)
    harvests.run()

    harvests.run()

    assert harvests.koha.lists()[-1]["from"] == "2026-07-28T04:50:00Z"


def test_a_source_that_knows_days_alone_is_asked_by_days(harvests: Harvests) -> None:
    harvests.koha.granularity = "YYYY-MM-DD"
    harvests.run()

    harvests.run()

    assert harvests.koha.lists()[-1]["from"] == "2026-07-28"


def test_what_went_without_a_word_is_found_when_everything_is_asked_for_again(harvests: Harvests) -> None:
    harvests.run()
    del harvests.koha.biblios[3]
    harvests.run()
    before = harvests.ids()
    harvests.library.clock.advance(timedelta(days=31))

    report = harvests.run()

    assert before == ["1", "2", "3", "4", "5"]
    assert (report.deleted, harvests.ids()) == (1, ["1", "2", "3", "5"])


def test_a_source_that_lost_nearly_everything_is_believed_only_when_somebody_says_so(harvests: Harvests) -> None:
    harvests.koha.max_count = 50
    harvests.koha.biblios = [Biblio(number, STAMP, f"Tập san {number}") for number in range(1, 31)]
    harvests.run()
    del harvests.koha.biblios[2:]

    report = harvests.run(Wanted(is_full=True))
    kept = len(harvests.ids())
    believed = harvests.run(Wanted(is_full=True, shrinks=True))

    assert (kept, report.deleted) == (30, 0)
    assert "lacks 28 of the 30 records" in report.trouble
    assert (believed.deleted, harvests.ids()) == (28, ["1", "2"])


def test_harvested_records_have_no_datestamps_of_ours(harvests: Harvests) -> None:
    with transaction(harvests.library.engine) as session:
        before = session.scalars(select(Datestamp.record_id)).all()
    harvests.run()
    harvests.koha.biblios[0] = Biblio(1, "2026-07-28T05:00:00Z", deleted=True)
    harvests.run()

    with transaction(harvests.library.engine) as session:
        assert session.scalars(select(Datestamp.record_id)).all() == before


def test_a_name_that_imported_records_have_is_not_taken_for_a_harvest(harvests: Harvests) -> None:
    take(harvests.library, read("7", source="tinh"))

    report = harvests.run()

    assert report.trouble == "there are imported records of a source of this name: harvest it by another"
    assert harvests.koha.asked == []
