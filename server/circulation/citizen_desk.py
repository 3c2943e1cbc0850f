"""Answers kiosks whose a citizen number is, and lets none of them try out numbers."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from server.circulation.values import Counter
from server.patrons.citizen_key import CitizenKey
from server.patrons.citizens import card_of_citizen
from server.store.writer import WriterQueue

MOST_STRANGERS: Final = 120
"""Numbers of nobody from one kiosk within an hour: more than a queue of new readers, far too few to find anybody's."""
WITHIN_S: Final = 3600.0


class TooManyStrangersError(Exception):
    """A kiosk asks about more unknown numbers than people can stand before it."""


class CitizenDesk:
    """Holds the key; nothing of a question is kept but when a stranger's was asked."""

    def __init__(self, queue: WriterQueue, key: CitizenKey, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._queue = queue
        self._key = key
        self._monotonic = monotonic
        self._strangers: dict[str, deque[float]] = {}

    @property
    def key(self) -> CitizenKey:
        """The key, for what else belongs to a citizen."""
        return self._key

    async def find(self, counter: Counter, number: str) -> str | None:
        """Give the card of the reader who has this number, ``None`` for a stranger's; raise ``TooManyStrangersError``.

        Whoever is over the limit is not answered about readers either: else the limit would tell who is one.
        """
        asked = self._recent(counter.terminal_id)
        if len(asked) >= MOST_STRANGERS:
            raise TooManyStrangersError

        def work(session: Session) -> str | None:
            return card_of_citizen(session, self._key, counter.organisation_id, number)

        card = await self._queue.read(work)
        if card is None:
            asked.append(self._monotonic())
        return card

    def _recent(self, terminal_id: str) -> deque[float]:
        asked = self._strangers.setdefault(terminal_id, deque())
        while asked and asked[0] <= self._monotonic() - WITHIN_S:
            asked.popleft()
        return asked
