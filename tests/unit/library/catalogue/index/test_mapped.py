"""What of an index's files a process keeps in memory."""

import sys
from pathlib import Path
from random import Random

import pytest

from library.catalogue.asking import Question
from library.catalogue.index import CatalogueIndex, CatalogueWriter
from library.catalogue.index.mapped import mapped
from tests.support.catalogue_index import entry

RECORDS = 500
_MEGABYTE = 1_000_000

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/statm is Linux's")


def _build(folder: Path) -> None:
    dice = Random("mapped")  # noqa: S311 - texts that cannot be packed, no secret
    with CatalogueWriter.open(folder) as writer:
        writer.build((entry(key, f"Sách {key}", summary=dice.randbytes(5_000).hex()) for key in range(1, RECORDS)), "1")


def _grown(folder: Path, most_mapped: int) -> int:
    before = mapped()
    with CatalogueIndex.open(folder, most_mapped) as index:
        for key in range(1, RECORDS):
            found = index.search(Question(text=f"sách {key}", limit=1, literal=True))
            assert found.hits[0].entry.key == key
        return mapped() - before


def test_a_process_that_is_asked_all_day_does_not_come_to_hold_the_whole_index(tmp_path: Path) -> None:
    _build(tmp_path)

    kept = _grown(tmp_path, most_mapped=_MEGABYTE // 2)

    assert kept < 1.5 * _MEGABYTE
    assert _grown(tmp_path, most_mapped=100 * _MEGABYTE) > 2 * _MEGABYTE


def test_an_index_that_was_opened_anew_sees_what_is_written_then(tmp_path: Path) -> None:
    with CatalogueWriter.open(tmp_path) as writer:
        writer.build([entry(1, "Số đỏ")], "1")
        with CatalogueIndex.open(tmp_path, most_mapped=-_MEGABYTE) as index:
            before = index.search(Question()).total
            writer.apply([entry(2, "Tắt đèn")], [], "2")
            index.search(Question())
            index.refresh()
            after = index.search(Question()).total

    assert (before, after, index.cursor) == (1, 2, "2")
