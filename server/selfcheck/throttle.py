"""Makes guessing a terminal's password slow, for each address that guesses."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_FIRST: Final = 0.5
_LONGEST: Final = 30.0
_FORGOTTEN_AFTER: Final = 900.0
_ADDRESSES: Final = 4096
"""Addresses remembered; an attacker with more of them than this has better things to do than guess at a kiosk."""


class LoginThrottle:
    """Counts wrong logins; ``monotonic`` gives seconds that never go back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Give the seconds that the next login from ``address`` has to wait: none at first, then twice as long each."""
        count, last = self._wrong.get(address, (0, 0.0))
        if not count or self._monotonic() - last > _FORGOTTEN_AFTER:
            return 0.0
        return float(min(_FIRST * 2.0 ** (count - 1), _LONGEST))

    def wrong(self, address: str) -> None:
        """Count a wrong login."""
        count, _ = self._wrong.pop(address, (0, 0.0))
        self._wrong[address] = (min(count + 1, 10), self._monotonic())
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget the wrong ones."""
        self._wrong.pop(address, None)
