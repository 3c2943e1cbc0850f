"""``make quality``: how well the catalogue finds real records, beside FTS5 and bare Tantivy; prints a table."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from library.catalogue.record import CatalogueEntry
from tests.quality import held_out, rules
from tests.quality.by_hand import by_hand
from tests.quality.corpus import FOLDER, Fits, read_entries
from tests.quality.engines import BareTantivy, Engine, Fts5, OurIndex
from tests.quality.measure import Found, measure

TYPED = 10
"""Queries of each class that are typed letter by letter."""
SEED = "quality"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("--missed", action="store_true", help="name the queries that ours does not find")
    parser.add_argument("--typed", type=int, default=TYPED, help="queries of a class typed letter by letter")
    arguments = parser.parse_args()
    if not FOLDER.is_dir():
        parser.exit(message="shared data set not present\n")
    entries = read_entries()
    fits = Fits(entries)
    asked = by_hand(fits) + rules.make(fits, rules.RULES, SEED, lambda entry: not held_out.is_held_out(entry))
    others = rules.make(fits, held_out.RULES, SEED, held_out.is_held_out)
    print(f"{len(entries)} records, {len(asked)} queries and {len(others)} held out")
    with tempfile.TemporaryDirectory() as name:
        engines = _engines(Path(name), entries)
        for queries in (asked, others):
            by_engine = [measure(engine, queries, typed=arguments.typed) for engine in engines]
            print(f"\n| class | queries | {' | '.join(engine.name for engine in engines)} |")
            print(f"| --- | --- |{' --- |' * len(engines)}")
            for classes in zip(*by_engine, strict=True):
                print(_row(classes), flush=True)
            print(_row([_all(founds) for founds in by_engine]))
            if arguments.missed:
                for found in by_engine[0]:
                    for query in found.missed:
                        meant = next(entry.record.title for entry in entries if entry.key in query.wanted)
                        print(f"  {found.group}: {query.text!r} did not find {meant!r}")
        for engine in engines:
            engine.close()


def _engines(folder: Path, entries: Sequence[CatalogueEntry]) -> tuple[Engine, ...]:
    return (
        OurIndex.build(folder / "ours", entries),
        Fts5.build(folder / "words.sqlite3", entries),
        BareTantivy.build(folder / "tantivy", entries),
    )


def _row(found: Sequence[Found]) -> str:
    return f"| {found[0].group} | {found[0].queries} | {' | '.join(map(_cell, found))} |"


def _cell(found: Found) -> str:
    letters = "-" if found.letters is None else f"{found.letters:.0f}"
    return f"{found.mrr:.2f}, {found.first:.0%}, {found.in_ten:.0%}, {letters}"


def _all(founds: Sequence[Found]) -> Found:
    queries = sum(found.queries for found in founds)

    def mean(values: Sequence[float]) -> float:
        return sum(value * found.queries for value, found in zip(values, founds, strict=True)) / queries

    return Found(
        "all",
        queries,
        mean([found.mrr for found in founds]),
        mean([found.first for found in founds]),
        mean([found.in_ten for found in founds]),
        None,
        (),
    )


if __name__ == "__main__":
    main()
