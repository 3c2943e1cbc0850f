"""The catalogue's search beside FTS5 and bare Tantivy, over generated catalogues of several sizes.

Wall time of a query with its ten results whole; each round asks forty queries and its figure is their 95th percentile.
"""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from random import Random
from typing import Final

from library.catalogue.asking import Facet, Question
from library.catalogue.index import CatalogueIndex, CatalogueWriter
from library.catalogue.record import CatalogueEntry, CatalogueRecord
from library.text import fold
from tests.bench.catalogue_kept import Catalogue, kept, memory_growth
from tests.bench.harness import Comparison, Sample, compare
from tests.quality.asked import with_slip
from tests.quality.corpus import marked_words, plain_words
from tests.quality.engines import CAP, Engine, Fts5, OurIndex

SIZES: Final = (10_000, 100_000, 1_000_000)
CHANGES: Final = 5
"""A round's changes, each committed by itself."""

Ask = Callable[[str], object]


class _Side:
    """One engine with the queries of a class; keeps the times of all rounds."""

    def __init__(self, ask: Ask, queries: Sequence[str]) -> None:
        self._ask = ask
        self._queries = queries
        self.taken: list[float] = []
        self.cpu: list[float] = []

    def round(self) -> Sample:
        """Ask every query once."""
        taken, cpu = [], []
        for text in self._queries:
            wall, used = time.perf_counter(), time.thread_time()
            self._ask(text)
            taken.append(time.perf_counter() - wall)
            cpu.append(time.thread_time() - used)
        self.taken += taken
        self.cpu += cpu
        return Sample(_p95(taken), statistics.mean(cpu))


def run(sizes: Sequence[int] = SIZES) -> Sequence[Comparison]:
    """Measure at every size; the first use of a size makes its catalogue, which takes minutes for a million records."""
    found: list[Comparison] = []
    cpu: dict[str, dict[int, float]] = {}
    for number in sizes:
        catalogue = kept(number)
        found += _queried(catalogue, cpu)
        found += _of_building(catalogue)
        found.append(_change_to_visible(catalogue))
        own, mapped = memory_growth(catalogue)
        print(f"{_name(number)}: memory grows by {own:.1f} MB, {mapped:.1f} MB with the index's mapped pages")
    for name, by_size in cpu.items():
        least, most = min(by_size), max(by_size)
        if least != most:
            grown = math.log(by_size[most] / by_size[least]) / math.log(most / least)
            print(f"{name}: CPU of a query grows with the records to the power of {grown:.2f}")
    return found


def classes(titles: Sequence[str]) -> dict[str, list[str]]:
    """Make the queries of each class from titles."""
    dice = Random("bench")  # noqa: S311 - chance that can be had again, no secret
    marked = [marked_words(title) for title in titles]
    slipped = [with_slip(plain_words(" ".join(words[:3])), dice) for words in marked]
    return {
        "one word": [dice.choice(words) for words in marked],
        "three words": [" ".join(words[:3]) for words in marked],
        "unaccented": [" ".join(plain_words(" ".join(words[:3]))) for words in marked],
        "first keys": [words[0][: 1 + place % 2] for place, words in enumerate(marked)],
        "one slip": [" ".join(words) for words in slipped if words is not None],
    }


def _queried(catalogue: Catalogue, cpu: dict[str, dict[int, float]]) -> list[Comparison]:
    found = []
    with closing(catalogue.ours()) as ours, closing(catalogue.fts5()) as fts5, closing(catalogue.tantivy()) as tantivy:
        asked = classes(catalogue.titles)
        others: tuple[Engine, ...] = (fts5, tantivy)
        for name, queries in asked.items():
            typing = name == "first keys"
            for other in others:
                sides = (
                    _Side(partial(ours.find, typing=typing), queries),
                    _Side(partial(other.find, typing=typing), queries),
                )
                found.append(_compared(catalogue, name, other.name, sides, cpu))
        sides = (_Side(partial(_facets, ours), asked["one word"]), _Side(fts5.count, asked["one word"]))
        found.append(_compared(catalogue, "facets of one word", fts5.name, sides, cpu))
        keys = asked["first keys"]
        sides = (_Side(partial(_facets, ours, typing=True), keys), _Side(partial(_fts5_facets, fts5), keys))
        found.append(_compared(catalogue, "facets of first keys", fts5.name, sides, cpu))
    return found


def _facets(ours: OurIndex, text: str, *, typing: bool = False) -> None:
    ours.index.facets(Question(text=text, typing=typing), list(Facet))


def _fts5_facets(fts5: Fts5, text: str) -> None:
    """Count what begins so by kind and place, of the first two thousand."""
    counted = fts5.store.execute(
        "SELECT kind, place, count(*) FROM (SELECT rowid AS key FROM words WHERE words MATCH ? LIMIT ?)"
        " JOIN record USING (key) GROUP BY kind, place",
        (f'"{fold(text)}"*', CAP),
    )
    counted.fetchall()


def _compared(
    catalogue: Catalogue, name: str, other: str, sides: tuple[_Side, _Side], cpu: dict[str, dict[int, float]]
) -> Comparison:
    mine, theirs = sides
    result = compare(f"{_name(catalogue.number)}, {name}, p95", ("ours", mine.round), (other, theirs.round))
    cpu.setdefault(name, {})[catalogue.number] = statistics.mean(mine.cpu)
    halves = [statistics.median(side.taken) * 1e3 for side in sides]
    note = f"p50 {halves[0]:.2f} and {halves[1]:.2f} ms; CPU p95 {_p95(mine.cpu) * 1e3:.2f} and "
    return replace(result, note=f"{note}{_p95(theirs.cpu) * 1e3:.2f} ms")


def _of_building(catalogue: Catalogue) -> list[Comparison]:
    mine = catalogue.built[OurIndex.name]
    found = []
    for other, theirs in catalogue.built.items():
        if other != OurIndex.name:
            ratio = mine.seconds / theirs.seconds
            found.append(
                Comparison(
                    name=f"{_name(catalogue.number)}, building",
                    unit="s",
                    ours="ours",
                    other=other,
                    ours_median=mine.seconds,
                    other_median=theirs.seconds,
                    ratio_median=ratio,
                    ratio_min=ratio,
                    ratio_max=ratio,
                    ours_cpu=mine.cpu_seconds,
                    other_cpu=theirs.cpu_seconds,
                    rounds=1,
                    note=f"once, with making the records; {mine.size / 1e6:.1f} and {theirs.size / 1e6:.1f} MB",
                )
            )
    return found


def _change_to_visible(catalogue: Catalogue) -> Comparison:
    """Change a record, commit, and ask until it is seen; the catalogue is as before afterwards."""
    extra = catalogue.number + 1
    folder = catalogue.folder / OurIndex.name
    with ExitStack() as stack:
        writer = stack.enter_context(CatalogueWriter.open(folder))
        index = stack.enter_context(CatalogueIndex.open(folder))
        fts5 = stack.enter_context(closing(catalogue.fts5()))
        rounds = iter(range(1_000_000))

        def ours() -> Sample:
            number = next(rounds)
            words = [f"zq{number}w{at}" for at in range(CHANGES)]
            return _timed([partial(_ours_sees, writer, index, extra, word) for word in words])

        def theirs() -> Sample:
            first = extra + next(rounds) * CHANGES
            return _timed([partial(_fts5_sees, fts5, key) for key in range(first, first + CHANGES)])

        result = compare(f"{_name(catalogue.number)}, change to visible, p50", ("ours", ours), (fts5.name, theirs))
        writer.apply([], [extra], "0")
        gone = "INSERT INTO words (words, rowid, title, names, rest) SELECT 'delete', key, title, '', '' FROM record"
        fts5.store.execute(f"{gone} WHERE key >= ?", (extra,))
        fts5.store.execute("DELETE FROM record WHERE key >= ?", (extra,))
        fts5.store.commit()
    return result


def _ours_sees(writer: CatalogueWriter, index: CatalogueIndex, key: int, word: str) -> None:
    record = CatalogueRecord(source="made", source_id=str(key), title=word)
    writer.apply([CatalogueEntry(key=key, record=record)], [], "0")
    index.refresh()
    if [hit.entry.key for hit in index.search(Question(text=word, literal=True)).hits] != [key]:
        raise RuntimeError(word)


def _fts5_sees(fts5: Fts5, key: int) -> None:
    word = f"zq{key}"
    fts5.store.execute("INSERT INTO words (rowid, title, names, rest) VALUES (?, ?, '', '')", (key, word))
    fts5.store.execute("INSERT INTO record VALUES (?, ?, '', '', '')", (key, word))
    fts5.store.commit()
    if key not in fts5.find(word):
        raise RuntimeError(word)


def _timed(changes: Sequence[Callable[[], None]]) -> Sample:
    taken, cpu = [], time.process_time()
    for change in changes:
        began = time.perf_counter()
        change()
        taken.append(time.perf_counter() - began)
    return Sample(statistics.median(taken), (time.process_time() - cpu) / len(changes))


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _name(number: int) -> str:
    return f"{number:,} records".replace(",", " ")
