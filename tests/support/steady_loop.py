"""A loop whose time passes only while it has nothing to do: a test that the machine holds up is not late for it."""

import asyncio
import selectors
import time
from collections.abc import Callable
from typing import Final

A_TURN_S: Final = 0.001
"""What the work of one turn counts at most; it counts at all so that a loop which turns in vain ends at its limits."""


class SteadySelector(selectors.DefaultSelector):
    """Counts the time in which it waited, and next to none of what its owner did between two waits."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self.passed = self._seen = clock()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Give what is ready at once, whatever the time; else wait for it, and count the wait and no more."""
        self._pass(A_TURN_S)
        found = super().select(0)
        self._seen = self._clock()
        if found or (timeout is not None and timeout <= 0):
            return found
        found = super().select(timeout)
        self._pass(float("inf") if timeout is None else timeout, least=0.0 if found else timeout or 0.0)
        return found

    def _pass(self, most: float, least: float = 0.0) -> None:
        now = self._clock()
        self.passed += max(min(now - self._seen, most), least)
        self._seen = now


class SteadyLoop(asyncio.SelectorEventLoop):
    """Time limits in it are of the time that it waited: whoever is on the same loop answers in time, if at all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._steady = SteadySelector(clock)
        super().__init__(self._steady)

    def time(self) -> float:
        """Give the seconds that passed; the difference of two is at most what a clock on the wall says."""
        return self._steady.passed


class SteadyLoops(asyncio.DefaultEventLoopPolicy):
    """Makes such loops."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Make one."""
        return SteadyLoop()
