"""What is FEIG's own: line settings, pauses, modes that are not host mode, more tags than a frame has room for, EAS."""

import asyncio
import os
import termios
from collections.abc import AsyncIterator

import pytest

from drivers.errors import DeviceLostError, LossReason, TagUnsupportedError
from drivers.registry import installed_registry
from drivers.rfid.base import Ability, PadReading, RfidPad
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import in_time

UIDS = [f"E00401000000{number:04X}" for number in range(40)]
PAUSE_NS = 5_000_000


@pytest.fixture(params=[False, True], ids=["feig", "feig+tcp"])
async def device(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulator("feig", network=request.param) as running:
        yield running


@pytest.fixture
async def serial() -> AsyncIterator[RunningEmulator]:
    async with emulator("feig") as running:
        yield running


def pad_of(device: RunningEmulator, options: str = "") -> RfidPad:
    return installed_registry().pad(device.url(options))


async def lay(device: RunningEmulator, *uids: str) -> None:
    await device.do("lay", tags=[{"uid": uid, "memory": uid, "size": 36, "afi": 7} for uid in uids])


def uids(reading: PadReading) -> list[str]:
    return [tag.uid for tag in reading.tags]


@pytest.mark.parametrize(("options", "speed"), [("", termios.B38400), ("baud=9600", termios.B9600)])
async def test_the_line_has_the_speed_that_the_reader_is_set_to(
    serial: RunningEmulator, options: str, speed: int
) -> None:
    async with pad_of(serial, options) as pad:
        await in_time(anext(pad.readings()))
        line = os.open(serial.link, os.O_RDONLY | os.O_NOCTTY)
        try:
            flags = termios.tcgetattr(line)
        finally:
            os.close(line)

    assert flags[4:6] == [speed, speed]


async def test_five_milliseconds_lie_before_each_question_on_a_serial_line(serial: RunningEmulator) -> None:
    await lay(serial, *UIDS[:10])
    async with pad_of(serial, "poll_ms=20") as pad:
        await in_time(anext(pad.readings()))
        await in_time(pad.write_afi(UIDS[0], 0xC2))
    facts = await serial.do("wire")

    assert int(str(facts["turns"])) > 20
    assert int(str(facts["least_pause_ns"])) >= PAUSE_NS


@pytest.mark.parametrize("mode", ["scan_mode", "notification_mode"])
async def test_a_reader_that_is_not_in_host_mode_is_said_to_be_in_the_wrong_one(
    device: RunningEmulator, mode: str
) -> None:
    await lay(device, *UIDS[:3])
    await device.misbehave(mode)
    with pytest.raises(DeviceLostError) as caught:
        await in_time(pad_of(device).__aenter__())

    assert (caught.value.device, caught.value.reason) == (device.place, LossReason.WRONG_MODE)


async def test_a_reader_that_is_switched_to_another_mode_is_lost_by_it(device: RunningEmulator) -> None:
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.misbehave("scan_mode")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert caught.value.reason is LossReason.WRONG_MODE


async def test_a_reader_that_scans_and_answers_nothing_is_in_the_wrong_mode(serial: RunningEmulator) -> None:
    await serial.misbehave("mute", times=99)
    await serial.misbehave("babble", hex=b"E004010000000001\r".hex(), times=400, ms=20)
    with pytest.raises(DeviceLostError) as caught:
        await in_time(pad_of(serial).__aenter__())

    assert caught.value.reason is LossReason.WRONG_MODE


async def test_a_reader_that_hangs_is_silent_and_may_be_opened_again_when_it_does_not(device: RunningEmulator) -> None:
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await device.misbehave("hang")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(pad.write_afi(UIDS[0], 0xC2))
    await device.misbehave("normal")
    await lay(device, UIDS[0])
    async with pad_of(device) as pad:
        reading = await in_time(anext(pad.readings()))

    assert caught.value.reason is LossReason.SILENT
    assert uids(reading) == [UIDS[0]]


@pytest.mark.parametrize("frames", ["auto", "standard", "advanced"])
@pytest.mark.parametrize("misdeed", ["normal", "more_by_mode_1", "long_answers", "tells_once"])
async def test_forty_tags_are_told_whatever_family_the_reader_is_of(
    serial: RunningEmulator, frames: str, misdeed: str
) -> None:
    await serial.misbehave(misdeed)
    await lay(serial, *UIDS)
    async with pad_of(serial, f"frames={frames}") as pad:
        reading = await in_time(anext(pad.readings()))

    assert uids(reading) == UIDS
    assert [(tag.memory or b"")[:8].hex().upper() for tag in reading.tags] == UIDS


async def test_an_answer_that_comes_after_its_time_stands_for_no_other_tag(device: RunningEmulator) -> None:
    async with pad_of(device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await lay(device, *UIDS[:6])
        for _ in range(3):
            await device.misbehave("delay", ms=700)
            await device.misbehave("split", size=400, times=4)
        async with asyncio.timeout(30):
            async for reading in readings:
                if uids(reading) == UIDS[:6] and all(tag.memory is not None for tag in reading.tags):
                    break

    assert [(tag.memory or b"")[:8].hex().upper() for tag in reading.tags] == UIDS[:6]


async def test_the_eas_bit_is_offered_only_where_it_is_asked_for(device: RunningEmulator) -> None:
    await lay(device, UIDS[0])
    async with pad_of(device) as pad:
        assert Ability.EAS not in pad.abilities()
        with pytest.raises(TagUnsupportedError):
            await in_time(pad.write_eas(UIDS[0], on=True))


async def test_the_eas_bit_is_written_through_the_air_and_asked_for(device: RunningEmulator) -> None:
    await lay(device, UIDS[0])
    told: list[bool] = []
    async with pad_of(device, "eas=transparent") as pad:
        for on in (True, False):
            await in_time(pad.write_eas(UIDS[0], on=on))
            told.append(await in_time(pad.read_eas(UIDS[0])))

    assert told == [True, False]


async def test_memory_and_dsfid_are_written_and_read_back_though_a_write_breaks_off(device: RunningEmulator) -> None:
    await lay(device, UIDS[0])
    written = bytes(range(32))
    async with pad_of(device) as pad:
        await device.misbehave("broken_writes", times=2)
        await in_time(pad.write_memory(UIDS[0], written))
        await in_time(pad.write_dsfid(UIDS[0], 0x3E))
        memory = await in_time(pad.read_memory(UIDS[0]))
        async with asyncio.timeout(20):
            async for reading in pad.readings():
                if reading.tags and reading.tags[0].memory == memory:
                    break

    assert memory == written + bytes(4)
    assert [(tag.dsfid, tag.afi) for tag in reading.tags] == [(0x3E, 7)]
