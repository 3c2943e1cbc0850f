"""Which touches on buttons count: a double tap is one wish, and a page is never answered before it can be seen."""

_SETTLE_S = 0.35
"""A button of a page that has just appeared rests so long: the second half of a double tap was meant for the page
before, and nobody reads and answers faster."""

_REST_S = 3.0
"""A button that was used rests so long if nothing else appears: longer than any double tap, and short enough that a
wish which came to nothing can be repeated."""

_KEY_REST_S = 0.2
"""A key of the number pad rests only so long: the same digit may be meant twice, a finger that trembles is faster."""


class TouchGate:
    """Decides by the moment of a touch, in seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._ready_at = float("-inf")
        self._resting_until: dict[str, float] = {}

    @property
    def ready_at(self) -> float:
        """From when on the buttons of the page now shown count."""
        return self._ready_at

    def page_appeared(self, now: float) -> None:
        """Note that another page, language or warning appeared, or that the warning went."""
        self._ready_at = now + _SETTLE_S
        self._resting_until.clear()

    def accepts(self, target: str, now: float, *, key: bool = False) -> bool:
        """Say whether a touch on the button of that name counts, and let the button rest if so; a ``key`` shortly."""
        if now < self._ready_at or now < self._resting_until.get(target, float("-inf")):
            return False
        self._resting_until[target] = now + (_KEY_REST_S if key else _REST_S)
        return True
