"""Tells another library system than ours what the kiosk did alone: each event once, when it is its turn."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from kiosk.alone.machine_time import MachineTime
from kiosk.alone.telling import LOOK_EVERY_S, OPEN, TellingJournal
from kiosk.errors import JournalUnavailableError
from kiosk.journal.dating import Dated, Now, dated
from kiosk.journal.rows import KeptState
from kiosk.session.values import ItemId, TransactionId
from library.api.replaying import Turn

_log = logging.getLogger(__name__)

_ELSEWHERE: Final = "elsewhere"


class Replayer(Protocol):
    """Whom it is told."""

    async def replay(
        self, event: Dated, begin: Callable[[], Awaitable[None]], shortest_due: date | None
    ) -> StrEnum | None:
        """Tell one event, after ``begin`` has noted it; give a ``KeptState``'s value, ``elsewhere``, or ``None``."""
        ...


class Turns(Protocol):
    """Who decides whose turn it is."""

    async def ask(
        self, events: Sequence[Dated], elsewhere: frozenset[TransactionId]
    ) -> Mapping[TransactionId, Turn] | None:
        """Say what to do with each open event, of all that the journal holds; ``None``: nobody says now."""
        ...


class OnlyKiosk:
    """``Turns`` where no other kiosk of the library can have had the item meanwhile: the journal's own order."""

    async def ask(
        self, events: Sequence[Dated], elsewhere: frozenset[TransactionId]
    ) -> Mapping[TransactionId, Turn] | None:
        """Let all be told; what somebody else has is for staff."""
        ids = (each.kept.entry.transaction_id for each in events if each.kept.state in OPEN)
        return {one: Turn.NEEDS_STAFF if one in elsewhere else Turn.TELL for one in ids}


class Replaying:
    """Tells what is open and whose turn it is; what is told in vain comes last, with all of the same item after it."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is one thing that decides about a telling
        self,
        journal: TellingJournal,
        replayer: Replayer,
        turns: Turns,
        time: MachineTime,
        may_go_on: Callable[[], bool],
        shortest_due: Callable[[datetime], datetime | None],
    ) -> None:
        """Make it; ``shortest_due`` gives the earliest day on which a loan of a moment can be due."""
        self._journal = journal
        self._replayer = replayer
        self._turns = turns
        self._time = time
        self._may_go_on = may_go_on
        self._shortest_due = shortest_due
        self._in_vain: dict[ItemId, None] = {}
        self._elsewhere: set[TransactionId] = set()

    async def run(self) -> None:
        """Tell whenever something may be told, until cancelled."""
        while True:
            if self._may_go_on():
                await self.tell_all()
            await asyncio.sleep(LOOK_EVERY_S)

    async def tell_all(self) -> bool:
        """Tell what may be told now; ``True``: nothing is left open."""
        time = self._time
        now = Now(time.wall(), time.monotonic(), time.boot_id, clock_is_set=time.is_set())
        try:
            events = dated(await self._journal.kept(), now)
            open_ones = [each for each in events if each.kept.state in OPEN]
            turns = await self._turns.ask(events, frozenset(self._elsewhere))
            if turns is None:
                return not open_ones
            self._elsewhere -= {name for name, turn in turns.items() if turn is Turn.TELL}
            return await self._tell(open_ones, turns) == len(open_ones)
        except JournalUnavailableError as error:
            _log.warning("what was done alone is not told: the journal cannot be used: %s", error)
            return False

    async def _tell(self, events: Sequence[Dated], turns: Mapping[TransactionId, Turn]) -> int:
        places = {item_id: place for place, item_id in enumerate(self._in_vain, start=1)}
        settled = 0
        held: set[ItemId] = set()
        for event in sorted(events, key=lambda each: places.get(each.kept.entry.item_id, 0)):
            if not self._may_go_on():
                break
            entry = event.kept.entry
            turn = turns.get(entry.transaction_id, Turn.WAIT)
            if entry.item_id in held or turn is Turn.WAIT:
                continue
            outcome = KeptState(turn) if turn is not Turn.TELL else await self._told(event)
            if outcome is None:
                break
            if isinstance(outcome, KeptState):
                self._elsewhere.discard(entry.transaction_id)
                await self._journal.kept_settled(entry.transaction_id, outcome)
                _log.info("done alone, %s: %s", entry.transaction_id, outcome)
                settled += 1
            else:
                self._elsewhere.add(entry.transaction_id)
                held.add(entry.item_id)
        return settled

    async def _told(self, event: Dated) -> KeptState | str | None:
        entry = event.kept.entry

        async def begin() -> None:
            await self._journal.kept_sending(entry.transaction_id)

        due = self._shortest_due(event.at)
        outcome = await self._replayer.replay(event, begin, None if due is None else due.date())
        self._in_vain.pop(entry.item_id, None)
        if outcome is None:
            self._in_vain[entry.item_id] = None
            return None
        return _ELSEWHERE if outcome == _ELSEWHERE else KeptState(outcome.value)
