"""Whether the library system can be used: by what it answers, and by what it leaves unanswered."""

import asyncio
import contextlib
from collections.abc import Iterator

MOST_UNANSWERED = 4
"""So many questions in a row without an answer are a system that says it is there and is not: each is asked twice, so
two patrons have tried in vain."""


_ALREADY_S = 1.0
"""By how much less a line may be silent that has just left unanswered what nobody waited for."""


class Pulse:
    """Feel it with ``verdict``; wait with ``stirred_or_late`` until it may have changed.

    Whoever asks something says so before (``begun``) and after (``answered`` or ``unanswered``); who keeps the line
    says whether there is one. A line that is opened anew does not make up for a question that stays unanswered.
    """

    def __init__(self, silence_s: float) -> None:
        self._silence_s = silence_s
        self._there: bool | None = None
        self._waiting_since: float | None = None
        self._unanswered = 0
        self._given_up = False
        self._aside = False
        self._stirred = asyncio.Event()

    def begun(self) -> None:
        """Note that something is asked now, or a line is being opened for it."""
        if self._waiting_since is None and not self._aside:
            self._waiting_since = _now()
            self._stirred.set()

    def awaited(self) -> None:
        """Note that somebody waits for their turn, whatever is being asked meanwhile."""
        if self._waiting_since is None:
            self._waiting_since = _now()
            self._stirred.set()

    def doubted(self) -> None:
        """Note that the line is looked at because it did not answer what nobody waited for."""
        if self._waiting_since is None:
            self._waiting_since = _now() - min(_ALREADY_S, self._silence_s / 2)
            self._stirred.set()

    def answered(self) -> None:
        """Note that what was asked was answered."""
        self._waiting_since = None
        self._unanswered = 0
        self._given_up = False
        self._there = True
        self._stirred.set()

    def unanswered(self) -> None:
        """Note that what was asked will not be answered."""
        self._unanswered += not self._aside
        self._stirred.set()

    @property
    def is_aside(self) -> bool:
        """Tell whether something is asked now that nobody waits for."""
        return self._aside

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Ask what nobody waits for: that it stays unanswered says nothing about the system."""
        self._aside = True
        try:
            yield
        finally:
            self._aside = False

    def line_is(self, *, there: bool) -> None:
        """Note that there is a line and the system says that it works, or that there is none."""
        self._there = there
        if there and not self.ails:
            self._waiting_since = None
        self._stirred.set()

    def forgive(self) -> None:
        """Let the system try again to answer what it is asked."""
        self._given_up = False
        self._unanswered = 0
        self._waiting_since = None
        self._stirred.set()

    @property
    def ails(self) -> bool:
        """Tell whether the system leaves questions unanswered, whatever it says about itself."""
        late = self._waiting_since is not None and _now() - self._waiting_since >= self._silence_s
        self._given_up = self._given_up or self._unanswered >= MOST_UNANSWERED or late
        return self._given_up

    @property
    def verdict(self) -> bool | None:
        """Tell whether the library system can be used; ``None`` while that is not known yet."""
        return False if self.ails else self._there

    async def stirred_or_late(self) -> None:
        """Wait until something was noted, or until a silence has lasted too long."""
        left = None
        if self._waiting_since is not None and not self._given_up:
            left = max(self._waiting_since + self._silence_s - _now(), 0.0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left):
                await self._stirred.wait()
        self._stirred.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
