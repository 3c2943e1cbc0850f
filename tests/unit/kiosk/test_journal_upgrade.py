"""A journal that an older release has written: nothing in it is lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.errors import JournalFault, JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, Journal, LoanState, OpenAlarm, OpenLoan, UnsentEvent
from kiosk.journal.schema import SCHEMA_VERSION
from kiosk.journal.staff import StaffRecords
from kiosk.session.staff_values import ActKind, StaffAct, StaffId
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId

OF_SCHEMA_1 = Path("tests/data/journal/schema_1.sqlite3")
"""Written by the release before: a loan in doubt, one under way, two alarms, an event."""


def opened(path: Path) -> Journal:
    return Journal(path, lambda: 100.0)


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("number", [0, 1], ids=["cut short before it was numbered", "whole"])
async def test_a_file_of_the_first_schema_keeps_its_loans_alarms_and_events(tmp_path: Path, number: int) -> None:
    path = tmp_path / "journal.sqlite3"
    shutil.copy(OF_SCHEMA_1, path)
    with closing(sqlite3.connect(path)) as old:
        old.execute(f"PRAGMA user_version = {number}")
    async with opened(path) as journal:
        loans, alarms = await journal.open_loans(), await journal.open_alarms()
        events, returns, kept = await journal.unsent_events(), await journal.open_returns(), await journal.kept()

    assert loans == (
        OpenLoan(TransactionId("v2-1"), PatronId("QN0000002"), ItemId("TV.000003"), LoanState.UNKNOWN),
        OpenLoan(TransactionId("v3-1"), PatronId("QN0000003"), ItemId("TV.000004"), LoanState.SENDING),
    )
    tag = TagUid("E004010031269117")
    assert alarms == (
        OpenAlarm(ItemId("TV.000001"), (), AlarmWanted.OFF, AlarmReason.LENT, 2.0),
        OpenAlarm(ItemId("TV.000002"), (tag,), AlarmWanted.OFF, AlarmReason.LENT, 3.0),
    )
    assert events == (UnsentEvent("e2", '{"b": 2}'),)
    assert (returns, kept, version(path)) == ((), (), SCHEMA_VERSION)


async def test_a_file_of_the_second_schema_keeps_what_it_holds_and_takes_the_acts_of_staff(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with opened(path) as journal:
        await journal.add_event("a", "body")
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            "DROP TABLE staff_act; DROP TABLE opening; ALTER TABLE kept DROP COLUMN staff_id; PRAGMA user_version = 2;"
        )
    async with opened(path) as journal:
        events = await journal.unsent_events()
        acts = await journal.read("SELECT number FROM staff_act")

    assert events == (UnsentEvent("a", "body"),)
    assert (acts, version(path)) == ([], SCHEMA_VERSION)


async def test_a_file_of_the_third_schema_keeps_the_acts_of_staff_and_what_was_done_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with opened(path) as journal:
        records = StaffRecords(journal, lambda: 0.0)
        await records.note(StaffId("quay-1"), StaffAct(ActKind.ENTERED))
    columns = ("reason", "refusal", "act_key", "result")
    with closing(sqlite3.connect(path)) as old:
        drops = "".join(f"ALTER TABLE staff_act DROP COLUMN {each};" for each in columns)
        old.executescript(f"{drops} ALTER TABLE kept DROP COLUMN staff_id; PRAGMA user_version = 3;")
    async with opened(path) as journal:
        (act,) = await StaffRecords(journal, lambda: 0.0).acts(9)
        kept = await journal.kept()

    assert (act.staff_id, act.act, act.result) == ("quay-1", StaffAct(ActKind.ENTERED), None)
    assert (kept, version(path)) == ((), SCHEMA_VERSION)


async def test_an_upgrade_that_is_cut_short_has_changed_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    shutil.copy(OF_SCHEMA_1, path)
    with closing(sqlite3.connect(path)) as old:
        old.execute("CREATE TABLE kept (a)")  # the last table of the new schema cannot be made
    with pytest.raises(JournalUnavailableError):
        async with opened(path):
            pass
    with closing(sqlite3.connect(path)) as old:
        tables = {row[0] for row in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        alarms = old.execute("SELECT item_id FROM alarm").fetchall()

    assert "alarm_of_1" not in tables
    assert (len(alarms), version(path)) == (2, 1)


async def test_a_file_of_a_newer_release_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with opened(path) as journal:
        await journal.add_event("a", "body")
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(JournalUnavailableError) as raised:
        async with opened(path):
            pass

    assert raised.value.fault is JournalFault.NEWER
    assert [found.name for found in tmp_path.iterdir() if "damaged" in found.name] == []
    assert version(path) == SCHEMA_VERSION + 1
