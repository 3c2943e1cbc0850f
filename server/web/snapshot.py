"""One reading of the stores that all watchers of the pages share, and what is known when a store cannot be read."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from server.web.reading import FleetReader, FleetReading, LoansReader

_log = logging.getLogger(__name__)
_READ_LIMIT = timedelta(seconds=1)  # a page must be current within two seconds, so a slower reading counts as none

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """The last value that a store gave, and since when it gives none."""

    value: T | None
    lost_since: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the pages show, at one moment."""

    at: datetime
    fleet: Known[FleetReading]
    loans: Known[int]


class Snapshots:
    """Reads both stores at most once in ``refresh``, however many watch; belongs to one asyncio loop."""

    def __init__(
        self, fleet: FleetReader, loans: LoansReader, clock: Callable[[], datetime], refresh: timedelta
    ) -> None:
        self._clock = clock
        self._refresh = refresh
        self._fleet = _Source("fleet", fleet.overview)
        self._loans = _Source("loans", loans.loans_on)
        self._last: Snapshot | None = None
        self._lock = asyncio.Lock()

    async def latest(self) -> Snapshot:
        """Give a snapshot that is at most ``refresh`` old; never raises for a store, never waits for one for long."""
        async with self._lock:
            now = self._clock()
            if self._last is None or not timedelta() <= now - self._last.at < self._refresh:
                fleet, loans = await asyncio.gather(self._fleet.read(now), self._loans.read(now))
                self._last = Snapshot(now, fleet, loans)
            return self._last


class _Source(Generic[T]):
    """One store behind a time limit; a reading that hangs is waited for again, never started twice."""

    def __init__(self, name: str, read: Callable[[datetime], T]) -> None:
        self._name = name
        self._read = read
        self._running: asyncio.Task[T] | None = None
        self._known: Known[T] = Known(None, None)

    async def read(self, now: datetime) -> Known[T]:
        if self._running is None:
            self._running = asyncio.create_task(asyncio.to_thread(self._read, now), name=f"read-{self._name}")
        await asyncio.wait({self._running}, timeout=_READ_LIMIT.total_seconds())
        if not self._running.done():
            self._note_lost(now, "no answer in time")
            return self._known
        finished, self._running = self._running, None
        fault = finished.exception()
        if fault is None:
            if self._known.lost_since is not None:
                _log.warning("the %s can be read again", self._name)
            self._known = Known(finished.result(), None)
        else:
            self._note_lost(now, type(fault).__name__, fault)
        return self._known

    def _note_lost(self, now: datetime, reason: str, fault: BaseException | None = None) -> None:
        if self._known.lost_since is None:
            _log.error("the %s cannot be read: %s", self._name, reason, exc_info=fault)
            self._known = Known(self._known.value, now)
