"""``library-server import FILE...`` and ``library-server search``: what they ask and what they say."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from sqlalchemy import Engine

from library.api.records import FoundHit, FoundHolding, RecordsAnswer, RecordsQuestion
from library.catalogue.asking import Facet, Reading
from library.catalogue.index import CatalogueWriter, IndexBrokenError, IndexBusyError, IndexFullError, IndexProblem
from server.catalogue.feed import position
from server.catalogue.finding import Searcher
from server.catalogue.importing import FileReport
from server.catalogue.keeping import Upkeep, held_position
from server.clock import Clock
from server.errors import ServerError
from server.store.engine import for_reading, transaction

WAITS_FOR_SERVER: Final = timedelta(seconds=5)
"""How long a search waits until the running server's index has what was committed before."""
_LOOKS_AGAIN_S: Final = 0.05
_MOST_NAMES: Final = 3
_LONGEST_REASON: Final = 200


class QuestionError(ServerError):
    """The question cannot be asked so."""


def add_search(parser: argparse.ArgumentParser) -> None:
    """Say what ``search`` understands."""
    parser.add_argument("query", help="as a reader types it")
    parser.add_argument("--limit", type=int, default=10, metavar="N")
    parser.add_argument("--offset", type=int, default=0, metavar="N")
    parser.add_argument(
        "--place", metavar="CODE", help="where the reader stands; what is there comes first among equals"
    )
    parser.add_argument("--literal", action="store_true", help="no correction")
    parser.add_argument("--typing", action="store_true", help="the last word may not be finished")
    parser.add_argument("--facet", action="append", default=[], choices=list(Facet), help="count its values")
    parser.add_argument(
        "--narrow", action="append", default=[], metavar="FACET:VALUE", help="only records that have it"
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def search(engine: Engine, folder: Path, clock: Clock, options: argparse.Namespace) -> None:
    """Search and print; raise a ``ServerError`` where that cannot be done."""
    names = ("limit", "offset", "place", "typing", "literal", "facet", "narrow")
    try:
        asked = RecordsQuestion(q=options.query, **{name: getattr(options, name) for name in names})
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        words = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        raise QuestionError(words) from error
    behind = bring_up_to_date(engine, folder, clock)
    if behind:
        sys.stderr.write(f"library-server: the answer may be old: {behind}\n")
    with contextlib.closing(Searcher(folder, engine, clock)) as searcher:
        answer = searcher.search(asked.question(), asked.facet)
    if options.json:
        sys.stdout.write(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(answer)))


def bring_up_to_date(engine: Engine, folder: Path, clock: Clock, waits: timedelta = WAITS_FOR_SERVER) -> str:
    """Bring the index to what is committed now: by hand, or by waiting for the server that owns it.

    Give words for why it stays behind, or none; what was there before answers then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with contextlib.closing(CatalogueWriter.open(folder)) as writer:
            _catch_up(Upkeep(writer, engine, clock))
    except IndexBusyError:
        return _wait_for_server(engine, folder, waits)
    except IndexFullError:
        return "there is no room on the disk for the catalogue's index"
    except IndexProblem as problem:
        return f"the catalogue's index cannot be written: {problem.reason[:_LONGEST_REASON]}"
    return ""


def _catch_up(upkeep: Upkeep) -> None:
    upkeep.start()
    try:
        upkeep.catch_up()
    except IndexBrokenError:  # it may be thrown away at any time, and is made of the store
        upkeep.start(anew=True)
        upkeep.catch_up()


def _wait_for_server(engine: Engine, folder: Path, waits: timedelta) -> str:
    with transaction(for_reading(engine)) as session:
        wanted = position(session)
    until = time.monotonic() + waits.total_seconds()
    while time.monotonic() < until:
        held = held_position(folder)
        if held is not None and wanted.leads_to(held):
            return ""
        time.sleep(_LOOKS_AGAIN_S)
    return "the running server has not brought the catalogue's index up to date yet"


def report_records(report: FileReport) -> bool:
    """Say what became of a file's records; give whether something was left out."""
    for words, count in report.notes.most_common():
        sys.stderr.write(f"{report.path}: note: {words} ({count})\n")
    for fault in report.faults:
        sys.stderr.write(f"{report.path}: {fault.position}: {fault.words}\n")
    copies = f", {report.copies} copies made" if report.copies else ""
    sys.stdout.write(
        f"{report.path}: {report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.faults)} left out{copies}\n"
    )
    return bool(report.faults)


def _lines(answer: RecordsAnswer) -> list[str]:
    lines = []
    if answer.reading is not Reading.AS_TYPED and answer.searched_for:
        lines.append(f"searched for: {answer.searched_for}")
    for number, hit in enumerate(answer.hits, answer.offset + 1):
        lines += [f"{number}. {hit.title}", f"   {_about(hit)}"]
        lines += [f"   {line}" for line in _places(hit)]
    lines.append(f"{answer.total} found")
    for facet, counts in answer.facets.items():
        lines.append(f"{facet}: " + ", ".join(f"{count.value} {count.count}" for count in counts))
    return lines


def _about(hit: FoundHit) -> str:
    names = "; ".join(name.text for name in hit.names[:_MOST_NAMES])
    year = "" if hit.year is None else str(hit.year)
    return " · ".join(part for part in (names, hit.publisher, year, f"{hit.source} {hit.id}") if part)


def _places(hit: FoundHit) -> list[str]:
    told: dict[str, list[FoundHolding]] = {}
    for holding in hit.holdings:
        told.setdefault(holding.place_name, []).append(holding)
    return [f"{place}: {_standing(copies)}" for place, copies in told.items()]


def _standing(copies: Sequence[FoundHolding]) -> str:
    free = sum(copy.available for copy in copies)
    asks = not free and not all(copy.is_known for copy in copies)
    return "ask there" if asks else f"{free} of {len(copies)} on the shelf"
