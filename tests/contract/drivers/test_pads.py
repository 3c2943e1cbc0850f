"""What every RFID pad must do; each is worked through its own emulator."""

import asyncio
import threading
import time

import psutil
import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.rfid.base import Air
from tests.support.emulators import RunningEmulator
from tests.support.pad_kinds import ON_LOAN, SECURED, PadKind, kinds_that, lay, uids
from tests.support.waiting import in_time

PILE = range(10)
each_with_piles = pytest.mark.parametrize("kind", kinds_that(lambda kind: kind.piles), indirect=True)
each_on_hf = pytest.mark.parametrize(
    "kind", kinds_that(lambda kind: kind.piles and kind.tags.air is Air.HF), indirect=True
)
each_of_one_host = pytest.mark.parametrize("kind", kinds_that(lambda kind: kind.wired), indirect=True)


async def test_an_empty_pad_is_told_once(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        first = await in_time(anext(readings))
        await lay(pad_device, kind.tags.tag(0))
        second = await in_time(anext(readings))

    assert (first.tags, uids(second)) == ((), [kind.tags.uid(0)])


@each_with_piles
async def test_a_pile_comes_as_one_with_all_that_stands_on_its_tags(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        began = time.monotonic()
        await lay(pad_device, *(kind.tags.tag(number) for number in reversed(PILE)))
        reading = await in_time(anext(readings))

    assert uids(reading) == [kind.tags.uid(number) for number in PILE]
    for number, found in enumerate(reading.tags):
        assert (found.memory or b"").startswith(kind.tags.memory(number))
        assert (found.afi, found.dsfid, found.air) == (SECURED, kind.tags.dsfid, kind.tags.air)
        assert began <= found.first_seen <= reading.received_ns / 1e9


async def test_what_lay_there_before_the_pad_was_opened_is_told_first(
    kind: PadKind, pad_device: RunningEmulator
) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        reading = await in_time(anext(pad.readings()))

    assert uids(reading) == [kind.tags.uid(0)]


@each_with_piles
async def test_lifted_tags_are_told(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0), kind.tags.tag(1))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await pad_device.do("lift", uids=[kind.tags.uid(0)])

        assert uids(await in_time(anext(readings))) == [kind.tags.uid(1)]


@each_with_piles
async def test_a_flickering_tag_changes_nothing(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0), kind.tags.tag(1))
    async with kind.pad(pad_device, "poll_ms=20") as pad:
        readings = pad.readings()
        first = await in_time(anext(readings))
        await pad_device.misbehave("flicker", uid=kind.tags.uid(0), times=3)
        await lay(pad_device, kind.tags.tag(2))
        second = await in_time(anext(readings))

    assert (uids(first), uids(second)) == ([kind.tags.uid(0), kind.tags.uid(1)], [*map(kind.tags.uid, range(3))])
    assert second.tags[0].first_seen == first.tags[0].first_seen


@each_on_hf
async def test_a_tag_that_the_reader_names_twice_is_told_once(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await pad_device.misbehave("duplicate_uids", times=99)
        await lay(pad_device, *map(kind.tags.tag, PILE))
        reading = await in_time(anext(readings))

    assert uids(reading) == [*map(kind.tags.uid, PILE)]


@each_with_piles
async def test_two_tags_with_one_uid_are_told_as_one(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, *kind.tags.twins(0), kind.tags.tag(1))
    async with kind.pad(pad_device) as pad:
        reading = await in_time(anext(pad.readings()))
        await in_time(pad.write_afi(kind.tags.uid(1), ON_LOAN))

    assert uids(reading) == [kind.tags.uid(0), kind.tags.uid(1)]
    assert [(found.memory or b"")[:2] for found in reading.tags] == [kind.tags.memory(number)[:2] for number in (0, 1)]


@each_with_piles
async def test_an_unreadable_tag_is_named_and_read_as_soon_as_it_can_be(
    kind: PadKind, pad_device: RunningEmulator
) -> None:
    await lay(pad_device, kind.tags.tag(0, unreadable=True), kind.tags.tag(1))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        named = await in_time(anext(readings))
        await pad_device.misbehave("readable", uid=kind.tags.uid(0))
        read = await in_time(anext(readings))

    assert [found.memory is None for found in named.tags] == [True, False]
    assert [found.memory is None for found in read.tags] == [False, False]


async def test_a_pulled_cable_ends_readings_and_commands(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await pad_device.cable(plugged=False)
        with pytest.raises(DeviceLostError) as reading:
            await in_time(anext(readings))
        with pytest.raises(DeviceLostError) as command:
            await in_time(pad.write_afi(kind.tags.uid(0), ON_LOAN))

    assert (reading.value.reason, command.value.reason) == (LossReason.UNPLUGGED, LossReason.UNPLUGGED)


async def test_a_command_under_way_ends_when_the_cable_is_pulled(kind: PadKind, pad_device: RunningEmulator) -> None:
    await pad_device.misbehave("mute", times=99)
    pad = kind.pad(pad_device)

    async def pull() -> None:
        await pad_device.cable(plugged=False)

    async with asyncio.TaskGroup() as group:
        group.create_task(pull())
        with pytest.raises(DeviceLostError):
            await in_time(pad.__aenter__())


async def test_a_pad_that_is_not_there_cannot_be_opened(kind: PadKind, pad_device: RunningEmulator) -> None:
    await pad_device.cable(plugged=False)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(kind.pad(pad_device).__aenter__())

    assert pad_device.place in caught.value.device
    assert caught.value.reason is LossReason.NOT_THERE


@each_of_one_host
async def test_a_pad_belongs_to_one_at_a_time(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device):
        with pytest.raises(DeviceLostError) as caught:
            await in_time(kind.pad(pad_device).__aenter__())

    hung_up_on = LossReason.UNPLUGGED
    assert caught.value.reason is (hung_up_on if pad_device.port else LossReason.IN_USE)


async def test_a_port_without_a_pad_is_silent(kind: PadKind, pad_device: RunningEmulator) -> None:
    await pad_device.misbehave("mute", times=99)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(kind.pad(pad_device).__aenter__())

    assert caught.value.reason is LossReason.SILENT


async def test_nothing_is_left_running_or_open(kind: PadKind, pad_device: RunningEmulator) -> None:
    process = psutil.Process()
    before = (process.num_fds(), threading.active_count())
    async with kind.pad(pad_device) as pad:
        await in_time(anext(pad.readings()))

        assert threading.active_count() == before[1] + 1

    assert (process.num_fds(), threading.active_count()) == before


async def test_a_closed_pad_ends_its_readings_and_takes_no_commands(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))

    assert [reading async for reading in readings] == []
    with pytest.raises(DeviceLostError) as caught:
        await in_time(pad.read_afi(kind.tags.uid(0)))
    assert caught.value.reason is LossReason.CLOSED


async def test_a_cancelled_opening_leaves_nothing_open(kind: PadKind, pad_device: RunningEmulator) -> None:
    await pad_device.misbehave("mute", times=99)
    before = psutil.Process().num_fds()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await kind.pad(pad_device).__aenter__()

    assert psutil.Process().num_fds() == before


async def test_the_pad_says_how_it_has_been(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        await in_time(anext(pad.readings()))
        health = pad.health()

        able = pad.abilities()

    assert able == kind.abilities
    assert health.identity
    assert health.exchanges >= 3
    assert health.damaged == 0 or health.unanswered, "nothing was spoilt but what came after its time"
