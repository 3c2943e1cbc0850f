"""Readings of the time in which nobody listens."""

import asyncio
from contextlib import suppress

from mqtt.agent.missed_readings import Missed, MissedReadings
from mqtt.health import READINGS_LIMIT, HealthReading
from mqtt.telemetry_ring import TelemetryRing
from tests.support.waiting import eventually


class Line:
    """A line to a server that may not listen, and a clock that is moved by hand."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()
        self.now = 0.0
        self.told: list[Missed] = []
        self.measured = 0
        self.breaks = False
        self.ring: TelemetryRing[tuple[float, HealthReading]] = TelemetryRing(READINGS_LIMIT + 50)
        self.missed = MissedReadings(self.ring, self.measure, self.heard.is_set, lambda: self.now)

    async def measure(self) -> HealthReading:
        """Give a reading by which it is known."""
        self.measured += 1
        return HealthReading(age_s=0, loop_lag_ms=self.measured, outbox_depth=0)

    async def send(self, missed: Missed) -> None:
        """Take what is told, or break."""
        if self.breaks:
            raise ConnectionError
        self.told.append(missed)

    async def tell(self) -> None:
        """Tell as one connection does, until it breaks."""
        with suppress(ConnectionError):
            await self.missed.tell(self.heard.wait, self.send)


async def test_what_nobody_heard_is_told_oldest_first_with_its_age_once_somebody_listens() -> None:
    line = Line()
    gathering = asyncio.create_task(line.missed.gather(0.001))
    await eventually(lambda: len(line.ring) >= 3)
    gathering.cancel()
    line.now = 60.0
    telling = asyncio.create_task(line.tell())
    line.heard.set()
    await eventually(lambda: line.told)
    telling.cancel()

    (missed,) = line.told
    assert [reading.loop_lag_ms for reading in missed.readings][:3] == [1, 2, 3]
    assert {reading.age_s for reading in missed.readings} == {60.0}
    assert len(line.ring) == 0


async def test_while_somebody_listens_nothing_is_kept() -> None:
    line = Line()
    line.heard.set()
    gathering = asyncio.create_task(line.missed.gather(0.0))
    for _ in range(20):
        await asyncio.sleep(0)
    gathering.cancel()

    assert (len(line.ring), line.measured) == (0, 0)


async def test_what_a_broken_line_did_not_take_is_told_over_the_next() -> None:
    line = Line()
    line.ring.add((0.0, await line.measure()))
    line.heard.set()
    line.breaks = True
    await line.tell()
    line.breaks = False
    telling = asyncio.create_task(line.tell())
    await eventually(lambda: line.told)
    telling.cancel()

    assert [len(missed.readings) for missed in line.told] == [1]


async def test_a_long_time_is_told_in_messages_of_bounded_length_and_what_gave_way_is_counted() -> None:
    line = Line()
    for _ in range(READINGS_LIMIT + 60):
        line.ring.add((0.0, await line.measure()))
    line.heard.set()
    telling = asyncio.create_task(line.tell())
    await eventually(lambda: len(line.ring) == 0)
    telling.cancel()

    assert [len(missed.readings) for missed in line.told] == [READINGS_LIMIT, 50]
    assert {missed.dropped for missed in line.told} == {10}
