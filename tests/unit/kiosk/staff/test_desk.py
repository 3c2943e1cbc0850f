"""What is behind staff mode: every act noted, then done, and nothing done that could not be noted."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from kiosk.journal import AlarmReason, AlarmWanted, Journal, KeptEntry, KeptKind, KeptState, OpenAlarm
from kiosk.journal.staff import StaffRecords
from kiosk.session.staff_values import (
    ActKind,
    ActResult,
    ByStaff,
    DeviceNow,
    DoneAlone,
    KeptStage,
    ListedReason,
    PastVisit,
    StaffAct,
    StaffId,
)
from kiosk.session.values import Device, ItemId, PatronId, Pin, Service, TagUid, TransactionId
from kiosk.staff.desk import Behind, StaffDesk
from kiosk.staff.roll import Roll, new_roll
from kiosk.staff.roll_file import KnownRoll, save_roll
from kiosk.telemetry.staff_acts import told_act
from library.lending.overrides import Override, OverrideReason
from library.lending.refusals import Refusal

LAN = StaffId("quay-1")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOOK = ItemId("TV.000001")
VISIT = PastVisit(NOW, Service.BORROW, 3, 0, 0)


@dataclass
class FakeTrials:
    """Tries nothing and says so."""

    tried: list[Device] = field(default_factory=list)

    async def try_device(self, device: Device) -> ActResult:
        self.tried.append(device)
        return ActResult.PAPER_OUT

    def now(self) -> tuple[DeviceNow, ...]:
        return (DeviceNow(Device.PAD, "810", 7, 0),)


@dataclass
class FakeSettler:
    """Settles every alarm."""

    settled: list[tuple[ItemId, tuple[TagUid, ...]]] = field(default_factory=list)

    async def settle_by_staff(self, item_id: ItemId, tags: Sequence[TagUid]) -> ActResult:
        self.settled.append((item_id, tuple(tags)))
        return ActResult.ARMED


@pytest.fixture(scope="module")
def roll() -> Roll:
    return new_roll().with_member(LAN, "NV-0001", "274193")


@dataclass
class Site:
    """A desk with a journal of its own."""

    journal: Journal
    desk: StaffDesk
    trials: FakeTrials
    settler: FakeSettler
    restarts: list[bool]

    async def acts(self) -> list[tuple[StaffId | None, ActKind]]:
        found = await StaffRecords(self.journal, NOW.timestamp).acts(9)
        return [(each.staff_id, each.act.kind) for each in found]


@pytest.fixture
async def site(tmp_path: Path, roll: Roll) -> AsyncIterator[Site]:
    save_roll(tmp_path / "staff", roll)
    async with Journal(tmp_path / "journal.sqlite3", NOW.timestamp) as journal:
        trials, settler = FakeTrials(), FakeSettler()
        restarts: list[bool] = []
        names = (f"e{number}" for number in count(1))
        behind = Behind(
            roll=KnownRoll(tmp_path / "staff"),
            records=StaffRecords(journal, NOW.timestamp, told_act(lambda: next(names), lambda: NOW)),
            alarms=journal,
            settler=settler,
            trials=trials,
            visits=lambda number: (VISIT,) * number,
            agent_there=lambda: True,
            wall=lambda: NOW,
            restart=lambda: restarts.append(True),
        )
        yield Site(journal, StaffDesk(behind), trials, settler, restarts)


async def test_who_enters_and_who_types_a_wrong_pin_is_noted(site: Site) -> None:
    right = await site.desk.whose_pin(None, Pin("274193"), last_try=False)
    wrong = await site.desk.whose_pin(LAN, Pin("274194"), last_try=True)

    assert (right, wrong) == (LAN, None)
    assert await site.acts() == [(LAN, ActKind.LOCKED), (LAN, ActKind.WRONG_PIN), (LAN, ActKind.ENTERED)]


async def test_each_act_is_noted_and_done(site: Site) -> None:
    acts = [
        StaffAct(ActKind.CLOSED),
        StaffAct(ActKind.DEVICE_TRIED, device=Device.BOARD),
        StaffAct(ActKind.PAPER_CHANGED),
        StaffAct(ActKind.ALARM_SETTLED, item_id=BOOK),
        StaffAct(ActKind.RESTARTED),
    ]
    results = [await site.desk.carry_out(LAN, act, (TagUid("E0"),), None) for act in acts]
    nonsense = await site.desk.carry_out(LAN, StaffAct(ActKind.ALARM_SEEN), (), None)

    assert results == [ActResult.DONE, ActResult.PAPER_OUT, ActResult.PAPER_OUT, ActResult.ARMED, ActResult.DONE]
    assert nonsense is ActResult.FAILED
    assert [kind for _, kind in await site.acts()][1:] == [act.kind for act in reversed(acts)]
    assert site.trials.tried == [Device.BOARD, Device.PRINTER]
    assert site.settler.settled == [(BOOK, (TagUid("E0"),))]
    assert site.restarts == [True]


async def test_opening_outside_the_hours_is_kept_until_they_begin_and_within_them_nothing_is(site: Site) -> None:
    records = StaffRecords(site.journal, NOW.timestamp)
    await site.desk.carry_out(LAN, StaffAct(ActKind.OPENED), (), NOW.replace(hour=20))
    outside = await records.opening(NOW)
    await site.desk.carry_out(LAN, StaffAct(ActKind.OPENED), (), None)

    assert outside is ByStaff.OPEN
    assert await records.opening(NOW) is None


async def test_the_desk_shows_what_there_is(site: Site) -> None:
    await site.journal.alarm_intended(BOOK, (), AlarmWanted.OFF)
    await site.desk.carry_out(LAN, StaffAct(ActKind.PAPER_CHANGED), (), None)
    desk = await site.desk.read_desk()

    assert desk is not None
    assert (desk.agent, desk.visits, len(desk.acts)) == (True, (VISIT,) * 10, 1)
    assert [(each.item_id, each.on_loan, each.reason) for each in desk.alarms] == [(BOOK, True, ListedReason.WRITING)]
    assert desk.devices == (DeviceNow(Device.PAD, "810", 7, 0),)


async def test_what_cannot_be_noted_is_not_done_but_who_may_enter_enters(site: Site) -> None:
    await site.journal.write(("DROP TABLE staff_act", ()))
    entered = await site.desk.whose_pin(LAN, Pin("274193"), last_try=False)
    result = await site.desk.carry_out(LAN, StaffAct(ActKind.RESTARTED), (), None)
    seen = await site.desk.carry_out(LAN, StaffAct(ActKind.ALARM_SEEN, item_id=BOOK), (), None)

    assert entered == LAN
    assert (result, seen) == (ActResult.NOT_NOTED, ActResult.NOT_NOTED)
    assert site.restarts == []
    assert await site.desk.read_desk() is None


def test_every_reason_of_the_journal_has_its_word() -> None:
    alarm = OpenAlarm(BOOK, (), AlarmWanted.ON, AlarmReason.LENT, 1.0)

    assert {ListedReason(each.value) for each in AlarmReason} == set(ListedReason)
    assert replace(alarm, reason=AlarmReason.LOCKED).reason.value == ListedReason.LOCKED.value


async def test_what_became_of_an_act_stands_beside_it_and_an_override_says_why(site: Site) -> None:
    override = Override(LAN, OverrideReason.AGREED, (Refusal.PATRON_OVERDUE, Refusal.ITEM_RESERVED))
    await site.desk.carry_out(LAN, StaffAct(ActKind.PAPER_CHANGED), (), None)
    key = await site.desk.overriding(override, BOOK)
    assert key is not None
    await site.desk.overrode(key, override, BOOK, ActResult.REFUSED)
    found = await StaffRecords(site.journal, NOW.timestamp).acts(9)

    overrode = StaffAct(ActKind.OVERRODE, item_id=BOOK, reason=OverrideReason.AGREED, refusal=Refusal.ITEM_RESERVED)
    assert [(each.act, each.result) for each in found] == [
        (overrode, ActResult.REFUSED),
        (StaffAct(ActKind.PAPER_CHANGED), ActResult.PAPER_OUT),
    ]


async def test_the_desk_lists_what_was_done_alone_newest_first_and_not_whose(site: Site) -> None:
    for number, kind in enumerate((KeptKind.LEND, KeptKind.RETURN), start=1):
        patron = PatronId("QN0000001") if kind is KeptKind.LEND else None
        entry = KeptEntry(TransactionId(f"t{number}"), kind, patron, BOOK, (), NOW, "boot", float(number))
        await site.journal.keep(replace(entry, staff_id=LAN if number == 1 else None))
    await site.journal.kept_settled(TransactionId("t1"), KeptState.NEEDS_STAFF)
    desk = await site.desk.read_desk()
    assert desk is not None

    assert desk.alone == (
        DoneAlone(BOOK, lent=False, at=NOW, staff_id=None, stage=KeptStage.WAITING),
        DoneAlone(BOOK, lent=True, at=NOW, staff_id=LAN, stage=KeptStage.FOR_STAFF),
    )
    assert "QN0000001" not in repr(desk)


async def test_only_what_staff_were_shown_is_marked_as_seen(site: Site) -> None:
    act = StaffAct(ActKind.ALARM_SEEN, item_id=BOOK)
    await site.journal.alarm_intended(BOOK, (), AlarmWanted.OFF)
    await site.desk.read_desk()
    await site.journal.returning(TransactionId("t1"), BOOK, (TagUid("E004"),))
    await site.journal.return_settled(TransactionId("t1"), arm=True)
    changed = await site.desk.carry_out(LAN, act, (), None)
    left = len(await site.journal.open_alarms())
    await site.desk.read_desk()
    seen = await site.desk.carry_out(LAN, act, (), None)

    assert (changed, left, seen) == (ActResult.CHANGED, 1, ActResult.DONE)
    assert await site.journal.open_alarms() == ()
