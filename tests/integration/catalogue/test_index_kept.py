"""What an index is after its writer was killed at any step, ran out of room, or met another writer."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from library.catalogue.index import CatalogueIndex, CatalogueWriter, NoIndexError
from tests.architecture.tree import ROOT
from tests.support.catalogue_index import built, entry, found

BEFORE = [entry(1, "Cũ"), entry(2, "Cũ hơn")]
STEPS_OF_BUILDING = ("folder", "records", "commit", "committed", "merge", "switch", "clear")


def _written(folder: Path, act: str, step: str) -> int:
    program = [sys.executable, "-m", "tests.support.index_program", str(folder), act, step]
    return subprocess.run(program, cwd=ROOT, capture_output=True, check=False, timeout=120).returncode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built(tmp_path / "index", BEFORE).close()
    return tmp_path / "index"


@pytest.mark.parametrize("step", STEPS_OF_BUILDING)
def test_a_writer_killed_while_building_leaves_the_old_generation_or_the_new_one(folder: Path, step: str) -> None:
    died = _written(folder, "build", step)

    assert died == -signal.SIGKILL
    with CatalogueIndex.open(folder) as index:
        assert (index.cursor, found(index, "cu")) == (("2", []) if step == "clear" else ("1", [1, 2]))
    with CatalogueWriter.open(folder) as writer:
        writer.apply([entry(9, "Sau đó")], [], "3")
    with CatalogueIndex.open(folder) as index:
        assert (index.cursor, found(index, "sau đó")) == ("3", [9])
    assert len(list(folder.glob("gen-*"))) == 1


@pytest.mark.parametrize("step", ["commit", "committed"])
def test_a_writer_killed_while_changing_leaves_all_of_the_change_or_none(folder: Path, step: str) -> None:
    died = _written(folder, "apply", step)

    assert died == -signal.SIGKILL
    with CatalogueIndex.open(folder) as index:
        expected = ("2", [], 198) if step == "committed" else ("1", [1, 2], 0)
        assert (index.cursor, found(index, "cu"), found(index, "moi") != [] and 198) == expected


def test_the_first_build_killed_leaves_no_index_and_the_next_one_makes_it(tmp_path: Path) -> None:
    died = _written(tmp_path, "build", "switch")

    assert died == -signal.SIGKILL
    with pytest.raises(NoIndexError):
        CatalogueIndex.open(tmp_path)
    with built(tmp_path, BEFORE) as index:
        assert found(index, "cũ") == [1, 2]


@pytest.mark.parametrize("act", ["build", "apply"])
def test_a_full_disk_is_told_and_the_old_index_goes_on(folder: Path, act: str) -> None:
    with CatalogueIndex.open(folder) as index:
        told = _written(folder, act, "full")
        index.refresh()

        assert told == 3
        assert (index.cursor, found(index, "cũ")) == ("1", [1, 2])
    assert _written(folder, act, "none") == 0
    with CatalogueIndex.open(folder) as index:
        assert (index.cursor, found(index, "cũ")) == ("2", [])


def test_another_process_that_writes_is_told_of_and_its_end_frees_the_folder(folder: Path) -> None:
    program = [sys.executable, "-m", "tests.support.index_program", str(folder), "apply", "hold"]
    with subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        said = other.stdout.readline()
        while_held = _written(folder, "apply", "none")
        other.kill()
        other.communicate()

    assert said == "held\n"
    assert while_held == 4
    assert _written(folder, "apply", "none") == 0


def test_a_reader_sees_what_another_process_committed_when_it_looks(folder: Path) -> None:
    with CatalogueIndex.open(folder) as index:
        assert _written(folder, "apply", "none") == 0
        before = index.cursor
        index.refresh()

        assert (before, index.cursor) == ("1", "2")
        assert found(index, "moi 7")[0] == 7
