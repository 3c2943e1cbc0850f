"""The journal: what is on disk when a method returns, and what happens to a damaged file."""

import resource
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from kiosk.errors import JournalUnavailableError
from kiosk.journal import AlarmReason, AlarmWanted, Journal, LoanState, OpenAlarm, OpenLoan
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId

PATRON = PatronId("QN0000001")
OFF = AlarmWanted.OFF


def journal(folder: Path) -> Journal:
    ticks = count(1)
    return Journal(folder / "journal.sqlite3", lambda: float(next(ticks)))


def lent(item: str) -> OpenAlarm:
    return OpenAlarm(ItemId(item), (), OFF, AlarmReason.LENT, at=0.0)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """Refuse what a full disk refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_loan_under_way_is_there_after_a_restart(tmp_path: Path) -> None:
    async with journal(tmp_path) as first:
        await first.sending(TransactionId("t1"), PATRON, ItemId("A"))

    async with journal(tmp_path) as second:
        found = await second.open_loans()

    assert found == (OpenLoan(TransactionId("t1"), PATRON, ItemId("A"), LoanState.SENDING),)


async def test_a_loan_is_on_disk_when_the_call_returns(tmp_path: Path) -> None:
    async with journal(tmp_path) as first:
        await first.sending(TransactionId("t1"), PATRON, ItemId("A"))
        with sqlite3.connect(tmp_path / "journal.sqlite3") as other:
            rows = other.execute("SELECT item_id, state FROM loan").fetchall()
        other.close()

    assert rows == [("A", "sending")]


async def test_a_settled_loan_leaves_no_card_number_behind(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        await opened.settled(TransactionId("t1"), alarm_owed=False)

        assert await opened.open_loans() == ()

    assert not any(b"QN0000001" in path.read_bytes() for path in tmp_path.iterdir())


async def test_a_settled_loan_leaves_no_card_number_behind_while_the_journal_is_open(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        await opened.sending(TransactionId("t2"), PATRON, ItemId("A"))
        await opened.settled(TransactionId("t1"), alarm_owed=True)
        under_way = await files_with(b"QN0000001", opened, tmp_path)
        await opened.settled(TransactionId("t2"), alarm_owed=False)
        afterwards = await files_with(b"QN0000001", opened, tmp_path)

    assert (len(under_way), afterwards) == (1, [])


async def test_a_card_number_that_a_crash_left_behind_is_wiped_by_the_next_start(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    async with journal(before) as opened:
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        with sqlite3.connect(before / "journal.sqlite3") as other:
            other.execute("DELETE FROM loan")
        other.close()
        shutil.copytree(before, after)  # what a power cut leaves
    found = [path.name for path in after.iterdir() if b"QN0000001" in path.read_bytes()]
    async with journal(after) as opened:
        wiped = await files_with(b"QN0000001", opened, after)

    assert (found, wiped) == (["journal.sqlite3-wal"], [])


async def files_with(text: bytes, opened: Journal, folder: Path) -> list[str]:
    """Name the files that hold a text when the journal has done all it was given to do."""
    await opened.open_loans()
    return [path.name for path in folder.iterdir() if text in path.read_bytes()]


async def test_an_unknown_loan_stays(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        await opened.unknown(TransactionId("t1"))

        assert [loan.state for loan in await opened.open_loans()] == [LoanState.UNKNOWN]


async def test_a_loan_that_stands_leaves_its_alarm_behind_in_the_same_commit(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        await opened.settled(TransactionId("t1"), alarm_owed=True)

        assert await opened.open_loans() == ()
        assert await opened.open_alarms() == (lent("A"),)


async def test_an_alarm_that_is_owed_is_owed_anew_by_the_next_loan_of_the_item(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(ItemId("A"), [TagUid("E0")], OFF)
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        await opened.settled(TransactionId("t1"), alarm_owed=True)

        assert await opened.open_alarms() == (lent("A"),)
        assert await opened.alarm_is_owed(ItemId("A"))
        assert not await opened.alarm_is_owed(ItemId("B"))


async def test_an_alarm_intent_stays_until_it_is_settled(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.alarm_intended(ItemId("A"), [TagUid("E0")], OFF)
        await opened.alarm_intended(ItemId("B"), [TagUid("E1")], OFF)
        await opened.alarm_intended(ItemId("A"), [TagUid("E0")], OFF)
        await opened.alarm_settled(ItemId("B"), OFF)

        assert await opened.open_alarms() == (OpenAlarm(ItemId("A"), (TagUid("E0"),), OFF, AlarmReason.WRITING, 1.0),)


async def test_a_commit_that_fails_changes_nothing(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        with sqlite3.connect(tmp_path / "journal.sqlite3") as other:
            other.execute("DROP TABLE loan")
        other.close()
        with pytest.raises(JournalUnavailableError):
            await opened.settled(TransactionId("t1"), alarm_owed=True)

        assert await opened.open_alarms() == ()


async def test_a_full_disk_is_told_as_such_and_the_journal_works_when_there_is_room_again(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.add_event("a", "body")
        with (
            files_no_longer_than((tmp_path / "journal.sqlite3-wal").stat().st_size),
            pytest.raises(JournalUnavailableError),
        ):
            await opened.sending(TransactionId("t1"), PATRON, ItemId("A"))
        await opened.sending(TransactionId("t2"), PATRON, ItemId("A"))

        assert [loan.transaction_id for loan in await opened.open_loans()] == ["t2"]
        assert [event.event_id for event in await opened.unsent_events()] == ["a"]


async def test_an_event_is_kept_once_and_in_order_until_it_is_struck_off(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        for event_id in ("b", "a", "b"):
            await opened.add_event(event_id, f"body of {event_id}")
        await opened.strike_off("b")
        await opened.add_event("c", "body of c")

        assert [event.event_id for event in await opened.unsent_events()] == ["a", "c"]


async def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    async with journal(tmp_path):
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    assert modes == {0o600}


@pytest.mark.parametrize(
    "damage", [b"this is no database, whatever its name says" * 100, b"SQLite format 3\0" + b"\xff" * 8000]
)
async def test_a_damaged_file_is_moved_aside_and_the_kiosk_starts(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(damage)

    async with journal(tmp_path) as opened:
        await opened.add_event("a", "body")

        assert [event.event_id for event in await opened.unsent_events()] == ["a"]
    assert (tmp_path / "journal.sqlite3.damaged-1").read_bytes() == damage


async def test_a_disk_that_refuses_is_no_reason_to_move_the_file_aside(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").mkdir()

    with pytest.raises(OSError, match=r"."):
        async with journal(tmp_path):
            pass

    assert [path.name for path in tmp_path.iterdir()] == ["journal.sqlite3"]
