"""Alarms that are owed, made true when the item lies on the pad again and nobody stands there."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from kiosk.alarm.pad import PadTagAlarm
from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, Journal, KeptKind, KeptState, OpenAlarm
from kiosk.ports import AlarmOff, AlarmOn
from kiosk.session.recovery import lying_at_rest
from kiosk.session.staff_values import ActResult
from kiosk.session.state import State
from kiosk.session.values import ItemId, PadItem, TagUid

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
    never switched off here: that is for a visit of its patron; but where that loan has ended, the tag must alarm.
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
            owed = {each.item_id: each for each in await self._journal.open_alarms()}
            for item in lying:
                alarm = owed.get(item.item_id)
                if alarm is not None and _is_the_items(item, alarm):
                    await self._settle(item, alarm)
        except JournalUnavailableError:
            _log.warning("alarms that are owed wait: the journal cannot be used now")

    async def settle_by_staff(self, item_id: ItemId, tags: Sequence[TagUid]) -> ActResult:
        """Make the alarm of an item true that staff have laid down; raises ``JournalUnavailableError``.

        What is on loan may leave, so here an alarm that an earlier loan left on is switched off as well.
        """
        listed = {each.item_id: each for each in await self._journal.open_alarms()}
        alarm = listed.get(item_id)
        if alarm is None:
            return ActResult.NOT_OWED
        alone = await self._done_here_alone(alarm)
        on_loan = await self._library_system.is_on_loan(item_id) if alone is None else alone is KeptKind.LEND
        if on_loan is None or alarm.reason is AlarmReason.RETURN_IN_DOUBT:
            return ActResult.NO_ANSWER
        if on_loan and alarm.wanted is AlarmWanted.ON:
            await self._journal.alarm_outlived(alarm)
            return ActResult.NOT_OWED
        return await self._made_true(alarm, tuple(dict.fromkeys((*tags, *alarm.tags))), on_loan=on_loan)

    async def _made_true(self, alarm: OpenAlarm, tags: Sequence[TagUid], *, on_loan: bool) -> ActResult:
        if on_loan:
            off = await self._alarm.switch_off(alarm.item_id, tags)
            return ActResult.SWITCHED_OFF if isinstance(off, AlarmOff) else ActResult.FAILED
        if alarm.wanted is AlarmWanted.OFF:
            await self._journal.alarm_turned(alarm)
        armed = await self._alarm.arm_if_owed(alarm.item_id, tags)
        if armed is None:
            return ActResult.NOT_OWED
        return ActResult.ARMED if isinstance(armed, AlarmOn) else ActResult.FAILED

    async def _settle(self, item: PadItem, alarm: OpenAlarm) -> None:
        alone = await self._done_here_alone(alarm)
        if alone is KeptKind.LEND:
            return
        if alone is None:
            on_loan = await self._library_system.is_on_loan(item.item_id)
            if on_loan and alarm.wanted is AlarmWanted.ON:
                await self._journal.alarm_outlived(alarm)
            if on_loan is not False:
                return
            if alarm.wanted is AlarmWanted.OFF:
                await self._journal.alarm_turned(alarm)
        tags = tuple(dict.fromkeys((*item.tags, *alarm.tags)))
        result = await self._alarm.arm_if_owed(item.item_id, tags)
        if result is not None:
            _log.info("an alarm that was owed after a return: %s", type(result).__name__)

    async def _done_here_alone(self, alarm: OpenAlarm) -> KeptKind | None:
        """Give the last that was done alone with the item, if the library system has not learned of it.

        So it is also with a loan that staff must look at, unless the item came back since: that is what "on" tells.
        """
        kept = [each for each in await self._journal.kept() if each.entry.item_id == alarm.item_id]
        if not kept:
            return None
        last, state = kept[-1].entry.kind, kept[-1].state
        for_staff = state is KeptState.NEEDS_STAFF and last is KeptKind.LEND and alarm.wanted is AlarmWanted.OFF
        return last if state in _NOT_LEARNED or for_staff else None


def _is_the_items(item: PadItem, alarm: OpenAlarm) -> bool:
    """Two tags may carry one number by mistake: where tags were seen at the return, one of them must lie there."""
    return not alarm.tags or not set(alarm.tags).isdisjoint(item.tags)
