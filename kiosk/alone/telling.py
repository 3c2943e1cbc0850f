"""Tells our own server what the kiosk did alone: in the journal's order, each exactly once, whatever breaks."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from kiosk.alone.lending import AloneJournal
from kiosk.alone.machine_time import MachineTime
from kiosk.errors import JournalUnavailableError
from kiosk.journal.dating import Dated, Now, dated
from kiosk.journal.rows import Kept, KeptState
from kiosk.session.values import ItemId, TransactionId

_log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 10.0
"""How soon after the last patron has left the library system hears of it; a look at the journal costs little."""
OPEN: Final = frozenset({KeptState.KEPT, KeptState.SENDING})
"""Of what stands so, the library system has not learned, or may not have."""


class TellingJournal(AloneJournal, Protocol):
    """Where it is noted how far it is told."""

    async def kept_sending(self, transaction_id: TransactionId) -> None:
        """Note that the library system is about to be told."""
        ...

    async def kept_settled(self, transaction_id: TransactionId, outcome: KeptState) -> None:
        """Note what became of it."""
        ...


class Listener(Protocol):
    """Whom it is told."""

    async def hear(self, event: Dated) -> KeptState | None:
        """Take one event; ``None``: there was no answer that says what became of it, and it is told again later."""
        ...


class Telling:
    """Tells all that is open; one that the server does not understand is not in the way of the others.

    What was told in vain comes last the next time, and with it whatever was done with the same item afterwards.
    """

    def __init__(
        self, journal: TellingJournal, listener: Listener, time: MachineTime, may_go_on: Callable[[], bool]
    ) -> None:
        """Make it; ``may_go_on`` says before each event whether nobody stands before the kiosk."""
        self._journal = journal
        self._listener = listener
        self._time = time
        self._may_go_on = may_go_on
        self._in_vain: dict[ItemId, None] = {}
        """Items of which something was told in vain, in the order in which that was found out."""

    async def run(self) -> None:
        """Tell whenever something is open and may be told, until cancelled."""
        while True:
            if self._may_go_on():
                await self.tell_all()
            await asyncio.sleep(LOOK_EVERY_S)

    async def tell_all(self) -> bool:
        """Tell what is open; ``True``: nothing is left to be told."""
        try:
            events = dated(await self._journal.kept(), self._now())
            return await self._tell([each for each in events if each.kept.state in OPEN])
        except JournalUnavailableError as error:
            _log.warning("what was done alone is not told: the journal cannot be used: %s", error)
            return False

    async def _tell(self, events: list[Dated]) -> bool:
        told = 0
        places = {item_id: place for place, item_id in enumerate(self._in_vain, start=1)}
        for event in sorted(events, key=lambda each: places.get(each.kept.entry.item_id, 0)):
            if not self._may_go_on():
                break
            transaction_id = event.kept.entry.transaction_id
            await self._journal.kept_sending(transaction_id)
            outcome = await self._listener.hear(event)
            item_id = event.kept.entry.item_id
            self._in_vain.pop(item_id, None)
            if outcome is None:
                self._in_vain[item_id] = None
                break
            await self._journal.kept_settled(transaction_id, outcome)
            _log.info("done alone, %s: %s", transaction_id, outcome)
            told += 1
        return told == len(events)

    def _now(self) -> Now:
        time = self._time
        return Now(time.wall(), time.monotonic(), time.boot_id, clock_is_set=time.is_set())


def still_open(kept: tuple[Kept, ...]) -> int:
    """Count what the library system has not learned of."""
    return sum(each.state in OPEN for each in kept)
