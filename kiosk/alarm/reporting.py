"""Tells the library's server of lent items that still alarm, so that they stand on the staff's list."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol
from uuid import uuid4

from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmWanted, OpenAlarm
from kiosk.session.values import ItemId, TransactionId

LOOK_EVERY_S: Final = 10.0


class AlarmJournal(Protocol):
    """Where the alarm list is."""

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        """Give what is not as it is to be, oldest first; may raise ``JournalUnavailableError``."""
        ...


class AlarmListener(Protocol):
    """Whom it is told."""

    async def hear_alarm(self, transaction_id: TransactionId, item_id: ItemId, at: datetime, *, on: bool) -> bool:
        """Take that an item still alarms, or does not any more; ``False``: it is told again later."""
        ...


class AlarmReporting:
    """Looks when nobody stands there: during a visit an alarm is still being switched off.

    What was told is known in memory alone: after a restart all is told again, which changes nothing at the server. An
    alarm that was put right in the last moment before a restart is struck off by staff, who see the item.
    """

    def __init__(
        self,
        journal: AlarmJournal,
        listener: AlarmListener,
        wall: Callable[[], datetime],
        may_go_on: Callable[[], bool],
    ) -> None:
        self._journal = journal
        self._listener = listener
        self._wall = wall
        self._may_go_on = may_go_on
        self._told: set[ItemId] = set()
        self._unheard: set[ItemId] = set()

    async def run(self) -> None:
        """Tell what has changed, until cancelled."""
        while True:
            if self._may_go_on():
                await self.tell()
            await asyncio.sleep(LOOK_EVERY_S)

    async def tell(self) -> None:
        """Tell what has changed since it was told last; one that is not heard is told again, after the others."""
        try:
            listed = {each.item_id for each in await self._journal.open_alarms() if each.wanted is AlarmWanted.OFF}
        except JournalUnavailableError:
            return
        changed = (*sorted(listed - self._told, key=_text), *sorted(self._told - listed, key=_text))
        for item_id in sorted(changed, key=self._unheard.__contains__):
            on = item_id in listed
            transaction_id = TransactionId(f"a-{uuid4().hex}")
            if not await self._listener.hear_alarm(transaction_id, item_id, self._wall(), on=on):
                self._unheard.add(item_id)
                return
            self._unheard.discard(item_id)
            (self._told.add if on else self._told.discard)(item_id)


def _text(item_id: ItemId) -> str:
    return item_id.text
