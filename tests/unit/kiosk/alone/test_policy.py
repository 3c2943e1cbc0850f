"""The rules for lending alone: fetched, kept over a restart, obeyed, and never one of another kiosk or an older one."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.alone.door import HttpsDoor
from kiosk.alone.lending import LendingAlone, LendingRules
from kiosk.alone.policy import FETCH_EVERY_S, PolicyRules, read_key
from kiosk.session.values import ItemId, PatronId
from library.api.offline_policy import write_policy
from library.lending.offline import CardCost, OfflinePolicy, card_digest, card_key_of, padded
from library.lending.opening import OpeningDays
from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal
from tests.support.alone import BLOCKED, HANOI, MAI, NOON, RESERVED, FakeTime, book, journal_in
from tests.support.waiting import eventually

KEY = bytes(range(32))
CHEAP = CardCost(cost=2, block=1, lanes=1)
POLICY = OfflinePolicy(
    terminal_id="k-4f7a",
    serial=7,
    made_at=NOON - timedelta(hours=1),
    good_until=NOON + timedelta(days=7),
    zone=HANOI,
    loan_days=14,
    opening=OpeningDays(),
    numbers=NumberPatterns(),
    max_items=2,
    lends_undated=False,
    reserved_items=frozenset({RESERVED.text}),
    cost=CHEAP,
    card_key=card_key_of(KEY),
    barred=padded([card_digest(card_key_of(KEY), BLOCKED.text, CHEAP)], b"padding"),
)


def signed(policy: OfflinePolicy = POLICY, key: bytes = KEY) -> bytes:
    return write_policy(policy, "Asia/Ho_Chi_Minh", key).encode()


@dataclass
class FakeDoor:
    """Gives what it is told to, or fails."""

    gives: bytes | OSError | None = field(default_factory=signed)
    asked: list[int] = field(default_factory=list)

    def fetch(self, serial: int) -> bytes | None:
        self.asked.append(serial)
        if isinstance(self.gives, OSError):
            raise self.gives
        return self.gives


@asynccontextmanager
async def watched(
    folder: Path, door: FakeDoor, time: FakeTime | None = None
) -> AsyncIterator[tuple[PolicyRules, list[bool]]]:
    rules = PolicyRules(door, folder / "policy.json", KEY, "k-4f7a", time or FakeTime(), look_every_s=0.01)
    told: list[bool] = []

    async def hear(there: bool) -> None:  # noqa: FBT001 - the port's own form
        told.append(there)

    watching = asyncio.create_task(rules.watch(hear))
    try:
        await eventually(lambda: bool(told))
        yield rules, told
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def rules_of(rules: PolicyRules) -> LendingRules:
    assert rules.current is not None
    return rules.current


async def test_what_was_fetched_is_obeyed(tmp_path: Path) -> None:
    async with watched(tmp_path, FakeDoor()) as (rules, told):
        by = rules_of(rules)
        due = by.loan(MAI, book(1), 0, NOON)
        cards = [by.card(MAI, NOON), by.card(BLOCKED, NOON), by.card(PatronId("nobody's"), NOON)]
        items = [by.loan(MAI, RESERVED, 0, NOON), by.loan(MAI, book(1), 2, NOON), by.loan(BLOCKED, book(1), 0, NOON)]

    assert told == [True]
    assert not isinstance(due, Refusal)
    assert due.date() == (NOON + timedelta(days=14)).date()
    assert cards == [None, Refusal.PATRON_BLOCKED, Refusal.PATRON_UNKNOWN]
    assert items == [Refusal.ITEM_RESERVED, Refusal.PATRON_LIMIT_REACHED, Refusal.PATRON_BLOCKED]


async def test_after_a_restart_without_a_line_the_kept_one_holds(tmp_path: Path) -> None:
    async with watched(tmp_path, FakeDoor()):
        pass
    mode = (tmp_path / "policy.json").stat().st_mode & 0o777
    async with watched(tmp_path, FakeDoor(OSError("no line"))) as (rules, told):
        there = rules.current is not None

    assert (there, told, mode) == (True, [True], 0o600)


async def test_the_server_is_told_which_one_is_there(tmp_path: Path) -> None:
    door, time = FakeDoor(), FakeTime()
    async with watched(tmp_path, door, time) as (rules, _):
        door.gives = None
        time.pass_by(FETCH_EVERY_S)
        await eventually(lambda: len(door.asked) == 2)
        there = rules.current is not None

    assert (door.asked, there) == ([0, 7], True)


@pytest.mark.parametrize(
    "wrong",
    [
        signed(key=bytes(32)),
        signed(replace(POLICY, terminal_id="k-other")),
        signed(replace(POLICY, good_until=NOON - timedelta(minutes=1))),
        b"nothing",
        b"",
    ],
)
async def test_one_of_no_use_is_not_taken_and_not_kept(tmp_path: Path, wrong: bytes) -> None:
    async with watched(tmp_path, FakeDoor(wrong)) as (rules, told):
        there = rules.current is not None

    assert (there, told, (tmp_path / "policy.json").exists()) == (False, [False], False)


async def test_an_older_one_never_takes_the_place_of_a_newer(tmp_path: Path) -> None:
    async with watched(tmp_path, FakeDoor()):
        pass
    async with watched(tmp_path, FakeDoor(signed(replace(POLICY, serial=6, max_items=99)))) as (rules, _):
        verdict = rules_of(rules).loan(MAI, book(1), 5, NOON)

    assert verdict is Refusal.PATRON_LIMIT_REACHED


async def test_rules_that_grow_too_old_are_none_and_that_is_told(tmp_path: Path) -> None:
    time = FakeTime()
    async with watched(tmp_path, FakeDoor(), time) as (rules, told):
        time.now += timedelta(days=8)
        await eventually(lambda: told == [True, False])
        there = rules.current is not None

    assert not there


async def test_rules_that_lend_nothing_are_none(tmp_path: Path) -> None:
    async with watched(tmp_path, FakeDoor(signed(replace(POLICY, max_items=0)))) as (rules, _):
        assert rules.current is None


@pytest.mark.parametrize("undated", [True, False])
async def test_without_a_set_clock_the_rules_say_whether_they_hold(tmp_path: Path, *, undated: bool) -> None:
    door = FakeDoor(signed(replace(POLICY, lends_undated=undated)))
    async with watched(tmp_path, door, FakeTime(set=False)) as (rules, told):
        current = rules.current
        assert told == [undated]
        if current is None:
            return

        assert current.loan(MAI, book(1), 0, NOON) == NOON
        assert current.card(BLOCKED, NOON) is Refusal.PATRON_BLOCKED
        assert current.loan(MAI, ItemId(RESERVED.text), 0, NOON) is Refusal.ITEM_RESERVED


async def test_a_kept_file_that_was_damaged_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_bytes(b"\xff\x00")
    async with watched(tmp_path, FakeDoor(OSError("no line"))) as (rules, told):
        assert rules.current is None

    assert told == [False]


async def test_a_clock_that_is_set_at_last_is_told_to_a_site_that_lends_with_nothing_else(tmp_path: Path) -> None:
    time, told = FakeTime(set=False), list[bool]()
    door = FakeDoor(signed(replace(POLICY, lends_undated=True)))
    rules = PolicyRules(door, tmp_path / "policy.json", KEY, "k-4f7a", time, look_every_s=0.01)

    async def hear(ready: bool) -> None:  # noqa: FBT001 - the port's own form
        told.append(ready)

    async with journal_in(tmp_path) as journal:
        port = LendingAlone(journal, rules, time, NumberPatterns(), has_pad=True, with_unset_clock=False)
        watching = asyncio.create_task(port.watch(hear))
        try:
            await eventually(lambda: told == [False])
            time.set = True
            await eventually(lambda: told == [False, True])
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    assert rules.current is not None


@pytest.mark.parametrize("url", ["https://server.example:99999", "https://a..b:443", "https://[x"])
def test_an_address_that_is_none_is_a_policy_that_cannot_be_fetched(url: str) -> None:
    door = HttpsDoor(url, ssl.create_default_context())

    with pytest.raises(OSError, match=r"ValueError|Unicode"):
        door.fetch(0)


@pytest.mark.parametrize(
    ("written", "words"),
    [("no digits", "hexadecimal"), ("00ff", "32 bytes"), ("00" * 33, "32 bytes"), ("00" * 32 + "0", "hexadecimal")],
)
def test_a_file_that_holds_no_key_of_a_kiosk_is_told_so(tmp_path: Path, written: str, words: str) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(written, encoding="ascii")

    with pytest.raises(ValueError, match=words):
        read_key(file)


def test_a_key_is_read_as_the_server_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(f"{KEY.hex()}\n", encoding="ascii")

    assert read_key(file) == KEY
