"""What every board of pins must do; worked through gpiozero's mock pins and an emulated header in its own process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.gpio.base import Lamp, Signal, Tone
from tests.support.boards import (
    ALL,
    BOARDS,
    changed_often,
    changes,
    emulated_header,
    is_dark_and_free,
    make,
    settled,
    until,
    until_lit,
)
from tests.support.emulators import RunningEmulator
from tests.support.waiting import eventually, in_time


@pytest.fixture(params=BOARDS)
async def header(request: pytest.FixtureRequest) -> AsyncIterator[RunningEmulator]:
    async with emulated_header(request.param) as running:
        yield running


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
    """A file for each change: of two in one the second may come before the first has settled, on a busy machine."""
    files = {active: tmp_path / f"pins-{active}.txt" for active in (True, False)}
    for active, file in files.items():
        async with make(header, file) as board:
            readings = board.readings()
            await settled(readings)
            await header.do("signal", name="presence", active=active)
            await in_time(anext(readings))
    found = []
    async with make(header) as board:
        readings = board.readings()
        await settled(readings)
        for file in files.values():
            await header.do("play", recording=file.read_text(encoding="ascii"))
            found.append(await in_time(anext(readings)))

    assert [(reading.signal, reading.active) for reading in found] == [
        (Signal.PRESENCE, True),
        (Signal.PRESENCE, False),
    ]
