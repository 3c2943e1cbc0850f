"""Tells the session when the opening hours begin and end, and once what staff said before a restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from kiosk.errors import JournalUnavailableError
from kiosk.journal.staff import StaffRecords
from kiosk.session.staff_events import HoursChanged, OpeningKept
from library.lending.opening_hours import OpeningHours

_log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 2.0


class HoursWatch:
    """Looks at the clock; as long as nobody ever set it the kiosk is open, for it cannot know the hours."""

    def __init__(
        self,
        hours: OpeningHours,
        now: Callable[[], datetime | None],
        records: StaffRecords,
        post: Callable[[HoursChanged | OpeningKept], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Make it; ``now`` gives local time, or ``None`` where the clock was never set."""
        self._hours = hours
        self._now = now
        self._records = records
        self._post = post
        self._pause = pause
        self._told = HoursChanged(in_hours=True)
        self._recalled = False

    async def run(self) -> None:
        """Tell each change until cancelled."""
        while True:
            self.look()
            if not self._recalled:
                await self.recall()
            await self._pause(LOOK_EVERY_S)

    def look(self) -> None:
        """Tell whether the hours are on, where that is not what was told last."""
        now = self._now()
        in_hours = now is None or self._hours.is_open(now)
        opens_at = None if in_hours or now is None else self._hours.opens_at(now)
        found = HoursChanged(in_hours, opens_at)
        if found != self._told:
            self._told = found
            self._post(found)

    async def recall(self) -> None:
        """Tell what staff said before the restart; a journal that cannot be read now is asked again."""
        now = self._now()
        try:
            by_staff = await self._records.opening(now)
        except JournalUnavailableError:
            _log.warning("whether staff closed the kiosk is not known: the journal cannot be read now")
            return
        self._recalled = True
        if by_staff is not None:
            self._post(OpeningKept(by_staff))
