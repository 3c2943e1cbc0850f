"""Readers behind PC/SC, pad and card reader alike, through a service in a process of its own that misbehaves."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.card.base import CardReader
from drivers.emulators.pcsc_reader import ACR122U, ACR1552U
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason, TagGoneError, TagUnreadableError
from drivers.registry import installed_registry
from drivers.rfid.base import RfidPad
from drivers.rfid.pcsc import PcscPad
from tests.support.emulators import RunningEmulator, emulator
from tests.support.pad_kinds import KINDS, ON_LOAN, lay, on_tag, uids
from tests.support.waiting import DEADLINE_S, in_time

TAGS = KINDS["pcsc"].tags
UID = TAGS.uid(0)
CARD = "04A2245BC16180"


@pytest.fixture
async def service() -> AsyncIterator[RunningEmulator]:
    async with emulator("pcsc") as running:
        yield running


def pad(service: RunningEmulator) -> RfidPad:
    return installed_registry().pad(service.url("poll_ms=20"))


def cards(service: RunningEmulator) -> CardReader:
    return installed_registry().card_reader(service.url())


async def test_a_desk_reads_books_and_cards_at_once_and_neither_is_taken_for_the_other(
    service: RunningEmulator,
) -> None:
    async with pad(service) as desk, cards(service) as reader:
        pictures, shown = desk.readings(), reader.readings()
        await in_time(anext(pictures))
        await lay(service, TAGS.tag(0))
        book = await in_time(anext(pictures))
        tag = await in_time(anext(shown))
        await service.do("lift")
        await in_time(anext(pictures))
        await service.do("present", uid=CARD)
        card = await in_time(anext(shown))

    assert (uids(book), tag.uid.hex().upper(), card.uid.hex().upper()) == ([UID], UID, CARD)


async def test_a_service_that_is_killed_is_not_there(service: RunningEmulator) -> None:
    async with pad(service) as desk, cards(service) as reader:
        pictures, shown = desk.readings(), reader.readings()
        await in_time(anext(pictures))
        service.process.send_signal(signal.SIGKILL)
        with pytest.raises(DeviceLostError) as of_pad:
            await in_time(anext(pictures))
        with pytest.raises(DeviceLostError) as of_reader:
            await in_time(anext(shown))

    with pytest.raises(DeviceLostError) as again:
        await in_time(pad(service).__aenter__())
    assert {caught.value.reason for caught in (of_pad, of_reader, again)} == {LossReason.NOT_THERE}


async def test_a_service_that_stops_is_found_again_when_it_is_back(service: RunningEmulator) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk:
        pictures = desk.readings()
        await in_time(anext(pictures))
        await service.misbehave("stopped")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(pictures))
    await service.misbehave("normal")
    async with pad(service) as desk:
        found = await in_time(anext(desk.readings()))

    assert (caught.value.reason, uids(found)) == (LossReason.NOT_THERE, [UID])


@pytest.mark.parametrize("commands", range(8))
async def test_a_tag_that_is_lifted_after_any_command_is_gone_or_was_written(
    service: RunningEmulator, commands: int
) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk:
        await in_time(anext(desk.readings()))
        await service.misbehave("remove_after", commands=commands)
        try:
            await in_time(desk.write_afi(UID, ON_LOAN))
        except TagGoneError:
            written = False
        else:
            written = True

    assert not written or await on_tag(service, UID, "afi") == ON_LOAN


@pytest.mark.parametrize("status", ["6300", "6A81", "6401"])
async def test_a_status_that_is_not_good_is_asked_past(service: RunningEmulator, status: str) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk:
        await in_time(anext(desk.readings()))
        await service.misbehave("status", hex=status, times=2)
        await in_time(desk.write_afi(UID, ON_LOAN))

    assert await on_tag(service, UID, "afi") == ON_LOAN


async def test_a_slow_service_is_waited_for(service: RunningEmulator) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk:
        await in_time(anext(desk.readings()))
        await service.misbehave("delay", ms=400, times=3)
        await in_time(desk.write_afi(UID, ON_LOAN))

    assert await on_tag(service, UID, "afi") == ON_LOAN


async def test_an_answer_that_is_swallowed_loses_the_reader_and_not_the_write(service: RunningEmulator) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk:
        await in_time(anext(desk.readings()))
        await service.misbehave("swallow")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(desk.write_afi(UID, ON_LOAN))
    async with pad(service) as desk:
        await in_time(desk.write_afi(UID, ON_LOAN))

    assert caught.value.reason is LossReason.SILENT
    assert await on_tag(service, UID, "afi") == ON_LOAN


async def test_a_tag_that_does_not_speak_is_none_and_one_whose_answers_are_cut_is_unreadable(
    service: RunningEmulator,
) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk:
        pictures = desk.readings()
        await in_time(anext(pictures))
        await service.misbehave("cut_answers")
        with pytest.raises(TagUnreadableError):
            await in_time(desk.read_memory(UID))
        await service.misbehave("card_mute")
        mute = await in_time(anext(pictures))

    assert mute.tags == ()


async def test_of_two_readers_the_url_names_one_and_only_its_cards_are_told(service: RunningEmulator) -> None:
    await service.do("plug", reader=ACR122U)
    with pytest.raises(DeviceUrlError) as caught:
        await in_time(cards(service).__aenter__())
    named = installed_registry().card_reader(service.url().replace("pcsc://", "pcsc://acr122"))
    async with named as reader:
        await service.do("present", uid="DEADBEEF")
        await service.do("present", reader=ACR122U, uid=CARD)
        card = await in_time(anext(reader.readings()))
        await service.do("unplug", reader=ACR122U)
        with pytest.raises(DeviceLostError) as unplugged:
            await in_time(anext(reader.readings()))

    assert caught.value.allowed == (ACR1552U, ACR122U)
    assert card.uid.hex().upper() == CARD
    assert unplugged.value.reason is LossReason.UNPLUGGED


async def test_what_was_said_to_a_card_can_be_recorded(service: RunningEmulator, tmp_path: Path) -> None:
    file = tmp_path / "pcsc.txt"
    await lay(service, TAGS.tag(0))
    async with installed_registry().pad("spy+" + service.url(f"spy={file}")) as desk:
        await in_time(anext(desk.readings()))
    recording = file.read_text(encoding="ascii")

    assert "> ffca000000" in recording
    assert f"< {UID.lower()}9000" in recording


async def test_every_card_is_let_be_in_the_end(service: RunningEmulator) -> None:
    await lay(service, TAGS.tag(0))
    async with pad(service) as desk, cards(service):
        await in_time(anext(desk.readings()))
        await in_time(desk.read_memory(UID))

    async def links() -> object:
        return (await service.do("state"))["links"]

    async with asyncio.timeout(DEADLINE_S):
        while await links():
            pass

    assert await links() == 0


@pytest.mark.parametrize("where", ["", "relative/socket"])
def test_a_service_is_named_by_its_whole_path_or_is_the_systems(where: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        PcscPad.from_url(f"pcsc://?service={where}")

    assert caught.value.part in ("service", "driver")


async def test_a_service_that_never_was_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        await in_time(installed_registry().card_reader(f"pcsc://?service={tmp_path}/none").__aenter__())

    assert caught.value.reason is LossReason.NOT_THERE
