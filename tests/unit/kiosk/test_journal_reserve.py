"""A full disk: the visit in progress is finished in the room that was held for it, and no loan is begun."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import JournalFault, JournalUnavailableError
from kiosk.journal import AlarmWanted, Journal, KeptEntry, KeptKind
from kiosk.journal.reserve import SIZE, ReserveFile
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId
from tests.support.unmeasured import unmeasured_environment

A = ItemId("A")
PATRON = PatronId("QN0000001")
TAGS = [TagUid("E0")]
ENDLESS = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class FakeDisk:
    """A disk that is full at a limit; what is held in reserve is room again once it is given back."""

    held: bool = False
    full: bool = False

    def hold(self) -> bool:
        self.held = self.held or not self.full
        return self.held

    def give_back(self) -> bool:
        gave, self.held = self.held, False
        if gave:
            self.limit(ENDLESS)
        return gave

    def fill(self, path: Path) -> None:
        self.full = True
        self.limit(path.stat().st_size)

    def empty(self) -> None:
        self.full = False
        self.limit(ENDLESS)

    @staticmethod
    def limit(size: int) -> None:
        """Let no file of this process grow beyond it."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, ENDLESS))


@pytest.fixture
def disk() -> Iterator[FakeDisk]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield FakeDisk()
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def journal(folder: Path, disk: FakeDisk | None = None) -> Journal:
    return Journal(folder / "journal.sqlite3", lambda: 1.0, disk)


def offline(kind: KeptKind) -> KeptEntry:
    patron = PATRON if kind is KeptKind.LEND else None
    return KeptEntry(TransactionId(f"{kind}-1"), kind, patron, A, (), NOON, "boot", 1.0)


async def test_the_visit_in_progress_is_finished_and_no_loan_is_begun(tmp_path: Path, disk: FakeDisk) -> None:
    async with journal(tmp_path, disk) as opened:
        await opened.sending(TransactionId("t1"), PATRON, A)
        could = opened.can_write
        disk.fill(tmp_path / "journal.sqlite3-wal")
        with pytest.raises(JournalUnavailableError) as refused:
            await opened.sending(TransactionId("t2"), PATRON, ItemId("B"))
        await opened.settled(TransactionId("t1"), alarm_owed=True)
        await opened.alarm_intended(A, TAGS, AlarmWanted.OFF)
        await opened.alarm_settled(A, AlarmWanted.OFF)
        with pytest.raises(JournalUnavailableError) as still_refused:
            await opened.sending(TransactionId("t3"), PATRON, ItemId("B"))

        assert (could, opened.can_write, opened.fault) == (True, False, JournalFault.FULL)
        assert [each.value.fault for each in (refused, still_refused)] == [JournalFault.FULL] * 2
        assert (await opened.open_loans(), await opened.open_alarms()) == ((), ())


async def test_loans_are_made_again_when_there_is_room_to_hold_back(tmp_path: Path, disk: FakeDisk) -> None:
    async with journal(tmp_path, disk) as opened:
        disk.fill(tmp_path / "journal.sqlite3-wal")
        await opened.add_event("a", "body")
        refused = opened.can_write
        disk.empty()
        await opened.sending(TransactionId("t1"), PATRON, A)

        assert (refused, opened.can_write, disk.held) == (False, True, True)
        assert len(await opened.open_loans()) == 1


async def test_what_is_brought_back_is_taken_in_the_room_that_was_held_and_lent_alone_it_is_not(
    tmp_path: Path, disk: FakeDisk
) -> None:
    async with journal(tmp_path, disk) as opened:
        disk.fill(tmp_path / "journal.sqlite3-wal")
        with pytest.raises(JournalUnavailableError):
            await opened.keep(offline(KeptKind.LEND))
        await opened.keep(offline(KeptKind.RETURN))
        await opened.returning(TransactionId("t1"), ItemId("B"), TAGS)

        assert [each.entry.kind for each in await opened.kept()] == [KeptKind.RETURN]
        assert len(await opened.open_returns()) == 1


async def test_when_what_was_held_is_used_up_too_that_is_told(tmp_path: Path, disk: FakeDisk) -> None:
    async with journal(tmp_path, disk) as opened:
        await opened.sending(TransactionId("t1"), PATRON, A)
        disk.held = False
        disk.fill(tmp_path / "journal.sqlite3-wal")
        with pytest.raises(JournalUnavailableError) as raised:
            await opened.settled(TransactionId("t1"), alarm_owed=True)

        assert raised.value.fault is JournalFault.FULL
        assert len(await opened.open_loans()) == 1


async def test_a_kiosk_that_starts_with_a_full_disk_starts_and_lends_nothing(tmp_path: Path, disk: FakeDisk) -> None:
    async with journal(tmp_path, disk):
        pass
    disk.held, disk.full = False, True
    async with journal(tmp_path, disk) as opened:
        with pytest.raises(JournalUnavailableError):
            await opened.sending(TransactionId("t1"), PATRON, A)

        assert not opened.can_write


async def test_the_reserve_is_a_file_of_its_own_beside_the_journal(tmp_path: Path) -> None:
    async with journal(tmp_path):
        reserve = tmp_path / "journal.sqlite3.reserve"
        held = reserve.stat()

    assert (held.st_size, held.st_blocks * 512 >= SIZE) == (SIZE, True)


def test_where_there_is_no_room_nothing_is_left_of_the_reserve(tmp_path: Path, disk: FakeDisk) -> None:
    path = tmp_path / "reserve"
    disk.limit(SIZE // 2)
    reserve = ReserveFile(path)

    assert (reserve.hold(), path.exists(), reserve.give_back()) == (False, False, False)


STARTS = """
import asyncio, resource, sys
from pathlib import Path
from kiosk.errors import JournalUnavailableError
from kiosk.journal import Journal
from kiosk.session.values import ItemId, PatronId, TransactionId

class Disk:
    held = sys.argv[2] == "held"
    def hold(self):
        return False
    def give_back(self):
        gave, self.held = self.held, False
        if gave:
            limit(endless)
        return gave

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, endless))

async def main():
    limit(1000)  # less than the file that SQLite shares between its connections
    async with Journal(Path(sys.argv[1]), lambda: 1.0, Disk()) as journal:
        left = [loan.item_id.text for loan in await journal.open_loans()]
        try:
            await journal.sending(TransactionId("t2"), PatronId("QN0000001"), ItemId("B"))
        except JournalUnavailableError as error:
            return left, error.fault.value

endless = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
try:
    print(asyncio.run(main()))
except JournalUnavailableError as error:
    print("not opened", error.fault.value)
"""
"""A program of its own, for under such a limit nothing else can be written either, not even what pytest says."""


@pytest.mark.parametrize(("reserve", "said"), [("held", "(['A'], 'full')"), ("none", "not opened full")])
async def test_on_a_disk_that_is_full_at_the_start_the_kiosk_starts_in_the_room_that_was_held(
    tmp_path: Path, disk: FakeDisk, reserve: str, said: str
) -> None:
    async with journal(tmp_path, disk) as opened:
        await opened.sending(TransactionId("t1"), PATRON, A)
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", STARTS, str(tmp_path / "journal.sqlite3"), reserve),
        stdout=subprocess.PIPE,
        env=unmeasured_environment(),
        cwd=ROOT,
    )
    told, _ = await program.communicate()

    assert told.decode().strip() == said
