"""How every scanner and card reader is opened, lost, recorded and closed; each through its own emulator."""

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from drivers.barcode.base import BarcodeScanner
from drivers.card.base import CardReader
from drivers.emulators.device import Fact
from drivers.errors import DeviceLostError, LossReason
from drivers.registry import Family, installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import in_time


@dataclass(frozen=True)
class Kind:
    """A driver by its family and emulator, and what makes that say something."""

    family: Family
    emulator: str
    order: str
    arguments: dict[str, Fact]
    removed: bool = False
    """What it reads lies there until it is removed, and is not told anew while it lies there."""

    def __str__(self) -> str:
        return f"{self.family.value} {self.emulator}"


KINDS = [
    Kind(Family.BARCODE, "scanner", "scan", {"text": "2050000001"}),
    Kind(Family.BARCODE, "evdev", "scan", {"text": "2050000001"}),
    Kind(Family.CARD, "evdev", "present", {"text": "0003887558"}),
    Kind(Family.CARD, "pn532", "present", {"uid": "04A2245BC16180"}),
    Kind(Family.CARD, "rdm6300", "present", {"uid": "67003B51C6"}),
    Kind(Family.CARD, "pcsc", "present", {"uid": "04A2245BC16180"}, removed=True),
]
OF_ONE_HOST = [kind for kind in KINDS if kind.emulator != "pcsc"]
"""A reader behind PC/SC is the service's, which any number of hosts may ask."""


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
async def device(kind: Kind) -> AsyncIterator[RunningEmulator]:
    async with emulator(kind.emulator) as running:
        yield running


def make(kind: Kind, url: str) -> BarcodeScanner | CardReader:
    registry = installed_registry()
    return registry.scanner(url) if kind.family is Family.BARCODE else registry.card_reader(url)


def open_now() -> tuple[int, int]:
    """Count this process's descriptors and threads."""
    return psutil.Process().num_fds(), threading.active_count()


async def test_a_device_that_is_not_there_cannot_be_opened(kind: Kind, device: RunningEmulator) -> None:
    await device.cable(plugged=False)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(make(kind, device.url()).__aenter__())

    assert caught.value.reason is LossReason.NOT_THERE


@pytest.mark.parametrize("kind", OF_ONE_HOST, ids=str, indirect=True)
async def test_a_device_belongs_to_one_at_a_time(kind: Kind, device: RunningEmulator) -> None:
    async with make(kind, device.url()):
        with pytest.raises(DeviceLostError) as caught:
            await in_time(make(kind, device.url()).__aenter__())

    assert caught.value.reason is LossReason.IN_USE


async def test_what_a_device_says_can_be_recorded_and_nobody_else_may_read_it(
    kind: Kind, device: RunningEmulator, tmp_path: Path
) -> None:
    file = tmp_path / "recording.txt"
    async with make(kind, f"spy+{device.url(f'spy={file}')}") as driver:
        await device.do(kind.order, **kind.arguments)
        await in_time(anext(driver.readings()))
    turns = [line.split()[1] for line in file.read_text(encoding="ascii").splitlines() if line.startswith("+")]

    assert (turns[0], turns[-1]) == ("open", "close")
    assert "<" in turns
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_device_can_be_unplugged_and_plugged_again_and_again(kind: Kind, device: RunningEmulator) -> None:
    before = open_now()
    for _ in range(10):
        async with make(kind, device.url()) as driver:
            await device.do(kind.order, **kind.arguments)
            readings = driver.readings()
            await in_time(anext(readings))
            if kind.removed:
                await device.do("remove")
            await device.cable(plugged=False)
            with pytest.raises(DeviceLostError) as caught:
                await in_time(anext(readings))

        assert caught.value.reason is LossReason.UNPLUGGED
        await device.cable(plugged=True)

    assert open_now() == before


async def test_nothing_is_left_running_or_open(kind: Kind, device: RunningEmulator) -> None:
    before = open_now()
    async with make(kind, device.url()) as driver:
        readings = driver.readings()

        assert threading.active_count() == before[1] + 1

    assert open_now() == before
    assert [reading async for reading in readings] == []
