"""Generations of an index: built beside each other, switched, changed, refused when they cannot be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from library.catalogue.asking import Question
from library.catalogue.index import (
    CatalogueIndex,
    CatalogueWriter,
    IndexBrokenError,
    IndexBusyError,
    NoIndexError,
)
from library.catalogue.record import CatalogueEntry
from tests.support.catalogue_index import built, entry, found, shelved

ENTRIES = [entry(1, "Một"), entry(2, "Hai", holdings=(shelved("TV", "A1"),), use=7)]


def test_entries_come_back_whole(tmp_path: Path) -> None:
    with built(tmp_path, ENTRIES) as index:
        assert [hit.entry for hit in index.search(Question(text="a1")).hits] == [ENTRIES[1]]


def test_where_there_is_no_index_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        CatalogueIndex.open(tmp_path / "nowhere")
    with CatalogueWriter.open(tmp_path) as writer:
        with pytest.raises(NoIndexError):
            writer.apply([], [], "1")
        with pytest.raises(NoIndexError):
            assert writer.cursor


def test_a_folder_that_cannot_be_cleared_can_be_taken_when_it_can(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(IndexBrokenError):
        CatalogueWriter.open(tmp_path)
    (tmp_path / "current").rmdir()

    with CatalogueWriter.open(tmp_path) as writer:
        writer.build(ENTRIES, "1")

        assert writer.cursor == "1"


def test_a_change_is_seen_after_looking_again_with_its_cursor(tmp_path: Path) -> None:
    with built(tmp_path, ENTRIES) as index, CatalogueWriter.open(tmp_path) as writer:
        writer.apply([entry(1, "Một nghìn"), entry(3, "Ba")], [2], "2")
        writer.apply([entry(3, "Ba mươi")], [], "3")
        unseen = (index.cursor, found(index, "ba"))
        index.refresh()

        assert unseen == ("1", [])
        assert (index.cursor, writer.cursor) == ("3", "3")
        assert (found(index, "ba"), found(index, "ba mươi")) == ([3], [3])
        assert found(index, "hai") == []
        assert sorted(found(index, "")) == [1, 3]


def test_a_key_as_large_as_the_store_may_give_is_changed_and_taken_away(tmp_path: Path) -> None:
    largest = (1 << 63) - 1
    with built(tmp_path, [entry(largest, "Xa")]) as index, CatalogueWriter.open(tmp_path) as writer:
        writer.apply([entry(largest, "Xa hơn")], [], "2")
        index.refresh()
        changed = found(index, "xa")
        writer.apply([], [largest], "3")
        index.refresh()

        assert (changed, found(index, "xa")) == ([largest], [])


def test_a_new_generation_is_switched_to_and_the_old_one_goes_when_nobody_reads_it(tmp_path: Path) -> None:
    with built(tmp_path, ENTRIES) as index, CatalogueWriter.open(tmp_path) as writer:
        writer.build([entry(5, "Năm")], "9")
        while_read = len(list(tmp_path.glob("gen-*")))
        old = found(index, "hai")
        index.refresh()
        new = (index.cursor, found(index, "hai"), found(index, "năm"))
        writer.close()
        CatalogueWriter.open(tmp_path).close()

        assert (while_read, old, new) == (2, [2], ("9", [], [5]))
        assert len(list(tmp_path.glob("gen-*"))) == 1


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    with CatalogueWriter.open(tmp_path), pytest.raises(IndexBusyError):
        CatalogueWriter.open(tmp_path)
    CatalogueWriter.open(tmp_path).close()


def _failing() -> Iterator[CatalogueEntry]:
    yield entry(8, "Tám")
    raise LookupError


def test_records_that_cannot_all_be_had_change_nothing(tmp_path: Path) -> None:
    with built(tmp_path, ENTRIES) as index, CatalogueWriter.open(tmp_path) as writer:
        with pytest.raises(LookupError):
            writer.apply(_failing(), [1], "2")
        with pytest.raises(LookupError):
            writer.build(_failing(), "2")
        writer.apply([entry(4, "Bốn")], [], "3")
        index.refresh()

        assert (index.cursor, found(index, "tám"), found(index, "một"), found(index, "bốn")) == ("3", [], [1], [4])
        assert len(list(tmp_path.glob("gen-*"))) == 1


@pytest.mark.parametrize("pointer", ["", "gen-2-999999", "gen-1-000001", "../elsewhere", "\u00e9"])
def test_a_pointer_to_nothing_is_no_index(tmp_path: Path, pointer: str) -> None:
    built(tmp_path, ENTRIES).close()
    (tmp_path / "current").write_text(pointer, encoding="utf-8")

    with pytest.raises(NoIndexError):
        CatalogueIndex.open(tmp_path)
    with built(tmp_path, ENTRIES) as index:
        assert found(index, "một") == [1]


@pytest.mark.parametrize("damage", ["meta.json", "*.term", "*.store"])
@pytest.mark.parametrize("kept", [0, 20])
def test_a_generation_that_is_damaged_is_no_index_and_can_be_built_anew(tmp_path: Path, damage: str, kept: int) -> None:
    built(tmp_path, ENTRIES).close()
    generation = next(tmp_path.glob("gen-*"))
    for path in list(generation.glob(damage)):
        torn = path.with_suffix(".torn")
        torn.write_bytes(path.read_bytes()[:kept])
        torn.replace(path)  # in its place it would be torn under Tantivy's threads, which may have it mapped still

    with pytest.raises((NoIndexError, IndexBrokenError)), CatalogueIndex.open(tmp_path) as index:
        found(index, "một")
    with built(tmp_path, ENTRIES) as index:
        assert found(index, "một") == [1]


def test_a_reader_whose_index_went_away_goes_on_with_what_it_saw(tmp_path: Path) -> None:
    with built(tmp_path, ENTRIES) as index:
        (tmp_path / "current").unlink()
        with pytest.raises(NoIndexError):
            index.refresh()

        assert found(index, "một") == [1]
