"""Checking PINs, so that guessing one takes for ever."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from library.lending.refusals import Refusal
from server.circulation.values import PinCheck
from server.store.models import Patron
from server.store.secrets import secret_matches

TRIES: Final = 5
"""Wrong PINs in a row after which none is looked at."""
LOCKED_FOR: Final = timedelta(minutes=15)
"""After the last wrong one. Five tries each quarter of an hour: 10,000 PINs take three weeks on average."""
PROVEN_FOR: Final = timedelta(minutes=5)
"""How long a right PIN is known again without its slow hash: a visit asks for an account some times over."""
_REMEMBERED: Final = 4096
PIN_REFUSALS: Final = {PinCheck.WRONG: Refusal.WRONG_PIN, PinCheck.LOCKED: Refusal.PIN_LOCKED}


class PinDesk:
    """Counts wrong PINs of each patron, whichever card and terminal they come from; used by one thread."""

    def __init__(self, matches: Callable[[str, str], bool] = secret_matches) -> None:
        self._slow_match = matches
        self._wrong: OrderedDict[int, tuple[int, datetime]] = OrderedDict()
        self._key = secrets.token_bytes(32)
        self._proven: OrderedDict[bytes, datetime] = OrderedDict()

    def check(self, patron: Patron, pin: str | None, now: datetime) -> PinCheck:
        """Check a PIN; an absent or empty one is no check, and a patron without a PIN has no right one."""
        if not pin:
            return PinCheck.NOT_GIVEN
        count, last = self._wrong.get(patron.id, (0, now))
        if count >= TRIES and now - last < LOCKED_FOR:
            return PinCheck.LOCKED
        if patron.pin_hash is not None and self._matches(pin, patron.pin_hash, now):
            self._wrong.pop(patron.id, None)
            return PinCheck.RIGHT
        if now - last >= LOCKED_FOR:
            count = 0
        self._wrong[patron.id] = (count + 1, now)
        self._wrong.move_to_end(patron.id)
        while len(self._wrong) > _REMEMBERED:
            self._wrong.popitem(last=False)
        return PinCheck.WRONG

    def _matches(self, pin: str, pin_hash: str, now: datetime) -> bool:
        proof = hmac.digest(self._key, f"{pin_hash} {pin}".encode(), "sha256")
        proven = self._proven.get(proof)
        if proven is not None and timedelta() <= now - proven < PROVEN_FOR:
            return True
        if not self._slow_match(pin, pin_hash):
            return False
        self._proven[proof] = now
        self._proven.move_to_end(proof)
        while len(self._proven) > _REMEMBERED:
            self._proven.popitem(last=False)
        return True
