"""What every RFID pad must bear from its wire, and what a recording of it holds."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.spy import FIRST_LINE
from tests.support.emulators import RunningEmulator
from tests.support.pad_kinds import ON_LOAN, SECURED, PadKind, kinds_that, lay, on_tag, uids
from tests.support.waiting import in_time

PILE = range(10)
each_on_a_wire = pytest.mark.parametrize("kind", kinds_that(lambda kind: kind.wired), indirect=True)


@each_on_a_wire
@pytest.mark.parametrize(
    "misdeeds",
    [
        ({"what": "lose", "at": 0}, {"what": "lose", "at": 4}, {"what": "lose", "at": 99}),
        ({"what": "double", "at": 2}, {"what": "double", "at": 6}),
        ({"what": "corrupt", "at": 1}, {"what": "corrupt", "at": 7}),
        ({"what": "delay", "ms": 30},),
        ({"what": "split", "size": 1, "ms": 1}, {"what": "split", "size": 5, "ms": 40}),
        ({"what": "swallow"},),
        ({"what": "babble", "hex": "begun", "ms": 2}, {"what": "babble", "hex": "of_another", "ms": 3}),
    ],
    ids=lambda misdeeds: misdeeds[0]["what"],
)
async def test_a_pile_is_told_whole_and_right_whatever_the_wire_does(
    kind: PadKind, pad_device: RunningEmulator, misdeeds: tuple[dict[str, Any], ...]
) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        for misdeed in misdeeds:  # now and then; the next answers are good again
            said = {"hex": getattr(kind, misdeed["hex"])} if "hex" in misdeed else {}
            await pad_device.do("misbehave", **{**misdeed, **said, "times": 2})
            await pad_device.misbehave("split", size=400, times=3)
        await lay(pad_device, *map(kind.tags.tag, PILE))
        async with asyncio.timeout(20):
            async for reading in readings:
                if uids(reading) == [*map(kind.tags.uid, PILE)]:
                    break

    for number, found in enumerate(reading.tags):
        assert (found.memory or b"").startswith(kind.tags.memory(number))
        assert (found.afi, found.dsfid) == (SECURED, kind.tags.dsfid)


@each_on_a_wire
@pytest.mark.parametrize(
    "misdeed",
    [{"what": "lose", "at": 5}, {"what": "corrupt", "at": 6}, {"what": "swallow"}, {"what": "delay", "ms": 600}],
    ids=lambda misdeed: misdeed["what"],
)
async def test_an_afi_is_written_whatever_the_wire_does(
    kind: PadKind, pad_device: RunningEmulator, misdeed: dict[str, Any]
) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        await in_time(anext(pad.readings()))
        await pad_device.do("misbehave", **misdeed)
        await in_time(pad.write_afi(kind.tags.uid(0), ON_LOAN))

    assert await on_tag(pad_device, kind.tags.uid(0), "afi") == ON_LOAN


@each_on_a_wire
async def test_stale_bytes_at_opening_are_thrown_away(kind: PadKind, pad_device: RunningEmulator) -> None:
    await pad_device.misbehave("babble", hex=kind.stale)
    await pad_device.misbehave("babble", hex=kind.of_another, times=30, ms=1)
    async with kind.pad(pad_device) as pad:
        reading = await in_time(anext(pad.readings()))

    assert reading.tags == ()


@each_on_a_wire
async def test_an_unasked_frame_changes_nothing(kind: PadKind, pad_device: RunningEmulator) -> None:
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        first = await in_time(anext(readings))
        for _ in range(5):
            await pad_device.misbehave("unsolicited", uid=kind.tags.uid(7))
        await lay(pad_device, kind.tags.tag(1))
        second = await in_time(anext(readings))

    assert (uids(first), uids(second)) == ([kind.tags.uid(0)], [kind.tags.uid(0), kind.tags.uid(1)])


async def test_a_pad_that_falls_silent_is_lost(kind: PadKind, pad_device: RunningEmulator) -> None:
    async with kind.pad(pad_device) as pad:
        readings = pad.readings()
        await in_time(anext(readings))
        await pad_device.misbehave("mute", times=999)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(pad.write_afi(kind.tags.uid(0), ON_LOAN))

    assert caught.value.reason is LossReason.SILENT


async def test_a_cable_pulled_in_mid_write_is_told_and_the_pad_works_again_when_it_is_in(
    kind: PadKind, pad_device: RunningEmulator
) -> None:
    uid = kind.tags.uid(0)
    await lay(pad_device, kind.tags.tag(0))
    async with kind.pad(pad_device) as pad:
        await in_time(anext(pad.readings()))
        await pad_device.misbehave("write_ignored", times=99)
        async with asyncio.TaskGroup() as group:
            group.create_task(pad_device.cable(plugged=False))
            with pytest.raises(DeviceLostError):
                await in_time(pad.write_afi(uid, ON_LOAN))
    await pad_device.misbehave("normal")
    await pad_device.cable(plugged=True)
    async with kind.pad(pad_device) as again:
        await in_time(again.write_afi(uid, ON_LOAN))

    assert await on_tag(pad_device, uid, "afi") == ON_LOAN


@each_on_a_wire
async def test_what_goes_over_the_wire_is_recorded(kind: PadKind, pad_device: RunningEmulator, tmp_path: Path) -> None:
    file = tmp_path / "pad.txt"
    await lay(pad_device, kind.tags.tag(0))
    async with kind.recorded_pad(pad_device, file) as pad:
        await in_time(anext(pad.readings()))
    lines = file.read_text(encoding="ascii").splitlines()

    assert lines[0] == FIRST_LINE
    assert lines[1] == f"# device {pad_device.place}"
    assert {line.split()[1] for line in lines[2:]} == {"open", ">", "<", "close"}
    assert kind.tags.uid(0).lower() in "".join(line.split()[2] for line in lines if " < " in line)
