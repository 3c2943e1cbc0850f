"""What every board of pins must do; worked through gpiozero's mock pins and an emulated header in its own process."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason, ProfileError
from drivers.gpio.base import Board, Lamp, Signal, SignalReading, Tone
from drivers.registry import installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import DEADLINE_S, LOOK_AGAIN_S, eventually, in_time

BOARDS = ("raspberry-pi-5", "raspberry-pi-4")
ALL = frozenset(Lamp)


@pytest.fixture(params=BOARDS)
async def header(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulator("gpio") as running:
        await running.do("board", name=request.param)
        board_of[running.link] = request.param
        yield running


board_of: dict[Path, str] = {}
"""Which board an emulated header is."""


def make(header: RunningEmulator, spy: Path | None = None) -> Board:
    url = f"gpio://{board_of[header.link]}?pins={header.link}"
    return installed_registry().board(url if spy is None else f"spy+{url}&spy={spy}")


async def told(header: RunningEmulator) -> dict[str, Any]:
    return cast("dict[str, Any]", await header.do("state"))


async def lit(header: RunningEmulator) -> set[str]:
    return {name for name, on in (await told(header))["lamps"].items() if on}


async def changes(header: RunningEmulator, name: str) -> list[tuple[Any, int]]:
    """Give what one lamp or the buzzer did, and when."""
    found = (await header.do("changes"))["changes"]
    return [(value, ms) for who, value, ms in cast("list[Any]", found) if who == name]


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    """Look until it is so."""
    async with asyncio.timeout(DEADLINE_S):
        while not await look():
            await asyncio.sleep(LOOK_AGAIN_S)


async def changed_often(header: RunningEmulator, times: int, *names: str) -> bool:
    return all([len(await changes(header, name)) >= times for name in names])


async def still_lights(board: Board) -> bool:
    """Change every lamp; the answer is always no."""
    await board.light(ALL)
    await board.light(frozenset())
    return False


async def until_lit(header: RunningEmulator, wanted: set[str]) -> None:
    async def so() -> bool:
        return await lit(header) == wanted

    await until(so)


async def settled(readings: AsyncIterator[SignalReading]) -> dict[Signal, bool]:
    """Take the first reading of each signal."""
    found = [await in_time(anext(readings)) for _ in Signal]
    return {reading.signal: reading.active for reading in found}


async def test_all_that_is_wired_is_told_first_as_it_stands(header: RunningEmulator) -> None:
    await header.do("signal", name="service_key", active=True)
    async with make(header) as board:
        found = await settled(board.readings())

    assert found == {signal: signal is Signal.SERVICE_KEY for signal in Signal}
    assert board.signals == frozenset(Signal)
    assert board.lamps == ALL


@pytest.mark.parametrize("signal", Signal)
async def test_each_signal_is_told_when_it_begins_and_when_it_ends(header: RunningEmulator, signal: Signal) -> None:
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        for active in (True, False):
            await header.do("signal", name=signal.value, active=active)
            reading = await in_time(anext(readings))

            assert (reading.signal, reading.active) == (signal, active)


async def test_a_switch_that_bounces_is_told_once(header: RunningEmulator) -> None:
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        await header.do("signal", name="door_open", active=True, bounce=15, ms=2)
        await header.do("signal", name="presence", active=True)
        found = [await in_time(anext(readings)) for _ in range(2)]
        await header.do("signal", name="tamper", active=True)
        last = await in_time(anext(readings))

    assert {(reading.signal, reading.active) for reading in found} == {
        (Signal.DOOR_OPEN, True),
        (Signal.PRESENCE, True),
    }
    assert last.signal is Signal.TAMPER


async def test_a_wire_that_picks_up_the_mains_is_told_never_and_counted(header: RunningEmulator) -> None:
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        await header.misbehave("storm", name="on_battery", times=60, ms=2)
        await eventually(lambda: board.health().damaged > 0)
        await header.do("signal", name="presence", active=True)
        reading = await in_time(anext(readings))

    assert reading.signal is Signal.PRESENCE


async def test_a_signal_that_is_stuck_says_nothing_and_the_others_do(header: RunningEmulator) -> None:
    await header.misbehave("stuck", name="door_open")
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        await header.do("signal", name="door_open", active=True)
        await header.do("signal", name="return_slot", active=True)
        reading = await in_time(anext(readings))

    assert reading.signal is Signal.RETURN_SLOT


async def test_the_lamps_that_are_wanted_are_lit_and_no_others(header: RunningEmulator) -> None:
    async with make(header) as board:
        await board.light(frozenset({Lamp.GREEN, Lamp.BIN_4}))
        await until_lit(header, {"green", "bin_4"})
        await board.light(frozenset({Lamp.RED, Lamp.GREEN}))
        await until_lit(header, {"red", "green"})
        seen = {name: await changes(header, name) for name in Lamp}

    assert {name for name, happened in seen.items() if happened} == {"green", "bin_4", "red"}
    assert len(seen[Lamp.GREEN]) == 1


async def test_what_blinks_blinks_together_once_a_second(header: RunningEmulator) -> None:
    async with make(header) as board:
        await board.light(frozenset({Lamp.GREEN}), frozenset({Lamp.RED, Lamp.BLUE}))
        await until(lambda: changed_often(header, 4, "red", "blue"))
        red, blue = await changes(header, "red"), await changes(header, "blue")

    assert [on for on, _ in red][:4] == [True, False, True, False]
    assert 1000 <= red[3][1] - red[0][1] <= 2500  # three half blinks; a busy machine is late, never early
    assert all(abs(one[1] - other[1]) < 300 for one, other in zip(red, blue, strict=False))
    await until(lambda: is_dark_and_free(header))
    assert len(await changes(header, "green")) == 2  # on, and off at the end


async def test_no_lamp_ever_flashes_whatever_is_asked(header: RunningEmulator) -> None:
    async with make(header) as board:
        for wanted in (ALL, frozenset[Lamp]()) * 5:
            for _ in range(20):
                await board.light(ALL - wanted)
                await board.light(wanted)
            await until_lit(header, {lamp.value for lamp in wanted})
        seen = [ms for _, ms in await changes(header, "red")]

    assert len(seen) >= 10
    assert all(later - first >= 1000 for first, later in zip(seen, seen[6:], strict=False))  # three flashes: WCAG 2.3.1


async def test_each_tone_has_its_own_shape(header: RunningEmulator) -> None:
    shapes, ends = {}, {Tone.READ: 2, Tone.DONE: 4, Tone.ATTENTION: 2}
    async with make(header) as board:
        for tone in Tone:
            begun = len(await changes(header, "buzzer"))
            await board.sound(tone)
            await until(lambda: changed_often(header, begun + ends[tone], "buzzer"))  # noqa: B023 - looked at here
            sounded = (await changes(header, "buzzer"))[begun:]
            shapes[tone] = [hertz for hertz, _ in sounded if hertz is not False]

    assert shapes == {Tone.READ: [2000], Tone.DONE: [1047, 1568], Tone.ATTENTION: [440]}


async def test_a_tone_that_still_sounds_is_cut_off_by_the_next(header: RunningEmulator) -> None:
    async with make(header) as board:
        await board.sound(Tone.ATTENTION)
        await board.sound(Tone.READ)
        await until(lambda: changed_often(header, 4, "buzzer"))
        sounded = [hertz for hertz, _ in await changes(header, "buzzer")]

    assert sounded == [440, False, 2000, False]


async def is_dark_and_free(header: RunningEmulator) -> bool:
    state = await told(header)
    return not any(state["lamps"].values()) and not state["buzzer"] and state["claimed"] == []


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


async def refusal(board: Board) -> LossReason:
    with pytest.raises(DeviceLostError) as caught:
        await in_time(board.__aenter__())
    return caught.value.reason


async def test_a_recording_says_what_the_pins_did(header: RunningEmulator, tmp_path: Path) -> None:
    file = tmp_path / "pins.txt"
    async with make(header, file) as board:
        readings = board.readings()
        await settled(readings)
        await board.light(frozenset({Lamp.RED}))
        await header.do("signal", name="presence", active=True)
        await in_time(anext(readings))
    said = [line.split() for line in file.read_text(encoding="ascii").splitlines() if line.startswith("+")]

    words = [(way, bytes.fromhex(rest).decode()) for _, way, *found in said for rest in found]
    assert (">", "red 1") in words
    assert words[-1] == ("<", "presence 1")
    assert [said[0][1], said[-1][1]] == ["open", "close"]


async def test_what_was_recorded_somewhere_happens_again_here(header: RunningEmulator, tmp_path: Path) -> None:
    file = tmp_path / "pins.txt"
    async with make(header, file) as board:
        readings = board.readings()
        await settled(readings)
        for active in (True, False):
            await header.do("signal", name="presence", active=active)
            await in_time(anext(readings))
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        await header.do("play", recording=file.read_text(encoding="ascii"))
        found = [await in_time(anext(readings)) for _ in range(2)]

    assert [(reading.signal, reading.active) for reading in found] == [
        (Signal.PRESENCE, True),
        (Signal.PRESENCE, False),
    ]


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
