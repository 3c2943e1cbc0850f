"""Keeps the events of each visit in a file of its own, for so many days and in so much space, and never in the way."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from kiosk.blackbox.masking import Mask
from kiosk.blackbox.visit_codec import first_line, line
from kiosk.session.effects import Effect
from kiosk.session.events import Event, Ticked
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.state import Idle, OutOfOrder, State

_log = logging.getLogger(__name__)

_NO_VISIT = Idle | OutOfOrder | Closed | AskingStaffPin | AtStaffDesk

FOLDER: Final = "visits"
ENDING: Final = ".visit.jsonl"
MOST_BYTES: Final = 100_000_000
"""All visits together; a visit has some ten thousand, so that a busy month fits many times."""
MOST_WAITING: Final = 20_000
"""Lines that wait for a slow disk; then lines are dropped, for the visit in front of the kiosk comes first."""
PRUNE_EVERY_S: Final = 3600.0


class BlackBox:
    """Takes every step of the session; ``run`` writes what was taken, in a thread, and forgets what is too old."""

    def __init__(self, state_folder: Path, keep_days: int, kiosk_version: str, wall: Callable[[], datetime]) -> None:
        self._folder = state_folder / FOLDER
        self._keep_days = keep_days
        self._kiosk_version = kiosk_version
        self._wall = wall
        self._mask = Mask()
        self._path: Path | None = None
        self._waiting: list[tuple[Path, str]] = []
        self._wake = asyncio.Event()
        self._tick: Ticked | None = None
        self._works = True

    def note(self, before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
        """Take one step; on the session's own loop, and quick."""
        if not self._keep_days:
            return
        if isinstance(before, Idle) and not isinstance(after, _NO_VISIT):
            self._begin(before)
        if self._path is None:
            return
        if isinstance(event, Ticked) and not _told(before, after, effects):
            self._tick = event  # written only if something happens at that very moment
            return
        if self._tick is not None:
            self._add(line(self._tick, before, ()))
            self._tick = None
        self._add(line(self._mask.masked(event), after, effects))
        if isinstance(after, _NO_VISIT):
            self._path = None

    async def run(self) -> None:
        """Write until cancelled; what was taken before that is written then."""
        try:
            while True:
                await asyncio.to_thread(self._prune)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PRUNE_EVERY_S):
                        while True:
                            await self._wake.wait()
                            self._wake.clear()
                            await asyncio.to_thread(self._write)
        finally:
            self._write()

    def _begin(self, before: Idle) -> None:
        self._mask = Mask()
        now = self._wall()
        self._path = self._folder / f"{now:%Y%m%dT%H%M%S.%f}{ENDING}"
        self._tick = None
        self._add(first_line(self._mask.masked(before), self._kiosk_version, now.isoformat(timespec="seconds")))

    def _add(self, text: str) -> None:
        if self._path is not None and len(self._waiting) < MOST_WAITING:
            self._waiting.append((self._path, text))
            self._wake.set()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            for path, lines in _by_file(waiting):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                with os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace") as file:
                    file.write(lines)
        except OSError as error:  # a full disk: the visit goes on, its record does not
            if self._works:
                _log.warning("visits are not kept: %s", error.strerror)
            self._works = False
        else:
            self._works = True

    def _prune(self) -> None:
        """Forget what is too old and, from the oldest on, what is too much."""
        oldest = f"{self._wall() - timedelta(days=self._keep_days):%Y%m%dT%H%M%S}"
        room = MOST_BYTES
        for path in reversed(recorded(self._folder)):
            with contextlib.suppress(OSError):
                room -= path.stat().st_size
                if room < 0 or path.name < oldest:
                    path.unlink()


def recorded(folder: Path) -> list[Path]:
    """Give the kept visits of a folder, oldest first."""
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    except OSError:
        return []


def _told(before: State, after: State, effects: tuple[Effect, ...]) -> bool:
    """Say whether time alone changed something."""
    return bool(effects) or replace(after, around=replace(after.around, now=before.around.now)) != before


def _by_file(waiting: list[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    lines: dict[Path, list[str]] = {}
    for path, text in waiting:
        lines.setdefault(path, []).append(text + "\n")
    return ((path, "".join(texts)) for path, texts in lines.items())
