"""What is on disk before a patron reads "lent": one kept loan; and the start after a kiosk was killed."""

import asyncio
import datetime as dt
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from kiosk.journal import Journal, KeptEntry, KeptKind
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId
from tests.bench.harness import ROUNDS, Comparison, Sample, compare

KEPT = 100
"""Loans a round; the round's figure is their median."""
FOLDER = Path("var/bench")
"""On the disk whose fsync the table's first line tells."""
STARTS = 21
OPEN = 200
"""Loans that are open when the kiosk is killed: far more than a day without a line at a village library."""
_AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
_ROW = "INSERT INTO loan (card, item, at) VALUES (?, ?, ?)"


class _Ours:
    """The journal, as a loan without the library system uses it."""

    def __init__(self, runner: asyncio.Runner, journal: Journal) -> None:
        self._runner = runner
        self._journal = journal
        self._next = 1
        self.taken: list[float] = []

    def round(self) -> Sample:
        return self._runner.run(self._round())

    async def _round(self) -> Sample:
        taken, cpu = [], time.process_time()
        for number in range(self._next, self._next + KEPT):
            began = time.perf_counter()
            await self._journal.keep(entry(number))
            taken.append(time.perf_counter() - began)
        self._next += KEPT
        self.taken += taken
        return Sample(statistics.median(taken), (time.process_time() - cpu) / KEPT)


class _Floor:
    """The same facts as one row of one table, committed with the same pragmas."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self.taken: list[float] = []

    def round(self) -> Sample:
        taken, cpu = [], time.process_time()
        for number in range(KEPT):
            began = time.perf_counter()
            self._store.execute("BEGIN IMMEDIATE")
            self._store.execute(_ROW, (f"2{number:013}", f"VNM.{number:06}", _AT.isoformat()))
            self._store.execute("COMMIT")
            taken.append(time.perf_counter() - began)
        self.taken += taken
        return Sample(statistics.median(taken), (time.process_time() - cpu) / KEPT)


def entry(number: int) -> KeptEntry:
    """Give the n-th loan that the kiosk makes alone."""
    return KeptEntry(
        transaction_id=TransactionId(f"bench-{number}"),
        kind=KeptKind.LEND,
        patron_id=PatronId(f"2{number // 3:013}"),
        item_id=ItemId(f"VNM.{number:06}"),
        tags=(TagUid(f"E004{number:012X}"),),
        at=_AT,
        boot_id="bench",
        monotonic=float(number),
        due=_AT + dt.timedelta(days=14),
    )


def run() -> Sequence[Comparison]:
    """Measure both in turn."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=FOLDER))).resolve()
        runner = stack.enter_context(asyncio.Runner())
        journal = Journal(folder / "journal.sqlite3", time.time)
        runner.run(journal.__aenter__())
        stack.callback(lambda: runner.run(journal.__aexit__(None, None, None)))
        floor = _Floor(stack.enter_context(closing(_bare(folder / "floor.sqlite3"))))
        ours = _Ours(runner, journal)
        result = compare("a loan kept alone, p50", ("the journal", ours.round), ("one fsynced row", floor.round))
        late = [statistics.quantiles(taken[-KEPT * ROUNDS :], n=100)[-1] * 1e3 for taken in (ours.taken, floor.taken)]
        kept = replace(result, note=f"p99 {late[0]:.2f} and {late[1]:.2f} ms; a row of the loan and one of the alarm")
        return [kept, _after_a_kill(folder)]


def _after_a_kill(folder: Path) -> Comparison:
    """Start again and again after SIGKILLs; beside it, what SQLite takes to open the same file and count its rows."""
    path = folder / "killed.sqlite3"
    killed = subprocess.Popen([sys.executable, "-m", "tests.bench.journal", str(path)], stdout=subprocess.PIPE)
    try:
        if killed.stdout is None or not killed.stdout.readline():
            raise RuntimeError("the program that was to be killed did not get so far")
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        if killed.stdout is not None:
            killed.stdout.close()

    def start() -> Sample:
        wall, cpu = time.perf_counter(), time.process_time()
        found = asyncio.run(_open(path))
        if found < OPEN:
            raise RuntimeError(f"{found} loans are there of {OPEN}")
        return Sample(time.perf_counter() - wall, time.process_time() - cpu)

    def bare() -> Sample:
        wall, cpu = time.perf_counter(), time.process_time()
        with closing(sqlite3.connect(path)) as store:
            store.execute("SELECT count(*) FROM kept").fetchone()
        return Sample(time.perf_counter() - wall, time.process_time() - cpu)

    note = f"the file of a process that was killed with {OPEN} loans and alarms open; all are read back"
    return compare("start after SIGKILL", ("the journal", start), ("SQLite alone", bare), rounds=STARTS, note=note)


async def _open(path: Path) -> int:
    async with Journal(path, time.time) as journal:
        await journal.open_loans()
        await journal.open_alarms()
        return len(await journal.kept())


def _bare(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        store.execute(f"PRAGMA {pragma}")
    store.execute("CREATE TABLE loan (card TEXT, item TEXT, at TEXT) STRICT")
    return store


async def _fill(path: Path) -> None:
    """Keep loans until killed."""
    async with Journal(path, time.time) as journal:
        for number in range(1, OPEN + 1):
            await journal.keep(entry(number))
        os.write(sys.stdout.fileno(), b"full\n")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_fill(Path(sys.argv[1])))
