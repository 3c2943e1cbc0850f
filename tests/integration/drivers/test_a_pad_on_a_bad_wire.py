"""HF pads against everything that their emulators can do wrong, on a pseudo-terminal or the network."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest

from drivers.errors import AlarmNotVerifiedError, DeviceLostError, LossReason, TagGoneError
from drivers.registry import installed_registry
from drivers.rfid.base import PadReading, RfidPad
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import in_time

BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
UIDS = [f"E00401000000000{number}" for number in range(10)]


STALE = {
    "threem": "d60017fe00000502e004010031269117e00401001f77fb987c5b",
    "feig": "1100b000010300e0040150a05f02b7d7be",
}
"""A whole inventory, as captured, of tags that do not lie there."""
UNASKED = {
    "begun": {"threem": "d600", "feig": "0200"},
    "of another tag": {
        "threem": "d6000d0a00e004010031269117da39ee",
        "feig": "1300b00000e004010031269117c2031b019e62",
    },
}
"""The beginning of a frame, and a whole answer about a tag that does not lie there."""


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


async def tag_on(device: RunningEmulator, uid: str) -> dict[str, Any]:
    tags = (await device.do("tags"))["tags"]
    assert isinstance(tags, list)
    return next(tag for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)


def uids(reading: PadReading) -> list[str]:
    return [tag.uid for tag in reading.tags]


@pytest.mark.parametrize(
    "misdeed",
    [
        {"what": "lose", "at": 0},
        {"what": "lose", "at": 4},
        {"what": "lose", "at": 99},
        {"what": "double", "at": 2},
        {"what": "double", "at": 6},
        {"what": "corrupt", "at": 1},
        {"what": "corrupt", "at": 7},
        {"what": "delay", "ms": 30},
        {"what": "split", "size": 1, "ms": 1},
        {"what": "split", "size": 5, "ms": 60},
        {"what": "swallow"},
        {"what": "duplicate_uids"},
        {"what": "unsolicited"},
        {"what": "babble", "hex": "begun", "ms": 2},
        {"what": "babble", "hex": "of another tag", "ms": 3},
    ],
    ids=lambda misdeed: " ".join(map(str, misdeed.values())),
)
async def test_a_pile_is_told_whole_and_right_whatever_the_wire_does(
    device: RunningEmulator, misdeed: dict[str, Any]
) -> None:
    if "hex" in misdeed:
        misdeed = {**misdeed, "hex": UNASKED[misdeed["hex"]][device.name]}
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        for _ in range(4):  # now and then; the next answers are good again
            await device.do("misbehave", **{**misdeed, "times": 2})
            await device.misbehave("split", size=400, times=3)
        await lay(device, *UIDS)
        async with asyncio.timeout(20):
            async for reading in readings:
                if uids(reading) == UIDS:
                    break

    assert {(tag.memory or b"")[:34].hex() for tag in reading.tags} == {BOOK}
    assert {(tag.afi, tag.dsfid) for tag in reading.tags} == {(7, 0x3E)}


@pytest.mark.parametrize(
    "misdeed",
    [
        {"what": "lose", "at": 5},
        {"what": "corrupt", "at": 11},
        {"what": "swallow"},
        {"what": "delay", "ms": 600},
        {"what": "write_ignored", "times": 2},
    ],
    ids=lambda misdeed: misdeed["what"],
)
async def test_an_afi_is_written_whatever_the_wire_does(device: RunningEmulator, misdeed: dict[str, Any]) -> None:
    await lay(device, UIDS[0])
    async with pad_of(device) as pad:
        await in_time(anext(pad.readings()))
        await device.do("misbehave", **misdeed)
        await in_time(pad.write_afi(UIDS[0], 0xC2))

    assert (await tag_on(device, UIDS[0]))["afi"] == 0xC2


@pytest.mark.parametrize("written", [True, False])
async def test_a_tag_lifted_in_mid_write_is_gone_and_its_afi_is_read_anew(
    device: RunningEmulator,
    written: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    await lay(device, UIDS[0])
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.misbehave("lift_in_write", after=1, written=written)
        with pytest.raises(TagGoneError):
            await in_time(pad.write_afi(UIDS[0], 0xC2))
        async with asyncio.timeout(20):
            async for reading in readings:
                if not reading.tags:
                    break
            await device.do("lay", tags=[{"uid": UIDS[0]}])
            (found,) = (await anext(readings)).tags

    assert found.afi == (0xC2 if written else 7)


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

        assert [tag.afi for tag in (await in_time(anext(readings))).tags] == [0xC2]


async def test_a_write_that_never_holds_is_not_verified(device: RunningEmulator) -> None:
    await lay(device, UIDS[0])
    async with pad_of(device) as pad:
        await device.misbehave("write_ignored", times=99)
        with pytest.raises(AlarmNotVerifiedError) as caught:
            await in_time(pad.write_afi(UIDS[0], 0xC2))

    assert (caught.value.wanted, caught.value.found) == (0xC2, 7)


async def test_a_flickering_tag_changes_nothing(device: RunningEmulator) -> None:
    await lay(device, *UIDS[:2])
    async with pad_of(device, "poll_ms=20") as pad:
        readings = pad.readings()
        first = await in_time(anext(readings))
        await device.misbehave("flicker", uid=UIDS[0], times=3)
        await lay(device, UIDS[2])
        second = await in_time(anext(readings))

    assert (uids(first), uids(second)) == (UIDS[:2], UIDS[:3])


async def test_stale_bytes_at_opening_are_thrown_away(device: RunningEmulator) -> None:
    late = STALE[device.name]
    await device.misbehave("babble", hex=late, times=30, ms=1)
    async with pad_of(device) as pad:
        reading = await in_time(anext(pad.readings()))

    assert reading.tags == ()


async def test_an_old_pad_works_without_options() -> None:
    async with emulator("threem") as device:
        await device.misbehave("old_firmware")
        await lay(device, *UIDS)
        async with pad_of(device) as pad:
            reading = await in_time(anext(pad.readings()))

    assert uids(reading) == UIDS
    assert {tag.dsfid for tag in reading.tags} == {None}


async def test_a_pad_that_falls_silent_is_lost(device: RunningEmulator) -> None:
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.misbehave("mute", times=99)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(pad.write_afi(UIDS[0], 0xC2))

    assert caught.value.reason is LossReason.SILENT


async def test_two_hundred_pulled_cables_leave_no_descriptor_and_no_thread(device: RunningEmulator) -> None:
    await lay(device, UIDS[0])
    process = psutil.Process()
    before = (process.num_fds(), threading.active_count())
    for cycle in range(200):
        async with pad_of(device, "poll_ms=20") as pad:
            readings = pad.readings()
            reading = await in_time(anext(readings))
            await device.cable(plugged=False)
            with pytest.raises(DeviceLostError):
                await in_time(anext(readings))
        await device.cable(plugged=True)

        assert uids(reading) == [UIDS[0]], cycle

    assert (process.num_fds(), threading.active_count()) == before


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
