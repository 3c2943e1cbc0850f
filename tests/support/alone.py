"""A kiosk that is on its own: a clock that can be wrong, rules, and a real journal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from kiosk.alone.lending import LendingAlone, LendingRules
from kiosk.journal.journal import Journal
from kiosk.journal.rows import Kept, KeptEntry, KeptKind, KeptState
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId
from library.lending.patterns import NumberPatterns
from library.lending.refusals import Refusal

HANOI: Final = timezone(timedelta(hours=7))
NOON: Final = datetime(2026, 11, 22, 12, 0, tzinfo=HANOI)
DUE: Final = datetime(2026, 12, 6, 23, 59, 59, tzinfo=HANOI)
MAI, NAM, BLOCKED = PatronId("23529000000001"), PatronId("23529000000002"), PatronId("23529000000003")
RESERVED = ItemId("VNM.000009")


def book(number: int) -> ItemId:
    """Give the number of the n-th book."""
    return ItemId(f"VNM.{number:06}")


def transaction(number: int) -> TransactionId:
    """Give the n-th transaction."""
    return TransactionId(f"v1-{number}")


@dataclass
class FakeTime:
    """A clock that goes when it is told to."""

    now: datetime = NOON
    seconds: float = 100.0
    boot_id: str = "boot-1"
    set: bool = True

    def wall(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def is_set(self) -> bool:
        return self.set

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class FakeRules:
    """Two books a patron, none that is reserved, no blocked card."""

    most: int = 2
    there: bool = True
    heard: list[int] = field(default_factory=list)

    @property
    def current(self) -> LendingRules | None:
        return self if self.there else None

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        await on_change(self.there)

    def due(self, now: datetime) -> datetime | None:
        return now + timedelta(days=14)

    def card(self, patron_id: PatronId, now: datetime) -> Refusal | None:
        assert now.tzinfo is not None
        return Refusal.PATRON_BLOCKED if patron_id == BLOCKED else None

    def loan(self, patron_id: PatronId, item_id: ItemId, taken: int, now: datetime) -> datetime | Refusal:
        assert patron_id
        assert now.tzinfo is not None
        self.heard.append(taken)
        if item_id == RESERVED:
            return Refusal.ITEM_RESERVED
        return Refusal.PATRON_LIMIT_REACHED if taken >= self.most else DUE


def journal_in(folder: Path) -> Journal:
    """Give a real journal."""
    return Journal(folder / "journal.sqlite3", lambda: 0.0)


def alone(
    journal: Journal,
    rules: FakeRules | None = None,
    time: FakeTime | None = None,
    *,
    has_pad: bool = True,
    with_unset_clock: bool = False,
) -> LendingAlone:
    """Give the port over it."""
    return LendingAlone(
        journal,
        rules or FakeRules(),
        time or FakeTime(),
        NumberPatterns(),
        has_pad=has_pad,
        with_unset_clock=with_unset_clock,
    )


def kept(  # noqa: PLR0913 - the parts of an entry that tests change
    number: int,
    at: datetime = NOON,
    *,
    monotonic: float = 100.0,
    boot_id: str = "boot-1",
    clock_is_set: bool = True,
    kind: KeptKind = KeptKind.LEND,
    state: KeptState = KeptState.KEPT,
) -> Kept:
    """Give a kept loan of Mai's, or a return."""
    entry = KeptEntry(
        transaction_id=transaction(number),
        kind=kind,
        patron_id=MAI if kind is KeptKind.LEND else None,
        item_id=book(number),
        tags=(TagUid("E004"),),
        at=at,
        boot_id=boot_id,
        monotonic=monotonic,
        due=DUE if kind is KeptKind.LEND else None,
        clock_is_set=clock_is_set,
    )
    return Kept(entry, state, number)
