"""What staff did at the kiosk, noted and to be told before anybody hears of it; what they opened and closed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kiosk.journal.file import JournalFile, Statement
from kiosk.session.staff_values import ActKind, ByStaff, PastAct, StaffAct, StaffId, Waiting, WaitingKind
from kiosk.session.values import Device, ItemId

KEPT_ACTS: Final = 20_000
"""Some years of a busy kiosk."""
_NOTE: Final = "INSERT INTO staff_act (at, staff_id, kind, device, item_id) VALUES (?, ?, ?, ?, ?)"
_FORGET: Final = "DELETE FROM staff_act WHERE number <= (SELECT max(number) FROM staff_act) - ?"
_TELL: Final = "INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)"
_KEPT: Final = {WaitingKind.KEPT: "('kept', 'sending')", WaitingKind.FOR_STAFF: "('needs_staff')"}


class StaffRecords:
    """The part of the journal that belongs to staff; every method may raise ``JournalUnavailableError``."""

    def __init__(
        self,
        journal: JournalFile,
        wall: Callable[[], float],
        tell: Callable[[StaffId | None, StaffAct], tuple[str, str]] | None = None,
    ) -> None:
        """Make it; ``tell`` gives the id and the body of the event by which the fleet hears of an act."""
        self._journal = journal
        self._wall = wall
        self._tell = tell

    async def note(self, staff_id: StaffId | None, act: StaffAct) -> None:
        """Note an act; ``None``: by the service key, before a PIN said who it is."""
        await self._journal.write(*self._noted(staff_id, act))

    async def note_opening(
        self, staff_id: StaffId, act: StaffAct, by_staff: ByStaff | None, until: datetime | None
    ) -> None:
        """Note what staff said about the opening, and the act, both or neither."""
        statements: list[Statement] = [("DELETE FROM opening", ())]
        if by_staff is not None:
            told = None if until is None else until.isoformat()
            statements.append(("INSERT INTO opening (one, by_staff, until) VALUES (1, ?, ?)", (by_staff, told)))
        await self._journal.write(*statements, *self._noted(staff_id, act))

    async def note_seen(self, staff_id: StaffId, act: StaffAct, item_id: ItemId) -> None:
        """Take an item off the alarm list, and note who has seen to it, both or neither."""
        strike = ("DELETE FROM alarm WHERE item_id = ?", (item_id.text,))
        await self._journal.write(strike, *self._noted(staff_id, act))

    async def opening(self, now: datetime | None) -> ByStaff | None:
        """Give what staff said about the opening, where that still holds; ``now``: ``None`` where nobody knows."""
        rows = await self._journal.read("SELECT by_staff, until FROM opening")
        if not rows:
            return None
        by_staff, until = rows[0]
        over = until is not None and now is not None and datetime.fromisoformat(until) <= now
        return None if over else ByStaff(by_staff)

    async def acts(self, number: int) -> tuple[PastAct, ...]:
        """Give the last acts, newest first."""
        rows = await self._journal.read(
            "SELECT at, staff_id, kind, device, item_id FROM staff_act ORDER BY number DESC LIMIT ?", number
        )
        return tuple(
            PastAct(
                None if staff_id is None else StaffId(staff_id),
                StaffAct(ActKind(kind), Device(device) if device else None, ItemId(item_id) if item_id else None),
                datetime.fromtimestamp(float(at), UTC),
            )
            for at, staff_id, kind, device, item_id in rows
        )

    async def waiting(self) -> tuple[Waiting, ...]:
        """Count what waits, each with its oldest."""
        found = [await self._waiting_reports()]
        for kind, states in _KEPT.items():
            rows = await self._journal.read(f"SELECT at FROM kept WHERE state IN {states} ORDER BY number")  # noqa: S608 - a constant of ours
            found.append(Waiting(kind, len(rows), datetime.fromisoformat(rows[0][0]) if rows else None))
        doubt = await self._journal.read("SELECT at FROM loan UNION ALL SELECT at FROM giving_back ORDER BY at")
        oldest = datetime.fromtimestamp(float(doubt[0][0]), UTC) if doubt else None
        found.append(Waiting(WaitingKind.IN_DOUBT, len(doubt), oldest))
        return tuple(found)

    async def _waiting_reports(self) -> Waiting:
        rows = await self._journal.read("SELECT count(*), (SELECT body FROM event ORDER BY number LIMIT 1) FROM event")
        number, body = rows[0]
        return Waiting(WaitingKind.REPORTS, int(number), _occurred(body))

    def _noted(self, staff_id: StaffId | None, act: StaffAct) -> tuple[Statement, ...]:
        item = None if act.item_id is None else act.item_id.text
        told: tuple[Statement, ...] = () if self._tell is None else ((_TELL, self._tell(staff_id, act)),)
        return ((_NOTE, (self._wall(), staff_id, act.kind, act.device, item)), (_FORGET, (KEPT_ACTS,)), *told)


def _occurred(body: str | None) -> datetime | None:
    """Give when an event happened, as its line for the agent says."""
    try:
        moment = datetime.fromisoformat(json.loads(body or "{}")["occurred_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return moment if moment.tzinfo else None
