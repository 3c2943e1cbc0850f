"""What a kiosk did alone, told to our own server over a real line: once, at its time, whatever breaks in between."""

import asyncio
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.alarm.reporting import AlarmReporting
from kiosk.alone.telling import Telling
from kiosk.ils.profiles import PROFILES
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.journal.journal import Journal
from kiosk.journal.rows import AlarmReason, AlarmWanted, KeptEntry, KeptKind, KeptState, OpenAlarm
from kiosk.session.values import ItemId, PatronId, TransactionId
from server.store.engine import transaction
from server.store.offline_models import Matter
from tests.support.alone import FakeTime
from tests.support.cut_line import line_cut
from tests.support.sip2_lines import serving
from tests.support.small_library import (
    DE_MEN,
    HUB_TERMINAL,
    KIEU,
    MAI,
    NAM,
    NOON,
    PASSWORD,
    TAT_DEN,
    UNKNOWN_ITEM,
    ZONE,
    SmallLibrary,
    build_library,
    open_library,
)
from tests.support.waiting import in_time
from tests.unit.kiosk.test_alarm_reporting import FakeList

DUE = datetime(2026, 8, 20, 23, 59, 59, tzinfo=ZONE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a filled database, to be copied."""
    return build_library(tmp_path_factory.mktemp("built"))


def entry(number: int, kind: KeptKind, item: str, patron: str | None = None, minutes: int = 0) -> KeptEntry:
    return KeptEntry(
        transaction_id=TransactionId(f"v1-{number}"),
        kind=kind,
        patron_id=None if patron is None else PatronId(patron),
        item_id=ItemId(item),
        tags=(),
        at=NOON + timedelta(minutes=minutes - 60),
        boot_id="boot-1",
        monotonic=float(minutes),
        due=DUE if kind is KeptKind.LEND else None,
    )


A_MORNING = (
    entry(1, KeptKind.LEND, DE_MEN, MAI, 1),
    entry(2, KeptKind.LEND, TAT_DEN, NAM, 2),
    entry(3, KeptKind.RETURN, DE_MEN, None, 3),
    entry(4, KeptKind.LEND, DE_MEN, NAM, 4),
    entry(5, KeptKind.RETURN, UNKNOWN_ITEM, None, 5),
)


class Clock:
    """The library's noon."""

    def monotonic(self) -> float:
        return 0.0

    def wall(self) -> datetime:
        return NOON


def system_at(port: int, journal: Journal) -> Sip2LibrarySystem:
    settings_ = Sip2Settings(
        host="127.0.0.1", port=port, zone=ZONE, login=f"{HUB_TERMINAL}-login", password=PASSWORD, institution="VN-QN"
    )
    return Sip2LibrarySystem(settings_, profile=PROFILES["own"], journal=journal, clock=Clock())


async def told(port: int, journal: Journal) -> bool:
    """Let one telling happen; ``True``: nothing is left."""
    system = system_at(port, journal)
    listener = system.told
    assert listener is not None
    try:
        return await in_time(Telling(journal, listener, FakeTime(now=NOON), lambda: True).tell_all())
    finally:
        system.close()


def open_loans(library: SmallLibrary) -> dict[str, datetime]:
    return {loan.copy.item_number: loan.due_at for loan in library.loans() if loan.ended_at is None}


async def test_a_morning_alone_ends_as_if_the_line_had_been_there(built: Path, tmp_path: Path) -> None:
    library = open_library(Path(shutil.copy(built, tmp_path / "library.db")))
    async with Journal(tmp_path / "journal.sqlite3", lambda: 0.0) as journal, serving(library) as port:
        for each in A_MORNING:
            await journal.keep(each)
        done = await told(port, journal)
        states = [each.state for each in await journal.kept()]
    standing = open_loans(library)
    library.engine.dispose()

    assert done
    assert states == [KeptState.APPLIED] * 4 + [KeptState.NEEDS_STAFF]
    assert set(standing) == {DE_MEN, TAT_DEN}
    assert all(due >= DUE for due in standing.values())


@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.tuples(st.none() | st.integers(0, 900), st.none() | st.integers(0, 900)), max_size=3))
def test_wherever_the_line_is_cut_each_is_done_once(built: Path, cuts: list[tuple[int | None, int | None]]) -> None:
    async def play(folder: Path, library: SmallLibrary) -> list[KeptState]:
        async with Journal(folder / "journal.sqlite3", lambda: 0.0) as journal, serving(library) as port:
            for each in A_MORNING:
                await journal.keep(each)
            for into, out in cuts:
                async with line_cut(port, into=into, out=out) as line:
                    await told(line.port, journal)
            assert await told(port, journal)
            return [each.state for each in await journal.kept()]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = open_library(Path(shutil.copy(built, folder / "library.db")))
        states = asyncio.run(play(folder, library))
        standing, ever = open_loans(library), library.loans()
        library.engine.dispose()

    assert states == [KeptState.APPLIED] * 4 + [KeptState.NEEDS_STAFF]
    assert set(standing) == {DE_MEN, TAT_DEN}
    assert len(ever) == 3


async def test_another_library_system_is_not_told_over_the_line(built: Path, tmp_path: Path) -> None:
    del built
    async with Journal(tmp_path / "journal.sqlite3", lambda: 0.0) as journal:
        settings_ = Sip2Settings(host="127.0.0.1", port=1, zone=ZONE)
        system = Sip2LibrarySystem(settings_, profile=PROFILES["koha"], journal=journal, clock=Clock())

        assert system.told is None


async def test_a_number_that_sip2_cannot_carry_is_for_staff_and_in_nobodys_way(built: Path, tmp_path: Path) -> None:
    library = open_library(Path(shutil.copy(built, tmp_path / "library.db")))
    async with Journal(tmp_path / "journal.sqlite3", lambda: 0.0) as journal, serving(library) as port:
        await journal.keep(entry(1, KeptKind.LEND, "A|B", MAI, 1))
        await journal.keep(entry(2, KeptKind.LEND, KIEU, MAI, 2))
        done = await told(port, journal)
        states = [each.state for each in await journal.kept()]
    standing = set(open_loans(library))
    library.engine.dispose()

    assert (done, states, standing) == (True, [KeptState.NEEDS_STAFF, KeptState.APPLIED], {KIEU})


async def test_an_item_that_still_alarms_stands_on_the_staffs_list_until_it_is_quiet(
    built: Path, tmp_path: Path
) -> None:
    library = open_library(Path(shutil.copy(built, tmp_path / "library.db")))
    alarms = FakeList([OpenAlarm(ItemId(DE_MEN), (), AlarmWanted.OFF, AlarmReason.LOCKED, 0.0)])
    listed: list[list[bool]] = []
    async with Journal(tmp_path / "journal.sqlite3", lambda: 0.0) as journal, serving(library) as port:
        system = system_at(port, journal)
        listener = system.alarm_listener
        assert listener is not None
        reporting = AlarmReporting(alarms, listener, lambda: NOON, lambda: True)
        for still in (True, True, False):
            if not still:
                alarms.alarms.clear()
            await in_time(reporting.tell())
            with transaction(library.engine) as session:
                listed.append([matter.settled_at is None for matter in session.scalars(select(Matter))])
        system.close()
    library.engine.dispose()

    assert listed == [[True], [True], [False]]
