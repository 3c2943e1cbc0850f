"""Ten thousand visits in one process: session, words, black box and journal; time a visit, and memory at the end."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from kiosk.blackbox.visits import BlackBox
from kiosk.journal import Journal
from kiosk.session.effects import Effect, LendItem, ReportVisit
from kiosk.session.events import CardPresented, DeviceBack, Event, LibrarySystemBack, PadChanged, Ticked
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.search_effects import SearchEffect
from kiosk.session.staff_effects import StaffEffect
from kiosk.session.state import State
from kiosk.session.touches import FinishTouched, ReceiptTouched
from kiosk.session.values import AlarmState, Device, ItemId, Pad, PadItem, PatronId, TagUid, VisitId
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from tests.bench.harness import ROUNDS, Comparison, Sample, compare
from tests.support.session_play import best_answer

VISITS = 1250
"""A round; with the one that is not counted these are 10,000 visits."""
BOOKS = 5
FOLDER = Path("var/bench")


class _Kiosk:
    """Every step of five-book visits; ``whole``: also shown as words, kept, and one loan of each journalled."""

    def __init__(self, runner: asyncio.Runner, whole: tuple[BlackBox, Journal] | None) -> None:
        self._runner = runner
        self._whole = whole
        self._texts = load_texts()
        self._visit = 0
        self._now = 0.0
        self._state: State = initial(Limits(), 0.0)
        self._journalled = 0
        self._process = psutil.Process()
        self.memory: list[int] = []
        there: list[Event] = [LibrarySystemBack(), *(DeviceBack(device) for device in Device)]
        for event in there:
            self._state, _ = step(self._state, event)

    def round(self) -> Sample:
        return self._runner.run(self._round())

    async def _round(self) -> Sample:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(VISITS):
            await self._one_visit()
        self.memory.append(self._process.memory_info().rss)
        return Sample((time.perf_counter() - wall) / VISITS, (time.process_time() - cpu) / VISITS)

    async def _one_visit(self) -> None:
        self._visit += 1
        await self._tell(CardPresented(VisitId(f"v{self._visit}"), PatronId(f"2{self._visit:013}")))
        pile = tuple(
            PadItem(TagUid(f"E004{number:02}"), ItemId(f"VNM.{self._visit:06}{number}"), AlarmState.SECURED)
            for number in range(BOOKS)
        )
        await self._tell(PadChanged(Pad(pile)))
        for event in (FinishTouched(), ReceiptTouched(wanted=True), ReceiptTouched(wanted=False), PadChanged(Pad())):
            await self._tell(event)

    async def _tell(self, event: Event) -> None:
        asked = list(await self._step(event))
        while asked:
            effect = asked.pop(0)
            if isinstance(effect, ReportVisit | StaffEffect | SearchEffect):
                continue
            if isinstance(effect, LendItem) and self._whole is not None and self._journalled < self._visit:
                self._journalled = self._visit
                await self._whole[1].sending(effect.transaction_id, effect.patron_id, effect.item_id)
                await self._whole[1].settled(effect.transaction_id, alarm_owed=False)
            asked += await self._step(best_answer(effect))

    async def _step(self, event: Event) -> tuple[Effect, ...]:
        self._now += 0.5
        tick: Event = Ticked(self._now)
        effects: tuple[Effect, ...] = ()
        for each in (tick, event):
            before = self._state
            self._state, effects = step(before, each)
            if self._whole is not None:
                self._whole[0].note(before, each, self._state, effects)
        if self._whole is not None:
            view(self._state, self._texts)
        return effects


def run() -> Sequence[Comparison]:
    """Measure it whole and, beside it, what the session alone takes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=FOLDER))).resolve()
        runner = stack.enter_context(asyncio.Runner())
        journal = Journal(folder / "journal.sqlite3", time.time)
        runner.run(journal.__aenter__())
        stack.callback(lambda: runner.run(journal.__aexit__(None, None, None)))
        box = BlackBox(folder, 30, "bench", lambda: datetime.now(UTC))
        running = runner.get_loop().create_task(box.run())
        stack.callback(lambda: runner.run(_end(running)))
        ours, bare = _Kiosk(runner, (box, journal)), _Kiosk(runner, None)
        result = compare(
            "a visit with five books, without devices and line",
            ("decided, shown, kept and journalled", ours.round),
            ("decided alone", bare.round),
        )
    grown = (ours.memory[-1] - ours.memory[0]) / 1e6
    note = (
        f"memory after the first {VISITS} visits {ours.memory[0] / 1e6:.0f} MB,"
        f" after {VISITS * (ROUNDS + 1)} {grown:+.1f} MB"
    )
    return [replace(result, note=note)]


async def _end(running: asyncio.Task[None]) -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
