"""HF pads against what their contract does not ask of every pad."""

from collections.abc import AsyncIterator

import pytest

from drivers.errors import TagGoneError
from drivers.registry import installed_registry
from drivers.rfid.base import PadReading, RfidPad
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import first_of, in_time

BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
UIDS = [f"E00401000000000{number}" for number in range(10)]


NEEDED = {
    "threem": 2 * (8 + 9 + 10 * 9) + 10 * (17 + 15 + 2 + 36) + 10 * (13 + 16) + 8 + 9,
    "feig": 2 * (7 + 7 + 10 * 10) + 10 * (17 + 8 + 9 * 5) + 10 * (15 + 19) + 7 + 6,
    "feig+tcp": 2 * (9 + 9 + 10 * 10) + 10 * (19 + 10 + 9 * 5) + 10 * (17 + 21) + 9 + 8,
}
"""Bytes for ten books: two inventories, each tag's memory and AFI, and an inventory of the empty pad."""


@pytest.fixture(params=[("threem", False), ("feig", False), ("feig", True)], ids=["threem", "feig", "feig+tcp"])
async def device(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    name, network = request.param
    async with emulator(name, network=network) as running:
        yield running


def pad_of(device: RunningEmulator, options: str = "") -> RfidPad:
    return installed_registry().pad(device.url(options))


async def lay(device: RunningEmulator, *uids: str) -> None:
    await device.do("lay", tags=[{"uid": uid, "memory": BOOK, "afi": 7, "dsfid": 0x3E} for uid in uids])


def uids(reading: PadReading) -> list[str]:
    return [tag.uid for tag in reading.tags]


async def test_a_tag_lifted_in_mid_write_and_laid_again_at_once_says_what_stands_on_it(
    device: RunningEmulator,
) -> None:
    await lay(device, UIDS[0])
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.misbehave("lift_in_write", after=1, written=True)
        with pytest.raises(TagGoneError):
            await in_time(pad.write_afi(UIDS[0], 0xC2))
        await device.do("lay", tags=[{"uid": UIDS[0]}])
        reading = await first_of(readings, lambda told: told.tags and told.tags[0].afi is not None)

    assert [tag.afi for tag in reading.tags] == [0xC2]


async def test_an_old_pad_works_without_options() -> None:
    async with emulator("threem") as device:
        await device.misbehave("old_firmware")
        await lay(device, *UIDS)
        async with pad_of(device) as pad:
            reading = await in_time(anext(pad.readings()))

    assert uids(reading) == UIDS
    assert {tag.dsfid for tag in reading.tags} == {None}


async def test_the_wire_carries_what_a_pile_needs_and_no_more(device: RunningEmulator) -> None:
    async with pad_of(device, "poll_ms=2000") as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await lay(device, *UIDS)
        before = await device.do("wire")
        await in_time(anext(readings))
        after = await device.do("wire")

    spent = [int(str(after[name])) - int(str(before[name])) for name in ("sent", "received")]
    assert sum(spent) <= NEEDED[device.scheme]
