"""A Koha's catalogue is harvested whole and kept in step, whatever the Koha, the line or the own program does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from library.catalogue.record import CatalogueEntry, Holding
from library.lending.patterns import NumberPatterns
from server.catalogue.entries import all_entries
from server.catalogue.importing import Target
from server.catalogue.union import regroup
from server.config_harvest import HarvestSection
from server.exchange.harvesting import Harvest, Wanted
from server.exchange.oai_client import LeavingError, OaiClient
from server.exchange.taking_in import HarvestReport, Intake
from server.store.account_models import Hold, HoldStage
from server.store.catalogue_models import Datestamp
from server.store.engine import transaction
from server.store.harvest_models import HarvestSource
from server.store.models import Patron, Record
from tests.support.koha_oai import ADDRESS, ARCHIVE, Biblio, KohaOai, Trick
from tests.support.small_library import NOON, SmallLibrary

SECTION = HarvestSection(
    source="tinh", url=ADDRESS, library="VN-QNA", name="Thư viện tỉnh", branches={"TH1": "VN-QN-TH1"}
)
STAMP = "2026-07-01T00:00:00Z"


@dataclass
class Harvests:
    """Harvests a Koha into a library, run after run."""

    library: SmallLibrary
    koha: KohaOai = field(default_factory=KohaOai)
    section: HarvestSection = SECTION
    waited: list[float] = field(default_factory=list)

    def run(self, wanted: Wanted | None = None, fetch: Callable[[str], bytes] | None = None) -> HarvestReport:
        def pause(seconds: float) -> bool:
            self.waited.append(seconds)
            return False

        client = OaiClient(ADDRESS, fetch or self.koha.fetch, pause, self.section.pause_s)
        intake = Intake.of(Target(self.library.organisation_id, NumberPatterns()), self.section)
        return Harvest(self.library.engine, intake, client, self.library.clock).run(wanted or Wanted())

    def entries(self) -> list[CatalogueEntry]:
        with transaction(self.library.engine) as session:
            while regroup(session):
                pass
        found = all_entries(self.library.engine, self.library.clock())
        return [entry for entry in found if entry.record.source == self.section.source or entry.united]

    def ids(self) -> list[str]:
        return [entry.record.source_id.removeprefix(f"{ARCHIVE}:") for entry in self.entries()]

    def state(self) -> HarvestSource:
        with transaction(self.library.engine) as session:
            return session.get_one(HarvestSource, self.section.source)


@pytest.fixture
def harvests(library: SmallLibrary) -> Harvests:
    koha = KohaOai([Biblio(number, STAMP, f"Tập san {number}") for number in range(1, 6)], now=library.clock)
    return Harvests(library, koha)


def counts(report: HarvestReport) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.deleted, len(report.faults)


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
    told = [(each.item_id, each.place, each.location, each.available, each.is_known) for each in with_items.holdings]
    assert told == [
        ("K1", "VN-QNA", "CPL · GEN", False, False),
        ("K2", "VN-QN-TH1", "GEN", False, False),
        ("K3", "VN-QNA", "CPL · GEN", False, True),
    ]
    assert without.holdings == (Holding(place="VN-QNA", available=False, is_known=False),)


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


def test_a_token_that_is_over_begins_the_list_anew_and_nothing_is_there_twice(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.EXPIRED}

    report = harvests.run()

    assert (counts(report), report.trouble) == ((5, 0, 2, 0, 0), "")
    assert harvests.ids() == ["1", "2", "3", "4", "5"]


def test_tokens_that_are_over_again_and_again_end_the_run(harvests: Harvests) -> None:
    harvests.koha.tricks = dict.fromkeys(range(3, 20, 2), Trick.EXPIRED)

    report = harvests.run()

    assert report.trouble == "does not know where its list goes on any more"


def test_who_wants_to_be_asked_later_is_asked_then(harvests: Harvests) -> None:
    harvests.koha.tricks = {2: Trick.BUSY, 4: Trick.BUSY}

    report = harvests.run()

    assert (counts(report), report.trouble) == ((5, 0, 0, 0, 0), "")
    assert harvests.waited.count(7) == 2


def test_who_wants_to_be_asked_much_later_is_left_alone_until_then(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.BUSY_FOR_HOURS}

    report = harvests.run()

    assert (report.added, report.wait_s) == (2, 7_200)
    assert harvests.state().not_before == int(NOON.timestamp()) + 7_200
    harvests.koha.asked.clear()
    harvests.koha.tricks = {}
    assert harvests.run().added == 3
    assert harvests.koha.lists()[0] == {"resumptionToken": "marcxml/2//"}


@pytest.mark.parametrize("trick", [Trick.LOST, Trick.CUT, Trick.NO_OAI])
def test_an_answer_that_was_lost_is_asked_for_again(harvests: Harvests, trick: Trick) -> None:
    harvests.koha.tricks = {1: trick, 3: trick}

    report = harvests.run()

    assert (counts(report), report.trouble) == ((5, 0, 0, 0, 0), "")
    assert harvests.waited.count(5.0) == 2


def test_a_source_that_stays_away_is_trouble_and_the_next_run_goes_on_where_it_was(harvests: Harvests) -> None:
    harvests.koha.tricks = dict.fromkeys(range(4, 8), Trick.CUT)
    first = harvests.run()
    harvests.koha.asked.clear()
    harvests.koha.tricks = {}
    second = harvests.run()

    assert (first.added, bool(first.trouble)) == (4, True)
    assert harvests.koha.lists() == [{"resumptionToken": "marcxml/4//"}]
    assert (second.added, second.trouble, harvests.state().trouble) == (1, "", "")


def test_a_program_that_ends_in_the_middle_is_followed_by_one_that_goes_on(harvests: Harvests) -> None:
    def killed(url: str) -> bytes:
        if "resumptionToken" in url:
            raise LeavingError
        return harvests.koha.fetch(url)

    with pytest.raises(LeavingError):
        harvests.run(fetch=killed)
    before = harvests.ids()
    harvests.koha.asked.clear()
    harvests.run()

    assert before == ["1", "2"]
    assert harvests.koha.lists()[0] == {"resumptionToken": "marcxml/2//"}
    assert harvests.ids() == ["1", "2", "3", "4", "5"]


def test_a_token_of_yesterday_is_not_tried(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.BUSY_FOR_HOURS}
    harvests.run()
    harvests.library.clock.advance(timedelta(hours=25))
    harvests.koha.asked.clear()

    harvests.run()

    assert harvests.koha.lists()[0] == {"metadataPrefix": "marcxml"}


def test_another_list_is_asked_for_whole(harvests: Harvests) -> None:
    harvests.run()
    harvests.section = SECTION.model_copy(update={"set": "books"})
    harvests.koha.asked.clear()

    harvests.run()

    assert harvests.koha.lists()[0] == {"metadataPrefix": "marcxml", "set": "books"}


@pytest.mark.parametrize("trick", [Trick.BROKEN_RECORD, Trick.BOMB_IN_RECORD])
def test_a_record_that_cannot_be_read_is_named_and_the_others_are_taken(harvests: Harvests, trick: Trick) -> None:
    harvests.koha.tricks = {2: trick}

    report = harvests.run()

    (fault,) = report.faults
    assert fault.position == f"record 1, {ARCHIVE}:1"
    assert counts(report) == (4, 0, 0, 0, 1)
    assert harvests.ids() == ["2", "3", "4", "5"]


def test_a_record_that_koha_cannot_write_is_named(harvests: Harvests) -> None:
    harvests.koha.biblios[2].empty = True

    report = harvests.run()

    assert [str(fault.position) for fault in report.faults] == [f"record 1, {ARCHIVE}:3"]
    assert report.added == 4


def test_what_cannot_be_read_now_stays_as_it_was(harvests: Harvests) -> None:
    harvests.run()
    harvests.koha.tricks = {len(harvests.koha.asked) + 2: Trick.BROKEN_RECORD}

    report = harvests.run(Wanted(is_full=True))

    assert counts(report) == (0, 0, 4, 0, 1)
    assert harvests.ids() == ["1", "2", "3", "4", "5"]


def test_an_answer_that_declares_entities_is_refused(harvests: Harvests) -> None:
    harvests.koha.always = Trick.BOMB

    report = harvests.run()

    assert (report.trouble, report.added) == ("holds a document type", 0)


@pytest.mark.parametrize("trick", [Trick.LATIN1, Trick.NO_UTF8])
def test_a_wrong_encoding_costs_no_record(harvests: Harvests, trick: Trick) -> None:
    harvests.koha.biblios = [Biblio(1, STAMP, author="Tô Hoài"), Biblio(2, STAMP)]
    harvests.koha.tricks = {2: trick}

    report = harvests.run()

    assert counts(report) == (2, 0, 0, 0, 0)
    if trick is Trick.LATIN1:
        assert harvests.entries()[0].record.title == "Đất rừng phương Nam"


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


def test_a_list_that_goes_in_a_circle_is_left(harvests: Harvests) -> None:
    harvests.koha.tricks = {3: Trick.SAME_TOKEN}

    assert harvests.run().trouble == "gives a list that goes in a circle"


def test_a_list_that_goes_on_without_records_is_left(harvests: Harvests) -> None:
    def answered(url: str) -> bytes:
        answer = harvests.koha.fetch(url.replace("resumptionToken", "metadataPrefix"))
        end = f"<ListRecords><resumptionToken>{len(harvests.koha.asked)}</resumptionToken></ListRecords></OAI-PMH>"
        return answer if "Identify" in url else answer.split(b"<ListRecords>")[0] + end.encode()

    assert harvests.run(fetch=answered).trouble == "gives a list that goes on and on without a record"


def test_what_the_protocol_calls_an_error_is_said(harvests: Harvests) -> None:
    def refused(url: str) -> bytes:
        answer = harvests.koha.fetch(url)
        error = b'<error code="cannotDisseminateFormat">no such form</error></OAI-PMH>'
        return answer if "Identify" in url else answer.split(b"<ListRecords>")[0] + error

    assert harvests.run(fetch=refused).trouble == "answers 'cannotDisseminateFormat': 'no such form'"


def test_harvested_records_have_no_datestamps_of_ours(harvests: Harvests) -> None:
    with transaction(harvests.library.engine) as session:
        before = session.scalars(select(Datestamp.record_id)).all()
    harvests.run()
    harvests.koha.biblios[0] = Biblio(1, "2026-07-28T05:00:00Z", deleted=True)
    harvests.run()

    with transaction(harvests.library.engine) as session:
        assert session.scalars(select(Datestamp.record_id)).all() == before


def pages(harvests: Harvests) -> Iterator[int]:
    yield from range(2, 2 + len(harvests.koha.biblios))


def test_a_run_that_breaks_at_any_request_is_whole_after_the_next(harvests: Harvests, tmp_path: Path) -> None:
    """Each request of a run, lost for good; the run after it ends with everything."""
    del tmp_path
    for at in pages(harvests):
        harvests.koha.asked.clear()
        harvests.koha.tricks = {at: Trick.BUSY_FOR_HOURS}
        harvests.run(Wanted(is_full=True))
        harvests.koha.tricks = {}
        harvests.run()

        assert harvests.ids() == ["1", "2", "3", "4", "5"]
        assert not harvests.state().is_running
