"""Readings of the kiosk while nobody listens: gathered now and then, told when somebody does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from mqtt.health import READINGS_LIMIT, HealthReading
from mqtt.telemetry_ring import TelemetryRing

BEATS: Final = 10
"""Health intervals from one reading to the next: five minutes where nothing else is configured."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What a message may tell of the time in which nobody listened."""

    readings: tuple[HealthReading, ...]
    dropped: int


class MissedReadings:
    """Gathers from the start of the agent to its end; ``tell`` is one connection's part of it.

    ``measure`` gives a reading of age 0; ``is_heard`` says whether the server has what is told now.
    """

    def __init__(
        self,
        ring: TelemetryRing[tuple[float, HealthReading]],
        measure: Callable[[], Awaitable[HealthReading]],
        is_heard: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ring = ring
        self._measure = measure
        self._is_heard = is_heard
        self._clock = clock
        self._added = asyncio.Event()

    async def gather(self, every_s: float) -> None:
        """Keep a reading each time that ``every_s`` passes unheard, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            if not self._is_heard():
                self._ring.add((self._clock(), await self._measure()))
                self._added.set()

    async def tell(
        self, until_heard: Callable[[], Awaitable[object]], send: Callable[[Missed], Awaitable[None]]
    ) -> None:
        """Tell what waits whenever somebody listens, oldest first, until cancelled; what ``send`` took is forgotten."""
        while True:
            self._added.clear()
            await until_heard()
            mark, waiting = self._ring.oldest(READINGS_LIMIT)
            if not waiting:
                await self._added.wait()
                continue
            now = self._clock()
            aged = (reading.model_copy(update={"age_s": round(now - at, 1)}) for at, reading in waiting)
            await send(Missed(tuple(aged), self._ring.dropped))
            self._ring.told(mark)
