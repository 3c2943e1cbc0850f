"""From a key of the search page to its results on the screen: ``python -m tests.bench.keystroke [RECORDS [PANEL]]``.

The real session, performer, view model and window of a kiosk, and an index of made records in one process; SDL draws
off screen, in software. A key is posted as the window posts it; its results are there when the first frame with the
best of them was flipped. Keys come 200 ms after the results of the one before.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kiosk.performer import Performer
from kiosk.runtime import Runtime
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.search_events import CatalogueChanged, LetterTouched, SearchTouched
from kiosk.session.search_state import Searching
from kiosk.session.search_values import BookDetails, CatalogueStanding, Choice, Copies, Found, Hit, Narrowing
from kiosk.texts import load_texts
from kiosk.ui import kivy_setup
from kiosk.ui.panel import load_panel
from kiosk.ui.recorder import Recorder, Shown
from kiosk.ui.view_model import view
from library.catalogue.asking import Question
from library.catalogue.index import CatalogueIndex
from tests.bench.made_records import MadeRecords
from tests.quality.corpus import read_entries
from tests.support.catalogue_index import built

TYPED = ("dat rung phuong nam", "truyen kieu", "lich su viet nam")
PAUSE_S = 0.2
WAIT_S = 10.0


class Index:
    """A ``ports.Catalogue`` over an index, asked in a thread of its own."""

    def __init__(self, index: CatalogueIndex) -> None:
        self._index = index
        self._thread = ThreadPoolExecutor(max_workers=1)

    async def search(
        self, text: str, *, as_typed: bool, offset: int, limit: int, narrowed: tuple[Narrowing, ...] = ()
    ) -> Found | None:
        """Find records."""
        question = Question(
            text=text,
            offset=offset,
            limit=limit,
            typing=not as_typed,
            literal=as_typed,
            narrowed=tuple((each.facet, each.value) for each in narrowed),
        )
        answer = await asyncio.get_running_loop().run_in_executor(self._thread, self._index.search, question)
        hits = tuple(
            Hit(
                found.entry.key,
                found.entry.record.title,
                "; ".join(name.text for name in found.entry.record.names),
                found.entry.record.year,
                found.entry.record.kind,
                here=Copies(len(found.entry.holdings), sum(each.available for each in found.entry.holdings)),
            )
            for found in answer.hits
        )
        return Found(hits, answer.total)

    async def details(self, key: int) -> BookDetails | None:  # noqa: ARG002 - the port's
        """Tell nothing."""
        return None

    async def newest(self, limit: int) -> Found | None:  # noqa: ARG002 - the port's
        """Give none."""
        return Found()

    local = newest

    async def choices(  # the port's
        self,
        text: str,  # noqa: ARG002 - the port's
        *,
        as_typed: bool,  # noqa: ARG002 - the port's
        narrowed: tuple[Narrowing, ...],  # noqa: ARG002 - the port's
    ) -> tuple[Choice, ...] | None:
        """Give none."""
        return ()

    async def watch(self, on_change: Callable[[CatalogueStanding], Awaitable[None]]) -> None:
        """Tell once."""
        await on_change(CatalogueStanding.CURRENT)


class Eye(Recorder):
    """Tells when a frame was flipped; writes nothing."""

    def __init__(self) -> None:
        self.seen: asyncio.Queue[int] = asyncio.Queue()

    def note(self, shown: Shown) -> None:
        """Take the moment."""
        self.seen.put_nowait(shown.shown_monotonic_ns)

    async def close(self) -> None:
        """End."""


class _Clock:
    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> Any:
        raise NotImplementedError


async def measured(index: CatalogueIndex, panel: str, folder: Path) -> list[tuple[float, float]]:
    """Type, and give the milliseconds of each key: by the clock, and of the loop's own thread at work."""
    glass = load_panel(panel)
    kivy_setup.prepare(glass, folder, fullscreen=False)
    from kiosk.ui.display import Display  # noqa: PLC0415 - imports Kivy, which prepare() precedes

    eye, texts, nothing = Eye(), load_texts(), _nothing()
    performer = Performer(
        library_system=nothing,
        offline=nothing,
        alarm=nothing,
        printer=nothing,
        telemetry=nothing,
        clock=_Clock(),
        catalogue=Index(index),
    )
    display = Display(glass, lambda _event: None, title="keystroke", recorder=eye)
    runtime = Runtime(
        initial(Limits(), time.monotonic()),
        step=step,
        perform=performer.perform,
        on_state=lambda state: display.show(view(state, texts)),
        clock=_Clock(),
    )
    tasks = [asyncio.create_task(display.run()), asyncio.create_task(runtime.run())]
    await asyncio.wait_for(eye.seen.get(), WAIT_S)
    found: list[tuple[float, float]] = []
    for words in TYPED:
        runtime.post(CatalogueChanged(there=True))
        runtime.post(SearchTouched())
        await asyncio.sleep(PAUSE_S * 3)
        for letter in words:
            while not eye.seen.empty():
                eye.seen.get_nowait()
            began, worked = time.monotonic_ns(), time.thread_time_ns()
            runtime.post(LetterTouched(letter))
            async with asyncio.timeout(WAIT_S):
                shown = await eye.seen.get()
                while isinstance(runtime.state, Searching) and runtime.state.awaited is not None:
                    shown = await eye.seen.get()
            found.append(((shown - began) / 1e6, (time.thread_time_ns() - worked) / 1e6))
            await asyncio.sleep(PAUSE_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return found


def _nothing() -> Any:
    return object()


def main(arguments: list[str]) -> None:
    """Measure, print one JSON line."""
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")
    records, panel = int(arguments[0]) if arguments else 10_000, arguments[1] if arguments[1:] else "10in-1280x800"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with built(folder / "index", MadeRecords(read_entries()).entries(records)) as index:
            both = asyncio.run(measured(index, panel, folder / "state"))
    found, worked = (sorted(each) for each in zip(*both, strict=True))
    print(
        json.dumps(
            {
                "records": records,
                "panel": panel,
                "keys": len(found),
                "p50_ms": round(statistics.median(found), 1),
                "p95_ms": round(found[int(len(found) * 0.95)], 1),
                "most_ms": round(found[-1], 1),
                "thread_p50_ms": round(statistics.median(worked), 1),
                "load": round(os.getloadavg()[0], 1),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
