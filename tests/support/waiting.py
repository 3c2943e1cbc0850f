"""Waiting for what a test can observe, with a deadline."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE_S = 20.0
"""Generous: a machine with two cores and eight workers; a test that passes never waits so long."""
LOOK_AGAIN_S = 0.01


async def eventually(look: Callable[[], T | None], deadline_s: float = DEADLINE_S) -> T:
    """Look until there is something true; raise ``AssertionError`` at the deadline."""
    clock = asyncio.get_running_loop()
    end = clock.time() + deadline_s
    while True:
        seen = look()
        if seen:
            return seen
        if clock.time() > end:
            raise AssertionError(f"nothing within {deadline_s} s, last seen: {seen!r}")
        await asyncio.sleep(LOOK_AGAIN_S)


def until(look: Callable[[], T | None], deadline_s: float = 2 * DEADLINE_S) -> T:
    """Do as ``eventually`` does, where there is no loop; twice as patient, for here whatever holds up a test counts."""
    end = time.monotonic() + deadline_s
    while not (seen := look()):
        if time.monotonic() > end:
            raise AssertionError(f"nothing within {deadline_s} s, last seen: {seen!r}")
        time.sleep(LOOK_AGAIN_S)
    return seen


async def in_time(work: Awaitable[T], deadline_s: float = DEADLINE_S) -> T:
    """Wait for one thing; raise ``TimeoutError`` at the deadline."""
    async with asyncio.timeout(deadline_s):
        return await work


async def first_of(values: AsyncIterator[T], fits: Callable[[T], object]) -> T:
    """Wait for the first of them that fits; of how many others come before it nothing is said."""
    while not fits(value := await in_time(anext(values))):
        pass
    return value
