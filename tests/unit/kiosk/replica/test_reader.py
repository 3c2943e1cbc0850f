"""What the search pages are told of the copy."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.cataloguing import copy_report
from kiosk.replica.condition import kept_copy
from kiosk.replica.keeping import Keeper, Places
from kiosk.replica.reader import FRESH_S, OLD_S, LocalCatalogue
from kiosk.session.search_values import CatalogueStanding, Copies, Narrowing, PlaceCopies
from library.catalogue.asking import Facet
from library.catalogue.record import CatalogueEntry, Holding
from mqtt.health import CatalogueReport
from tests.support.catalogue_index import entry
from tests.support.replica import HERE, NAMES, SCHOOL, Shelves, book
from tests.support.waiting import eventually
from tests.unit.kiosk.replica.test_keeping import round_of

NOW = 1_800_000_000.0
BOOKS = [
    book(1, "Dế Mèn phiêu lưu ký", HERE, SCHOOL),
    book(2, "Đất rừng phương Nam", SCHOOL),
    book(3, "Tắt đèn", HERE, available=False),
    entry(4, "Quảng Nghiệp xưa và nay", subjects=("Địa chí",), holdings=(Holding(item_id="4-0", place=HERE),)),
]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def kept(places: Places, *books: CatalogueEntry) -> None:
    shelves = Shelves()
    shelves.put(*books)
    round_of(Keeper(shelves, places))
    os.utime(places.heard, (NOW, NOW))


def asked(places: Places, *, later_s: float = 0.0, local: str = "địa chí", link: str = "") -> LocalCatalogue:
    return LocalCatalogue(places, UTC, local=local, link=link, wall=lambda: NOW + later_s)


@contextlib.asynccontextmanager
async def watched(catalogue: LocalCatalogue) -> AsyncIterator[list[CatalogueStanding]]:
    told: list[CatalogueStanding] = []

    async def on_change(standing: CatalogueStanding) -> None:
        told.append(standing)

    watching = asyncio.create_task(catalogue.watch(on_change))
    try:
        yield told
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def test_a_book_is_found_with_its_copies_here_and_elsewhere(places: Places) -> None:
    kept(places, *BOOKS)
    catalogue = asked(places)
    async with watched(catalogue) as told:
        found = await catalogue.search("de men", as_typed=False, offset=0, limit=5)
        slip = await catalogue.search("phieu luu kyy", as_typed=False, offset=0, limit=5)
        none = await catalogue.search("phieu luu kyy", as_typed=True, offset=0, limit=5)
        await eventually(lambda: told)

    assert found is not None
    assert [(hit.key, hit.here, hit.elsewhere, hit.shelf) for hit in found.hits] == [
        (1, Copies(1, 1), Copies(1, 1), "81")
    ]
    assert (found.total, found.searched_for, found.as_of) == (1, "", None)
    assert slip is not None
    assert slip.searched_for
    assert none is not None
    assert (none.hits, none.total) == ((), 0)
    assert told == [CatalogueStanding.CURRENT]


async def test_a_record_tells_its_places_this_one_first(places: Places) -> None:
    kept(places, *BOOKS)
    catalogue = asked(places, link="https://thuvien.example/sach/{id}")
    async with watched(catalogue):
        details, plain, gone = await catalogue.details(1), await asked(places).details(1), await catalogue.details(99)

    assert details is not None
    assert details.places == (
        PlaceCopies(NAMES[HERE], is_here=True, copies=Copies(1, 1), shelf="81"),
        PlaceCopies(NAMES[SCHOOL], is_here=False, copies=Copies(1, 1), shelf="81"),
    )
    assert details.link == "https://thuvien.example/sach/1"
    assert plain is not None
    assert plain.link == "Dế Mèn phiêu lưu ký\nTô Hoài\n81"
    assert gone is None


async def test_of_another_librarys_copy_it_is_said_to_ask_there_and_nobody_holds_it_here(places: Places) -> None:
    theirs = Holding(item_id="K1", place=SCHOOL, available=False, is_known=False, is_theirs=True)
    away = Holding(item_id="K2", place=SCHOOL, available=False, is_theirs=True)
    kept(places, entry(7, "Giông tố", holdings=(theirs, away)))
    catalogue = asked(places)
    async with watched(catalogue):
        details = await catalogue.details(7)

    assert details is not None
    assert details.places == (PlaceCopies(NAMES[SCHOOL], is_here=False, copies=Copies(2, 0, 1), shelf=""),)
    assert (details.hit.elsewhere, details.copy) == (Copies(2, 0, 1), None)


async def test_results_are_narrowed_and_counted_by_place_this_one_first_kind_and_language(places: Places) -> None:
    kept(places, *BOOKS, book(5, "Đất lửa", HERE, SCHOOL, available=False))
    school, available = Narrowing(Facet.PLACE, SCHOOL), Narrowing(Facet.AVAILABLE, "yes")
    nowhere = Narrowing(Facet.PLACE, "VN-XX")
    catalogue = asked(places)
    async with watched(catalogue):
        found = await catalogue.search("dat", as_typed=False, offset=0, limit=5, narrowed=(school, available))
        choices = await catalogue.choices("dat", as_typed=False, narrowed=(nowhere,))

    assert found is not None
    assert [hit.key for hit in found.hits] == [2]
    assert choices is not None
    offered = [(each.narrowing, each.count, each.place, each.is_here) for each in choices]
    assert offered[0] == (nowhere, 0, "VN-XX", False)
    assert (Narrowing(Facet.PLACE, HERE), 1, NAMES[HERE], True) == offered[1]
    assert (school, 2, NAMES[SCHOOL], False) == offered[2]


async def test_a_book_is_asked_for_by_a_copy_that_is_at_home_here_else_by_one_on_a_shelf(places: Places) -> None:
    kept(places, *BOOKS)
    catalogue = asked(places)
    async with watched(catalogue):
        told = [await catalogue.details(key) for key in (1, 2)]

    assert [details is not None and details.copy is not None for details in told] == [True, True]


async def test_new_books_and_the_region_s_are_those_of_this_place(places: Places) -> None:
    kept(places, *BOOKS)
    catalogue = asked(places)
    async with watched(catalogue):
        newest, local = await catalogue.newest(2), await catalogue.local(5)
        nothing = await asked(places, local="").local(5)

    assert newest is not None
    assert ([hit.key for hit in newest.hits], newest.total) == ([4, 3], 3)
    assert local is not None
    assert [hit.key for hit in local.hits] == [4]
    assert nothing is not None
    assert nothing.hits == ()


@pytest.mark.parametrize(
    ("later_s", "as_of"),
    [
        (0.0, None),
        (FRESH_S, None),
        (FRESH_S + 1, datetime.fromtimestamp(NOW, UTC)),
        (-5.0, datetime.fromtimestamp(NOW, UTC)),
    ],
)
async def test_copies_are_as_of_the_server_s_last_word_when_it_is_silent(
    places: Places, later_s: float, as_of: datetime | None
) -> None:
    kept(places, *BOOKS)
    catalogue = asked(places, later_s=later_s)
    async with watched(catalogue):
        found = await catalogue.search("tat den", as_typed=False, offset=0, limit=5)

    assert found is not None
    assert found.as_of == as_of


@pytest.mark.parametrize("text", ["", " ", '"', "AND OR NOT", "a" * 10_000, "\ud800", "😀", "(((", "9786042\x00"])
async def test_any_text_is_answered(places: Places, text: str) -> None:
    kept(places, *BOOKS)
    catalogue = asked(places)
    async with watched(catalogue):
        found = await catalogue.search(text, as_typed=False, offset=10**9, limit=10**9)
        first = await catalogue.search(text, as_typed=False, offset=0, limit=5)

    assert found is not None
    assert first is not None


async def test_without_a_copy_there_is_none_and_one_that_comes_is_told(places: Places) -> None:
    catalogue = asked(places)
    async with watched(catalogue) as told:
        found = await catalogue.search("de men", as_typed=False, offset=0, limit=5)
        await eventually(lambda: told)
        await asyncio.to_thread(kept, places, *BOOKS)
        await eventually(lambda: len(told) > 1)
        places.records.unlink()
        gone = await catalogue.details(1)

    assert found is None
    assert gone is None
    assert told[0] is CatalogueStanding.MISSING
    assert told[1] is not CatalogueStanding.MISSING


async def test_a_copy_whose_server_was_not_heard_of_for_a_day_is_old(places: Places) -> None:
    kept(places, *BOOKS)
    async with watched(asked(places, later_s=OLD_S)) as current:
        await eventually(lambda: current)
    async with watched(asked(places, later_s=OLD_S + 1)) as old:
        await eventually(lambda: old)
    places.heard.unlink()
    async with watched(asked(places)) as told:
        await eventually(lambda: told)

    assert (current, old) == ([CatalogueStanding.CURRENT], [CatalogueStanding.OLD])
    assert told == [CatalogueStanding.OLD]


def test_whoever_looks_after_a_kiosk_sees_how_its_copy_stands(places: Places) -> None:
    nothing = kept_copy(places, UTC)
    kept(places, *BOOKS)
    good = kept_copy(places, UTC)
    places.trouble.write_text("NotGivenError 403", encoding="utf-8")

    assert copy_report(places, UTC, NOW + 3.25) == CatalogueReport(records=4, heard_ago_s=3.2, is_kept=False)
    assert str(nothing) == "no copy yet"
    assert (good.records, good.as_of, good.trouble) == (4, datetime.fromtimestamp(NOW, UTC), "")
    assert str(kept_copy(places, UTC)) == "4 records, as of 2027-01-15 08:00, cannot be kept: NotGivenError 403"
