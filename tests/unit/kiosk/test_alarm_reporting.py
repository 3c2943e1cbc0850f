"""Items that still alarm reach the staff's list, and leave it once they do not."""

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.alarm.reporting import AlarmReporting
from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, OpenAlarm
from kiosk.session.values import ItemId, TransactionId
from tests.support.alone import NOON, book


@dataclass
class FakeList:
    """An alarm list that is or cannot be read."""

    alarms: list[OpenAlarm] = field(default_factory=list)
    works: bool = True

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        if not self.works:
            raise JournalUnavailableError("full")
        return tuple(self.alarms)


@dataclass
class FakeStaff:
    """Hears, or does not."""

    hears: bool = True
    said: list[tuple[ItemId, bool]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    async def hear_alarm(self, transaction_id: TransactionId, item_id: ItemId, at: datetime, *, on: bool) -> bool:
        assert at == NOON
        assert transaction_id not in self.names
        self.names.add(transaction_id)
        self.said.append((item_id, on))
        return self.hears


def owed(number: int, wanted: AlarmWanted = AlarmWanted.OFF) -> OpenAlarm:
    return OpenAlarm(book(number), (), wanted, AlarmReason.TAG_GONE, 0.0)


async def test_each_item_is_told_once_and_again_when_it_is_quiet() -> None:
    listed, staff = FakeList([owed(1), owed(2)]), FakeStaff()
    reporting = AlarmReporting(listed, staff, lambda: NOON, lambda: True)
    await reporting.tell()
    await reporting.tell()
    listed.alarms = [owed(2)]
    await reporting.tell()

    assert staff.said == [(book(1), True), (book(2), True), (book(1), False)]


async def test_an_item_that_is_back_and_not_armed_is_no_loan_that_alarms() -> None:
    listed, staff = FakeList([owed(1, AlarmWanted.ON)]), FakeStaff()
    await AlarmReporting(listed, staff, lambda: NOON, lambda: True).tell()

    assert staff.said == []


async def test_what_was_not_heard_is_told_again_and_is_not_in_the_way_of_the_rest() -> None:
    listed, staff = FakeList([owed(1), owed(2)]), FakeStaff(hears=False)
    reporting = AlarmReporting(listed, staff, lambda: NOON, lambda: True)
    await reporting.tell()
    staff.hears = True
    await reporting.tell()

    assert staff.said == [(book(1), True), (book(2), True), (book(1), True)]


async def test_a_journal_that_cannot_be_read_says_nothing() -> None:
    staff = FakeStaff()
    await AlarmReporting(FakeList([owed(1)], works=False), staff, lambda: NOON, lambda: True).tell()

    assert staff.said == []
