"""What every reader of patrons' cards must do; each is worked through its own emulator on a pseudo-terminal."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from drivers.card.base import CardReader, CardReading
from drivers.emulators.device import Fact
from drivers.errors import DeviceLostError, LossReason
from drivers.registry import installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import eventually, in_time


@dataclass(frozen=True)
class Kind:
    """Two cards of a reader's kind, each as its emulator is told to show it for a moment, and as it must be read."""

    first: dict[str, Fact]
    second: dict[str, Fact]
    removed: bool = False
    """Whether a card lies there until it is removed; else it is gone by itself."""
    patient: str = ""
    """How long a card may be silent and lies there still, where only time tells: longer than any machine dawdles."""
    quick: str = ""
    """The same, shorter than `AWAY_S`."""

    def read(self, card: dict[str, Fact]) -> str:
        """Give what the reading holds."""
        return str(card.get("uid", card.get("text"))).lower()


KINDS = {
    "evdev": Kind({"text": "0003887558"}, {"text": "0003887559"}, patient="again_ms=10000", quick="again_ms=300"),
    "pn532": Kind(
        {"uid": "04A2245BC16180"}, {"uid": "DEADBEEF"}, removed=True, patient="poll_ms=20", quick="poll_ms=20"
    ),
    "pcsc": Kind({"uid": "04A2245BC16180"}, {"uid": "DEADBEEF"}, removed=True),
    "rdm6300": Kind({"uid": "67003B51C6"}, {"uid": "67003BA86C"}, patient="away_ms=10000", quick="away_ms=300"),
}
AWAY_S = 0.9
"""How long a card is away when it was taken away."""
LOOKS = 4
"""How often a reader that looks must have looked meanwhile."""


WIRED = sorted(KINDS.keys() - {"pcsc"})
"""Readers whose bytes come over a wire of their own, which can spoil them."""


@pytest.fixture(params=sorted(KINDS))
async def device(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulator(request.param) as running:
        yield running


def make(device: RunningEmulator, options: str = "") -> CardReader:
    return installed_registry().card_reader(device.url(options or KINDS[device.name].patient))


def told(reading: CardReading) -> str:
    assert bool(reading.uid) != bool(reading.text)
    return reading.text or reading.uid.hex()


async def show(device: RunningEmulator, card: dict[str, Fact]) -> str:
    await device.do("present", **card)
    return KINDS[device.name].read(card)


async def looks_of(device: RunningEmulator) -> int:
    looks = (await device.do("state")).get("looks", LOOKS)
    assert isinstance(looks, int)
    return looks


async def looked(device: RunningEmulator) -> None:
    """Wait until a reader that looks for cards must have noticed what changed before, and told of it."""
    enough = await looks_of(device) + LOOKS
    while await looks_of(device) < enough:
        pass


async def take_away(device: RunningEmulator) -> None:
    """Take away what lies there, and see to it that the reader could notice."""
    if KINDS[device.name].removed:
        await device.do("remove")
        await looked(device)
    away_at = time.monotonic() + AWAY_S
    await eventually(lambda: time.monotonic() > away_at)


async def test_a_card_is_told_with_the_time_of_its_last_byte_and_not_shown(device: RunningEmulator) -> None:
    before = time.monotonic_ns()
    async with make(device) as reader:
        card = await show(device, KINDS[device.name].first)
        reading = await in_time(anext(reader.readings()))

    assert told(reading) == card
    assert before < reading.received_ns < time.monotonic_ns()
    assert card not in repr(reading).lower()
    assert not reading.random_uid


async def test_a_card_is_told_once_while_it_lies_there_and_another_at_once(device: RunningEmulator) -> None:
    kind = KINDS[device.name]
    async with make(device) as reader:
        first = await show(device, kind.first)
        readings = reader.readings()
        found = [told(await in_time(anext(readings)))]
        if kind.removed:
            await device.do("remove")
        second = await show(device, kind.second)
        found.append(told(await in_time(anext(readings))))

    assert found == [first, second]


async def test_a_card_is_told_again_after_it_was_away(device: RunningEmulator) -> None:
    kind = KINDS[device.name]
    async with make(device, kind.quick) as reader:
        readings = reader.readings()
        found = []
        for card in (kind.first, kind.first, kind.second):
            await show(device, {**card, "ms": 0})
            found.append(told(await in_time(anext(readings))))
            await take_away(device)

    assert found == [kind.read(kind.first), kind.read(kind.first), kind.read(kind.second)]


@pytest.mark.parametrize("device", WIRED, indirect=True)
@pytest.mark.parametrize("misdeed", [("lose", 4), ("double", 4), ("corrupt", 4), ("swallow", 0)])
async def test_a_card_that_the_cable_spoilt_is_not_misread(device: RunningEmulator, misdeed: tuple[str, int]) -> None:
    what, at = misdeed
    kind = KINDS[device.name]
    async with make(device) as reader:
        await device.misbehave(what, at=at)
        await show(device, kind.first)
        await take_away(device)
        second = await show(device, kind.second)
        readings = reader.readings()
        found = [told(await in_time(anext(readings)))]
        while found[-1] != second:
            found.append(told(await in_time(anext(readings))))

    assert found[:-1] in ([], [kind.read(kind.first)])


@pytest.mark.parametrize("device", WIRED, indirect=True)
async def test_a_card_in_pieces_is_put_together(device: RunningEmulator) -> None:
    async with make(device) as reader:
        await device.misbehave("split", size=5, ms=2, times=3)
        card = await show(device, KINDS[device.name].first)
        reading = await in_time(anext(reader.readings()))

    assert told(reading) == card


async def test_a_reader_whose_cable_is_pulled_is_lost_once_the_cards_shown_before_are_told(
    device: RunningEmulator,
) -> None:
    async with make(device) as reader:
        shown = reader.health().exchanges
        card = await show(device, KINDS[device.name].first)
        await eventually(lambda: reader.health().exchanges > shown)
        if KINDS[device.name].removed:
            await looked(device)
        await device.cable(plugged=False)
        readings = reader.readings()
        reading = await in_time(anext(readings))
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert told(reading) == card
    assert caught.value.reason is LossReason.UNPLUGGED
