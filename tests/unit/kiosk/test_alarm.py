"""The alarm of tags on the pad: written where it must be, verified where it is right, put right at an idle kiosk."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.errors import TagGoneError, TagUnreadableError
from drivers.rfid.tagdata.alarm import AlarmScheme
from kiosk.alarm.owed import OwedAlarms
from kiosk.alarm.pad import PadTagAlarm
from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, Journal, KeptEntry, KeptKind, KeptState, OpenAlarm
from kiosk.ports import AlarmNotOff, AlarmNotOn, AlarmOff, AlarmOn
from kiosk.session.events import DeviceBack, DeviceLost, LibrarySystemBack, LibrarySystemLost
from kiosk.session.staff_values import ActResult
from kiosk.session.values import AlarmFault, Device, ItemId, PatronId, TagUid, TransactionId
from tests.support.pads import FakePad
from tests.support.return_play import LIMITS, laid, returns
from tests.support.session_play import Play, item, uid
from tests.support.tag_memory import ON_LOAN, SECURED, TagPad
from tests.support.waiting import eventually

BOOK = item(1)
TAGS = (uid(1), uid(11))


class Slot:
    """Where the pad is."""

    def __init__(self, current: TagPad | FakePad | None) -> None:
        self.current = current


def pad(first: int, second: int = ON_LOAN) -> TagPad:
    made = TagPad(dict(zip(TAGS, (first, second), strict=True)))
    made.there = set(TAGS)
    return made


def journal(folder: Path) -> Journal:
    return Journal(folder / "journal.sqlite3", lambda: 1.0)


async def owe(opened: Journal, tags: tuple[TagUid, ...] = TAGS) -> None:
    await opened.returning(TransactionId("r1-1"), BOOK, tags)
    await opened.return_settled(TransactionId("r1-1"), arm=True)


async def test_a_tag_that_says_already_what_it_should_is_not_written(tmp_path: Path) -> None:
    tags = pad(SECURED, ON_LOAN)
    async with journal(tmp_path) as opened:
        alarm = PadTagAlarm(Slot(tags), opened, AlarmScheme())
        on = await alarm.switch_on(BOOK, TAGS)
        off = await alarm.switch_off(BOOK, TAGS)
        again = await alarm.switch_off(BOOK, TAGS)

        assert (on, off, again) == (AlarmOn(), AlarmOff(), AlarmOff())
        assert tags.written == [(TAGS[1], SECURED), (TAGS[0], ON_LOAN), (TAGS[1], ON_LOAN)]
        assert await opened.open_alarms() == ()


async def test_the_bit_of_tags_that_have_one_is_switched_too_and_only_where_it_is_wrong(tmp_path: Path) -> None:
    tags = FakePad({TAGS[0]: ON_LOAN})
    async with journal(tmp_path) as opened:
        alarm = PadTagAlarm(Slot(tags), opened, AlarmScheme(eas=True))
        answers = [await alarm.switch_on(BOOK, TAGS[:1]), await alarm.switch_on(BOOK, TAGS[:1])]

    assert answers == [AlarmOn(), AlarmOn()]
    assert (tags.afi[TAGS[0]], tags.eas[TAGS[0]]) == (SECURED, True)


async def test_one_part_of_a_set_that_is_gone_leaves_the_intent_of_all(tmp_path: Path) -> None:
    tags = pad(ON_LOAN)
    tags.there.discard(TAGS[1])
    async with journal(tmp_path) as opened:
        answer = await PadTagAlarm(Slot(tags), opened, AlarmScheme()).switch_on(BOOK, TAGS)

        assert answer == AlarmNotOn(AlarmFault.TAG_GONE)
        assert await opened.open_alarms() == (OpenAlarm(BOOK, TAGS, AlarmWanted.ON, AlarmReason.TAG_GONE, 1.0),)
        assert tags.afi[TAGS[0]] == SECURED


class Unreadable(FakePad):
    """Answers no question of what it says, and takes every write."""

    async def read_afi(self, uid: str) -> int:
        raise TagUnreadableError(uid)

    async def read_eas(self, uid: str) -> bool:
        raise TagGoneError(uid)


async def test_a_tag_that_does_not_answer_at_once_is_left_to_the_patience_of_the_write(tmp_path: Path) -> None:
    tags = Unreadable({TAGS[0]: ON_LOAN})
    async with journal(tmp_path) as opened:
        answer = await PadTagAlarm(Slot(tags), opened, AlarmScheme(eas=True)).switch_on(BOOK, TAGS[:1])

    assert (answer, tags.afi[TAGS[0]], tags.eas[TAGS[0]]) == (AlarmOn(), SECURED, True)


class FullLater(Journal):
    """A journal whose disk is full once the intent is noted."""

    async def alarm_settled(self, item_id: ItemId, wanted: AlarmWanted) -> None:
        del item_id, wanted
        raise JournalUnavailableError

    async def alarm_failed(self, item_id: ItemId, wanted: AlarmWanted, fault: AlarmFault) -> None:
        del item_id, wanted, fault
        raise JournalUnavailableError


@pytest.mark.parametrize("there", [True, False])
async def test_what_the_tag_says_is_told_also_where_the_journal_cannot_be_written_after_it(
    tmp_path: Path, *, there: bool
) -> None:
    async with FullLater(tmp_path / "journal.sqlite3", lambda: 1.0) as opened:
        alarm = PadTagAlarm(Slot(pad(SECURED) if there else None), opened, AlarmScheme())
        answer = await alarm.switch_off(BOOK, TAGS)

        assert answer == (AlarmOff() if there else AlarmNotOff(AlarmFault.PAD_LOST))
        assert [each.wanted for each in await opened.open_alarms()] == [AlarmWanted.OFF]


class FakeLibrary:
    """Says whether an item is on loan."""

    def __init__(self, *, on_loan: bool | None) -> None:
        self.on_loan = on_loan
        self.asked: list[ItemId] = []

    async def is_on_loan(self, item_id: ItemId) -> bool | None:
        self.asked.append(item_id)
        return self.on_loan


def idle(*numbers: int) -> Play:
    """Give a kiosk at which nobody stands, with these items on its pad."""
    play = Play(LIMITS).open()
    play.tell(laid(*numbers))
    return play


async def put_right(
    opened: Journal, tags: TagPad, library: FakeLibrary, play: Play
) -> tuple[tuple[OpenAlarm, ...], list[tuple[str, int]]]:
    owed = OwedAlarms(opened, PadTagAlarm(Slot(tags), opened, AlarmScheme()), library)
    owed.look(play.state)
    await owed.put_right()
    return await opened.open_alarms(), tags.written


async def test_an_item_that_lies_there_again_is_armed_with_every_tag_of_it(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await owe(opened)

        assert await put_right(opened, pad(ON_LOAN), FakeLibrary(on_loan=False), idle(1)) == (
            (),
            [(TAGS[0], SECURED), (TAGS[1], SECURED)],
        )


async def test_what_is_on_loan_again_is_not_armed_and_owed_no_more(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await owe(opened)

        assert await put_right(opened, pad(ON_LOAN), FakeLibrary(on_loan=True), idle(1)) == ((), [])


async def test_while_nobody_says_whether_it_is_on_loan_it_stays_owed(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await owe(opened)
        alarms, written = await put_right(opened, pad(ON_LOAN), FakeLibrary(on_loan=None), idle(1))

    assert ([each.reason for each in alarms], written) == ([AlarmReason.RETURNED], [])


async def test_another_tag_with_the_items_number_and_an_item_that_owes_nothing_are_left_alone(tmp_path: Path) -> None:
    library = FakeLibrary(on_loan=False)
    async with journal(tmp_path) as opened:
        await owe(opened, (uid(9),))
        alarms, written = await put_right(opened, pad(ON_LOAN), library, idle(1, 2))

    assert (len(alarms), written, library.asked) == (1, [], [])


async def test_an_alarm_that_a_loan_left_on_is_not_switched_off_here(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(BOOK, TAGS, AlarmWanted.OFF)
        alarms, written = await put_right(opened, pad(SECURED, SECURED), FakeLibrary(on_loan=True), idle(1))

    assert (len(alarms), written) == (1, [])


@pytest.mark.parametrize("value", [SECURED, ON_LOAN])
async def test_where_the_loan_that_left_it_on_has_ended_the_tag_must_alarm_and_nothing_is_owed(
    tmp_path: Path, value: int
) -> None:
    tags = pad(value, value)
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(BOOK, TAGS, AlarmWanted.OFF)
        alarms, _ = await put_right(opened, tags, FakeLibrary(on_loan=False), idle(1))

    assert (alarms, set(tags.afi.values())) == ((), {SECURED})


@pytest.mark.parametrize("state", [KeptState.KEPT, KeptState.SENDING, KeptState.NEEDS_STAFF])
async def test_what_the_kiosk_lent_alone_is_left_alone(tmp_path: Path, state: KeptState) -> None:
    library, noon = FakeLibrary(on_loan=False), datetime(2026, 11, 22, 12, tzinfo=UTC)
    loan = KeptEntry(TransactionId("v1-1"), KeptKind.LEND, PatronId("QN0000001"), BOOK, TAGS, noon, "boot", 1.0)
    async with journal(tmp_path) as opened:
        await opened.keep(loan)
        if state is not KeptState.KEPT:
            await opened.kept_settled(loan.transaction_id, state)
        alarms, written = await put_right(opened, pad(SECURED, SECURED), library, idle(1))

    assert (len(alarms), written, library.asked) == (1, [], [])


async def test_a_loan_that_staff_must_look_at_is_no_matter_once_the_item_came_back(tmp_path: Path) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    async with journal(tmp_path) as opened:
        await opened.keep(KeptEntry(TransactionId("v1-1"), KeptKind.LEND, None, BOOK, TAGS, noon, "boot", 1.0))
        await opened.kept_settled(TransactionId("v1-1"), KeptState.NEEDS_STAFF)
        await owe(opened)

        assert await put_right(opened, pad(ON_LOAN), FakeLibrary(on_loan=False), idle(1)) == (
            (),
            [(TAGS[0], SECURED), (TAGS[1], SECURED)],
        )


async def test_what_the_kiosk_took_back_alone_is_armed_unasked(tmp_path: Path) -> None:
    library, noon = FakeLibrary(on_loan=True), datetime(2026, 11, 22, 12, tzinfo=UTC)
    async with journal(tmp_path) as opened:
        await opened.keep(KeptEntry(TransactionId("r1-1"), KeptKind.RETURN, None, BOOK, TAGS, noon, "boot", 1.0))
        alarms, written = await put_right(opened, pad(ON_LOAN), library, idle(1))

    assert (alarms, len(written), library.asked) == ((), 2, [])


class LendsMeanwhile(FakeLibrary):
    """While it is asked, a patron begins to borrow the item."""

    def __init__(self, opened: Journal) -> None:
        super().__init__(on_loan=False)
        self._opened = opened

    async def is_on_loan(self, item_id: ItemId) -> bool | None:
        await self._opened.sending(TransactionId("v1-1"), PatronId("QN0000001"), item_id)
        return await super().is_on_loan(item_id)


async def test_a_loan_that_begins_while_the_library_system_is_asked_comes_first(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await owe(opened)
        _, written = await put_right(opened, pad(ON_LOAN), LendsMeanwhile(opened), idle(1))

    assert written == []


async def test_during_a_visit_the_visit_decides_and_without_a_pad_nothing_lies_there(tmp_path: Path) -> None:
    visit, lost = returns(), idle(1)
    visit.tell(laid(1))
    lost.tell(DeviceLost(Device.PAD))
    async with journal(tmp_path) as opened:
        await owe(opened)
        in_visit = await put_right(opened, pad(ON_LOAN), FakeLibrary(on_loan=False), visit)
        without = await put_right(opened, pad(ON_LOAN), FakeLibrary(on_loan=False), lost)

    assert (in_visit[1], without[1]) == ([], [])


class Closed(Journal):
    """A journal that cannot be read."""

    async def open_alarms(self) -> tuple[OpenAlarm, ...]:
        raise JournalUnavailableError


async def test_a_journal_that_cannot_be_read_is_waited_for(tmp_path: Path) -> None:
    tags = pad(ON_LOAN)
    async with Closed(tmp_path / "journal.sqlite3", lambda: 1.0) as opened:
        owed = OwedAlarms(opened, PadTagAlarm(Slot(tags), opened, AlarmScheme()), FakeLibrary(on_loan=False))
        owed.look(idle(1).state)
        await owed.put_right()

    assert tags.written == []


async def test_it_looks_anew_when_the_pad_or_the_library_system_comes_back(tmp_path: Path) -> None:
    library, tags, play = FakeLibrary(on_loan=None), pad(ON_LOAN), idle(1)
    async with journal(tmp_path) as opened:
        await owe(opened)
        owed = OwedAlarms(opened, PadTagAlarm(Slot(tags), opened, AlarmScheme()), library)

        async def asked(times: int) -> None:
            await eventually(lambda: len(library.asked) >= times)

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(owed.run())
            owed.look(play.state)
            await asked(1)
            owed.look(play.state)
            play.tell(LibrarySystemLost())
            owed.look(play.state)
            await asked(2)
            library.on_loan = False
            play.tell(LibrarySystemBack(), DeviceBack(Device.PAD))
            owed.look(play.state)
            await asked(3)
            await eventually(lambda: len(tags.written) == len(TAGS))
            running.cancel()

    assert dict(tags.written) == dict.fromkeys(TAGS, SECURED)


# By staff


@pytest.mark.parametrize(
    ("wanted", "on_loan", "expected", "says", "left"),
    [
        (AlarmWanted.ON, False, ActResult.ARMED, SECURED, 0),
        (AlarmWanted.ON, True, ActResult.NOT_OWED, ON_LOAN, 0),
        (AlarmWanted.ON, None, ActResult.NO_ANSWER, ON_LOAN, 1),
        (AlarmWanted.OFF, True, ActResult.SWITCHED_OFF, ON_LOAN, 0),
        (AlarmWanted.OFF, False, ActResult.ARMED, SECURED, 0),
        (AlarmWanted.OFF, None, ActResult.NO_ANSWER, SECURED, 1),
    ],
)
async def test_an_item_that_staff_lay_down_says_what_the_library_system_says_of_it(  # noqa: PLR0913 - one case
    tmp_path: Path, *, wanted: AlarmWanted, on_loan: bool | None, expected: ActResult, says: int, left: int
) -> None:
    tags = pad(*(ON_LOAN if wanted is AlarmWanted.ON else SECURED,) * 2)
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(BOOK, TAGS[:1], wanted)
        owed = OwedAlarms(opened, PadTagAlarm(Slot(tags), opened, AlarmScheme()), FakeLibrary(on_loan=on_loan))
        result = await owed.settle_by_staff(BOOK, TAGS)

        assert result is expected
        assert set(tags.afi.values()) == {says}
        assert len(await opened.open_alarms()) == left


async def test_what_is_not_on_the_list_or_cannot_be_written_or_is_in_doubt_is_said(tmp_path: Path) -> None:
    tags = pad(SECURED)
    async with journal(tmp_path) as opened:
        owed = OwedAlarms(opened, PadTagAlarm(Slot(None), opened, AlarmScheme()), FakeLibrary(on_loan=True))
        nothing = await owed.settle_by_staff(BOOK, TAGS)
        await opened.alarm_intended(BOOK, TAGS, AlarmWanted.OFF)
        lost = await owed.settle_by_staff(BOOK, TAGS)
        await opened.alarm_settled(BOOK, AlarmWanted.OFF)
        await opened.returning(TransactionId("r1-1"), BOOK, TAGS)
        doubt = await owed.settle_by_staff(BOOK, TAGS)
        await opened.return_settled(TransactionId("r1-1"), arm=True)
        back = OwedAlarms(opened, PadTagAlarm(Slot(None), opened, AlarmScheme()), FakeLibrary(on_loan=False))
        unarmed = await back.settle_by_staff(BOOK, TAGS)

    assert (nothing, lost, doubt, unarmed) == (
        ActResult.NOT_OWED,
        ActResult.FAILED,
        ActResult.NO_ANSWER,
        ActResult.FAILED,
    )
    assert tags.written == []


async def test_a_loan_that_stands_in_the_journal_alone_lets_staff_switch_its_alarm_off(tmp_path: Path) -> None:
    tags, library = pad(SECURED, SECURED), FakeLibrary(on_loan=None)
    loan = KeptEntry(
        TransactionId("t1"), KeptKind.LEND, PatronId("p"), BOOK, TAGS, datetime(2026, 11, 22, tzinfo=UTC), "boot", 1.0
    )
    async with journal(tmp_path) as opened:
        await opened.keep(loan)
        owed = OwedAlarms(opened, PadTagAlarm(Slot(tags), opened, AlarmScheme()), library)
        result = await owed.settle_by_staff(BOOK, TAGS)

    assert (result, library.asked) == (ActResult.SWITCHED_OFF, [])
    assert set(tags.afi.values()) == {ON_LOAN}
