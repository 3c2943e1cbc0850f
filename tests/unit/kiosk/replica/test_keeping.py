"""The copy that a kiosk keeps: whole or as it was, whatever ends it."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.replica.door import NotGivenError
from kiosk.replica.keeping import Keeper, Places
from kiosk.replica.store import Held, ReplicaReader, ReplicaStore
from library.catalogue.asking import Question
from library.catalogue.index import CatalogueIndex, CatalogueWriter
from tests.support.replica import HERE, SCHOOL, Shelves, book
from tests.support.waiting import until

TITLES = ["Dế Mèn phiêu lưu ký", "Đất rừng phương Nam", "Tắt đèn", "Số đỏ", "Chí Phèo"]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    return Places(folder)


@pytest.fixture
def shelves() -> Shelves:
    shelves = Shelves()
    shelves.put(*(book(number, title, HERE) for number, title in enumerate(TITLES, start=1)))
    return shelves


def round_of(keeper: Keeper, *, times: int = 1) -> None:
    """Do what the keeper does between two waits, with all opened anew."""
    for _ in range(times):
        with ReplicaStore(keeper.places.records) as store, CatalogueWriter.open(keeper.places.index) as writer:
            keeper.bring_index(store, writer)
            keeper.fetch(store)
            keeper.bring_index(store, writer)


def found(places: Places, text: str = "") -> list[str]:
    """Give the titles that the index finds."""
    with CatalogueIndex.open(places.index) as index:
        return sorted(hit.entry.record.title for hit in index.search(Question(text=text, limit=100)).hits)


def stored(places: Places) -> list[str]:
    with ReplicaStore(places.records) as store:
        return sorted(entry.record.title for entry in store.all_entries())


def test_a_new_kiosk_copies_all_and_then_follows(places: Places, shelves: Shelves) -> None:
    keeper = Keeper(shelves, places)
    round_of(keeper)
    copied = found(places)
    shelves.put(book(3, "Tắt đèn", HERE, available=False), book(9, "Lão Hạc", SCHOOL))
    shelves.take_away(5)
    round_of(keeper, times=3)

    assert copied == sorted(TITLES)
    assert found(places) == stored(places) == sorted([*TITLES[:4], "Lão Hạc"])
    assert ReplicaReader(places.records).entry(3) == shelves.records[3]
    assert ReplicaReader(places.records).entry(5) is None
    assert shelves.asked[:3] == ["copy 0", "copy 2", "copy 4"]


def test_a_copy_that_was_cut_goes_on_where_it_stood(places: Places, shelves: Shelves) -> None:
    keeper = Keeper(shelves, places)
    first = shelves.copy(0)
    shelves.faults = [first, OSError("cut")]
    with pytest.raises(OSError, match="cut"):
        round_of(keeper)
    round_of(keeper)

    assert shelves.asked == ["copy 0", "copy 0", "copy 2", "copy 2", "copy 4"]
    assert found(places) == sorted(TITLES)


def test_what_changed_while_it_was_copied_comes_after(places: Places, shelves: Shelves) -> None:
    first = shelves.copy(0)
    shelves.faults = [first, OSError("cut")]
    keeper = Keeper(shelves, places)
    with pytest.raises(OSError, match="cut"):
        round_of(keeper)
    shelves.take_away(1)
    shelves.put(book(2, "Đất rừng phương Nam, in lại", HERE))
    round_of(keeper, times=3)

    assert found(places) == stored(places) == sorted(["Đất rừng phương Nam, in lại", *TITLES[2:]])


@pytest.mark.parametrize("spoilt", [b"", b"<html>", b"\x1f\x8b\x08"])
def test_a_spoilt_part_changes_nothing(places: Places, shelves: Shelves, spoilt: bytes) -> None:
    keeper = Keeper(shelves, places)
    round_of(keeper)
    shelves.put(book(9, "Lão Hạc", HERE))
    shelves.faults = [spoilt]
    with pytest.raises(ValueError, match="no usable part"):
        round_of(keeper)
    before = found(places)
    round_of(keeper)

    assert before == sorted(TITLES)
    assert found(places) == sorted([*TITLES, "Lão Hạc"])


def test_another_store_behind_the_address_is_copied_whole_and_the_old_copy_answers_until_then(
    places: Places, shelves: Shelves
) -> None:
    keeper = Keeper(shelves, places)
    round_of(keeper)
    restored = Shelves(feed="restored")
    restored.put(*(book(number, title, HERE) for number, title in enumerate(["A", "B", "C"], start=1)))
    restored.faults = [restored.copy(0), OSError("cut")]
    keeper = Keeper(restored, places)
    with pytest.raises(OSError, match="cut"):
        round_of(keeper)
    before = found(places), stored(places)
    round_of(keeper)

    assert before == (sorted(TITLES), sorted(TITLES))
    assert found(places) == stored(places) == ["A", "B", "C"]


def test_a_full_disk_leaves_the_old_copy_and_room_brings_the_new_one(places: Places, shelves: Shelves) -> None:
    keeper = Keeper(shelves, places)
    round_of(keeper)
    shelves.put(*(book(number, "Sách mới " * 400 + str(number), HERE) for number in range(10, 60)))
    shelves.at_once = 50
    with ReplicaStore(places.records) as store:
        pages = store.base.execute("PRAGMA page_count").fetchone()[0]
        store.base.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            keeper.fetch(store)
        held = store.held
    before = stored(places)
    round_of(keeper, times=2)

    assert held is not None
    assert before == sorted(TITLES)
    assert len(found(places)) == len(stored(places)) == len(TITLES) + 50


STEPS = ["copy", "changes", "begin", "folder", "records", "commit", "committed", "merge", "switch", "clear"]


@pytest.mark.parametrize("last", STEPS)
def test_an_end_before_any_step_is_made_good_by_the_next_start(places: Places, shelves: Shelves, last: str) -> None:
    class Killed(BaseException):
        pass

    def die(step: str) -> None:
        if step == last:
            raise Killed

    def all_of_it(step: Callable[[str], None]) -> None:
        keeper = Keeper(shelves, places, step)
        with ReplicaStore(places.records) as store, CatalogueWriter.open(places.index, step) as writer:
            keeper.fetch(store)
            keeper.bring_index(store, writer)
            shelves.put(book(3, "Tắt đèn", SCHOOL), book(9, "Lão Hạc", HERE))
            keeper.fetch(store)
            keeper.bring_index(store, writer)
            shelves.feed = "restored"
            keeper.fetch(store)
            keeper.bring_index(store, writer)

    with pytest.raises(Killed):
        all_of_it(die)
    round_of(Keeper(shelves, places), times=3)

    assert found(places) == stored(places) == sorted(each.record.title for each in shelves.records.values())


def test_records_that_cannot_be_read_are_fetched_anew_while_the_old_index_answers(
    places: Places, shelves: Shelves
) -> None:
    round_of(Keeper(shelves, places))
    places.records.write_bytes(b"no database at all" * 100)
    shelves.faults = [OSError("away")]
    seen: list[list[str]] = []
    keeper = Keeper(shelves, places, retry_s=0.01, between_s=0.01)

    running = threading.Thread(target=keeper.run)
    running.start()
    seen.append(found(places))
    until(lambda: shelves.asked.count("copy 4") > 1 and places.heard.exists() and len(stored(places)) == len(TITLES))
    keeper.leave()
    running.join()

    assert seen == [sorted(TITLES)]
    assert found(places) == stored(places) == sorted(TITLES)


def test_why_a_copy_cannot_be_kept_stands_beside_it_until_it_can(places: Places, shelves: Shelves) -> None:
    shelves.faults = [NotGivenError(403)]
    for retry_s, done in ((600.0, places.trouble.exists), (0.01, lambda: not places.trouble.exists())):
        keeper = Keeper(shelves, places, retry_s=retry_s, between_s=0.01)
        running = threading.Thread(target=keeper.run)
        running.start()
        until(done)
        keeper.leave()
        running.join()
        if retry_s > 1:
            said = places.trouble.read_text(encoding="utf-8")

    assert said == "NotGivenError 403"
    assert stored(places) == sorted(TITLES)


def test_a_whole_copy_writes_each_record_once(places: Places, shelves: Shelves) -> None:
    shelves.put(*(book(number, f"Sách {number}", HERE) for number in range(10, 60)))
    shelves.at_once = 100
    with ReplicaStore(places.records) as store:
        before = store.base.total_changes
        Keeper(shelves, places).fetch(store)
        written = store.base.total_changes - before

    assert written < 55 + 20


def test_a_kiosk_that_is_moved_in_the_middle_of_a_copy_knows_what_is_here(places: Places, shelves: Shelves) -> None:
    shelves.put(book(1, "Số đỏ", SCHOOL))
    first = shelves.copy(0)
    shelves.faults = [first, OSError("cut")]
    keeper = Keeper(shelves, places)
    with pytest.raises(OSError, match="cut"):
        round_of(keeper)
    shelves.place = SCHOOL
    round_of(keeper)
    new, number = ReplicaReader(places.records).newest(9)

    assert ([entry.key for entry in new], number) == ([1], 1)


def test_a_kiosk_that_is_moved_knows_what_is_here(places: Places, shelves: Shelves) -> None:
    shelves.put(book(3, "Tắt đèn", SCHOOL))
    keeper = Keeper(shelves, places)
    round_of(keeper)
    reader = ReplicaReader(places.records)
    before, _ = reader.newest(10)
    shelves.place = SCHOOL
    shelves.put(book(9, "Lão Hạc", HERE))
    round_of(keeper)
    after, total = reader.newest(10)

    assert [entry.key for entry in before] == [5, 4, 2, 1]
    assert ([entry.key for entry in after], total) == ([3], 1)
    assert reader.places()[0] == SCHOOL


@pytest.mark.parametrize("text", ["", "a", "a:b:c", "a:1", "a:1:2:3", "a:-1:2", "a:1:\uff12"])
def test_what_is_no_position_is_none(text: str) -> None:
    assert Held.read(text) is None
