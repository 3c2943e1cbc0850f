"""The journal by its methods: what is noted of loans, returns, alarms, transactions made alone, and events."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.journal.file import JournalFile, Statement
from kiosk.journal.reserve import Reserve
from kiosk.journal.rows import (
    AlarmReason,
    AlarmWanted,
    Kept,
    KeptEntry,
    KeptKind,
    KeptState,
    LoanState,
    OpenAlarm,
    OpenLoan,
    OpenReturn,
    UnsentEvent,
)
from kiosk.session.staff_values import StaffId
from kiosk.session.values import AlarmFault, ItemId, PatronId, TagUid, TransactionId

_OWE = "INSERT OR REPLACE INTO alarm (item_id, tags, wanted, reason, at) VALUES (?, ?, ?, ?, ?)"
_KEEP = (
    "INSERT OR IGNORE INTO kept (transaction_id, kind, patron_id, item_id, tags, at, boot_id, monotonic, due,"
    " clock_is_set, owes_alarm, staff_id, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'kept')"
)
_OUTLIVED = (
    "DELETE FROM alarm WHERE item_id = ?1 AND wanted = ?2 AND at = ?3"
    " AND NOT EXISTS (SELECT 1 FROM loan WHERE loan.item_id = ?1)"
)
_TURN = (
    "UPDATE alarm SET wanted = 'on', reason = 'returned' WHERE item_id = ?1 AND wanted = ?2 AND at = ?3"
    " AND NOT EXISTS (SELECT 1 FROM loan WHERE loan.item_id = ?1)"
)
_LEARNED: Final = frozenset({KeptState.APPLIED, KeptState.RENEWED, KeptState.SUPERSEDED})
_LEARNED_AND_SHOWN: Final = 1000
"""So many transactions of which the library system has learned stay to be looked at."""


class Journal(JournalFile):
    """What must survive a power cut; every method returns after the fsync.

    The file holds card numbers while a loan is under way or waits to be told, and has mode 0600.

    Every method may raise ``JournalUnavailableError``: then it changed nothing, and may be called again. When the disk
    is full, ``sending`` and the loans of ``keep`` are refused; what finishes a visit, and returns, take the room that
    was held in reserve.
    """

    def __init__(self, path: Path, wall: Callable[[], float], reserve: Reserve | None = None) -> None:
        super().__init__(path, reserve)
        self._wall = wall

    # Loans

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> None:
        """Note a loan before its first byte leaves."""
        await self.write(
            (
                "INSERT OR REPLACE INTO loan VALUES (?, ?, ?, 'sending', ?)",
                (transaction_id, patron_id.text, item_id.text, self._wall()),
            ),
            begins=True,
        )

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        """Strike a loan off, whether it stands is known; ``alarm_owed``: it stands and its alarm is to go off.

        Both in one transaction: no power cut can make a loan known and forget its alarm. An alarm that was owed before
        is owed anew, and a return of the item that was in doubt before is of no matter any more. Soon afterwards, where
        no other loan is open, no file holds a card number any more.
        """
        statements: list[Statement] = [("DELETE FROM loan WHERE transaction_id = ?", (transaction_id,))]
        if alarm_owed:
            owe = (
                "INSERT OR REPLACE INTO alarm (item_id, tags, wanted, reason, at)"
                " SELECT item_id, '', 'off', 'lent', ? FROM loan WHERE transaction_id = ?"
            )
            older = "DELETE FROM giving_back WHERE item_id = (SELECT item_id FROM loan WHERE transaction_id = ?)"
            statements[:0] = [(owe, (self._wall(), transaction_id)), (older, (transaction_id,))]
        await self.write(*statements)
        self.wipe_later()

    async def unknown(self, transaction_id: TransactionId) -> None:
        """Keep a loan of which nobody can say whether it stands."""
        await self.write(("UPDATE loan SET state = 'unknown' WHERE transaction_id = ?", (transaction_id,)))

    async def open_loans(self) -> tuple[OpenLoan, ...]:
        """Give the loans that are not settled, oldest first."""
        rows = await self.read("SELECT transaction_id, patron_id, item_id, state FROM loan ORDER BY at, rowid")
        return tuple(
            OpenLoan(TransactionId(row[0]), PatronId(row[1]), ItemId(row[2]), LoanState(row[3])) for row in rows
        )

    # Returns

    async def returning(self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]) -> None:
        """Note a return before its first byte leaves, and with it that the alarm of its tags is owed if it stands."""
        await self.write(
            (
                "INSERT OR REPLACE INTO giving_back VALUES (?, ?, ?, 'sending', ?)",
                (transaction_id, item_id.text, _text(tags), self._wall()),
            )
        )

    async def return_settled(self, transaction_id: TransactionId, *, arm: bool, stands: bool | None = None) -> None:
        """Strike a return off, whether it stands is known; ``arm``: it stands and its tags are to say "secured".

        Without ``arm`` the item's tags are left as they are: it is still on loan, and an alarm that an earlier loan
        left on is owed as before; or it must not be armed. Of an item that is back (``stands``, unless told: ``arm``)
        nothing is to be switched off any more, and an older return of it that is in doubt is of no matter.
        """
        statements: list[Statement] = [("DELETE FROM giving_back WHERE transaction_id = ?", (transaction_id,))]
        if arm or stands:
            older = (
                "DELETE FROM giving_back WHERE state = 'unknown' AND transaction_id <> ?1"
                " AND item_id = (SELECT item_id FROM giving_back WHERE transaction_id = ?1)"
            )
            statements.insert(0, (older, (transaction_id,)))
        if arm:
            owe = (
                "INSERT OR REPLACE INTO alarm (item_id, tags, wanted, reason, at)"
                " SELECT item_id, tags, 'on', 'returned', ? FROM giving_back WHERE transaction_id = ?"
            )
            statements.insert(0, (owe, (self._wall(), transaction_id)))
        elif stands:
            forget = (
                "DELETE FROM alarm WHERE wanted = 'off'"
                " AND item_id IN (SELECT item_id FROM giving_back WHERE transaction_id = ?)"
            )
            # Of an older return in doubt it is known now that it stood: what is owed to its tags must not go with it.
            doubt_owes = (
                "INSERT OR REPLACE INTO alarm (item_id, tags, wanted, reason, at)"
                " SELECT item_id, tags, 'on', 'returned', at FROM giving_back"
                " WHERE state = 'unknown' AND tags <> '' AND transaction_id <> ?1"
                " AND item_id = (SELECT item_id FROM giving_back WHERE transaction_id = ?1)"
            )
            statements[:0] = [(forget, (transaction_id,)), (doubt_owes, (transaction_id,))]
        await self.write(*statements)

    async def return_unknown(self, transaction_id: TransactionId) -> None:
        """Keep a return of which nobody can say whether it stands."""
        await self.write(("UPDATE giving_back SET state = 'unknown' WHERE transaction_id = ?", (transaction_id,)))

    async def open_returns(self) -> tuple[OpenReturn, ...]:
        """Give the returns that are not settled, oldest first."""
        rows = await self.read("SELECT transaction_id, item_id, tags, state, at FROM giving_back ORDER BY at, rowid")
        return tuple(
            OpenReturn(TransactionId(row[0]), ItemId(row[1]), _tags(row[2]), LoanState(row[3]), float(row[4]))
            for row in rows
        )

    # Alarms

    async def alarm_intended(self, item_id: ItemId, tags: Sequence[TagUid], wanted: AlarmWanted) -> None:
        """Note that an item's tags are about to be written; since when it is owed stays, where it was owed before."""
        statement = (
            "INSERT OR REPLACE INTO alarm (item_id, tags, wanted, reason, at) VALUES (?, ?, ?, 'writing',"
            " coalesce((SELECT at FROM alarm WHERE item_id = ? AND wanted = ?), ?))"
        )
        now = self._wall()
        await self.write((statement, (item_id.text, _text(tags), wanted, item_id.text, wanted, now)))

    async def alarm_failed(self, item_id: ItemId, wanted: AlarmWanted, fault: AlarmFault) -> None:
        """Note why an alarm that is owed could not be written."""
        statement = "UPDATE alarm SET reason = ? WHERE item_id = ? AND wanted = ?"
        await self.write((statement, (AlarmReason(fault.value), item_id.text, wanted)))

    async def alarm_settled(self, item_id: ItemId, wanted: AlarmWanted) -> None:
        """Strike the intent off: every tag was read back and says what is wanted.

        What became owed the other way round meanwhile stays.
        """
        await self.write(("DELETE FROM alarm WHERE item_id = ? AND wanted = ?", (item_id.text, wanted)))

    async def alarm_outlived(self, alarm: OpenAlarm) -> None:
        """Strike off an alarm that is owed to a loan or a return which is not the last word on the item any more.

        One that became owed anew meanwhile, or while a loan of the item is under way, stays.
        """
        await self.write((_OUTLIVED, _same(alarm)))

    async def alarm_turned(self, alarm: OpenAlarm) -> None:
        """Owe it the other way round: of an item that was lent, and is on no loan any more, the tags are to be armed.

        One that became owed anew meanwhile, or while a loan of the item is under way, stays as it is.
        """
        await self.write((_TURN, _same(alarm)))

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        """Give the alarm list, oldest first: what is not as it is to be, or may not be, for a return in doubt."""
        rows = await self.read(
            "SELECT item_id, tags, wanted, reason, at FROM alarm"
            " UNION ALL SELECT item_id, tags, 'on', 'return_in_doubt', at FROM giving_back WHERE tags <> ''"
            " ORDER BY at"
        )
        return tuple(
            OpenAlarm(ItemId(row[0]), _tags(row[1]), AlarmWanted(row[2]), AlarmReason(row[3]), float(row[4]))
            for row in rows
        )

    async def alarm_is_owed(self, item_id: ItemId) -> bool:
        """Tell whether the item was lent, and its tags were not yet seen to say "on loan"."""
        return await self.alarm_wanted(item_id) is AlarmWanted.OFF

    async def alarm_wanted(self, item_id: ItemId) -> AlarmWanted | None:
        """Tell what the item's tags are to say and were not yet seen to; ``None``: nothing is owed.

        While a loan or a return of the item is under way or in doubt, nobody can say that it is to be on.
        """
        rows = await self.read(
            "SELECT wanted FROM alarm WHERE item_id = ?1 AND (wanted = 'off' OR NOT EXISTS"
            " (SELECT 1 FROM loan WHERE item_id = ?1 UNION SELECT 1 FROM giving_back WHERE item_id = ?1))",
            item_id.text,
        )
        return AlarmWanted(rows[0][0]) if rows else None

    # What the kiosk did alone

    async def keep(self, entry: KeptEntry, *noted: Statement) -> None:
        """Keep a transaction until the library system has learned of it, and what its item's tags are to say.

        With it what else is ``noted`` of it, all or nothing.

        An older loan or return of the item that is in doubt is of no matter any more.
        """
        wanted, reason = (
            (AlarmWanted.OFF, AlarmReason.LENT)
            if entry.kind is KeptKind.LEND
            else (AlarmWanted.ON, AlarmReason.RETURNED)
        )
        statements: list[Statement] = [
            (
                _KEEP,
                (
                    entry.transaction_id,
                    entry.kind,
                    None if entry.patron_id is None else entry.patron_id.text,
                    entry.item_id.text,
                    _text(entry.tags),
                    entry.at.isoformat(),
                    entry.boot_id,
                    entry.monotonic,
                    None if entry.due is None else entry.due.isoformat(),
                    entry.clock_is_set,
                    entry.owes_alarm,
                    entry.staff_id,
                ),
            )
        ]
        statements += [
            ("DELETE FROM giving_back WHERE item_id = ?", (entry.item_id.text,)),
            ("DELETE FROM loan WHERE item_id = ?", (entry.item_id.text,)),
        ]
        if entry.owes_alarm:
            statements.append((_OWE, (entry.item_id.text, _text(entry.tags), wanted, reason, self._wall())))
        await self.write(*statements, *noted, begins=entry.kind is KeptKind.LEND)
        self.wipe_later()

    async def kept(self) -> tuple[Kept, ...]:
        """Give what the kiosk did alone, oldest first, with how far the library system has learned of it."""
        rows = await self.read(
            "SELECT transaction_id, kind, patron_id, item_id, tags, at, boot_id, monotonic, due, clock_is_set,"
            " owes_alarm, staff_id, state, number FROM kept ORDER BY number"
        )
        return tuple(_kept(row) for row in rows)

    async def kept_sending(self, transaction_id: TransactionId) -> None:
        """Note that the library system is about to be told."""
        statement = "UPDATE kept SET state = 'sending' WHERE transaction_id = ? AND state IN ('kept', 'sending')"
        await self.write((statement, (transaction_id,)))

    async def kept_settled(self, transaction_id: TransactionId, outcome: KeptState) -> None:
        """Note what became of it; once the library system has learned of it, no card number stays."""
        statements: list[Statement] = [
            ("UPDATE kept SET state = ? WHERE transaction_id = ?", (outcome, transaction_id)),
        ]
        if outcome in _LEARNED:
            old = (
                "DELETE FROM kept WHERE state IN ('applied', 'renewed', 'superseded') AND number <="
                " (SELECT max(number) FROM kept) - ?"
            )
            statements += [
                ("UPDATE kept SET patron_id = NULL WHERE transaction_id = ?", (transaction_id,)),
                (old, (_LEARNED_AND_SHOWN,)),
            ]
        await self.write(*statements)
        self.wipe_later()

    # What the agent was not yet told

    async def add_event(self, event_id: str, body: str) -> None:
        """Keep something for the agent; the same id twice is kept once."""
        await self.write(("INSERT OR IGNORE INTO event (event_id, body) VALUES (?, ?)", (event_id, body)))

    async def unsent_events(self) -> tuple[UnsentEvent, ...]:
        """Give what the agent has not confirmed, oldest first."""
        rows = await self.read("SELECT event_id, body FROM event ORDER BY number")
        return tuple(UnsentEvent(row[0], row[1]) for row in rows)

    async def strike_off(self, event_id: str) -> None:
        """Forget what the agent has on its own disk."""
        await self.write(("DELETE FROM event WHERE event_id = ?", (event_id,)))


def _same(alarm: OpenAlarm) -> tuple[str, str, float]:
    return alarm.item_id.text, alarm.wanted, alarm.at


def _text(tags: Sequence[TagUid]) -> str:
    return " ".join(tags)


def _tags(text: str) -> tuple[TagUid, ...]:
    return tuple(TagUid(uid) for uid in text.split())


def _kept(row: tuple[str, ...]) -> Kept:
    transaction, kind, patron, item, tags, at, boot_id, monotonic, due, *flags, staff, state, number = row
    clock_is_set, owes_alarm = flags
    entry = KeptEntry(
        transaction_id=TransactionId(transaction),
        kind=KeptKind(kind),
        patron_id=PatronId(patron) if patron else None,
        item_id=ItemId(item),
        tags=_tags(tags),
        at=datetime.fromisoformat(at),
        boot_id=boot_id,
        monotonic=float(monotonic),
        due=datetime.fromisoformat(due) if due else None,
        clock_is_set=bool(clock_is_set),
        owes_alarm=bool(owes_alarm),
        staff_id=StaffId(staff) if staff else None,
    )
    return Kept(entry, KeptState(state), int(number))
