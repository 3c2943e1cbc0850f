"""A library in memory, a kiosk of its real parts, and histories in which either may end at any boundary of an effect.

Real are the journal on its disk, the tag alarm, what is put right at rest, the session and the performer; the library
system keeps loans exactly once by transaction, and loses answers; tags keep their memory.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from drivers.rfid.tagdata.alarm import AlarmScheme
from kiosk.alarm.owed import OwedAlarms
from kiosk.alarm.pad import PadTagAlarm
from kiosk.journal import AlarmWanted, Journal, KeptEntry, KeptKind, KeptState
from kiosk.journal.file import Statement
from kiosk.performer import Performer
from kiosk.ports import FeeAsked, Printed, Refused, Unanswered
from kiosk.session.effects import Effect, PrintReceipt, VisitOutcome
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    Event,
    LibrarySystemBack,
    LibrarySystemLost,
    OfflineLendingChanged,
    PadChanged,
    Ticked,
)
from kiosk.session.leaving import way_out
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.return_list import ReturnAlarm, ReturnStatus
from kiosk.session.state import (
    EntryAlarm,
    EntryStatus,
    Finished,
    Idle,
    OutOfOrder,
    ReturnFinished,
    State,
)
from kiosk.session.touches import FinishTouched, StartTouched
from kiosk.session.values import (
    Account,
    AlarmState,
    Candidate,
    Device,
    Finding,
    ItemId,
    Loan,
    Pad,
    PadItem,
    Patron,
    PatronId,
    Pin,
    Returned,
    ReturnKind,
    Service,
    TagUid,
    TransactionId,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.tag_memory import ON_LOAN, SECURED, Fuse, PowerCutError, TagPad

T = TypeVar("T")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATRONS = (PatronId("SIM-READER-0001"), PatronId("SIM-READER-0002"))
ITEMS = tuple(ItemId(f"SIM-ITEM-000{number}") for number in range(4))
STAYS = ITEMS[3]
"""It may be lent, but its alarm must stay on: it is read in the house."""
LIMITS = Limits(lends_offline=True, alarm_tries=2)


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

    async def identify(self, patron_id: PatronId, pin: Pin | None = None) -> Patron | Refused | Unanswered:
        del pin
        held = tuple(item_id for item_id, holder in self._ledger.loans.items() if holder == patron_id)
        loud = tuple(item_id for item_id in held if item_id != STAYS)
        return Patron(patron_id, "N.T.M.", len(held), charged=loud, own_may_leave=True) if self.line else Unanswered()

    async def lend(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, *, fee_agreed: bool = False
    ) -> Loan | Refused | FeeAsked | Unanswered:
        del fee_agreed
        await self._journal.sending(transaction_id, patron_id, item_id)
        stands = self._ask(lambda: self._ledger.lend(transaction_id, patron_id, item_id))
        if stands is None:
            await self._journal.unknown(transaction_id)
            return Unanswered()
        leaves = stands and item_id != STAYS
        await self._journal.settled(transaction_id, alarm_owed=leaves)
        return Loan(item_id, "Sách", NOON, may_leave=leaves) if stands else Refused(Refusal.ITEM_ON_LOAN)

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused | Unanswered:
        await self._journal.returning(transaction_id, item_id, tags)
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

    async def account(self, patron_id: PatronId) -> Account | Unanswered:
        del patron_id
        return Unanswered()

    async def renew(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        del transaction_id, patron_id, item_id
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

    async def identify(self, patron_id: PatronId) -> Patron | Refused | Unanswered:
        return Patron(patron_id, "", 0, offline=True)

    async def lend(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, taken: int
    ) -> Loan | Refused:
        del taken
        leaves = item_id != STAYS
        await self._journal.keep(self._entry(transaction_id, KeptKind.LEND, patron_id, item_id, (), leaves=leaves))
        return Loan(item_id, "", NOON + timedelta(days=7), may_leave=leaves, offline=True)

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused:
        await self._journal.keep(self._entry(transaction_id, KeptKind.RETURN, None, item_id, tuple(tags), leaves=True))
        return Returned(item_id, "", ReturnKind.SHELF, arm=True, offline=True)

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


class World:
    """What a power cut leaves: disk, tags, library; and the names of visits, which are never given twice."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.folder = folder
        self.luck = random.Random(seed)  # noqa: S311 - chooses a history
        self.ledger = Ledger()
        self.pad = TagPad({uid: SECURED for item_id in ITEMS for uid in tags_of(item_id)})
        self.pad.trouble = self._trouble
        self.calm = False
        self.quiet_by_kiosk: set[str] = set()
        self.silent_ends: list[str] = []
        """Items that were lent and alarmed at the end of a visit, of which its last page said nothing."""
        self._visits = count(1)
        self._ticks = count(1)
        self._boots = count(1)

    def wall(self) -> float:
        return float(next(self._ticks))

    def next_visit(self) -> VisitId:
        return VisitId(f"v{next(self._visits)}")

    def next_boot(self) -> str:
        return f"boot-{next(self._boots)}"

    def _trouble(self) -> str:
        if self.calm:
            return ""
        return self.luck.choices(("", "gone", "late", "deaf", "lost"), (70, 8, 8, 8, 6))[0]


@dataclass(frozen=True)
class Parts:
    """Of which kinds the kiosk's parts are; a test may put a wrong one in."""

    journal: type[CutJournal] = CutJournal
    alarm: type[PadTagAlarm] = PadTagAlarm


class Kiosk:
    """One life of the kiosk's parts, from its start to its end or to a power cut."""

    def __init__(self, world: World, journal: Journal, fuse: Fuse, parts: Parts) -> None:
        self.world = world
        self.journal = journal
        world.pad.fuse = fuse
        self.library_system = ModelLibrarySystem(world.ledger, journal, fuse, world.luck)
        self.alarm = parts.alarm(self, journal, AlarmScheme())
        self.owed = OwedAlarms(journal, self.alarm, self.library_system)
        self._performer = Performer(
            library_system=self.library_system,
            offline=ModelOffline(journal, world.ledger, world.next_boot()),
            alarm=self.alarm,
            printer=Paper(),
            telemetry=Fleet(journal),
            clock=Clock(),
        )
        self.state: State = initial(LIMITS, 0.0)
        self._pending: list[Effect] = []

    @property
    def current(self) -> TagPad:
        """The pad is there."""
        return self.world.pad

    def tell(self, *events: Event) -> None:
        for event in events:
            self.state, effects = step(self.state, event)
            self._pending += effects
            self._note_last_page()
            self.owed.look(self.state)

    async def perform(self) -> None:
        """Carry the effects out, in any order, until none is left."""
        while self._pending:
            effect = self._pending.pop(self.world.luck.randrange(len(self._pending)))
            event = await self._performer.perform(effect)
            if event is not None:
                self.tell(event)
            if not self._pending:
                self._lay_again()

    async def start(self, *, line: bool) -> None:
        """Begin a life: devices, the line, what was left open, and what lies there."""
        self.library_system.line = line
        self.tell(*(DeviceBack(device) for device in Device), OfflineLendingChanged(ready=True))
        if line:
            self.tell(LibrarySystemBack())
            await self.library_system.recover()
        self.show_pad()
        await self.owed.put_right()

    async def borrow(self, patron_id: PatronId, items: Sequence[ItemId]) -> None:
        self.lay(())
        self.tell(CardPresented(self.world.next_visit(), patron_id))
        await self.perform()
        self.tell(Ticked(self.state.around.now + 1.0))
        self.lay(items)
        await self.perform()
        await self.leave()

    async def give_back(self, items: Sequence[ItemId]) -> None:
        self.lay(items)
        self.tell(StartTouched(Service.RETURN, self.world.next_visit()))
        await self.perform()
        await self.leave()

    async def leave(self) -> None:
        self.tell(FinishTouched())
        await self.perform()
        while (event := way_out(self.state)) is not None:
            self.tell(event)
            await self.perform()
        self.lay(())
        assert isinstance(self.state, Idle | OutOfOrder)

    async def set_line(self, *, there: bool) -> None:
        self.library_system.line = there
        self.tell(LibrarySystemBack() if there else LibrarySystemLost())
        if there:
            await self.library_system.recover()
            await self.owed.put_right()

    def lay(self, items: Sequence[ItemId]) -> None:
        self.world.pad.there = {uid for item_id in items for uid in tags_of(item_id)}
        self._laid = tuple(items)
        self.show_pad()

    def show_pad(self) -> None:
        there = self.world.pad.there
        whole = (item_id for item_id in ITEMS if there.issuperset(tags_of(item_id)))
        self.tell(PadChanged(Pad(tuple(self._item(item_id) for item_id in whole))))

    def _lay_again(self) -> None:
        """Whoever stands there lays down again what was lifted, as the screen asks."""
        laid: set[str] = {uid for item_id in self._laid for uid in tags_of(item_id)}
        if laid - self.world.pad.there and self.world.luck.random() < 0.7:
            self.show_pad()
            self.world.pad.there = laid
            self.show_pad()

    def _item(self, item_id: ItemId) -> PadItem:
        first, *others = tags_of(item_id)
        values = {self.world.pad.afi[uid] for uid in (first, *others)}
        alarm = {SECURED: AlarmState.SECURED, ON_LOAN: AlarmState.ON_LOAN}[values.pop()]
        return PadItem(first, item_id, AlarmState.UNKNOWN if values else alarm, 1e9, tuple(others))

    def _note_last_page(self) -> None:
        """Hold against the screen that each lent item which may alarm was told."""
        match self.state:
            case Finished(visit=visit):
                entries = [each for each in visit.entries if each.status is EntryStatus.LENT and each.may_leave]
                loud = [
                    each for each in entries if any(self.world.pad.afi[uid] == SECURED for uid in tags_of(each.item_id))
                ]
                self.world.silent_ends += [each.item_id.text for each in loud if each.alarm is not EntryAlarm.AT_DESK]
            case ReturnFinished(visit=returned):
                back = [each for each in returned.entries if each.status is ReturnStatus.BACK]
                quiet = [
                    each for each in back if any(self.world.pad.afi[uid] == ON_LOAN for uid in tags_of(each.item_id))
                ]
                self.world.silent_ends += [
                    each.item_id.text for each in quiet if each.alarm is not ReturnAlarm.TO_STAFF
                ]
            case _:
                pass

    _laid: tuple[ItemId, ...] = ()


Act = Callable[[Kiosk], Awaitable[None]]


def acts(luck: random.Random) -> list[Act]:
    """Choose what happens: visits, the line, and the desk, which lends, takes back and arms without the kiosk."""
    chosen: list[Act] = []
    for _ in range(luck.choice((2, 3, 4))):
        items = luck.sample(ITEMS, luck.choice((1, 2, 3)))
        patron = luck.choice(PATRONS)
        kind = luck.choices(("borrow", "return", "line", "desk lends", "desk returns"), (8, 8, 4, 2, 2))[0]
        chosen.append(_act(kind, patron, items, there=luck.random() < 0.5))
    return chosen


def _act(kind: str, patron: PatronId, items: list[ItemId], *, there: bool) -> Act:
    async def act(kiosk: Kiosk) -> None:
        world, first = kiosk.world, items[0]
        match kind:
            case "borrow":
                await kiosk.borrow(patron, items)
            case "return":
                await kiosk.give_back(items)
            case "line":
                await kiosk.set_line(there=there)
            case "desk lends" if first not in world.ledger.loans and first != STAYS:
                world.ledger.lend(TransactionId(f"desk-{world.next_visit()}"), patron, first)
                world.pad.afi |= dict.fromkeys(tags_of(first), ON_LOAN)
            case "desk returns" if first in world.ledger.loans:
                world.ledger.take_back(TransactionId(f"desk-{world.next_visit()}"), first)
                world.pad.afi |= dict.fromkeys(tags_of(first), SECURED)
            case _:
                pass

    return act


async def history(folder: Path, seed: str, crash_at: int | None, parts: Parts | None = None) -> tuple[int, list[str]]:
    """Play one history with at most one power cut, recover, and give the boundaries passed and what is not true."""
    world, parts = World(folder, seed), parts or Parts()
    fuse = Fuse(crash_at)
    todo = acts(random.Random(f"acts of {seed}"))  # noqa: S311 - chooses a history
    path = folder / "journal.sqlite3"
    line = True
    try:
        async with parts.journal(path, world.wall, fuse) as journal:
            kiosk = Kiosk(world, journal, fuse, parts)
            await kiosk.start(line=True)
            while todo:
                act = todo.pop(0)
                await act(kiosk)
                line = kiosk.library_system.line
    except PowerCutError:
        line = world.luck.random() < 0.7
    wrong = await _afterwards(world, path, todo, parts, line=line)
    return fuse.passed, wrong


async def _afterwards(world: World, path: Path, todo: list[Act], parts: Parts, *, line: bool) -> list[str]:
    """Start anew on the same files, go on, and look at every tag once all can be reached."""
    async with parts.journal(path, world.wall, Fuse()) as journal:
        kiosk = Kiosk(world, journal, Fuse(), parts)
        await kiosk.start(line=line)
        wrong = await untrue(kiosk, "after the start")
        for act in todo:
            await act(kiosk)
        wrong += await untrue(kiosk, "after the rest")
        await kiosk.set_line(there=True)
        world.calm = True
        for item_id in ITEMS:
            kiosk.lay([item_id])
            await kiosk.owed.put_right()
            kiosk.lay(())
        wrong += await untrue(kiosk, "after every tag was seen", seen=True)
    wrong += [f"{item_id}: the last page of its visit did not tell" for item_id in world.silent_ends]
    return wrong


async def untrue(kiosk: Kiosk, when: str, *, seen: bool = False) -> list[str]:
    """Compare tags, library and journal, and name each thing that is not as it must be.

    ``seen``: the library system answers and every tag lay on the pad, so nothing may be excused by a list any more but
    what only a patron's visit may heal, or what nobody can say.
    """
    journal, world = kiosk.journal, kiosk.world
    alarms = await journal.open_alarms()
    to_be_off = {each.item_id for each in alarms if each.wanted is AlarmWanted.OFF}
    to_be_on = {each.item_id for each in alarms if each.wanted is AlarmWanted.ON}
    in_doubt = {each.item_id for each in await journal.open_loans()}
    doubtful_returns = {each.item_id for each in await journal.open_returns()}
    lent = set(world.ledger.loans)
    for kept in await journal.kept():
        unsent = kept.state in {KeptState.KEPT, KeptState.SENDING, KeptState.NEEDS_STAFF}
        if unsent and not world.ledger.knows_newer(kept.entry):
            lent = lent | {kept.entry.item_id} if kept.entry.kind is KeptKind.LEND else lent - {kept.entry.item_id}
    wrong: list[str] = []
    for item_id in ITEMS:
        values = {world.pad.afi[uid] for uid in tags_of(item_id)}
        quiet, loud = ON_LOAN in values, SECURED in values
        if quiet and item_id not in lent and (seen or item_id not in to_be_on | doubtful_returns):
            wrong.append(f"{when}: {item_id.text} is on no loan and does not alarm")
        excused = to_be_off | in_doubt | {STAYS}
        if loud and item_id in lent and item_id not in excused:
            wrong.append(f"{when}: {item_id.text} is lent, alarms, and stands on no list")
        if seen and item_id in to_be_on - doubtful_returns:
            wrong.append(f"{when}: {item_id.text} is still to be armed although it lay there")
    return wrong
