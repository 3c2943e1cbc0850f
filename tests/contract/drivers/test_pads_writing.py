"""What every RFID pad must make sure of when it writes to a tag; each is worked through its own emulator."""

import asyncio

import pytest

from drivers.errors import (
    AlarmNotVerifiedError,
    MemoryNotVerifiedError,
    TagGoneError,
    TagLockedError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.rfid.base import Ability, Air
from tests.support.emulators import RunningEmulator
from tests.support.pad_kinds import ON_LOAN, SECURED, PadKind, kinds_that, kinds_with, lay, on_tag, uids
from tests.support.waiting import first_of, in_time

PILE = range(10)
each_with_piles = pytest.mark.parametrize("kind", kinds_that(lambda kind: kind.piles), indirect=True)
each_with_eas = pytest.mark.parametrize("kind", kinds_with(Ability.EAS), indirect=True)
each_with_dsfid = pytest.mark.parametrize("kind", kinds_with(Ability.DSFID), indirect=True)
each_without_eas = pytest.mark.parametrize(
    "kind", kinds_that(lambda kind: Ability.EAS not in kind.abilities), indirect=True
)
each_without_dsfid = pytest.mark.parametrize(
    "kind", kinds_that(lambda kind: Ability.DSFID not in kind.abilities), indirect=True
)
each_with_memory = pytest.mark.parametrize("kind", kinds_with(Ability.MEMORY), indirect=True)
each_with_blocks = pytest.mark.parametrize(
    "kind",
    kinds_that(lambda kind: Ability.MEMORY in kind.abilities and kind.tags.air is Air.HF),
    indirect=True,
)


async def test_a_written_afi_stands_on_the_tag_and_in_the_picture(kind: PadKind, pad_device: RunningEmulator) -> None:
    uid = kind.tags.uid(0)
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await in_time(pad.write_afi(uid, ON_LOAN))
        (found,) = (await in_time(anext(readings))).tags

        assert found.afi == ON_LOAN
        assert await in_time(pad.read_afi(uid)) == ON_LOAN

    assert await on_tag(pad_device, uid, "afi") == ON_LOAN


@each_with_piles
async def test_many_writes_and_the_picture_share_the_wire(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, *map(kind.tags.tag, PILE))
    async with kind.pad(pad_device) as pad, asyncio.timeout(20):
        readings = pad.readings()
        await anext(readings)
        async with asyncio.TaskGroup() as group:
            for number in PILE:
                group.create_task(pad.write_afi(kind.tags.uid(number), ON_LOAN))
        async for reading in readings:
            if {found.afi for found in reading.tags} == {ON_LOAN}:
                break

    assert uids(reading) == [*map(kind.tags.uid, PILE)]


async def test_a_write_that_is_said_to_be_done_and_is_not_is_done_again(
    kind: PadKind, pad_device: RunningEmulator
) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("write_ignored", times=2)
        await in_time(pad.write_afi(kind.tags.uid(0), ON_LOAN))

    assert await on_tag(pad_device, kind.tags.uid(0), "afi") == ON_LOAN


async def test_an_alarm_that_never_holds_is_not_verified(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("write_ignored", times=99)
        with pytest.raises(AlarmNotVerifiedError) as caught:
            await in_time(pad.write_afi(kind.tags.uid(0), ON_LOAN))

    assert (caught.value.wanted, caught.value.found) == (ON_LOAN, SECURED)


async def test_a_tag_that_does_not_lie_there_is_gone(kind: PadKind, pad_device: RunningEmulator) -> None:
    uid = kind.tags.uid(0)
    async with kind.pad(pad_device) as pad:
        for call in (pad.read_afi(uid), pad.write_afi(uid, ON_LOAN), pad.read_memory(uid)):
            with pytest.raises(TagGoneError) as caught:
                await in_time(call)

            assert caught.value.uid == uid


@each_with_piles
async def test_a_locked_tag_is_said_to_be_locked_and_stays_in_the_picture(
    kind: PadKind, pad_device: RunningEmulator
) -> None:
    await lay(pad_device, kind.tags.tag(0, afi_locked=True))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        with pytest.raises(TagLockedError):
            await in_time(pad.write_afi(kind.tags.uid(0), ON_LOAN))
        await lay(pad_device, kind.tags.tag(1))
        async with asyncio.timeout(20):
            async for reading in readings:
                if len(reading.tags) == 2:
                    break

    assert [found.afi for found in reading.tags] == [SECURED, SECURED]


@pytest.mark.parametrize("written", [True, False])
async def test_a_tag_lifted_in_mid_write_is_gone_and_says_what_stands_on_it_when_it_is_back(
    kind: PadKind,
    pad_device: RunningEmulator,
    written: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    uid = kind.tags.uid(0)
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await pad_device.misbehave("lift_in_write", after=1, written=written)
        with pytest.raises(TagGoneError):
            await in_time(pad.write_afi(uid, ON_LOAN))
        await first_of(readings, lambda told: not told.tags)
        await lay(pad_device, {"uid": uid})
        reading = await first_of(readings, lambda told: told.tags and told.tags[0].afi is not None)

    assert [found.afi for found in reading.tags] == [ON_LOAN if written else SECURED]


@each_with_memory
async def test_written_memory_stands_on_the_tag_and_in_the_picture(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    data, goes_by = kind.tags.rewritten(0)
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await in_time(pad.write_memory(kind.tags.uid(0), data))
        async with asyncio.timeout(20):
            async for reading in readings:
                if uids(reading) == [goes_by] and (reading.tags[0].memory or b"").startswith(data):
                    break

        assert (await in_time(pad.read_memory(goes_by)))[: len(data)] == data

    assert str(await on_tag(pad_device, goes_by, "memory")).startswith(data.hex())


@each_with_memory
async def test_locked_memory_is_said_to_be_locked(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.locked(0))
    async with kind.pad(pad_device) as pad:
        with pytest.raises(TagLockedError):
            await in_time(pad.write_memory(kind.tags.uid(0), kind.tags.rewritten(0)[0]))


@each_with_memory
async def test_memory_that_takes_no_writes_is_not_verified(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("write_ignored", times=999, of="blocks")
        with pytest.raises(MemoryNotVerifiedError):
            await in_time(pad.write_memory(kind.tags.uid(0), kind.tags.rewritten(0)[0]))


@each_with_memory
async def test_memory_is_written_although_some_writes_do_nothing(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    data, goes_by = kind.tags.rewritten(0)
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("write_ignored", times=2, of="blocks")
        await in_time(pad.write_memory(kind.tags.uid(0), data))

    assert str(await on_tag(pad_device, goes_by, "memory")).startswith(data.hex())


@each_with_blocks
async def test_a_tag_lifted_while_its_blocks_are_written_is_gone_and_is_finished_when_it_is_back(
    kind: PadKind, pad_device: RunningEmulator
) -> None:
    uid = kind.tags.uid(0)
    await lay(pad_device, kind.tags.tag(0))
    data, _ = kind.tags.rewritten(0)
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("lift_in_write", after=2)
        with pytest.raises(TagGoneError):
            await in_time(pad.write_memory(uid, data))
        half = str(await on_tag(pad_device, uid, "memory"))
        await lay(pad_device, {"uid": uid})
        await in_time(pad.write_memory(uid, data))

    assert not half.startswith(data.hex())
    assert str(await on_tag(pad_device, uid, "memory")).startswith(data.hex())


@each_with_blocks
async def test_a_write_that_breaks_off_is_finished(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    data, _ = kind.tags.rewritten(0)
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("broken_writes", times=2)
        await in_time(pad.write_memory(kind.tags.uid(0), data))

    assert str(await on_tag(pad_device, kind.tags.uid(0), "memory")).startswith(data.hex())


@each_with_dsfid
async def test_a_written_dsfid_stands_on_the_tag_and_in_the_picture(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await pad_device.misbehave("write_ignored", times=1, of="dsfid")
        await in_time(pad.write_dsfid(kind.tags.uid(0), 0x06))
        (found,) = (await in_time(anext(readings))).tags

    assert (found.dsfid, await on_tag(pad_device, kind.tags.uid(0), "dsfid")) == (0x06, 0x06)


@each_with_dsfid
async def test_a_locked_dsfid_is_said_to_be_locked(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0, dsfid_locked=True))
    async with kind.pad(pad_device) as pad:
        with pytest.raises(TagLockedError):
            await in_time(pad.write_dsfid(kind.tags.uid(0), 0x06))


@each_with_eas
async def test_the_eas_bit_is_set_and_cleared_and_said(kind: PadKind, pad_device: RunningEmulator) -> None:
    uid = kind.tags.uid(0)
    others = [kind.tags.tag(1, eas=True)] if kind.piles else []
    await lay(pad_device, kind.tags.tag(0), *others)
    async with kind.pad(pad_device) as pad:
        told = [await in_time(pad.read_eas(uid))]
        await pad_device.misbehave("write_ignored", times=2, of="eas")
        await in_time(pad.write_eas(uid, on=True))
        told.append(await in_time(pad.read_eas(uid)))
        await in_time(pad.write_eas(uid, on=False))
        told.append(await in_time(pad.read_eas(uid)))

    assert told == [False, True, False]
    assert await on_tag(pad_device, uid, "eas") is False
    assert not others or await on_tag(pad_device, kind.tags.uid(1), "eas") is True


@each_with_eas
async def test_a_silent_alarm_of_a_tag_that_is_gone_is_not_off(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        with pytest.raises(TagGoneError):
            await in_time(pad.read_eas(kind.tags.uid(0)))
        with pytest.raises(TagGoneError):
            await in_time(pad.write_eas(kind.tags.uid(0), on=False))


@each_with_eas
async def test_an_eas_bit_that_does_not_change_is_not_verified(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0, eas=True))
    async with kind.pad(pad_device) as pad:
        await pad_device.misbehave("write_ignored", times=99, of="eas")
        with pytest.raises(AlarmNotVerifiedError) as caught:
            await in_time(pad.write_eas(kind.tags.uid(0), on=False))

    assert (caught.value.wanted, caught.value.found) == (0, 1)


@each_without_eas
async def test_a_pad_without_eas_says_so(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        for call in (pad.read_eas(kind.tags.uid(0)), pad.write_eas(kind.tags.uid(0), on=True)):
            with pytest.raises(TagUnsupportedError):
                await in_time(call)


@each_without_dsfid
async def test_a_pad_without_dsfid_says_so(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        with pytest.raises(TagUnsupportedError):
            await in_time(pad.write_dsfid(kind.tags.uid(0), 0x06))


async def test_an_unreadable_tag_is_said_to_be_unreadable(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0, unreadable=True))
    async with kind.pad(pad_device) as pad:
        with pytest.raises((TagUnreadableError, TagGoneError)):
            await in_time(pad.read_memory(kind.tags.uid(0)))
