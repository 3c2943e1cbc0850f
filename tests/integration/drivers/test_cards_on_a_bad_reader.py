"""Card readers with a PN532 or RDM6300, and what such readers, their lines and their cards do wrong."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from drivers.card.base import CardReader
from drivers.card.pn532 import Pn532Reader
from drivers.card.rdm6300 import Rdm6300Reader
from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import eventually, in_time

CARD = "04a2245bc16180"
OTHER = "deadbeef"


@pytest.fixture
async def pn532() -> AsyncIterator[RunningEmulator]:
    async with emulator("pn532") as running:
        yield running


@pytest.fixture
async def rdm6300() -> AsyncIterator[RunningEmulator]:
    async with emulator("rdm6300") as running:
        yield running


async def next_uid(reader: CardReader) -> str:
    return (await in_time(anext(reader.readings()))).uid.hex()


async def looked(reader: CardReader, times: int) -> None:
    """Wait until the reader has looked so many times more; two exchanges make a look."""
    goal = reader.health().exchanges + 2 * times
    await eventually(lambda: reader.health().exchanges >= goal)


async def test_the_chip_is_woken_and_says_who_it_is(pn532: RunningEmulator) -> None:
    async with Pn532Reader.from_url(pn532.url()) as reader:
        assert reader.health().identity == "PN532 1.6"

    assert (await pn532.do("state"))["awake"] is True


@pytest.mark.parametrize(
    "misdeed",
    [
        {"what": "not_understood"},
        {"what": "no_ack", "times": 5},
        {"what": "ack_only"},
        {"what": "flicker", "times": 2},
        {"what": "unsolicited"},
        {"what": "lose", "at": 2},
        {"what": "corrupt", "at": 8, "times": 4},
        {"what": "swallow", "times": 2},
        {"what": "split", "size": 1, "ms": 1, "times": 4},
        {"what": "babble", "hex": "0000ff0cf4d54b0101000408040102030400", "ms": 1},
        {"what": "babble", "hex": "0000ff", "ms": 3, "times": 3},
    ],
    ids=lambda misdeed: " ".join(map(str, misdeed.values())),
)
async def test_a_card_is_read_right_and_told_once_whatever_goes_wrong(
    pn532: RunningEmulator, misdeed: dict[str, Any]
) -> None:
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        readings = reader.readings()
        await pn532.misbehave(**misdeed)
        await pn532.do("present", uid=CARD)
        first = await in_time(anext(readings))
        await pn532.misbehave(**misdeed)
        await looked(reader, 10)
        await pn532.do("remove")
        await pn532.do("present", uid=OTHER)
        second = await in_time(anext(readings))

    assert (first.uid.hex(), second.uid.hex()) == (CARD, OTHER)


async def test_a_command_that_is_never_answered_is_broken_off(pn532: RunningEmulator) -> None:
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        await pn532.misbehave("ack_only")
        await pn532.do("present", uid=CARD)
        uid = await next_uid(reader)
        unanswered = reader.health().unanswered

    assert uid == CARD
    assert unanswered >= 1
    assert int(str((await pn532.do("state"))["aborts"])) >= 1


async def test_two_cards_at_once_are_both_passed_over_until_one_is_alone(pn532: RunningEmulator) -> None:
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        await pn532.misbehave("flicker", times=50)
        await pn532.do("present", uid=CARD)
        await pn532.do("present", uid=OTHER, ats="78807102")
        await pn532.misbehave("normal")
        await looked(reader, 10)
        await pn532.do("remove", uid=CARD)
        uid = await next_uid(reader)

    assert uid == OTHER


async def test_a_card_that_makes_its_number_up_is_told_once_and_as_such(pn532: RunningEmulator) -> None:
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        readings = reader.readings()
        await pn532.do("present", uid="08000000", ats="7577810280")
        first = await in_time(anext(readings))
        await looked(reader, 10)
        await pn532.do("remove")
        await pn532.do("present", uid=CARD)
        second = await in_time(anext(readings))

    assert (first.random_uid, second.random_uid, second.uid.hex()) == (True, False, CARD)


@pytest.mark.parametrize("uid", ["04112233", CARD, "04112233445566778899"])
async def test_identifiers_of_every_length_are_read(pn532: RunningEmulator, uid: str) -> None:
    await pn532.do("present", uid=uid)
    async with Pn532Reader.from_url(pn532.url()) as reader:
        assert await next_uid(reader) == uid


async def test_a_first_answer_that_takes_a_second_is_waited_for(pn532: RunningEmulator) -> None:
    await pn532.misbehave("delay", ms=1100)
    await pn532.do("present", uid=CARD)
    async with Pn532Reader.from_url(pn532.url()) as reader:
        assert await next_uid(reader) == CARD


async def test_a_chip_that_lost_its_power_is_given_up_and_can_be_woken_anew(pn532: RunningEmulator) -> None:
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        await pn532.misbehave("sleep")
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(reader.readings()))
    await pn532.do("present", uid=CARD)
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        uid = await next_uid(reader)

    assert (caught.value.reason, uid) == (LossReason.SILENT, CARD)


async def test_a_chip_that_answers_nothing_but_errors_is_given_up(pn532: RunningEmulator) -> None:
    async with Pn532Reader.from_url(pn532.url("poll_ms=20")) as reader:
        await pn532.misbehave("not_understood", times=1000)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(reader.readings()))

    assert caught.value.reason is LossReason.SILENT


async def test_what_was_recorded_of_a_reader_is_read_again_from_the_recording(
    pn532: RunningEmulator, tmp_path: Path
) -> None:
    file = tmp_path / "reader.txt"
    await pn532.do("present", uid=CARD)
    async with Pn532Reader.from_url(f"spy+{pn532.url(f'spy={file}')}") as reader:
        said = await next_uid(reader)
    async with (
        emulator("playback", "--recording", str(file)) as played,
        Pn532Reader.from_url(f"pn532://{played.link}") as reader,
    ):
        again = await next_uid(reader)

    assert (said, again) == (CARD, CARD)


async def test_another_chip_is_refused(pn532: RunningEmulator) -> None:
    await pn532.misbehave("other_chip")

    with pytest.raises(DeviceLostError) as caught:
        await in_time(Pn532Reader.from_url(pn532.url()).__aenter__())

    assert caught.value.reason is LossReason.WRONG_DEVICE


@pytest.mark.parametrize(
    ("name", "reason"), [("scanner", LossReason.SILENT), ("threem", LossReason.SILENT), ("none", LossReason.SILENT)]
)
async def test_a_port_where_nothing_answers_is_silent(pn532: RunningEmulator, name: str, reason: LossReason) -> None:
    if name == "none":
        await pn532.misbehave("swallow", times=100)
        place = pn532.link
        with pytest.raises(DeviceLostError) as caught:
            await in_time(Pn532Reader.from_url(f"pn532://{place}").__aenter__())
    else:
        async with emulator(name) as other:
            with pytest.raises(DeviceLostError) as caught:
                await in_time(Pn532Reader.from_url(f"pn532://{other.link}").__aenter__())

    assert caught.value.reason is reason


async def test_a_port_where_something_else_talks_is_told_from_a_silent_one(rdm6300: RunningEmulator) -> None:
    await rdm6300.misbehave("babble", hex="0236373030334235314336434203", times=200, ms=20)

    with pytest.raises(DeviceLostError) as caught:
        await in_time(Pn532Reader.from_url(f"pn532://{rdm6300.link}").__aenter__())

    assert caught.value.reason is LossReason.WRONG_DEVICE


async def test_a_card_of_125_khz_is_told_once_for_all_that_the_module_says_of_it(rdm6300: RunningEmulator) -> None:
    async with Rdm6300Reader.from_url(rdm6300.url("away_ms=10000")) as reader:
        await rdm6300.misbehave("bad_checksum", times=2)
        await rdm6300.do("present", uid="67003B51C6", ms=1000)
        await rdm6300.do("present", uid="67003BA86C", ms=100, line_end=True)
        readings = reader.readings()
        found = [(await in_time(anext(readings))).uid.hex() for _ in range(2)]
        frames, damaged = reader.health().exchanges, reader.health().damaged

    assert found == ["67003b51c6", "67003ba86c"]
    assert frames > 10
    assert damaged == 2 * 14


async def test_a_frame_that_is_broken_off_does_not_keep_the_next_card_waiting(rdm6300: RunningEmulator) -> None:
    async with Rdm6300Reader.from_url(rdm6300.url()) as reader:
        await rdm6300.misbehave("babble", hex="023637")
        await eventually(lambda: reader.health().damaged == 3)
        await rdm6300.do("present", uid="67003B51C6", ms=0)
        uid = await next_uid(reader)

    assert uid == "67003b51c6", "one frame came, and it was not taken for the rest of the broken one"


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("pn532:///dev/ttyS0?baud=9600", "baud"),
        ("pn532:///dev/ttyS0?poll_ms=5", "poll_ms"),
        ("pn532://reader", "path"),
        ("rdm6300:///dev/ttyS0?away_ms=0", "away_ms"),
    ],
)
def test_a_url_that_cannot_be_is_refused(url: str, part: str) -> None:
    with pytest.raises(DeviceUrlError) as caught:
        (Pn532Reader if url.startswith("pn532") else Rdm6300Reader).from_url(url)

    assert caught.value.part == part
