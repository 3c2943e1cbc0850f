"""A cable pulled and put in again a thousand times: nothing is left open or running."""

import threading
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from drivers.emulators.device import EmulatedDevice
from drivers.emulators.feig_device import FeigDevice
from drivers.emulators.process import Emulator, EmulatorOptions
from drivers.emulators.pty_wire import PtyWire
from drivers.emulators.tcp_wire import TcpWire
from drivers.emulators.threem_device import ThreemDevice
from drivers.emulators.wire import EmulatorWire
from drivers.errors import DeviceLostError
from drivers.registry import installed_registry
from drivers.rfid.base import PadReading, TagReading
from tests.support.waiting import in_time

UID = "E004010000000001"
CYCLES = 1000
SETTLED = 10
"""Each so many cycles the cable is pulled from a pad that has told its picture, else from one that has just opened."""


class Bench:
    """An emulated pad in this very process, so that a cycle takes milliseconds."""

    def __init__(self, url: str, wire: EmulatorWire, device: EmulatedDevice) -> None:
        self.url = url
        self._emulator = Emulator(EmulatorOptions("pad", Path(), wire), device)
        self._emulator.plug()
        self._emulator.carry_out({"do": "lay", "tags": [{"uid": UID, "memory": "11", "afi": 7}]})

    def cable(self, *, plugged: bool) -> None:
        self._emulator.carry_out({"do": "cable", "in": plugged})

    def end(self) -> None:
        self._emulator.end()


@pytest.fixture(params=["threem", "feig+tcp"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    link = tmp_path / "pad"
    if request.param == "threem":
        made = Bench(f"threem://{link}?poll_ms=20", PtyWire(link, 19200, throttle=False), ThreemDevice())
    else:
        wire = TcpWire(0, 38400, throttle=False)
        made = Bench(f"feig+tcp://localhost:{wire.port}?poll_ms=20", wire, FeigDevice())
    yield made
    made.end()


async def lost(readings: AsyncIterator[PadReading]) -> None:
    """Take readings until the device is lost."""
    async for _ in readings:
        pass


async def test_a_thousand_pulled_cables_leave_no_descriptor_and_no_thread(bench: Bench) -> None:
    process, registry = psutil.Process(), installed_registry()
    before = (process.num_fds(), threading.active_count())
    told: tuple[TagReading, ...] = ()
    for cycle in range(CYCLES):
        async with registry.pad(bench.url) as pad:
            readings = pad.readings()
            if cycle % SETTLED == 0:
                told += (await in_time(anext(readings))).tags
            bench.cable(plugged=False)
            with pytest.raises(DeviceLostError):
                await in_time(lost(readings))
        bench.cable(plugged=True)

        assert (process.num_fds(), threading.active_count()) == before, cycle

    assert [tag.uid for tag in told] == [UID] * (CYCLES // SETTLED)
