"""How every board of pins is opened, lost and given back, and what it leaves behind: nothing."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason, ProfileError
from drivers.gpio.base import Lamp, Signal, Tone
from drivers.registry import installed_registry
from tests.support.boards import (
    ALL,
    BOARDS,
    board_of,
    changed_often,
    changes,
    emulated_header,
    is_dark_and_free,
    make,
    refusal,
    settled,
    still_lights,
    told,
    until,
    until_lit,
)
from tests.support.emulators import RunningEmulator
from tests.support.waiting import in_time


@pytest.fixture(params=BOARDS)
async def header(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulated_header(request.param) as running:
        yield running


async def test_closed_it_is_dark_and_silent_and_holds_no_pin(header: RunningEmulator) -> None:
    async with make(header) as board:
        await board.light(frozenset({Lamp.GREEN}), frozenset({Lamp.RED}))
        await board.sound(Tone.ATTENTION)
        await until(lambda: changed_often(header, 1, "green", "red", "buzzer"))
        claimed = (await told(header))["claimed"]
    await until(lambda: is_dark_and_free(header))

    assert len(claimed) == 15
    assert (await changes(header, "green"))[-1][0] is False
    assert [hertz for hertz, _ in await changes(header, "buzzer")] == [440, False]


async def test_cancelled_it_is_dark_and_silent_too(header: RunningEmulator) -> None:
    shining = asyncio.Event()

    async def shine() -> None:
        async with make(header) as board:
            await board.light(frozenset({Lamp.GREEN}))
            await board.sound(Tone.ATTENTION)
            shining.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(shine())
    await in_time(shining.wait())
    await until(lambda: changed_often(header, 1, "green", "buzzer"))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await until(lambda: is_dark_and_free(header))

    assert [on for on, _ in await changes(header, "green")] == [True, False]


async def test_a_chip_that_goes_is_noticed_by_whoever_listens(header: RunningEmulator) -> None:
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        await header.cable(plugged=False)
        with pytest.raises(DeviceLostError) as caught:
            await in_time(anext(readings))

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_a_chip_that_goes_is_noticed_by_whoever_lights_a_lamp(header: RunningEmulator) -> None:
    async with make(header) as board:
        await header.cable(plugged=False)
        with pytest.raises(DeviceLostError) as caught:
            await until(partial(still_lights, board))

    assert caught.value.reason is LossReason.UNPLUGGED


async def test_a_chip_that_came_back_is_as_good_as_new(header: RunningEmulator) -> None:
    for _ in range(5):
        async with make(header) as board:
            await settled(board.readings())
            await board.light(frozenset({Lamp.GREEN}))
            await until_lit(header, {"green"})
            await header.cable(plugged=False)
        await header.cable(plugged=True)
    async with make(header) as board:
        await settled(board.readings())
    await until(lambda: is_dark_and_free(header))


async def test_a_chip_that_is_not_there_cannot_be_opened(header: RunningEmulator) -> None:
    await header.cable(plugged=False)

    assert await refusal(make(header)) is LossReason.NOT_THERE


async def test_a_pin_in_use_is_named_as_such_and_all_others_are_given_back(header: RunningEmulator) -> None:
    await header.misbehave("busy", pin=26)

    assert await refusal(make(header)) is LossReason.IN_USE
    await until(lambda: is_dark_and_free(header))
    await header.misbehave("normal")
    async with make(header) as board:
        assert await settled(board.readings())


async def test_a_user_without_permission_is_told_so(header: RunningEmulator) -> None:
    await header.misbehave("denied")

    assert await refusal(make(header)) is LossReason.NOT_ALLOWED


async def test_a_header_that_does_not_answer_is_silent(header: RunningEmulator) -> None:
    await header.misbehave("swallow", times=1)

    assert await refusal(make(header)) is LossReason.SILENT


async def test_another_board_than_the_profile_s_is_refused(header: RunningEmulator) -> None:
    other = next(name for name in BOARDS if name != board_of[header.link])
    await header.do("board", name=other)

    assert await refusal(make(header)) is LossReason.WRONG_DEVICE


async def test_a_board_belongs_to_one_at_a_time(header: RunningEmulator) -> None:
    async with make(header):
        assert await refusal(make(header)) is LossReason.IN_USE


async def test_nothing_is_left_running_or_open(header: RunningEmulator) -> None:
    process = psutil.Process()
    before = (process.num_fds(), threading.active_count())
    async with make(header) as board:
        readings = board.readings()
        await board.light(frozenset(), ALL)

        assert threading.active_count() == before[1] + 2  # the driver's own, and that of the mock pins

    assert (process.num_fds(), threading.active_count()) == before
    assert len([reading async for reading in readings]) <= len(Signal)


async def test_lights_and_tones_after_the_end_are_refused(header: RunningEmulator) -> None:
    async with make(header) as board:
        pass

    with pytest.raises(DeviceLostError) as caught:
        await board.light(ALL)
    assert caught.value.reason is LossReason.CLOSED


@pytest.mark.parametrize(
    "url", ["gpio://raspberry-pi-5?pins=tty", "gpio:///dev/gpiochip0", "gpio://raspberry-pi-5?x=1"]
)
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(DeviceUrlError):
        installed_registry().board(url)


async def test_a_recording_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    board = installed_registry().board(f"spy+gpio://raspberry-pi-5?spy={tmp_path}/nowhere/pins.txt")

    with pytest.raises(DeviceUrlError, match="spy"):
        await in_time(board.__aenter__())


def test_a_board_that_has_no_profile_is_refused_and_those_that_have_are_named() -> None:
    with pytest.raises(ProfileError, match="raspberry-pi-5"):
        installed_registry().board("gpio://banana-pi")


async def test_a_machine_without_pins_says_that_they_are_not_there() -> None:
    board = installed_registry().board("gpio://raspberry-pi-5")

    assert await refusal(board) in {LossReason.NOT_THERE, LossReason.NOT_ALLOWED}
