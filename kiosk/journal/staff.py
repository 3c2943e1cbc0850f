"""What staff did at the kiosk, noted and to be told before anybody hears of it; what they opened and closed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kiosk.journal.file import JournalFile, Statement
from kiosk.journal.rows import OpenAlarm
from kiosk.session.staff_values import (
    ActKey,
    ActKind,
    ActResult,
    ByStaff,
    PastAct,
    StaffAct,
    StaffId,
    Waiting,
    WaitingKind,
)
from kiosk.session.values import Device, ItemId
from library.lending.overrides import OverrideReason
from library.lending.refusals import Refusal

Tell = Callable[[StaffId | None, StaffAct, ActKey | None, ActResult | None], tuple[str, str]]
"""An act, or what became of the one of that name, as the id and the body of an event."""

KEPT_ACTS: Final = 20_000
"""Some years of a busy kiosk."""
_NOTE: Final = (
    "INSERT INTO staff_act (at, staff_id, kind, device, item_id, reason, refusal, act_key)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ENDED: Final = "UPDATE staff_act SET result = ? WHERE act_key = ?"
_FORGET: Final = "DELETE FROM staff_act WHERE number <= (SELECT max(number) FROM staff_act) - ?"
_TELL: Final = "INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)"
_KEPT: Final = {WaitingKind.KEPT: "('kept', 'sending')", WaitingKind.FOR_STAFF: "('needs_staff')"}


class StaffRecords:
    """The part of the journal that belongs to staff; every method may raise ``JournalUnavailableError``."""

    def __init__(
        self,
        journal: JournalFile,
        wall: Callable[[], float],
        tell: Tell | None = None,
    ) -> None:
        """Make it; ``tell`` gives the id and the body of the event by which the fleet hears of an act."""
        self._journal = journal
        self._wall = wall
        self._tell = tell

    async def note(self, staff_id: StaffId | None, act: StaffAct) -> ActKey:
        """Note an act and give its name; ``None``: by the service key, before a PIN said who it is."""
        key, statements = self.noted(staff_id, act)
        await self._journal.write(*statements)
        return key

    async def ended(self, key: ActKey, staff_id: StaffId, act: StaffAct, result: ActResult) -> None:
        """Note what became of an act."""
        told: tuple[Statement, ...] = () if self._tell is None else ((_TELL, self._tell(staff_id, act, key, result)),)
        await self._journal.write((_ENDED, (result, key)), *told)

    async def note_opening(
        self, staff_id: StaffId, act: StaffAct, by_staff: ByStaff | None, until: datetime | None
    ) -> None:
        """Note what staff said about the opening, and the act, both or neither."""
        statements: list[Statement] = [("DELETE FROM opening", ())]
        if by_staff is not None:
            told = None if until is None else until.isoformat()
            statements.append(("INSERT INTO opening (one, by_staff, until) VALUES (1, ?, ?)", (by_staff, told)))
        await self._journal.write(*statements, *self.noted(staff_id, act)[1])

    async def note_seen(self, staff_id: StaffId, act: StaffAct, seen: OpenAlarm) -> bool:
        """Take off the alarm list what staff have seen, and note who has seen to it, both or neither.

        What became owed anew, or the other way round, since the list was shown is nothing that anybody has seen: it
        stays, and ``False`` says so.
        """
        _, noted = self.noted(staff_id, act)
        strike = "DELETE FROM alarm WHERE item_id = ? AND wanted = ? AND at = ?"
        await self._journal.write((strike, (seen.item_id.text, seen.wanted, seen.at)), *noted)
        return not await self._journal.read("SELECT 1 FROM alarm WHERE item_id = ?", seen.item_id.text)

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
            "SELECT at, staff_id, kind, device, item_id, reason, refusal, result FROM staff_act"
            " ORDER BY number DESC LIMIT ?",
            number,
        )
        return tuple(
            PastAct(
                None if staff_id is None else StaffId(staff_id),
                StaffAct(
                    ActKind(kind),
                    Device(device) if device else None,
                    ItemId(item_id) if item_id else None,
                    OverrideReason(reason) if reason else None,
                    Refusal(refusal) if refusal else None,
                ),
                datetime.fromtimestamp(float(at), UTC),
                ActResult(result) if result else None,
            )
            for at, staff_id, kind, device, item_id, reason, refusal, result in rows
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

    def noted(self, staff_id: StaffId | None, act: StaffAct) -> tuple[ActKey, tuple[Statement, ...]]:
        """Give the name of an act, and what is to be written to note it, for whoever writes more with it."""
        item = None if act.item_id is None else act.item_id.text
        told: tuple[Statement, ...] = ()
        key = ActKey("")
        if self._tell is not None:
            event_id, body = self._tell(staff_id, act, None, None)
            key, told = ActKey(event_id), ((_TELL, (event_id, body)),)
        note = (self._wall(), staff_id, act.kind, act.device, item, act.reason, act.refusal, key)
        return key, ((_NOTE, note), (_FORGET, (KEPT_ACTS,)), *told)


def _occurred(body: str | None) -> datetime | None:
    """Give when an event happened, as its line for the agent says."""
    try:
        moment = datetime.fromisoformat(json.loads(body or "{}")["occurred_at"])
    except (ValueError, KeyError, TypeError):
        return None
    return moment if moment.tzinfo else None
