"""A library in memory for the model of the alarm's truth: what keeps its loans, and the kiosk's ways to it."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from kiosk.journal import Journal, KeptEntry, KeptKind, KeptState
from kiosk.journal.file import Statement
from kiosk.journal.staff import StaffRecords
from kiosk.ports import FeeAsked, Printed, Refused, Unanswered
from kiosk.session.effects import PrintReceipt, VisitOutcome
from kiosk.session.hold_values import PlacedHold
from kiosk.session.staff_values import ActKey, ActKind, ActResult, Desk, StaffAct, StaffId
from kiosk.session.values import (
    Account,
    Candidate,
    Finding,
    ItemId,
    Language,
    Loan,
    Patron,
    PatronId,
    Pin,
    Returned,
    ReturnKind,
    TagUid,
    TransactionId,
)
from library.lending.overrides import Override
from library.lending.refusals import Refusal
from tests.support.tag_memory import Fuse

T = TypeVar("T")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATRONS = (PatronId("SIM-READER-0001"), PatronId("SIM-READER-0002"))
ITEMS = tuple(ItemId(f"SIM-ITEM-000{number}") for number in range(4))
STAYS = ITEMS[3]
"""It may be lent, but its alarm must stay on: it is read in the house."""


def tags_of(item_id: ItemId) -> tuple[TagUid, ...]:
    """Give an item's tags: the second item has two."""
    first = TagUid(f"E0{item_id.text[-4:]}A")
    return (first, TagUid(f"E0{item_id.text[-4:]}B")) if item_id == ITEMS[1] else (first,)


class FreeDisk:
    """A reserve that is never needed."""

    def hold(self) -> bool:
        return True

    def give_back(self) -> bool:
        return False


class CutJournal(Journal):
    """The real one, with a boundary before and after each commit; it works on the caller's thread, for speed."""

    def __init__(self, path: Path, wall: Callable[[], float], fuse: Fuse) -> None:
        super().__init__(path, wall, FreeDisk())
        self._fuse_wire = fuse

    async def write(self, *statements: Statement, begins: bool = False) -> None:
        self._fuse_wire.boundary()
        await super().write(*statements, begins=begins)
        self._fuse_wire.boundary()

    def wipe_later(self) -> None:
        self._wipe()

    async def _run(self, work: Callable[[], T]) -> T:
        return work()


@dataclass
class Ledger:
    """The library system's own memory: it outlives the kiosk and does each transaction once."""

    loans: dict[ItemId, PatronId] = field(default_factory=dict)
    done: dict[TransactionId, bool] = field(default_factory=dict)
    touched: dict[ItemId, int] = field(default_factory=dict)
    """When an item's loan last began or ended."""
    moments: int = 0

    def lend(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> bool:
        if transaction_id not in self.done:
            self.done[transaction_id] = item_id not in self.loans
            if self.done[transaction_id]:
                self.loans[item_id] = patron_id
                self._touch(item_id)
        return self.done[transaction_id]

    def take_back(self, transaction_id: TransactionId, item_id: ItemId) -> bool:
        if transaction_id not in self.done:
            self.done[transaction_id] = self.loans.pop(item_id, None) is not None
            self._touch(item_id)
        return self.done[transaction_id]

    def knows_newer(self, entry: KeptEntry) -> bool:
        """Say whether something happened to the item after what a kiosk did alone."""
        return self.touched.get(entry.item_id, 0) > entry.monotonic

    def _touch(self, item_id: ItemId) -> None:
        self.moments += 1
        self.touched[item_id] = self.moments


class ModelLibrarySystem:
    """The kiosk's way to the ledger; it notes in the journal what the real one notes, in the same order."""

    def __init__(self, ledger: Ledger, journal: Journal, fuse: Fuse, luck: random.Random) -> None:
        self._ledger = ledger
        self._journal = journal
        self._fuse = fuse
        self._luck = luck
        self.line = True
        self.staff_there = False
        """A member of the staff lends for readers who have too many books already."""
        self.unnoted: list[str] = []
        """Overrides that were asked for before they were noted."""

    async def identify(
        self, patron_id: PatronId, pin: Pin | None = None, language: Language = Language.VIETNAMESE
    ) -> Patron | Refused | Unanswered:
        del pin, language
        held = tuple(item_id for item_id, holder in self._ledger.loans.items() if holder == patron_id)
        loud = tuple(item_id for item_id in held if item_id != STAYS)
        return Patron(patron_id, "N.T.M.", len(held), charged=loud, own_may_leave=True) if self.line else Unanswered()

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        *,
        fee_agreed: bool = False,
        override: Override | None = None,
    ) -> Loan | Refused | FeeAsked | Unanswered:
        del fee_agreed
        if override is not None:
            await self._see_it_noted(override)
        await self._journal.sending(transaction_id, patron_id, item_id)
        if self.line and self.staff_there and override is None:
            await self._journal.settled(transaction_id, alarm_owed=False)
            return Refused(Refusal.PATRON_LIMIT_REACHED)
        if not self.line:  # never sent
            await self._journal.settled(transaction_id, alarm_owed=False)
            return Refused(Refusal.OTHER)
        stands = self._ask(lambda: self._ledger.lend(transaction_id, patron_id, item_id))
        if stands is None:
            await self._journal.unknown(transaction_id)
            return Unanswered()
        leaves = stands and item_id != STAYS
        await self._journal.settled(transaction_id, alarm_owed=leaves)
        return Loan(item_id, "Sách", NOON, may_leave=leaves) if stands else Refused(Refusal.ITEM_ON_LOAN)

    async def _see_it_noted(self, override: Override) -> None:
        noted = await self._journal.read("SELECT staff_id, reason FROM staff_act WHERE kind = 'overrode'")
        if (override.staff_id, override.reason.value) not in noted:
            self.unnoted.append(override.text)

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused | Unanswered:
        await self._journal.returning(transaction_id, item_id, tags)
        if not self.line:
            await self._journal.return_settled(transaction_id, arm=False, stands=False)
            return Refused(Refusal.OTHER)
        was_on_loan = self._ask(lambda: self._ledger.take_back(transaction_id, item_id))
        if was_on_loan is None:
            await self._journal.return_unknown(transaction_id)
            return Unanswered()
        await self._journal.return_settled(transaction_id, arm=was_on_loan, stands=True)
        if not was_on_loan:
            return Refused(Refusal.ITEM_NOT_ON_LOAN)
        return Returned(item_id, "Sách", ReturnKind.SHELF, arm=True)

    async def is_on_loan(self, item_id: ItemId) -> bool | None:
        return item_id in self._ledger.loans if self.line else None

    async def find(self, candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
        return tuple(Finding(each, known=True) for each in candidates)

    async def account(self, patron_id: PatronId, language: Language = Language.VIETNAMESE) -> Account | Unanswered:
        del patron_id, language
        return Unanswered()

    async def renew(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        del transaction_id, patron_id, item_id
        return Unanswered()

    async def place_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, *, fee_agreed: bool = False
    ) -> PlacedHold | Refused | Unanswered:
        del transaction_id, patron_id, item_id, fee_agreed
        return Unanswered()

    async def cancel_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> bool | Refused | Unanswered:
        del transaction_id, patron_id, item_id
        return Unanswered()

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        await on_change(self.line)

    async def recover(self) -> None:
        """Find out about what a crash left open, and tell what was done alone, in its order."""
        for loan in await self._journal.open_loans():
            stands = self._ledger.loans.get(loan.item_id) == loan.patron_id
            await self._journal.settled(loan.transaction_id, alarm_owed=stands and loan.item_id != STAYS)
        for each in await self._journal.open_returns():
            if each.item_id not in self._ledger.loans:  # what is on loan may have been lent anew
                await self._journal.return_settled(each.transaction_id, arm=True, stands=True)
        for kept in await self._journal.kept():
            if kept.state in {KeptState.KEPT, KeptState.SENDING}:
                await self._tell(kept.entry)

    async def _tell(self, entry: KeptEntry) -> None:
        await self._journal.kept_sending(entry.transaction_id)
        self._fuse.boundary()
        outcome = KeptState.APPLIED
        if self._ledger.knows_newer(entry) and entry.transaction_id not in self._ledger.done:
            outcome = KeptState.SUPERSEDED
        elif entry.kind is KeptKind.RETURN:
            self._ledger.take_back(entry.transaction_id, entry.item_id)
            self._ledger.touched[entry.item_id] = int(entry.monotonic)
        elif entry.patron_id is not None:
            if not self._ledger.lend(entry.transaction_id, entry.patron_id, entry.item_id):
                outcome = KeptState.NEEDS_STAFF
            self._ledger.touched[entry.item_id] = int(entry.monotonic)
        self._fuse.boundary()
        await self._journal.kept_settled(entry.transaction_id, outcome)

    def _ask(self, work: Callable[[], bool]) -> bool | None:
        """Carry it out; the answer, or the question, may be lost on the way."""
        self._fuse.boundary()
        fate = self._luck.random()
        if fate < 0.1:
            return None
        done = work()
        self._fuse.boundary()
        return None if fate < 0.2 else done


class ModelOffline:
    """What the kiosk does alone: in the journal first."""

    def __init__(self, journal: Journal, ledger: Ledger, boot: str) -> None:
        self._journal = journal
        self._ledger = ledger
        self._boot = boot

    async def identify(self, patron_id: PatronId, *, staff_id: StaffId | None = None) -> Patron | Refused | Unanswered:
        del staff_id
        return Patron(patron_id, "", 0, offline=True)

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        taken: int,
        *,
        staff_id: StaffId | None = None,
    ) -> Loan | Refused:
        del taken
        leaves = item_id != STAYS
        entry = self._entry(transaction_id, KeptKind.LEND, patron_id, item_id, (), leaves=leaves)
        await self._keep(entry, staff_id, ActKind.LENT_ALONE)
        return Loan(item_id, "", NOON + timedelta(days=7), may_leave=leaves, offline=True)

    async def take_back(
        self,
        transaction_id: TransactionId,
        item_id: ItemId,
        tags: Sequence[TagUid] = (),
        *,
        staff_id: StaffId | None = None,
    ) -> Returned | Refused:
        entry = self._entry(transaction_id, KeptKind.RETURN, None, item_id, tuple(tags), leaves=True)
        await self._keep(entry, staff_id, ActKind.TOOK_BACK_ALONE)
        return Returned(item_id, "", ReturnKind.SHELF, arm=True, offline=True)

    async def _keep(self, entry: KeptEntry, staff_id: StaffId | None, kind: ActKind) -> None:
        if staff_id is None:
            await self._journal.keep(entry)
        else:
            noted = StaffRecords(self._journal, lambda: 0.0).noted(staff_id, StaffAct(kind, item_id=entry.item_id))
            await self._journal.keep(replace(entry, staff_id=staff_id), *noted[1])

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        await on_change(True)

    def _entry(  # noqa: PLR0913 - an entry's own parts
        self,
        transaction_id: TransactionId,
        kind: KeptKind,
        patron_id: PatronId | None,
        item_id: ItemId,
        tags: tuple[TagUid, ...],
        *,
        leaves: bool,
    ) -> KeptEntry:
        self._ledger.moments += 1  # the moment, on the one clock of this world
        moment = float(self._ledger.moments)
        return KeptEntry(transaction_id, kind, patron_id, item_id, tags, NOON, self._boot, moment, owes_alarm=leaves)


class ModelStaff:
    """A member of the staff whose every PIN is right, and a desk that shows nothing; what is done is noted for good."""

    def __init__(self, journal: Journal) -> None:
        self._records = StaffRecords(journal, lambda: 0.0)

    async def whose_pin(self, staff_id: StaffId | None, pin: Pin, *, last_try: bool) -> StaffId | None:
        del pin, last_try
        return staff_id

    async def read_desk(self) -> Desk | None:
        return Desk(NOON, agent=True)

    async def carry_out(
        self, staff_id: StaffId, act: StaffAct, tags: Sequence[TagUid], until: datetime | None
    ) -> ActResult:
        del staff_id, act, tags, until
        return ActResult.FAILED

    async def overriding(self, override: Override, item_id: ItemId) -> ActKey | None:
        return await self._records.note(StaffId(override.staff_id), _overrode(override, item_id))

    async def overrode(self, key: ActKey, override: Override, item_id: ItemId, result: ActResult) -> None:
        await self._records.ended(key, StaffId(override.staff_id), _overrode(override, item_id), result)


def _overrode(override: Override, item_id: ItemId) -> StaffAct:
    return StaffAct(ActKind.OVERRODE, item_id=item_id, reason=override.reason, refusal=override.refusals[-1])


class Paper:
    """A printer that prints."""

    async def print_receipt(self, order: PrintReceipt, printed_at: datetime) -> Printed:
        del order, printed_at
        return Printed()


class Fleet:
    """What the fleet is told stands in the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def report_visit(self, outcome: VisitOutcome) -> None:
        await self._journal.add_event(outcome.visit_id, "{}")


class Clock:
    """A clock that stands still."""

    def monotonic(self) -> float:
        return 0.0

    def wall(self) -> datetime:
        return NOON
