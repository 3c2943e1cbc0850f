"""What was done alone is told: in order, each until it is understood, dated as well as can be, or as Koha's file."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.alone.koc import NotInKocError, koc_file
from kiosk.alone.machine_time import SystemTime, is_plausible
from kiosk.alone.telling import Telling, still_open
from kiosk.journal.dating import Dated, Now, dated
from kiosk.journal.rows import Kept, KeptKind, KeptState
from kiosk.session.values import ItemId
from library.lending.offline_events import ClockCertainty
from tests.support.alone import HANOI, MAI, NOON, FakeTime, alone, book, journal_in, kept, transaction

NOW = Now(NOON + timedelta(hours=1), 3700.0, "boot-1", clock_is_set=True)
SURE, CORRECTED, UNKNOWN = ClockCertainty.SURE, ClockCertainty.CORRECTED, ClockCertainty.UNKNOWN


def moments(*entries: Kept, now: Now = NOW) -> list[tuple[int, str]]:
    return [(round((each.at - NOON).total_seconds()), each.certainty.value) for each in dated(entries, now)]


def test_a_clock_that_was_set_is_believed() -> None:
    assert moments(kept(1), kept(2, NOON + timedelta(seconds=5))) == [(0, "sure"), (5, "sure")]


def test_what_was_noted_before_the_clock_was_set_is_counted_back_from_now() -> None:
    long_ago = NOON - timedelta(days=400)

    assert moments(kept(1, long_ago, monotonic=1300.0, clock_is_set=False)) == [(1200, "corrected")]


@pytest.mark.parametrize("now", [replace(NOW, boot_id="boot-2"), replace(NOW, clock_is_set=False)])
def test_after_another_start_or_with_the_clock_still_wrong_nobody_knows(now: Now) -> None:
    assert moments(kept(1, clock_is_set=False), now=now)[0][1] == "unknown"


def test_a_machine_that_tells_no_start_is_never_counted_back() -> None:
    assert moments(kept(1, boot_id="", clock_is_set=False), now=replace(NOW, boot_id=""))[0][1] == "unknown"


def test_a_time_to_come_is_no_time() -> None:
    assert moments(kept(1, NOON + timedelta(days=2))) == [(3600, "corrected")]


@given(
    st.lists(
        st.tuples(st.integers(-9000, 9000), st.integers(0, 9000), st.booleans(), st.sampled_from(["boot-1", "b"]))
    ),
    st.booleans(),
)
def test_times_that_are_believed_never_run_backwards_nor_into_the_time_to_come(
    entries: list[tuple[int, int, bool, str]],
    clock_is_set: bool,  # noqa: FBT001 - because Hypothesis draws it by its place
) -> None:
    now = replace(NOW, clock_is_set=clock_is_set)
    noted = [
        kept(number, NOON + timedelta(seconds=at), monotonic=float(monotonic), clock_is_set=is_set, boot_id=boot)
        for number, (at, monotonic, is_set, boot) in enumerate(entries, start=1)
    ]
    found = dated(noted, now)
    believed = [each.at for each in found if each.certainty is not UNKNOWN]

    assert [each.kept for each in found] == noted
    assert believed == sorted(believed)
    assert not clock_is_set or all(moment <= now.wall for moment in believed)


@dataclass
class FakeListener:
    """Understands what it is told, until it breaks."""

    answers: dict[str, KeptState | None] = field(default_factory=dict)
    heard: list[tuple[str, int, ClockCertainty]] = field(default_factory=list)

    async def hear(self, event: Dated) -> KeptState | None:
        name = event.kept.entry.transaction_id
        self.heard.append((name, event.kept.number, event.certainty))
        return self.answers.get(name, KeptState.APPLIED)


async def states(folder: Path, listener: FakeListener, rounds: int = 1, stop_after: int = 99) -> list[KeptState]:
    async with journal_in(folder) as journal:
        if not await journal.kept():
            for number in (1, 2, 3):
                await alone(journal).lend(transaction(number), MAI, book(number), -9)
        telling = Telling(journal, listener, FakeTime(), lambda: len(listener.heard) < stop_after)
        for _ in range(rounds):
            await telling.tell_all()
        found = await journal.kept()
    return [each.state for each in found]


async def test_all_is_told_in_the_order_in_which_it_happened(tmp_path: Path) -> None:
    listener = FakeListener()
    found = await states(tmp_path, listener)

    assert [name for name, _, _ in listener.heard] == ["v1-1", "v1-2"]
    assert found == [KeptState.APPLIED] * 2


async def test_nothing_is_told_twice(tmp_path: Path) -> None:
    listener = FakeListener()
    await states(tmp_path, listener, rounds=3)

    assert len(listener.heard) == 2


async def test_an_answer_that_says_nothing_ends_the_telling_and_it_is_told_again(tmp_path: Path) -> None:
    listener = FakeListener({"v1-1": None})
    first = await states(tmp_path, listener)
    listener.answers.clear()
    second = await states(tmp_path, listener)

    assert first == [KeptState.SENDING, KeptState.KEPT]
    assert second == [KeptState.APPLIED] * 2


async def test_what_staff_must_see_is_not_in_the_way_of_the_rest(tmp_path: Path) -> None:
    found = await states(tmp_path, FakeListener({"v1-1": KeptState.NEEDS_STAFF}))

    assert found == [KeptState.NEEDS_STAFF, KeptState.APPLIED]


async def test_what_the_server_never_answers_is_not_in_the_way_of_the_rest(tmp_path: Path) -> None:
    found = await states(tmp_path, FakeListener({"v1-1": None}), rounds=2)

    assert found == [KeptState.SENDING, KeptState.APPLIED]


async def test_two_that_are_never_answered_are_in_nobodys_way_and_are_told_in_turn(tmp_path: Path) -> None:
    listener = FakeListener({"v1-1": None, "v1-2": None})
    await states(tmp_path, listener, rounds=4)

    assert [name for name, _, _ in listener.heard] == ["v1-1", "v1-2", "v1-1", "v1-2"]


async def test_what_was_done_with_one_item_keeps_its_order(tmp_path: Path) -> None:
    listener = FakeListener({"v1-1": None})
    async with journal_in(tmp_path) as journal:
        port = alone(journal)
        await port.lend(transaction(1), MAI, book(1), 0)
        await port.take_back(transaction(2), book(1))
        await port.lend(transaction(3), MAI, book(2), 0)
        telling = Telling(journal, listener, FakeTime(), lambda: True)
        await telling.tell_all()
        listener.answers.clear()
        done = await telling.tell_all()

    assert done
    assert [name for name, _, _ in listener.heard] == ["v1-1", "v1-3", "v1-1", "v1-2"]


async def test_a_patron_before_the_kiosk_comes_first(tmp_path: Path) -> None:
    listener = FakeListener()
    found = await states(tmp_path, listener, stop_after=1)

    assert found == [KeptState.APPLIED, KeptState.KEPT]


def test_what_is_open_is_counted() -> None:
    some = (kept(1), kept(2, state=KeptState.SENDING), kept(3, state=KeptState.APPLIED))

    assert still_open(some) == 2


def test_the_file_for_koha_is_written_byte_for_byte() -> None:
    events = dated((kept(1), kept(2, NOON + timedelta(seconds=61), kind=KeptKind.RETURN)), NOW)

    assert koc_file(events, "0.1.0") == (
        "Version=1.0\tGenerator=library-kiosk\tGeneratorVersion=0.1.0\n"
        "2026-11-22 12:00:00 001\tissue\t23529000000001\tVNM.000001\n"
        "2026-11-22 12:01:01 002\treturn\tVNM.000002\n"
    )


@pytest.mark.parametrize("number", ["A\tB", "", "A\nB"])
def test_a_number_that_the_file_cannot_carry_is_said(number: str) -> None:
    bad = kept(1)
    bad = replace(bad, entry=replace(bad.entry, item_id=ItemId(number)))

    with pytest.raises(NotInKocError):
        koc_file(dated((bad,), NOW), "0.1.0")


def test_this_machines_clocks_go_on_and_know_their_start() -> None:
    time = SystemTime(HANOI, has_clock=True)
    first = time.monotonic()

    assert time.monotonic() >= first
    assert time.wall().utcoffset() == timedelta(hours=7)
    assert time.is_set()
    assert time.boot_id
    assert isinstance(SystemTime(HANOI, has_clock=False).is_set(), bool)


@pytest.mark.parametrize(("year", "is_so"), [(1970, False), (2019, False), (2020, True), (2026, True)])
def test_a_clock_whose_battery_is_empty_is_not_believed(year: int, is_so: bool) -> None:  # noqa: FBT001 - what is expected of the case
    assert is_plausible(datetime(year, 1, 1, tzinfo=HANOI)) is is_so
