"""Boards of pins for tests: one over an emulated header in a process of its own, and what that header tells."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.gpio.base import Board, Lamp, Signal, SignalReading
from drivers.registry import installed_registry
from tests.support.emulators import RunningEmulator, emulator
from tests.support.waiting import DEADLINE_S, LOOK_AGAIN_S, in_time

BOARDS = ("raspberry-pi-5", "raspberry-pi-4")
ALL = frozenset(Lamp)


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


async def is_dark_and_free(header: RunningEmulator) -> bool:
    state = await told(header)
    return not any(state["lamps"].values()) and not state["buzzer"] and state["claimed"] == []


async def refusal(board: Board) -> LossReason:
    with pytest.raises(DeviceLostError) as caught:
        await in_time(board.__aenter__())
    return caught.value.reason


@asynccontextmanager
async def emulated_header(board: str) -> AsyncIterator[RunningEmulator]:
    """Run an emulated header that is this board."""
    async with emulator("gpio") as running:
        await running.do("board", name=board)
        board_of[running.link] = board
        yield running
