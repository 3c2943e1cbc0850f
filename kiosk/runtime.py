"""Takes one event, calls ``step()``, shows the state, starts the effects; the only place where the session moves."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable

from kiosk.ports import Clock
from kiosk.session.effects import Effect
from kiosk.session.events import Event, Ticked
from kiosk.session.state import State

TICK_S = 0.25
"""How often the session is told the time: a countdown in seconds never looks uneven."""

Step = Callable[[State, Event], tuple[State, tuple[Effect, ...]]]


def _nothing(before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> None:
    """Keep no record."""


class Runtime:
    """One session on the running loop; events are handled one after the other in the order of their arrival."""

    def __init__(  # noqa: PLR0913 - one argument a part
        self,
        state: State,
        *,
        step: Step,
        perform: Callable[[Effect], Awaitable[Event | None]],
        on_state: Callable[[State], None],
        clock: Clock,
        on_step: Callable[[State, Event, State, tuple[Effect, ...]], None] = _nothing,
    ) -> None:
        self._state = state
        self._step = step
        self._perform = perform
        self._on_state = on_state
        self._clock = clock
        self._on_step = on_step
        self._events: deque[Event] = deque()
        self._draining = False
        self._tasks: asyncio.TaskGroup | None = None
        self._under_way = 0
        self._rested = asyncio.Event()

    @property
    def state(self) -> State:
        """The session's state after all events so far."""
        return self._state

    def post(self, event: Event) -> None:
        """Hand over an event, from the loop's own thread; it is handled before this returns, or by the caller above.

        The session is told the time with each event, so that what it measures from one is exact.
        """
        self._events += (Ticked(self._clock.monotonic()), event)
        if self._tasks is not None:
            self._drain(self._tasks)

    async def come_to_rest(self, way_out: Callable[[State], Event | None]) -> None:
        """Lead the session out of whatever it is in and wait until nothing is under way any more.

        ``way_out`` gives the event that leads out of a state, if one does; it is asked after each event and tick. The
        caller puts a time limit on this.
        """
        while (event := way_out(self._state)) is not None or self._under_way:
            if event is not None:
                self.post(event)
            self._rested.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._rested.wait()

    async def run(self) -> None:
        """Move the session until cancelled; what was posted before is handled first."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                self._on_state(self._state)
                self._drain(tasks)
                while True:
                    self._events.append(Ticked(self._clock.monotonic()))
                    self._drain(tasks)
                    await asyncio.sleep(TICK_S)
            finally:
                self._tasks = None

    def _drain(self, tasks: asyncio.TaskGroup) -> None:
        if self._draining:
            return
        self._draining = True
        try:
            while self._events:
                before = self._state
                while self._events:
                    event, known = self._events.popleft(), self._state
                    self._state, effects = self._step(known, event)
                    self._on_step(known, event, self._state, effects)
                    for effect in effects:
                        tasks.create_task(self._carry_out(effect))
                if self._state != before:
                    self._on_state(self._state)
        finally:
            self._draining = False

    async def _carry_out(self, effect: Effect) -> None:
        self._under_way += 1
        try:
            event = await self._perform(effect)
        finally:
            self._under_way -= 1
            self._rested.set()
        if event is not None:
            self.post(event)
