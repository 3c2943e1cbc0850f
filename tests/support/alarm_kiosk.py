"""One life of a kiosk of its real parts in the model's world, in which any boundary of an effect may be the last."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from drivers.rfid.tagdata.alarm import AlarmScheme
from kiosk.alarm.owed import OwedAlarms
from kiosk.alarm.pad import PadTagAlarm
from kiosk.journal import Journal
from kiosk.performer import Performer
from kiosk.session.effects import Effect
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
from kiosk.session.staff_events import OverrideTouched, StaffCardPresented, StaffServiceTouched
from kiosk.session.staff_values import EmergencyDesk, StaffId
from kiosk.session.state import (
    AwaitingCard,
    EntryAlarm,
    EntryStatus,
    Finished,
    Idle,
    OutOfOrder,
    ReturnFinished,
    State,
)
from kiosk.session.touches import EnterTouched, FinishTouched, KeyTouched, StartTouched
from kiosk.session.values import (
    AlarmState,
    Device,
    ItemId,
    Pad,
    PadItem,
    PatronId,
    Service,
    VisitId,
)
from library.lending.overrides import OVERRIDABLE, OverrideReason
from tests.support.alarm_world import (
    ITEMS,
    Clock,
    CutJournal,
    Fleet,
    Ledger,
    ModelLibrarySystem,
    ModelOffline,
    ModelStaff,
    Paper,
    tags_of,
)
from tests.support.tag_memory import ON_LOAN, SECURED, Fuse, TagPad

LIMITS = Limits(
    lends_offline=True,
    alarm_tries=2,
    has_staff=True,
    may_override=OVERRIDABLE,
    emergency_desk=EmergencyDesk.RULES,
)
LAN = StaffId("quay-1")


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
            staff=ModelStaff(journal),
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
            if not self.world.calm and self.world.luck.random() < 0.03:
                await self.set_line(there=not self.library_system.line)
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

    async def staff_lend(self, patron_id: PatronId, items: Sequence[ItemId]) -> None:
        """Somebody of the staff lends for a reader, and overrides each no."""
        self.lay(())
        await self._enter(Service.BORROW)
        if isinstance(self.state, AwaitingCard):
            self.library_system.staff_there = True
            self.tell(CardPresented(self.world.next_visit(), patron_id))
            await self.perform()
            self.tell(Ticked(self.state.around.now + 1.0))
            self.lay(items)
            await self.perform()
            self.tell(*(OverrideTouched(item_id, OverrideReason.STUDY) for item_id in items))
            await self.perform()
        await self.leave()
        self.library_system.staff_there = False

    async def staff_take_back(self, items: Sequence[ItemId]) -> None:
        """Somebody of the staff takes back, where the library system does not answer."""
        self.lay(items)
        await self._enter(Service.RETURN)
        await self.leave()

    async def _enter(self, service: Service) -> None:
        self.tell(StaffCardPresented(LAN), KeyTouched("1"), EnterTouched())
        await self.perform()
        self.tell(StaffServiceTouched(service, self.world.next_visit()))
        await self.perform()

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
