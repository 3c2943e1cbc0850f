"""Sources are harvested one after the other, each when it is due, and what is wrong with one is nobody else's."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from library.lending.patterns import NumberPatterns
from server.catalogue.entries import all_entries
from server.catalogue.importing import Target
from server.config_harvest import HarvestSection
from server.exchange.fetching import Fetcher, LostError
from server.exchange.harvesting import Wanted
from server.exchange.sources import Harvester, HarvestKeeper
from server.exchange.turns import turn
from tests.support.koha_oai import ADDRESS, Biblio, KohaOai, Trick
from tests.support.small_library import SmallLibrary
from tests.support.waiting import until

STAMP = "2026-07-01T00:00:00Z"


def section(source: str) -> HarvestSection:
    return HarvestSection(source=source, url=ADDRESS, library="VN-QNA", name="Thư viện", set=source, pause_s=0)


class FetchedFrom(Fetcher):
    """A fetcher without a line."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        super().__init__()
        self._fetch = fetch

    def get(self, url: str) -> bytes:
        """Ask."""
        return self._fetch(url)


def koha(*tricks: Trick, always: Trick | None = None) -> KohaOai:
    return KohaOai([Biblio(1, STAMP, "Tập san 1")], tricks=dict(enumerate(tricks, 1)), always=always)


@pytest.fixture
def harvester(library: SmallLibrary, tmp_path: Path) -> Harvester:
    target = Target(library.organisation_id, NumberPatterns())
    return Harvester(library.engine, tmp_path / "index", target, library.clock, pause=lambda _: False)


def sources(library: SmallLibrary) -> list[str]:
    return [
        entry.record.source for entry in all_entries(library.engine, library.clock()) if entry.record.source != "local"
    ]


def unforeseen(_: str) -> bytes:
    raise RecursionError


def test_whatever_is_wrong_with_one_source_the_others_are_harvested(
    harvester: Harvester, library: SmallLibrary
) -> None:
    asked = iter([unforeseen, *[koha(always=Trick.LOST).fetch] * 4, *[koha().fetch] * 2])

    def in_turn(url: str) -> bytes:
        return next(asked)(url)

    harvester.fetcher = FetchedFrom(in_turn)

    found = list(harvester.all([section("a"), section("b"), section("c")]))

    assert [bool(report.trouble) for report in found] == [True, True, False]
    assert found[0].trouble == "cannot be read (RecursionError)"
    assert sources(library) == ["c"]


def test_one_that_another_program_harvests_is_left_to_it(harvester: Harvester) -> None:
    harvester.fetcher = FetchedFrom(koha().fetch)

    with turn(harvester.folder, "a"):
        (report,) = harvester.all([section("a")])

    assert report.trouble == "a is being harvested by another program of this machine"
    assert harvester.one(section("a"), Wanted()).added == 1


def test_a_source_is_due_at_first_then_by_its_hours_and_after_trouble_when_it_says(
    harvester: Harvester, library: SmallLibrary
) -> None:
    def due(after: timedelta) -> bool:
        library.clock.advance(after)
        return harvester.due([section("a")]) == [section("a")]

    first = due(timedelta())
    harvester.fetcher = FetchedFrom(koha().fetch)
    harvester.one(section("a"), Wanted())
    then = [due(timedelta(hours=23)), due(timedelta(hours=1))]
    harvester.fetcher = FetchedFrom(koha(Trick.BUSY_FOR_HOURS).fetch)
    harvester.one(section("a"), Wanted())
    busy = [due(timedelta(minutes=119)), due(timedelta(minutes=1))]
    harvester.fetcher = FetchedFrom(koha(always=Trick.LOST).fetch)
    harvester.one(section("a"), Wanted())
    lost = [due(timedelta(minutes=59)), due(timedelta(minutes=1))]

    assert (first, then, busy, lost) == (True, [False, True], [False, True], [False, True])


def test_a_run_that_was_killed_is_due_at_once(harvester: Harvester) -> None:
    many = KohaOai([Biblio(number, STAMP, f"Tập san {number}") for number in range(1, 6)])

    def killed(url: str) -> bytes:
        if "resumptionToken" in url:
            raise KeyboardInterrupt
        return many.fetch(url)

    harvester.fetcher = FetchedFrom(killed)
    with pytest.raises(KeyboardInterrupt):
        harvester.one(section("a"), Wanted())

    assert harvester.due([section("a")])


def test_the_running_server_harvests_what_is_due_and_tells_trouble_once(
    harvester: Harvester, library: SmallLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="server.exchange.sources")
    answers: Iterator[Callable[[str], bytes]] = iter([unforeseen, unforeseen])
    calm = koha()

    def fetch(url: str) -> bytes:
        library.clock.advance(timedelta(days=1))
        return next(answers, calm.fetch)(url)

    harvester.fetcher = FetchedFrom(fetch)
    with HarvestKeeper(harvester, [section("a")], looks_every_s=0.01):
        until(lambda: sources(library) == ["a"])

    told = [record.getMessage() for record in caplog.records]
    assert told[0] == "harvest of a: cannot be read (RecursionError)"
    assert told.count(told[0]) == 1


def test_a_server_that_ends_waits_for_no_source(harvester: Harvester) -> None:
    asked = []

    def slow(url: str) -> bytes:
        asked.append(url)
        raise LostError("not yet")

    harvester.fetcher = FetchedFrom(slow)
    with HarvestKeeper(harvester, [section("a")]):
        until(lambda: bool(asked))

    assert len(asked) == 1


def test_where_nothing_is_to_be_harvested_nothing_runs(harvester: Harvester) -> None:
    with HarvestKeeper(harvester, []) as keeper:
        assert not keeper._thread.is_alive()


def test_the_running_server_names_the_records_that_it_left_out(
    harvester: Harvester, caplog: pytest.LogCaptureFixture
) -> None:
    bad = koha()
    bad.biblios[0].empty = True
    harvester.fetcher = FetchedFrom(bad.fetch)

    with HarvestKeeper(harvester, [section("a")]):
        until(lambda: caplog.records)

    told = "harvest of a: 'record 1, KOHA-OAI-TEST:1': holds neither MARCXML nor Dublin Core"
    assert [record.getMessage() for record in caplog.records] == [told]
