"""Alarms that are owed after a return, made true when the item lies on the pad again and nobody stands there."""

import asyncio
import logging
from typing import Protocol

from kiosk.alarm.pad import PadTagAlarm
from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmWanted, Journal, KeptKind, KeptState, OpenAlarm
from kiosk.session.recovery import lying_at_rest
from kiosk.session.state import State
from kiosk.session.values import ItemId, PadItem

_log = logging.getLogger(__name__)

_NOT_LEARNED = frozenset({KeptState.KEPT, KeptState.SENDING})


class Whereabouts(Protocol):
    """What is asked of the library system before a tag is written long after its return."""

    async def is_on_loan(self, item_id: ItemId) -> bool | None:
        """Tell whether the item is on loan to anybody now; ``None``: nobody says."""
        ...


class OwedAlarms:
    """Arms what the journal owes and lies there: at the start, and whenever something is laid down at an idle kiosk.

    ``look`` takes each state as it comes; ``run`` is to run beside the session. Long after its return an item may be
    on loan again, by another kiosk or the desk, so the library system is asked first: what is on loan is not armed, and
    owed no more. A return that stands in the journal alone is armed unasked. An alarm that an earlier *loan* left on is
    never switched off here: that is for a visit of its patron.
    """

    def __init__(self, journal: Journal, alarm: PadTagAlarm, library_system: Whereabouts) -> None:
        self._journal = journal
        self._alarm = alarm
        self._library_system = library_system
        self._seen: tuple[tuple[PadItem, ...], bool] = ((), False)
        self._changed = asyncio.Event()

    def look(self, state: State) -> None:
        """Take the session's new state; what lies there is looked at once for each change of it."""
        seen = (lying_at_rest(state), state.around.library_system)
        if seen != self._seen:
            self._seen = seen
            self._changed.set()

    async def run(self) -> None:
        """Put right what can be, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self.put_right()

    async def put_right(self) -> None:
        """Look through what lies there once."""
        lying, _ = self._seen
        if not lying:
            return
        try:
            owed = {each.item_id: each for each in await self._journal.open_alarms() if each.wanted is AlarmWanted.ON}
            for item in lying:
                alarm = owed.get(item.item_id)
                if alarm is not None and _is_the_items(item, alarm):
                    await self._arm(item, alarm)
        except JournalUnavailableError:
            _log.warning("alarms that are owed wait: the journal cannot be used now")

    async def _arm(self, item: PadItem, alarm: OpenAlarm) -> None:
        if not await self._stands_here_alone(item.item_id):
            on_loan = await self._library_system.is_on_loan(item.item_id)
            if on_loan is None:
                return
            if on_loan:
                await self._journal.alarm_settled(item.item_id, AlarmWanted.ON)
                return
        tags = tuple(dict.fromkeys((*item.tags, *alarm.tags)))
        result = await self._alarm.arm_if_owed(item.item_id, tags)
        if result is not None:
            _log.info("an alarm that was owed after a return: %s", type(result).__name__)

    async def _stands_here_alone(self, item_id: ItemId) -> bool:
        """Tell whether the newest that is known of the item is a return of which the library system has not learned."""
        kept = [each for each in await self._journal.kept() if each.entry.item_id == item_id]
        waiting = [each for each in kept if each.state in _NOT_LEARNED]
        return bool(waiting) and waiting[-1].entry.kind is KeptKind.RETURN


def _is_the_items(item: PadItem, alarm: OpenAlarm) -> bool:
    """Two tags may carry one number by mistake: where tags were seen at the return, one of them must lie there."""
    return not alarm.tags or not set(alarm.tags).isdisjoint(item.tags)
