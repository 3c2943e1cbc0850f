"""One reading for all watchers, and stores that cannot be read."""

import asyncio
import logging
import threading
from datetime import datetime, timedelta

import pytest

from server.web.snapshot import Snapshots
from tests.support.fleet_pages import NOON, FakeClock, FakeFleet, FakeFleetReading, FakeLoans

REFRESH = timedelta(milliseconds=500)


class StuckFleet:
    """A store that answers only when it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.readings = 0

    def overview(self, now: datetime) -> FakeFleetReading:
        del now
        self.readings += 1
        self.let_go.wait(20)
        return FakeFleetReading()


async def test_all_who_watch_share_one_reading() -> None:
    fleet = FakeFleet()
    snapshots = Snapshots(fleet, FakeLoans(), FakeClock(), REFRESH)

    seen = await asyncio.gather(*(snapshots.latest() for _ in range(50)))

    assert fleet.readings == 1
    assert all(snapshot is seen[0] for snapshot in seen)


async def test_a_clock_that_is_set_back_does_not_stop_the_readings() -> None:
    fleet, clock = FakeFleet(), FakeClock()
    snapshots = Snapshots(fleet, FakeLoans(), clock, REFRESH)
    await snapshots.latest()
    clock.advance(timedelta(hours=-1))

    assert (await snapshots.latest()).at == clock.now
    assert fleet.readings == 2


async def test_a_store_that_is_lost_keeps_its_last_value_and_the_time_of_the_loss() -> None:
    loans, clock = FakeLoans(made=4), FakeClock()
    snapshots = Snapshots(FakeFleet(), loans, clock, REFRESH)
    await snapshots.latest()
    loans.fault = OSError("disk")
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        lost = (await snapshots.latest()).loans

    assert lost.value == 4
    assert lost.lost_since == NOON + timedelta(minutes=1)


async def test_a_loss_is_logged_once_and_the_return_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    loans, clock = FakeLoans(fault=OSError("disk")), FakeClock()
    snapshots = Snapshots(FakeFleet(), loans, clock, REFRESH)
    for fault in (OSError("disk"), OSError("disk"), None, None):
        loans.fault = fault
        clock.advance(timedelta(minutes=1))
        await snapshots.latest()

    assert [record.message for record in caplog.records] == [
        "the loans cannot be read: OSError",
        "the loans can be read again",
    ]


async def test_a_store_that_hangs_holds_nobody_up_and_is_not_asked_twice() -> None:
    fleet, clock = StuckFleet(), FakeClock()
    snapshots = Snapshots(fleet, FakeLoans(made=3), clock, REFRESH)
    try:
        first = await snapshots.latest()
        clock.advance(timedelta(seconds=2))
        second = await snapshots.latest()
    finally:
        fleet.let_go.set()
    clock.advance(timedelta(seconds=2))
    third = await snapshots.latest()

    assert first.loans.value == 3
    assert first.fleet.lost_since == NOON
    assert second.fleet.lost_since == NOON
    assert fleet.readings == 1
    assert third.fleet.lost_since is None
    assert third.fleet.value == FakeFleetReading()
