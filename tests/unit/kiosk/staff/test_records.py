"""What staff did, on disk; what waits; and what staff said about the opening, over a restart."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, Journal, KeptEntry, KeptKind, KeptState, OpenAlarm
from kiosk.journal import staff as staff_module
from kiosk.journal.staff import StaffRecords
from kiosk.session.staff_values import ActKind, ByStaff, PastAct, StaffAct, StaffId, Waiting, WaitingKind
from kiosk.session.values import Device, ItemId, PatronId, TagUid, TransactionId
from kiosk.telemetry.staff_acts import told_act
from mqtt.agent.protocol import EventLine
from mqtt.messages import STAFF_ACT, StaffActReport

LAN = StaffId("quay-1")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEEN = OpenAlarm(ItemId("TV.000001"), (), AlarmWanted.ON, AlarmReason.RETURNED, 0.0)
BOOK = ItemId("TV.000001")


def opened(folder: Path) -> Journal:
    return Journal(folder / "journal.sqlite3", NOON.timestamp)


def records(journal: Journal) -> StaffRecords:
    return StaffRecords(journal, NOON.timestamp)


def kept(number: int, at: datetime) -> KeptEntry:
    return KeptEntry(
        TransactionId(f"t{number}"), KeptKind.LEND, PatronId("p"), ItemId(f"i{number}"), (), at, "boot", 1.0
    )


async def test_every_act_stands_there_after_a_restart_newest_first(tmp_path: Path) -> None:
    acts = [
        StaffAct(ActKind.ENTERED),
        StaffAct(ActKind.DEVICE_TRIED, device=Device.PRINTER),
        StaffAct(ActKind.ALARM_SETTLED, item_id=BOOK),
    ]
    async with opened(tmp_path) as journal:
        for act in acts:
            await records(journal).note(LAN, act)
        await records(journal).note(None, StaffAct(ActKind.WRONG_PIN))
    async with opened(tmp_path) as journal:
        last = await records(journal).acts(3)

    assert last == (
        PastAct(None, StaffAct(ActKind.WRONG_PIN), NOON),
        PastAct(LAN, acts[2], NOON),
        PastAct(LAN, acts[1], NOON),
    )


async def test_the_oldest_acts_are_forgotten_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_module, "KEPT_ACTS", 2)
    async with opened(tmp_path) as journal:
        for kind in ActKind:
            await records(journal).note(LAN, StaffAct(kind))
        left = await records(journal).acts(99)

    assert [each.act.kind for each in left] == list(ActKind)[-1:-3:-1]


@pytest.mark.parametrize(
    ("by_staff", "until", "after", "expected"),
    [
        (ByStaff.CLOSED, None, timedelta(days=9), ByStaff.CLOSED),
        (ByStaff.OPEN, NOON + timedelta(hours=2), timedelta(hours=1), ByStaff.OPEN),
        (ByStaff.OPEN, NOON + timedelta(hours=2), timedelta(hours=2), None),
        (None, None, timedelta(), None),
    ],
)
async def test_what_staff_said_holds_over_a_restart_as_long_as_it_was_meant(
    tmp_path: Path, by_staff: ByStaff | None, until: datetime | None, after: timedelta, expected: ByStaff | None
) -> None:
    async with opened(tmp_path) as journal:
        await records(journal).note_opening(LAN, StaffAct(ActKind.CLOSED), ByStaff.CLOSED, None)
        await records(journal).note_opening(LAN, StaffAct(ActKind.OPENED), by_staff, until)
    async with opened(tmp_path) as journal:
        found = await records(journal).opening(NOON + after)
        acts = await records(journal).acts(9)

    assert found is expected
    assert len(acts) == 2


async def test_an_opening_holds_while_nobody_knows_the_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        await records(journal).note_opening(LAN, StaffAct(ActKind.OPENED), ByStaff.OPEN, NOON)

        assert await records(journal).opening(None) is ByStaff.OPEN


async def test_an_item_that_was_seen_to_leaves_the_list_and_the_act_says_who_it_was(tmp_path: Path) -> None:
    act = StaffAct(ActKind.ALARM_SEEN, item_id=BOOK)
    async with opened(tmp_path) as journal:
        await journal.alarm_intended(BOOK, (), AlarmWanted.ON)
        await journal.alarm_intended(ItemId("other"), (), AlarmWanted.OFF)
        (seen,) = [each for each in await journal.open_alarms() if each.item_id == BOOK]
        gone = await records(journal).note_seen(LAN, act, seen)
        left = await journal.open_alarms()
        acts = await records(journal).acts(1)

    assert gone
    assert [each.item_id for each in left] == [ItemId("other")]
    assert acts == (PastAct(LAN, act, NOON),)


async def test_what_became_owed_after_the_list_was_shown_is_not_struck_off_with_what_was_seen(tmp_path: Path) -> None:
    act = StaffAct(ActKind.ALARM_SEEN, item_id=BOOK)
    async with opened(tmp_path) as journal:
        await journal.alarm_intended(BOOK, (), AlarmWanted.OFF)
        (seen,) = await journal.open_alarms()
        await journal.returning(TransactionId("t1"), BOOK, (TagUid("E004"),))
        await journal.return_settled(TransactionId("t1"), arm=True)
        gone = await records(journal).note_seen(LAN, act, seen)
        left = await journal.open_alarms()

    assert not gone
    assert [(each.item_id, each.wanted) for each in left] == [(BOOK, AlarmWanted.ON)]


async def test_what_waits_is_counted_with_its_oldest(tmp_path: Path) -> None:
    early = NOON - timedelta(hours=3)
    async with opened(tmp_path) as journal:
        nothing = await records(journal).waiting()
        await journal.add_event("a", json.dumps({"occurred_at": early.isoformat()}))
        await journal.add_event("b", json.dumps({"occurred_at": NOON.isoformat()}))
        for number in range(3):
            await journal.keep(kept(number, early + timedelta(minutes=number)))
        await journal.kept_settled(TransactionId("t0"), KeptState.APPLIED)
        await journal.kept_settled(TransactionId("t2"), KeptState.NEEDS_STAFF)
        await journal.sending(TransactionId("v-1"), PatronId("p"), BOOK)
        await journal.returning(TransactionId("r-1"), ItemId("x"), ())
        waiting = await records(journal).waiting()

    assert {each.number for each in nothing} == {0}
    assert {each.oldest for each in nothing} == {None}
    assert waiting == (
        Waiting(WaitingKind.REPORTS, 2, early),
        Waiting(WaitingKind.KEPT, 1, early + timedelta(minutes=1)),
        Waiting(WaitingKind.FOR_STAFF, 1, early + timedelta(minutes=2)),
        Waiting(WaitingKind.IN_DOUBT, 2, NOON),
    )


@pytest.mark.parametrize("body", ["{}", "no json", "[]", '{"occurred_at": "2026-11-23T12:00:00"}'])
async def test_a_report_that_does_not_say_when_it_happened_is_counted_all_the_same(tmp_path: Path, body: str) -> None:
    async with opened(tmp_path) as journal:
        await journal.add_event("a", body)
        reports = (await records(journal).waiting())[0]

    assert reports == Waiting(WaitingKind.REPORTS, 1, None)


async def test_what_cannot_be_noted_is_said(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        await journal.write(("DROP TABLE staff_act", ()))
        await journal.alarm_intended(BOOK, (), AlarmWanted.ON)
        with pytest.raises(JournalUnavailableError):
            await records(journal).note_seen(LAN, StaffAct(ActKind.ALARM_SEEN, item_id=BOOK), SEEN)
        left = await journal.open_alarms()

    assert len(left) == 1


async def test_every_act_is_told_to_the_fleet_once_it_is_noted_and_names_an_item_only_for_its_alarm(
    tmp_path: Path,
) -> None:
    acts = [
        StaffAct(ActKind.DEVICE_TRIED, device=Device.PAD),
        StaffAct(ActKind.ALARM_SEEN, item_id=BOOK),
        StaffAct(ActKind.PAPER_CHANGED, item_id=BOOK),
    ]
    numbers = iter(range(9))
    async with opened(tmp_path) as journal:
        told = StaffRecords(journal, NOON.timestamp, told_act(lambda: f"e{next(numbers)}", lambda: NOON))
        await told.note(LAN, acts[0])
        await told.note_seen(LAN, acts[1], SEEN)
        await told.note_opening(LAN, acts[2], None, None)
        await told.note(None, StaffAct(ActKind.WRONG_PIN))
        events = await journal.unsent_events()
        noted = await told.acts(9)
    lines = [EventLine.model_validate_json(event.body) for event in events]
    reports = [StaffActReport.model_validate(line.data) for line in lines]

    assert [line.event_id for line in lines] == [event.event_id for event in events] == ["e0", "e1", "e2", "e3"]
    assert {(line.kind, line.occurred_at) for line in lines} == {(STAFF_ACT, NOON)}
    assert [(each.act, each.staff, each.device, each.item) for each in reports] == [
        ("device_tried", "quay-1", "pad", ""),
        ("alarm_seen", "quay-1", "none", BOOK.text),
        ("paper_changed", "quay-1", "none", ""),
        ("wrong_pin", None, "none", ""),
    ]
    assert len(noted) == 4
