"""Covers lie beside the records, in the room that they are given."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from kiosk.replica.door import NotGivenError
from kiosk.replica.keeping import COVERS_EVERY_S, Keeper, Places
from kiosk.replica.reader import LocalCatalogue
from kiosk.replica.store import ReplicaReader, ReplicaStore
from library.api.cover_stream import Pictures
from library.catalogue.index import CatalogueWriter
from tests.support.replica import HERE, SCHOOL, Shelves, book
from tests.unit.kiosk.replica.test_reader import watched

HEAD = b"\xff\xd8\xff"


def pictures(word: bytes, size: int = 50) -> Pictures:
    return Pictures((HEAD + word).ljust(size, b"."), (HEAD + b"small " + word).ljust(size, b"."))


A, B, C, D = (pictures(word) for word in (b"a", b"b", b"c", b"d"))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def shelves() -> Iterator[Shelves]:
    """Give a library with a book here, two elsewhere, and one here that came last."""
    made = Shelves(at_once=9)
    made.put(book(1, "Số đỏ", SCHOOL), book(2, "Tắt đèn", HERE), book(3, "Chí Phèo", SCHOOL), book(4, "Làm đĩ", HERE))
    yield made
    assert not made.faults


def keep(shelves: Shelves, places: Places, most: int = 10_000, rounds: int = 2, after_s: float = 1.0) -> Keeper:
    """Do what the keeper does between two waits, some times, each so long after the one before."""
    now = [0.0]
    keeper = Keeper(shelves, places, most_cover_bytes=most, monotonic=lambda: now[0])
    for _ in range(rounds):
        with ReplicaStore(places.records) as store, CatalogueWriter.open(places.index) as writer:
            keeper.fetch(store)
            keeper.fetch_covers(store)
            keeper.bring_index(store, writer)
        now[0] += after_s
    return keeper


def kept(places: Places) -> dict[int, bytes]:
    reader = ReplicaReader(places.records)
    return {key: cover for key in range(1, 6) if (cover := reader.cover(key))}


def test_covers_come_part_by_part_and_go_when_they_are_taken_away(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(1, A), (2, B), (4, C)]
    keep(shelves, places)
    first = kept(places)
    shelves.covers_told += [(2, D), (1, None)]
    keep(shelves, places)

    assert first == {1: A.whole, 2: B.whole, 4: C.whole}
    assert kept(places) == {2: D.whole, 4: C.whole}
    assert ReplicaReader(places.records).small_covers([1, 2, 4]) == {2: D.small, 4: C.small}


def test_nothing_is_asked_again_before_its_time(places: Places, shelves: Shelves) -> None:
    keep(shelves, places, rounds=3, after_s=COVERS_EVERY_S / 2)

    assert [word for word in shelves.asked if word.startswith("covers")] == ["covers ", "covers first:0"]


def test_where_room_is_short_books_that_stand_here_have_their_covers(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(1, A), (2, B), (3, C), (4, D)]
    keep(shelves, places, most=200)
    both = kept(places)
    with ReplicaStore(places.records) as store:
        held = store.covers.bytes_kept
        is_full = store.covers.is_full(200)

    assert both == {2: B.whole, 4: D.whole}
    assert (held, is_full) == (200, False)


def test_where_there_is_no_room_nothing_more_is_fetched_until_there_is(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(2, B), (4, D), (1, A)]
    keep(shelves, places, most=150, rounds=3, after_s=COVERS_EVERY_S)
    short, asked = kept(places), shelves.asked.count("covers ")
    keep(shelves, places, most=50, rounds=2)
    keep(shelves, places, most=1_000, rounds=2)

    assert (short, asked) == ({2: B.whole}, 1)
    assert kept(places) == {1: A.whole, 2: B.whole, 4: D.whole}


def test_less_room_than_before_takes_covers_away(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(2, B), (4, D)]
    keep(shelves, places)
    shelves.covers_told += [(2, A)]
    keep(shelves, places, most=120)

    assert kept(places) == {4: D.whole}


def test_a_record_that_goes_takes_its_cover_along_and_so_does_another_store(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(1, A), (2, B)]
    keep(shelves, places)
    shelves.take_away(2)
    keep(shelves, places, rounds=1)
    without = kept(places)
    shelves.feed, shelves.covers_told = "second", [(2, C)]
    shelves.put(book(2, "Giông tố", HERE))
    shelves.faults = [OSError("cut")]
    with pytest.raises(OSError, match="cut"):
        keep(shelves, places, most=-1, rounds=1)
    keep(shelves, places, most=-1, rounds=2)
    between = kept(places)
    keep(shelves, places)

    assert without == {1: A.whole}
    assert between == {}
    assert kept(places) == {2: C.whole}


def test_a_whole_copy_of_the_same_store_keeps_the_covers_of_what_is_there(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(1, A), (2, B)]
    keep(shelves, places)
    with ReplicaStore(places.records) as store:
        store.begin()
        del shelves.records[1]
        keeper = Keeper(shelves, places)
        keeper._copy(store)

    assert kept(places) == {2: B.whole}


@pytest.mark.parametrize("fault", [NotGivenError(404), b"no part"])
def test_a_server_that_gives_no_covers_is_no_trouble(places: Places, shelves: Shelves, fault: OSError | bytes) -> None:
    keep(shelves, places, most=-1, rounds=1)
    shelves.covers_told = [(1, A)]
    with ReplicaStore(places.records) as store:
        keeper = Keeper(shelves, places, most_cover_bytes=1_000)
        shelves.faults = [fault]
        keeper.fetch_covers(store)
    refused = kept(places)
    keep(shelves, places, rounds=1)

    assert refused == {}
    assert kept(places) == {1: A.whole}


async def test_results_and_a_books_page_have_the_covers(places: Places, shelves: Shelves) -> None:
    shelves.covers_told = [(2, B)]
    keep(shelves, places)
    catalogue = LocalCatalogue(places, UTC)
    async with watched(catalogue):
        found = await catalogue.search("", as_typed=False, offset=0, limit=10)
        newest = await catalogue.newest(5)
        page, plain = await catalogue.details(2), await catalogue.details(1)

    assert found is not None
    assert {hit.key: hit.cover for hit in found.hits} == {1: b"", 2: B.small, 3: b"", 4: b""}
    assert newest is not None
    assert [hit.cover for hit in newest.hits] == [b"", B.small]
    assert page is not None
    assert plain is not None
    assert (page.cover, plain.cover) == (B.whole, b"")


def test_a_file_of_before_there_were_covers_has_none(places: Places, shelves: Shelves) -> None:
    keep(shelves, places, most=-1, rounds=1)
    with ReplicaStore(places.records) as store:
        store.base.execute("DROP TABLE cover")

    assert ReplicaReader(places.records).cover(1) == b""
    assert ReplicaReader(places.records).small_covers([1]) == {}
