"""What every UHF pad promises that is told to send nothing by air."""

import pytest

from drivers.errors import DeviceLostError, TagGoneError, TagUnsupportedError
from drivers.registry import installed_registry
from drivers.rfid.m100_messages import Command as ModuleCommand
from drivers.rfid.uhfreader18_messages import Command as ReaderCommand
from tests.support.emulators import emulator
from tests.support.pad_kinds import KINDS, TagsOnUhf, kinds_that, lay
from tests.support.waiting import eventually, in_time

UHF = kinds_that(lambda kind: isinstance(kind.tags, TagsOnUhf))
WHO_IS_THERE = {
    "m100": int(ModuleCommand.VERSION),
    "uhfreader18": int(ReaderCommand.INFORMATION),
    "uhfreader288": int(ReaderCommand.INFORMATION),
}


@pytest.mark.parametrize("name", UHF)
async def test_it_is_asked_who_it_is_and_nothing_else(name: str) -> None:
    tag = KINDS[name].tags.tag(1)
    uid = KINDS[name].tags.uid(1)
    async with emulator(KINDS[name].emulator) as device:
        await lay(device, tag)
        async with installed_registry().pad(device.url_with("air=off&poll_ms=20")) as pad:
            picture = await in_time(anext(pad.readings()))
            with pytest.raises(TagGoneError):
                await pad.read_memory(uid)
            with pytest.raises(TagUnsupportedError):
                await pad.write_afi(uid, 7)
            after = pad.health().exchanges + 10
            await eventually(lambda: pad.health().exchanges >= after)
            identity, abilities = pad.health().identity, pad.abilities()
        asked = (await device.do("state"))["asked"]

    assert picture.tags == ()
    assert asked == [WHO_IS_THERE[name]]
    assert abilities == frozenset()
    assert identity


@pytest.mark.parametrize("name", UHF)
async def test_it_is_lost_when_its_cable_goes(name: str) -> None:
    async with (
        emulator(KINDS[name].emulator) as device,
        installed_registry().pad(device.url_with("air=off&poll_ms=20")) as pad,
    ):
        readings = pad.readings()
        await in_time(anext(readings))
        await device.cable(plugged=False)
        with pytest.raises(DeviceLostError):
            await in_time(anext(readings))


@pytest.mark.parametrize("name", UHF)
async def test_without_it_the_same_tag_is_found(name: str) -> None:
    async with emulator(KINDS[name].emulator) as device:
        await lay(device, KINDS[name].tags.tag(1))
        async with KINDS[name].pad(device) as pad:
            picture = await in_time(anext(pad.readings()))
        asked = (await device.do("state"))["asked"]

    assert [tag.uid for tag in picture.tags] == [KINDS[name].tags.uid(1)]
    assert isinstance(asked, list)
    assert WHO_IS_THERE[name] in asked
    assert len(asked) > 1
