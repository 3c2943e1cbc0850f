"""The demo's titles are facts, in the form that the importer reads."""

import csv
import unicodedata
from pathlib import Path

import pytest

from deploy.demo.data import extract
from deploy.demo.data.extract import COLUMNS, HERE

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "catalogue"
FILES = ("records-gutenberg.csv", "records-vietnamese.csv")


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_enough_titles_to_fill_a_commune_library() -> None:
    gutenberg, vietnamese = map(_rows, FILES)

    assert len(gutenberg) >= 5_000
    assert len(vietnamese) >= 500


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_sorted_composed_and_without_two_rows_for_one_book(name: str) -> None:
    text = (HERE / name).read_text(encoding="utf-8")
    rows = _rows(name)

    assert unicodedata.is_normalized("NFC", text)
    assert tuple(rows[0]) == COLUMNS
    assert [row["source_id"] for row in rows] == sorted({row["source_id"] for row in rows})
    assert all(row["title"] and row["author"] and row["language"] for row in rows)


def test_no_invented_year_or_isbn_came_in() -> None:
    gutenberg, vietnamese = map(_rows, FILES)

    assert not any(row["isbn"] for row in gutenberg + vietnamese)
    assert not any(row["year"] for row in gutenberg)
    assert not any(row["year"] for row in vietnamese if row["source_id"].startswith("vn-"))


def test_the_files_are_what_the_script_makes_of_the_sources(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("shared data set not present")

    extract.main(SHARED, into=tmp_path)

    assert [(tmp_path / name).read_text(encoding="utf-8") for name in FILES] == [
        (HERE / name).read_text(encoding="utf-8") for name in FILES
    ]
