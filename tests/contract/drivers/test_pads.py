"""What every RFID pad must do; each is worked through its own emulator, on a pseudo-terminal or the network."""

import asyncio
import threading
from collections.abc import AsyncIterator

import psutil
import pytest

from drivers.emulators.device import Fact, Order
from drivers.errors import DeviceLostError, LossReason, TagGoneError, TagLockedError
from drivers.registry import installed_registry
from drivers.rfid.base import PadReading, RfidPad
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import in_time

BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
UIDS = [f"E00401000000000{number}" for number in range(10)]


def tag(uid: str, **more: Fact) -> Order:
    return {"uid": uid, "memory": BOOK, "afi": 7, "dsfid": 0x3E, **more}


async def lay(device: RunningEmulator, *tags: Order) -> None:
    await device.do("lay", tags=[*tags])


async def afi_of(device: RunningEmulator, uid: str) -> object:
    """Return what stands on a tag, read from the emulator."""
    tags = (await device.do("tags"))["tags"]
    assert isinstance(tags, list)
    return next(tag["afi"] for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)


def uids(reading: PadReading) -> list[str]:
    return [tag.uid for tag in reading.tags]


async def next_with(readings: AsyncIterator[PadReading], wanted: list[str]) -> PadReading:
    """Return the first picture with just these tags."""
    async with asyncio.timeout(20):
        async for reading in readings:
            if uids(reading) == wanted:
                return reading
    raise AssertionError("the readings ended")


def says(device: RunningEmulator, uid: str) -> tuple[str, int, int | None]:
    """Return what stands on a `tag`: memory, AFI, DSFID; with UHF the control word and the EPC are its memory."""
    return (f"2107{uid}".lower(), 7, None) if device.name == "m100" else (BOOK, 7, 0x3E)


@pytest.fixture(
    params=[("threem", False), ("feig", False), ("feig", True), ("m100", False)],
    ids=["threem", "feig", "feig+tcp", "m100"],
)
async def device(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    name, network = request.param
    async with emulator(name, network=network) as running:
        yield running


def make(device: RunningEmulator) -> RfidPad:
    return installed_registry().pad(device.url())


async def test_an_empty_pad_is_told_once(device: RunningEmulator) -> None:
    async with make(device) as pad:
        readings = pad.readings()
        first = await in_time(anext(readings))
        await lay(device, tag(UIDS[0]))
        second = await in_time(anext(readings))

    assert (first.tags, uids(second)) == ((), [UIDS[0]])


async def test_a_pile_comes_as_one_with_all_that_stands_on_its_tags(device: RunningEmulator) -> None:
    async with make(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await lay(device, *(tag(uid) for uid in reversed(UIDS)))
        reading = await in_time(anext(readings))

    assert uids(reading) == UIDS
    for found in reading.tags:
        assert ((found.memory or b"")[:34].hex(), found.afi, found.dsfid) == says(device, found.uid)


async def test_what_lay_there_before_the_pad_was_opened_is_told_first(device: RunningEmulator) -> None:
    await lay(device, tag(UIDS[0]))
    async with make(device) as pad:
        reading = await in_time(anext(pad.readings()))

    assert uids(reading) == [UIDS[0]]


async def test_lifted_tags_are_told(device: RunningEmulator) -> None:
    await lay(device, tag(UIDS[0]), tag(UIDS[1]))
    async with make(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.do("lift", uids=[UIDS[0]])

        assert uids(await in_time(anext(readings))) == [UIDS[1]]


async def test_a_written_afi_stands_on_the_tag_and_in_the_picture(device: RunningEmulator) -> None:
    await lay(device, tag(UIDS[0]))
    async with make(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await in_time(pad.write_afi(UIDS[0], 0xC2))
        (found,) = (await in_time(anext(readings))).tags

        assert found.afi == 0xC2
        assert await in_time(pad.read_afi(UIDS[0])) == 0xC2

    assert await afi_of(device, UIDS[0]) == 0xC2


async def test_many_writes_and_the_picture_share_the_wire(device: RunningEmulator) -> None:
    await lay(device, *(tag(uid) for uid in UIDS))
    async with make(device) as pad, asyncio.timeout(20):
        readings = pad.readings()
        await anext(readings)
        async with asyncio.TaskGroup() as group:
            for uid in UIDS:
                group.create_task(pad.write_afi(uid, 0xC2))
        async for reading in readings:
            if {found.afi for found in reading.tags} == {0xC2}:
                break

    assert uids(reading) == UIDS


async def test_a_tag_that_does_not_lie_there_is_gone(device: RunningEmulator) -> None:
    async with make(device) as pad:
        with pytest.raises(TagGoneError) as read:
            await in_time(pad.read_afi(UIDS[0]))
        with pytest.raises(TagGoneError) as written:
            await in_time(pad.write_afi(UIDS[0], 0xC2))

    assert (read.value.uid, written.value.uid) == (UIDS[0], UIDS[0])


async def test_a_locked_tag_is_said_to_be_locked_and_stays_in_the_picture(device: RunningEmulator) -> None:
    await lay(device, tag(UIDS[0], afi_locked=True))
    async with make(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        with pytest.raises(TagLockedError):
            await in_time(pad.write_afi(UIDS[0], 0xC2))
        await lay(device, tag(UIDS[1]))

        assert [found.afi for found in (await next_with(readings, UIDS[:2])).tags] == [7, 7]


async def test_an_unreadable_tag_is_named_and_read_as_soon_as_it_can_be(device: RunningEmulator) -> None:
    await lay(device, tag(UIDS[0], unreadable=True), tag(UIDS[1]))
    async with make(device) as pad:
        readings = pad.readings()
        named = await in_time(anext(readings))
        await device.misbehave("readable", uid=UIDS[0])
        read = await in_time(anext(readings))

    assert [found.memory is None for found in named.tags] == [True, False]
    assert [found.memory is None for found in read.tags] == [False, False]


async def test_a_pulled_cable_ends_readings_and_commands(device: RunningEmulator) -> None:
    async with make(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.cable(plugged=False)
        with pytest.raises(DeviceLostError) as reading:
            await in_time(anext(readings))
        with pytest.raises(DeviceLostError) as command:
            await in_time(pad.write_afi(UIDS[0], 0xC2))

    assert (reading.value.reason, command.value.reason) == (LossReason.UNPLUGGED, LossReason.UNPLUGGED)


async def test_a_command_under_way_ends_when_the_cable_is_pulled(device: RunningEmulator) -> None:
    await device.misbehave("mute", times=99)
    pad = make(device)

    async def pull() -> None:
        await device.cable(plugged=False)

    async with asyncio.TaskGroup() as group:
        group.create_task(pull())
        with pytest.raises(DeviceLostError):
            await in_time(pad.__aenter__())


async def test_a_pad_that_is_not_there_cannot_be_opened(device: RunningEmulator) -> None:
    await device.cable(plugged=False)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(make(device).__aenter__())

    assert (caught.value.device, caught.value.reason) == (device.place, LossReason.NOT_THERE)


async def test_a_pad_belongs_to_one_at_a_time(device: RunningEmulator) -> None:
    async with make(device):
        with pytest.raises(DeviceLostError) as caught:
            await in_time(make(device).__aenter__())

    hung_up_on = LossReason.UNPLUGGED
    assert caught.value.reason is (hung_up_on if device.port else LossReason.IN_USE)


async def test_a_port_without_a_pad_is_silent(device: RunningEmulator) -> None:
    await device.misbehave("mute", times=99)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(make(device).__aenter__())

    assert caught.value.reason is LossReason.SILENT


async def test_nothing_is_left_running_or_open(device: RunningEmulator) -> None:
    process = psutil.Process()
    before = (process.num_fds(), threading.active_count())
    async with make(device) as pad:
        await in_time(anext(pad.readings()))

        assert threading.active_count() == before[1] + 1

    assert (process.num_fds(), threading.active_count()) == before


async def test_a_closed_pad_ends_its_readings_and_takes_no_commands(device: RunningEmulator) -> None:
    async with make(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))

    assert [reading async for reading in readings] == []
    with pytest.raises(DeviceLostError) as caught:
        await in_time(pad.read_afi(UIDS[0]))
    assert caught.value.reason is LossReason.CLOSED


async def test_a_cancelled_opening_leaves_nothing_open(device: RunningEmulator) -> None:
    await device.misbehave("mute", times=99)
    before = psutil.Process().num_fds()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await make(device).__aenter__()

    assert psutil.Process().num_fds() == before


async def test_the_pad_says_how_it_has_been(device: RunningEmulator) -> None:
    async with make(device) as pad:
        await in_time(anext(pad.readings()))
        health = pad.health()

    assert health.identity
    assert health.exchanges >= 3
    assert (health.unanswered, health.damaged) == (0, 0)
