"""The loop that tests run on."""

import asyncio
import socket
from collections.abc import Coroutine
from typing import TypeVar

import pytest

from tests.support.steady_loop import A_TURN_S, SteadyLoop

T = TypeVar("T")
LIMIT_S = 0.05
HELD_UP_S = 100.0


class WallClock:
    """Shows a time that is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def run(clock: WallClock, work: Coroutine[None, None, T]) -> T:
    loop = SteadyLoop(clock)
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


def test_a_loop_that_was_held_up_is_late_for_nothing_that_is_there() -> None:
    clock = WallClock()

    async def answered() -> bytes:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            async with asyncio.timeout(LIMIT_S):
                answer = asyncio.create_task(asyncio.get_running_loop().sock_recv(ours, 1))
                await asyncio.sleep(0)
                clock.now += HELD_UP_S
                theirs.send(b"a")
                return await answer

    assert run(clock, answered()) == b"a"


def test_a_turn_counts_little_and_a_wait_counts_whole() -> None:
    clock = WallClock()

    async def counted() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        clock.now += HELD_UP_S
        await asyncio.sleep(0)
        turned = loop.time()
        await asyncio.sleep(LIMIT_S)
        return turned - began, loop.time() - turned

    turn, wait = run(clock, counted())

    assert 0 < turn <= A_TURN_S
    assert wait == pytest.approx(LIMIT_S, abs=2 * A_TURN_S)


def test_a_loop_that_turns_in_vain_comes_to_its_limit() -> None:
    clock = WallClock()

    async def turns() -> int:
        number = 0
        try:
            async with asyncio.timeout(LIMIT_S):
                while True:
                    clock.now += HELD_UP_S
                    await asyncio.sleep(0)
                    number += 1
        except TimeoutError:
            return number

    assert run(clock, turns()) >= LIMIT_S / A_TURN_S - 1


async def test_every_test_runs_on_one() -> None:
    assert isinstance(asyncio.get_running_loop(), SteadyLoop)
