"""Loans and returns by the kiosk's own rules: on disk before anybody reads that they were made."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from kiosk.alone.machine_time import MachineTime
from kiosk.errors import JournalUnavailableError
from kiosk.journal.file import Statement
from kiosk.journal.rows import Kept, KeptEntry, KeptKind, KeptState
from kiosk.ports import Refused, Unanswered
from kiosk.session.staff_values import ActKind, StaffAct, StaffId
from kiosk.session.values import ItemId, Loan, Patron, PatronId, Returned, ReturnKind, TagUid, TransactionId
from library.lending.patterns import NumberKind, NumberPatterns
from library.lending.refusals import Refusal

_log = logging.getLogger(__name__)


class AloneJournal(Protocol):
    """Where it is kept; every method may raise ``JournalUnavailableError``."""

    async def keep(self, entry: KeptEntry, *noted: Statement) -> None:
        """Keep a transaction, and what else is noted of it; on disk when this returns."""
        ...

    async def kept(self) -> tuple[Kept, ...]:
        """Give all that was kept, oldest first."""
        ...


class LendingRules(Protocol):
    """The rules that were last heard from the library's server; the methods are slow on purpose: call in a thread."""

    def card(self, patron_id: PatronId, now: datetime) -> Refusal | None:
        """Say why the card may not borrow."""
        ...

    def loan(self, patron_id: PatronId, item_id: ItemId, taken: int, now: datetime) -> datetime | Refusal:
        """Give the due date of a loan after ``taken`` others that were made alone, or the reason against it."""
        ...

    def due(self, now: datetime) -> datetime | None:
        """Give the due date of any loan that is made now; ``None``: nobody knows what time it is."""
        ...


class RulesSource(Protocol):
    """Where the rules come from."""

    @property
    def current(self) -> LendingRules | None:
        """The rules by which the kiosk may lend now; ``None``: there are none, or they are too old."""
        ...

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep them current until cancelled; tell each time whether there are any."""
        ...


@dataclass(frozen=True, slots=True)
class ByStaff:
    """What is different where staff lend for a patron."""

    noted: Callable[[StaffId, StaffAct], tuple[Statement, ...]]
    """What the journal is to hold of an act, with the transaction itself."""
    beyond_rules: bool = False
    """Every card of a card's form is lent to, whatever the rules say, and without any."""


class LendingAlone:
    """A ``ports.OfflineLending``.

    Where the clock was never set no due date is promised; whether anything is lent then is the site's choice.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that decides about a loan
        self,
        journal: AloneJournal,
        rules: RulesSource,
        time: MachineTime,
        numbers: NumberPatterns,
        *,
        has_pad: bool,
        with_unset_clock: bool,
        by_staff: ByStaff | None = None,
    ) -> None:
        self._by_staff = by_staff
        self._journal = journal
        self._rules = rules
        self._time = time
        self._numbers = numbers
        self._has_pad = has_pad
        self._with_unset_clock = with_unset_clock

    async def identify(self, patron_id: PatronId, *, staff_id: StaffId | None = None) -> Patron | Refused | Unanswered:
        """Let in a card of the library's own form that the last list does not name as blocked; to staff any may be."""
        beyond, rules = self._is_beyond(staff_id), self._usable_rules()
        if rules is None and not beyond:
            return Unanswered()
        if self._numbers.classify(patron_id.text) is not NumberKind.CARD:
            return Refused(Refusal.PATRON_UNKNOWN)
        if rules is not None and not beyond:
            refusal = await asyncio.to_thread(rules.card, patron_id, self._time.wall())
            if refusal is not None:
                return Refused(refusal)
        try:
            charged = await self._lent_alone(patron_id)
        except JournalUnavailableError:
            return Unanswered()
        return Patron(patron_id, "", len(charged), charged=charged, own_may_leave=True, offline=True)

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        taken: int,
        *,
        staff_id: StaffId | None = None,
    ) -> Loan | Refused:
        """Lend where the rules allow it, or staff go beyond them; the loan is on disk when this returns."""
        try:
            verdict = await self._verdict(patron_id, item_id, taken, staff_id)
            if isinstance(verdict, Refusal):
                return Refused(verdict)
            due = verdict if self._time.is_set() else None
            entry = self._entry(transaction_id, KeptKind.LEND, item_id, (), patron_id, due)
            await self._keep(entry, staff_id, StaffAct(ActKind.LENT_ALONE, item_id=item_id))
        except JournalUnavailableError as error:
            _log.error("nothing is lent alone: the journal cannot be written: %s", error)
            return Refused(Refusal.OTHER)
        return Loan(item_id, "", due, may_leave=True, offline=True)

    async def take_back(
        self,
        transaction_id: TransactionId,
        item_id: ItemId,
        tags: Sequence[TagUid] = (),
        *,
        staff_id: StaffId | None = None,
    ) -> Returned | Refused:
        """Take back; the return is on disk when this returns."""
        try:
            entry = self._entry(transaction_id, KeptKind.RETURN, item_id, tuple(tags))
            await self._keep(entry, staff_id, StaffAct(ActKind.TOOK_BACK_ALONE, item_id=item_id))
        except JournalUnavailableError as error:
            _log.error("nothing is taken back alone: the journal cannot be written: %s", error)
            return Refused(Refusal.OTHER)
        return Returned(item_id, "", ReturnKind.SHELF, arm=True, offline=True)

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the rules current; without a clock to read them by there are none, unless the site says otherwise."""

        async def changed(_there: bool) -> None:  # noqa: FBT001 - the port's own form
            await on_change(self._usable_rules() is not None)

        await self._rules.watch(changed)

    def _is_beyond(self, staff_id: StaffId | None) -> bool:
        return staff_id is not None and self._by_staff is not None and self._by_staff.beyond_rules

    async def _verdict(
        self, patron_id: PatronId, item_id: ItemId, taken: int, staff_id: StaffId | None
    ) -> datetime | Refusal | None:
        """Give the due date, ``None`` where nobody knows one, or the reason against the loan."""
        rules, now = self._usable_rules(), self._time.wall()
        if self._is_beyond(staff_id):
            return None if rules is None else rules.due(now)
        if rules is None:
            return Refusal.OTHER
        before = await self._lent_alone(patron_id)
        return await asyncio.to_thread(rules.loan, patron_id, item_id, max(taken, len(before)), now)

    async def _keep(self, entry: KeptEntry, staff_id: StaffId | None, act: StaffAct) -> None:
        """Keep it; where staff did it, with who did, all or nothing."""
        if staff_id is None or self._by_staff is None:
            await self._journal.keep(entry)
        else:
            await self._journal.keep(replace(entry, staff_id=staff_id), *self._by_staff.noted(staff_id, act))

    def _usable_rules(self) -> LendingRules | None:
        if not self._with_unset_clock and not self._time.is_set():
            return None
        return self._rules.current

    async def _lent_alone(self, patron_id: PatronId) -> tuple[ItemId, ...]:
        """Give what this patron was lent alone and has not brought back alone, in the journal's order."""
        lent: dict[ItemId, None] = {}
        for kept in await self._journal.kept():
            if kept.state not in {KeptState.KEPT, KeptState.SENDING}:
                continue
            entry = kept.entry
            if entry.kind is KeptKind.LEND and entry.patron_id == patron_id:
                lent[entry.item_id] = None
            else:
                lent.pop(entry.item_id, None)
        return tuple(lent)

    def _entry(  # noqa: PLR0913, PLR0917 - the fields of an entry
        self,
        transaction_id: TransactionId,
        kind: KeptKind,
        item_id: ItemId,
        tags: tuple[TagUid, ...],
        patron_id: PatronId | None = None,
        due: datetime | None = None,
    ) -> KeptEntry:
        return KeptEntry(
            transaction_id=transaction_id,
            kind=kind,
            patron_id=patron_id,
            item_id=item_id,
            tags=tags,
            at=self._time.wall().replace(microsecond=0),
            boot_id=self._time.boot_id,
            monotonic=self._time.monotonic(),
            due=due,
            clock_is_set=self._time.is_set(),
            owes_alarm=self._has_pad,
        )
