"""``make bench``: run the benches that are named, or all; print a table, write ``var/bench/bench.json``."""

import argparse
import importlib
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from tests.bench.harness import Comparison, fsync_seconds

BENCHES = (
    *("codec", "journal", "visits", "fleet", "workers", "wire", "tagging", "checkout", "five_books", "screen"),
    *("barcode", "catalogue"),
)
"""Modules of this folder; each has ``run() -> Sequence[Comparison]``."""
RESULT = Path("var/bench/bench.json")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"{', '.join(BENCHES)}; all when none is named")
    parser.add_argument("--records", type=int, nargs="+", help="sizes of the catalogue; else 10 000 to a million")
    arguments = parser.parse_args()
    wanted = arguments.benches or BENCHES
    if unknown := sorted(set(wanted) - set(BENCHES)):
        parser.error(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    fsync_ms = fsync_seconds(RESULT.parent) * 1e3
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; fsync {fsync_ms:.2f} ms")
    found: list[Comparison] = []
    for name in wanted:
        sizes = (arguments.records,) if name == "catalogue" and arguments.records else ()
        results: Sequence[Comparison] = importlib.import_module(f"tests.bench.{name}").run(*sizes)
        for result in results:
            print(row(result), flush=True)
        found.extend(results)
    RESULT.write_text(
        json.dumps({"fsync_ms": fsync_ms, "results": [result.as_json() for result in found]}, indent=2) + "\n",
        encoding="utf-8",
    )
    print(f"written to {RESULT}")


def row(result: Comparison) -> str:
    """Give one line of the table."""
    verdict = "" if result.conclusive else "  INCONCLUSIVE: the rounds differ by more than 20 %"
    note = f"  ({result.note})" if result.note else ""
    return (
        f"{result.name}: {result.ours} {result.ours_median:.3f} {result.unit} (CPU {result.ours_cpu:.3f}), "
        f"{result.other} {result.other_median:.3f} {result.unit} (CPU {result.other_cpu:.3f}); "
        f"ratio {result.ratio_median:.2f} [{result.ratio_min:.2f} to {result.ratio_max:.2f}], "
        f"{result.rounds} rounds{note}{verdict}"
    )


if __name__ == "__main__":
    main()
