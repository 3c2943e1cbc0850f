"""The index follows the store, is made anew where it cannot, and its trouble is nobody else's."""

import contextlib
import logging
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from library.api.records import RecordsAnswer
from library.catalogue.asking import Facet, Question
from library.catalogue.index import CatalogueWriter
from server.catalogue.condition import Condition
from server.catalogue.feed import position
from server.catalogue.finding import Finder, Searcher
from server.catalogue.keeping import IndexKeeper, LeavingError, Upkeep, held_position
from server.catalogue.programs import bring_up_to_date
from server.errors import CatalogueBusyError, NoIndexYetError, SeveralSourcesError
from server.store.catalogue_models import Feed
from server.store.engine import transaction
from server.store.models import Copy, Record
from tests.support.small_library import DE_MEN, MAI, SmallLibrary
from tests.support.waiting import until

SOON = timedelta(milliseconds=20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def searcher(library: SmallLibrary, folder: Path) -> Iterator[Searcher]:
    with contextlib.closing(Searcher(folder, library.engine, library.clock)) as opened:
        yield opened


def keeper(library: SmallLibrary, folder: Path) -> IndexKeeper:
    return IndexKeeper(library.engine, folder, library.clock, SOON)


@contextlib.contextmanager
def by_hand(library: SmallLibrary, folder: Path) -> Iterator[Upkeep]:
    folder.mkdir(exist_ok=True)
    with contextlib.closing(CatalogueWriter.open(folder)) as writer:
        upkeep = Upkeep(writer, library.engine, library.clock)
        upkeep.start()
        yield upkeep


def ask(searcher: Searcher, text: str = "", *facets: Facet) -> RecordsAnswer:
    return searcher.search(Question(text=text), facets)


def titles(searcher: Searcher, text: str) -> list[str]:
    try:
        return [hit.title for hit in ask(searcher, text).hits]
    except NoIndexYetError:
        return []


def retitle(library: SmallLibrary, title: str, source_id: str = "r1") -> None:
    with transaction(library.engine) as session:
        session.scalars(select(Record).where(Record.source_id == source_id)).one().title = title


def test_an_index_is_built_where_there_is_none_and_follows_each_change(
    library: SmallLibrary, folder: Path, searcher: Searcher
) -> None:
    with keeper(library, folder) as running:
        until(lambda: titles(searcher, "de men phieu luu ky") == ["Dế Mèn phiêu lưu ký"])
        retitle(library, "Giông tố")
        until(lambda: titles(searcher, "giong to") == ["Giông tố"])
        with transaction(library.engine) as session:
            library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
        until(lambda: not ask(searcher, "giong to").hits[0].holdings[0].available)

        assert running.condition is Condition.CURRENT


def test_a_record_that_is_gone_is_found_no_more(library: SmallLibrary, folder: Path, searcher: Searcher) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
        before = titles(searcher, "de men")
        with transaction(library.engine) as session:
            record = session.scalars(select(Record).where(Record.source_id == "r1")).one()
            for copy in session.scalars(select(Copy).where(Copy.record_id == record.id)):
                session.delete(copy)
            session.flush()
            session.delete(record)
        upkeep.catch_up()

    assert (before, titles(searcher, "de men")) == (["Dế Mèn phiêu lưu ký"], [])


def test_an_index_that_the_feed_leads_on_from_is_not_made_anew(library: SmallLibrary, folder: Path) -> None:
    told: list[Condition] = []
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
    retitle(library, "Giông tố")

    with by_hand(library, folder) as upkeep:
        upkeep.on_condition = told.append
        upkeep.catch_up()

    assert told == [Condition.CURRENT]


@pytest.mark.parametrize("changed", [{"name": "another"}, {"cursor": 0}])
def test_an_index_to_which_the_feed_does_not_lead_is_made_anew(
    library: SmallLibrary, folder: Path, changed: dict[str, str | int]
) -> None:
    told: list[Condition] = []
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
    with transaction(library.engine) as session:  # as a store put back from a backup
        session.execute(update(Feed).values(changed))

    with by_hand(library, folder) as upkeep:
        upkeep.on_condition = told.append
        upkeep.catch_up()

    assert told == [Condition.BUILDING, Condition.CURRENT]


def test_an_index_is_made_anew_where_the_feed_has_gone_on_and_does_not_say_how(
    library: SmallLibrary, folder: Path, searcher: Searcher
) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
        with transaction(library.engine) as session:
            session.execute(update(Feed).values(cursor=Feed.cursor + 5))
        upkeep.catch_up()
    with transaction(library.engine) as session:
        newest = position(session)

    assert held_position(folder) == newest
    assert titles(searcher, "de men") == ["Dế Mèn phiêu lưu ký"]


def test_a_search_makes_an_index_anew_that_cannot_be_written_on(
    library: SmallLibrary, folder: Path, searcher: Searcher
) -> None:
    assert bring_up_to_date(library.engine, folder, library.clock) == ""
    retitle(library, "Giông tố")
    for generation in folder.glob("gen-*"):
        for file in generation.glob("*.term"):
            file.write_bytes(b"torn")

    told = bring_up_to_date(library.engine, folder, library.clock)

    assert (told, titles(searcher, "giong to")) == ("", ["Giông tố"])


def test_a_search_says_why_its_answer_may_be_old(library: SmallLibrary, folder: Path) -> None:
    (folder / "current").mkdir(parents=True)
    broken = bring_up_to_date(library.engine, folder, library.clock)
    (folder / "current").rmdir()
    with by_hand(library, folder):
        busy = bring_up_to_date(library.engine, folder, library.clock, SOON)

    assert "cannot be written" in broken
    assert "has not brought" in busy


def test_a_build_that_is_broken_off_leaves_what_was_there(
    library: SmallLibrary, folder: Path, searcher: Searcher
) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
        held = held_position(folder)
        retitle(library, "Giông tố")
        upkeep.start(anew=True)
        upkeep.is_leaving = lambda: True
        with pytest.raises(LeavingError):
            upkeep.catch_up()

    assert held_position(folder) == held
    assert titles(searcher, "de men") == ["Dế Mèn phiêu lưu ký"]


def test_an_index_that_is_thrown_away_while_it_is_kept_is_made_anew_when_somebody_asks(
    library: SmallLibrary, folder: Path
) -> None:
    with (
        keeper(library, folder) as running,
        contextlib.closing(Searcher(folder, library.engine, library.clock, running.count_as_lost)) as searcher,
    ):
        until(lambda: titles(searcher, "de men") == ["Dế Mèn phiêu lưu ký"])
        shutil.rmtree(folder.rename(folder.with_name("thrown_away")))  # at once: the keeper may write meanwhile

        until(lambda: titles(searcher, "tat den") == ["Tắt đèn"])


def test_changes_that_wait_are_left_when_the_keeper_is_told_to_end(library: SmallLibrary, folder: Path) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
        held = held_position(folder)
        retitle(library, "Giông tố")
        upkeep.is_leaving = lambda: True
        with pytest.raises(LeavingError):
            upkeep.catch_up()

    assert held_position(folder) == held


def test_a_keeper_waits_for_its_turn_where_another_program_has_the_index_for_a_moment(
    library: SmallLibrary, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.ExitStack() as other:
        other.enter_context(by_hand(library, folder)).catch_up()
        with keeper(library, folder) as running:
            before = running.condition
            other.close()
            until(lambda: running.condition is Condition.CURRENT)

    assert before is Condition.STARTING
    assert caplog.records == []


def test_a_search_beside_a_server_waits_until_its_index_has_what_is_committed(
    library: SmallLibrary, folder: Path, searcher: Searcher
) -> None:
    with keeper(library, folder) as running:
        until(lambda: running.condition is Condition.CURRENT)
        retitle(library, "Giông tố")
        bring_up_to_date(library.engine, folder, library.clock, timedelta(minutes=1))

        assert titles(searcher, "giong to") == ["Giông tố"]


def test_a_search_beside_a_program_that_does_nothing_goes_by_what_is_there(
    library: SmallLibrary, folder: Path, searcher: Searcher
) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()
        retitle(library, "Giông tố")
        bring_up_to_date(library.engine, folder, library.clock, SOON)

        assert titles(searcher, "de men") == ["Dế Mèn phiêu lưu ký"]


def test_trouble_is_told_once_and_ends_when_its_cause_does(
    library: SmallLibrary, folder: Path, searcher: Searcher, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("a file where the folder should be", encoding="utf-8")
    caplog.set_level(logging.INFO, "server.catalogue.keeping")

    with keeper(library, folder) as running:
        until(lambda: running.condition is Condition.TROUBLE)
        with transaction(library.engine) as session:
            library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
        folder.unlink()
        until(lambda: running.condition is Condition.CURRENT)

    assert titles(searcher, "de men") == ["Dế Mèn phiêu lưu ký"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "index cannot be kept: FileExistsError" in caplog.messages[0]


def test_facets_are_counted_and_places_named(library: SmallLibrary, folder: Path, searcher: Searcher) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()

    answer = ask(searcher, "", Facet.PLACE)

    assert {count.value for count in answer.facets[Facet.PLACE]} == {"VN-QN", "VN-QN-TH1"}
    assert answer.places == {"VN-QN": "Thư viện xã", "VN-QN-TH1": "Trường tiểu học"}


def test_a_record_is_given_as_the_store_has_it_now(library: SmallLibrary, searcher: Searcher) -> None:
    retitle(library, "Giông tố")

    found = searcher.record_of_source("r1", None)

    assert found is not None
    assert (found.title, searcher.record(found.key), searcher.record(-1)) == ("Giông tố", found, None)
    assert [searcher.record_of_source(source_id, None) for source_id in ("r99", "r\0")] == [None, None]


def test_an_id_of_several_sources_needs_its_source(library: SmallLibrary, searcher: Searcher) -> None:
    texts = dict.fromkeys(("author", "language", "subjects", "publisher", "year", "isbn"), "")
    with transaction(library.engine) as session:
        other = {"organisation_id": library.organisation_id, "source": "koha", "source_id": "r1", "title": "Số đỏ"}
        session.add(Record(**other, **texts))

    with pytest.raises(SeveralSourcesError) as refused:
        searcher.record_of_source("r1", None)

    assert refused.value.sources == ["koha", "local"]
    assert getattr(searcher.record_of_source("r1", "koha"), "title", None) == "Số đỏ"


async def test_more_questions_than_may_wait_are_turned_away(library: SmallLibrary, folder: Path) -> None:
    with by_hand(library, folder) as upkeep:
        upkeep.catch_up()

    async with Finder(Searcher(folder, library.engine, library.clock), most_waiting=-1) as finder:
        with pytest.raises(CatalogueBusyError):
            await finder.record(1)
    async with Finder(Searcher(folder, library.engine, library.clock)) as finder:
        answer = await finder.search(Question(text="de men"), ())
        assert finder.condition is Condition.CURRENT

    assert [hit.id for hit in answer.hits] == ["r1"]
