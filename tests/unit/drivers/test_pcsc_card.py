"""Cards shown to a reader behind PC/SC, in a service of this process."""

import threading

import pytest

from drivers.card.base import CardReading
from drivers.card.pcsc import PcscCardReader
from drivers.emulators.pcsc_reader import ACR122U, ACR1552U
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from tests.support.pcsc_service import EmulatedCardService
from tests.support.waiting import eventually, in_time

CARD = bytes.fromhex("04a2b3c4d5e6f7")
OTHER = bytes.fromhex("a1b2c3d4")
PHONE = bytes.fromhex("08a1b2c3")


@pytest.fixture
def service() -> EmulatedCardService:
    emulated = EmulatedCardService()
    emulated.plug(ACR122U)
    return emulated


def reader(service: EmulatedCardService, part: str = "") -> PcscCardReader:
    return PcscCardReader(f"pcsc://{part}", part, lambda: service)


async def test_each_card_is_told_once_when_it_is_shown(service: EmulatedCardService) -> None:
    async with reader(service) as cards:
        readings = cards.readings()
        service.show(ACR122U, CARD)
        first = await in_time(anext(readings))
        service.show(ACR122U, OTHER)
        second = await in_time(anext(readings))

    assert [first, second] == [CardReading(CARD, "", 0), CardReading(OTHER, "", 0)]
    assert [first.random_uid, second.random_uid] == [False, False]


async def test_a_card_is_told_again_only_after_it_was_away(service: EmulatedCardService) -> None:
    async with reader(service) as cards:
        readings = cards.readings()
        service.show(ACR122U, CARD)
        await in_time(anext(readings))
        service.take_away(ACR122U)
        service.show(ACR122U, CARD)  # at the edge of the field: it was not away for long
        await eventually(lambda: cards.health().exchanges == 2)
        service.show(ACR122U, OTHER)
        second = await in_time(anext(readings))
        service.take_away(ACR122U)
        looked = service.looks
        await eventually(lambda: service.looks > looked + 4)
        service.show(ACR122U, CARD)
        third = await in_time(anext(readings))

    assert (second.uid, third.uid) == (OTHER, CARD)


async def test_a_card_that_lay_there_when_the_reader_was_opened_is_not_shown(service: EmulatedCardService) -> None:
    service.show(ACR122U, CARD)
    async with reader(service) as cards:
        service.show(ACR122U, OTHER)

        assert (await in_time(anext(cards.readings()))).uid == OTHER


async def test_a_number_that_a_phone_makes_up_is_marked(service: EmulatedCardService) -> None:
    async with reader(service) as cards:
        service.show(ACR122U, PHONE)

        assert (await in_time(anext(cards.readings()))).random_uid


async def test_a_tag_of_a_book_is_told_in_its_standards_order() -> None:
    service = EmulatedCardService()
    service.plug(ACR1552U, hands_through=True)
    service.tell_backwards(ACR1552U)
    async with reader(service, "acr1552") as cards:
        service.lay(ACR1552U, {"uid": "E00401008A5C982E"})

        assert (await in_time(anext(cards.readings()))).uid.hex() == "e00401008a5c982e"


@pytest.mark.parametrize("status", [0x6300, 0x6A81])
async def test_a_reader_that_refuses_at_first_is_asked_again(service: EmulatedCardService, status: int) -> None:
    service.answer(ACR122U, status, status)
    async with reader(service) as cards:
        service.show(ACR122U, CARD)
        reading = await in_time(anext(cards.readings()))
        health = cards.health()

    assert (reading.uid, health.identity, health.unanswered) == (CARD, ACR122U, 2)


async def test_a_card_that_does_not_speak_is_passed_over(service: EmulatedCardService) -> None:
    async with reader(service) as cards:
        service.mute(ACR122U)
        service.show(ACR122U, CARD)
        looked = service.looks
        await eventually(lambda: service.looks > looked + 1)
        service.take_away(ACR122U)
        service.mute(ACR122U, mute=False)
        service.show(ACR122U, OTHER)

        assert (await in_time(anext(cards.readings()))).uid == OTHER


async def test_a_card_that_leaves_while_it_is_asked_is_no_error(service: EmulatedCardService) -> None:
    service.take_away_after(ACR122U, 0)
    async with reader(service) as cards:
        service.show(ACR122U, CARD)
        await eventually(lambda: cards.health().unanswered == 1)
        service.show(ACR122U, OTHER)

        assert (await in_time(anext(cards.readings()))).uid == OTHER


async def test_a_card_without_a_number_is_asked_a_few_times_and_then_left_alone(service: EmulatedCardService) -> None:
    service.answer(ACR122U, *[0x6A81] * 99)
    async with reader(service) as cards:
        service.show(ACR122U, CARD)
        await eventually(lambda: cards.health().unanswered == 5)
        looked = service.looks
        await eventually(lambda: service.looks > looked + 1)

        assert (cards.health().unanswered, len(service.asked)) == (5, 5)


@pytest.mark.parametrize(
    ("pull", "reason"),
    [(lambda service: service.unplug(ACR122U), LossReason.UNPLUGGED), (lambda s: s.stop(), LossReason.NOT_THERE)],
)
async def test_a_reader_that_is_unplugged_is_lost(
    service: EmulatedCardService, pull: object, reason: LossReason
) -> None:
    assert callable(pull)
    async with reader(service) as cards:
        pull(service)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(cards.readings()))

    assert (caught.value.reason, service.closed) == (reason, True)


async def test_a_reader_that_is_not_there_cannot_be_opened(service: EmulatedCardService) -> None:
    with pytest.raises(DeviceLostError) as caught:
        await in_time(reader(service, "omnikey").__aenter__())

    assert (caught.value.reason, service.closed) == (LossReason.NOT_THERE, True)


async def test_of_two_readers_the_url_must_say_which(service: EmulatedCardService) -> None:
    service.plug(ACR1552U, hands_through=True)
    with pytest.raises(DeviceUrlError):
        await in_time(reader(service).__aenter__())

    assert service.closed


async def test_nothing_is_left_running_or_open(service: EmulatedCardService) -> None:
    before = threading.active_count()
    async with reader(service) as cards:
        service.show(ACR122U, CARD)
        await in_time(anext(cards.readings()))

        assert threading.active_count() == before + 1

    assert (threading.active_count(), service.open_links, service.closed) == (before, 0, True)
    assert [reading async for reading in cards.readings()] == []
