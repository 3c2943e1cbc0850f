"""The kiosk's window as a program of its own, worked by a test: Kivy has one window a process, and the test keeps none.

``python -m tests.support.screen_program PANEL STATE_FOLDER [RECORD_TO [ANYTHING...]]`` reads one JSON object a line
from standard input and answers each with one. PANEL is a profile's name, or WIDTHxHEIGHT for a panel of that size with
the pixels of a 7 inch one.
"""

import asyncio
import contextlib
import json
import logging
import re
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from drivers.barcode.preview import Preview
from kiosk.session.events import Event
from kiosk.session.touches import ScreenTouched, StartTouched
from kiosk.ui import kivy_setup
from kiosk.ui.panel import Panel, load_panel
from kiosk.ui.recorder import Recorder, Shown
from kiosk.ui.theme import Sizes
from tests.screens.samples import samples

ANSWER_S = 20.0
_VISIT = (
    "vi-home",
    "vi-card",
    "vi-usual",
    "vi-settling",
    "vi-finished-ask-long",
    "vi-services",
    "vi-pin_typed",
    "vi-account_many",
    "vi-borrow_fee",
    "vi-returning_every_outcome",
)
"""Samples of the pages that patrons come through."""


class Eye(Recorder):
    """Hands each shown screen to whoever waits for it; writes only when a folder was given."""

    def __init__(self, folder: Path | None) -> None:
        self._writes = folder is not None
        self._seen: asyncio.Queue[Shown] = asyncio.Queue()
        if folder is not None:
            super().__init__(folder)

    def note(self, shown: Shown) -> None:
        """Take a screen."""
        self._seen.put_nowait(shown)
        if self._writes:
            super().note(shown)

    async def close(self) -> None:
        """End."""
        if self._writes:
            await super().close()

    def forget(self) -> None:
        """Forget what was seen."""
        while not self._seen.empty():
            self._seen.get_nowait()

    async def next(self) -> Shown:
        """Wait for the next screen."""
        async with asyncio.timeout(ANSWER_S):
            return await self._seen.get()


def _preview() -> Preview:
    """Give a calm picture with stripes in the middle, as of a label."""
    width, height = 480, 270
    stripes = bytes(32 if (x // 6) % 2 and 170 < x < 310 else 200 for x in range(width))
    plain = bytes((200,)) * width
    rows = b"".join(stripes if 100 < y < 170 else plain for y in range(height))
    return Preview(1, width, height, bytes(shade for shade in rows for _ in range(3)))


class ScreenProgram:
    """Carries out what the test asks for."""

    def __init__(self, panel: Panel, state_folder: Path, record_to: Path | None) -> None:
        kivy_setup.prepare(panel, state_folder, fullscreen=False)
        from kiosk.ui.display import Display  # noqa: PLC0415 - imports Kivy, which prepare() precedes

        self._eye = Eye(record_to)
        self._samples = samples()
        self._events: list[Event] = []
        self._touched: list[int] = []
        self._failing = False
        self._sizes = Sizes.of(panel)
        self._display = Display(panel, self._on_event, title="test", recorder=self._eye, preview=_preview)
        self._running: asyncio.Task[None] | None = None
        self._last: Shown | None = None
        self._sample = ""

    async def serve(self) -> None:
        """Answer until standard input ends."""
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        self._running = asyncio.create_task(self._display.run())
        while line := await reader.readline():
            order = json.loads(line)
            answer = await getattr(self, f"do_{order.pop('do')}")(**order)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        await self._end()

    async def do_show(self, sample: str) -> dict[str, Any]:
        """Show a sample and give an account of what is on the screen."""
        from kivy.core.window import Window  # noqa: PLC0415 - see above

        if sample == self._sample:  # showing it again would show nothing new
            self._display.show(self._samples["en-settling" if sample != "en-settling" else "vi-settling"])
        self._sample = sample
        self._eye.forget()
        self._display.show(self._samples[sample])
        shown = self._last = await self._eye.next()
        await _lists_are_whole(Window)
        return {
            "touchable_ns": shown.touchable_monotonic_ns,
            "window": list(Window.size),
            "sizes": asdict(self._sizes),
            **await self.do_look(),
        }

    async def do_look(self) -> dict[str, Any]:
        """Give every text and every button that is there now, and what lies on top."""
        from kivy.core.window import Window  # noqa: PLC0415 - see above

        from kiosk.ui.camera import targets_of  # noqa: PLC0415 - imports Kivy

        top = Window.children[0].children[0]
        return {
            "page": top.page_name,
            "words": list(_words(Window)),
            "targets": [asdict(target) for target in targets_of(top, Window)],
        }

    async def do_picture(self, path: str) -> bool:
        """Write the picture of the last sample."""
        if self._last is not None:
            Path(path).write_bytes(self._last.pixels().png())
        return True

    async def do_darken(self, *, dark: bool) -> bool:
        """Let the screen go dark, or light again; when the next frame is drawn."""
        self._display.darken(dark=dark)
        return True

    async def do_events(self) -> list[str]:
        """Give the names of the events since this was last asked."""
        names = [type(event).__name__ for event in self._events]
        self._events.clear()
        return names

    async def do_details(self) -> list[str]:
        """Give all of the events since this was last asked."""
        details = [repr(event) for event in self._events]
        self._events.clear()
        return details

    async def do_touched(self) -> list[int]:
        """Give the moments of the touches since this was last asked, in nanoseconds of the monotonic clock."""
        moments, self._touched = self._touched, []
        return moments

    async def do_fail(self) -> bool:
        """Let whoever is told of the start fail from now on."""
        self._failing = True
        return True

    async def do_surroundings(self) -> dict[str, Any]:
        """Say what Kivy made of its surroundings."""
        from kivy.base import EventLoop  # noqa: PLC0415 - see above
        from kivy.core.window import Window  # noqa: PLC0415 - see above

        return {
            "size": list(Window.system_size),
            "providers": [type(provider).__name__ for provider in EventLoop.input_providers],
            "stderr": type(sys.stderr).__name__,
            "root_logger": type(logging.root).__name__,
            "root_handlers": len(logging.root.handlers),
        }

    async def do_wake(self, times: int) -> list[float]:
        """Give how many seconds of a frame had passed each time when Kivy saw what the loop had posted to it."""
        from kivy.clock import Clock  # noqa: PLC0415 - see above

        found = []
        for number in range(times):
            await asyncio.sleep(0.020 + 0.0037 * (number % 9))  # at every phase of a frame
            seen = asyncio.Event()
            Clock.schedule_once(lambda _seconds, seen=seen: seen.set())
            async with asyncio.timeout(ANSWER_S):
                await seen.wait()
            found.append(Clock.frametime)
        return found

    async def do_idle(self, seconds: float) -> dict[str, Any]:
        """Let nothing happen for a while; give processor seconds and whether the window lives."""
        before = time.process_time()
        await asyncio.sleep(seconds)
        return {"cpu_s": time.process_time() - before, "alive": self._running is not None and not self._running.done()}

    async def do_cancel(self) -> str:
        """Cancel the window's task and say how it ended."""
        if self._running is None:
            return "never ran"
        self._running.cancel()
        async with asyncio.timeout(ANSWER_S):
            await asyncio.wait([self._running])
        return "cancelled" if self._running.cancelled() else repr(self._running.exception())

    async def do_memory(self, rounds: int) -> dict[str, int]:
        """Go through a visit many times; give the number of widgets that live at its end, after one and after all."""
        first = await self._visits(1)
        return {"first": first, "last": await self._visits(rounds)}

    async def _visits(self, rounds: int) -> int:
        import gc  # noqa: PLC0415 - only here

        from kivy.uix.widget import Widget  # noqa: PLC0415 - see above

        for _ in range(rounds):
            for name in _VISIT:
                await self.do_show(name)
        gc.collect()
        return sum(isinstance(thing, Widget) for thing in gc.get_objects())

    async def _end(self) -> None:
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    def _on_event(self, event: Event) -> None:
        self._events.append(event)
        if isinstance(event, ScreenTouched):
            self._touched.append(time.monotonic_ns())
        if self._failing and isinstance(event, StartTouched):
            raise ValueError("words that no log may hold")


async def _lists_are_whole(window: Any) -> None:
    """Wait until every item of a long list is there to be drawn up."""
    from kiosk.ui.widgets.hit_list import HitList  # noqa: PLC0415 - imports Kivy, which prepare() precedes
    from kiosk.ui.widgets.item_rows import ItemRows  # noqa: PLC0415 - the same

    async with asyncio.timeout(ANSWER_S):
        while not all(rows.whole for rows in window.children[0].walk() if isinstance(rows, ItemRows | HitList)):
            await asyncio.sleep(0.01)


def _words(window: Any) -> Any:
    from kivy.uix.scrollview import ScrollView  # noqa: PLC0415 - imports Kivy, which prepare() precedes

    from kiosk.ui.widgets.words import Words  # noqa: PLC0415 - the same

    def walk(widget: Any, *, scrolls: bool) -> Any:
        if isinstance(widget, Words) and widget.words:
            left, bottom = widget.to_window(*widget.pos)
            yield {
                "words": widget.words,
                "text": widget.text,
                "left": left,
                "bottom": bottom,
                "width": widget.width,
                "height": widget.height,
                "drawn_width": widget.texture_size[0],
                "drawn_height": widget.texture_size[1],
                "font_size": widget.font_size,
                "shortened": widget.shortened,
                "markup": widget.markup,
                "scrolls": scrolls,
            }
        for child in reversed(widget.children):
            yield from walk(child, scrolls=scrolls or isinstance(widget, ScrollView))

    for child in window.children:
        yield from walk(child, scrolls=False)


def main(arguments: list[str]) -> None:
    """Run."""
    logging.basicConfig(level=logging.WARNING)
    name, state_folder, *more = arguments
    size = re.fullmatch(r"(\d+)x(\d+)", name)
    panel = load_panel("7in-1024x600")
    if size is not None:
        panel = panel.model_copy(update={"width": int(size[1]), "height": int(size[2])})
    else:
        panel = load_panel(name)
    record_to = Path(more[0]) if more and more[0] != "-" else None
    asyncio.run(ScreenProgram(panel, Path(state_folder), record_to).serve())


if __name__ == "__main__":
    main(sys.argv[1:])
