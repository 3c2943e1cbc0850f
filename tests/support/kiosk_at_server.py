"""A kiosk's library system for a test, at our own server's port."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kiosk.ils.profiles import PROFILES
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId
from tests.support.small_library import HUB_TERMINAL, NOON, PASSWORD, ZONE


class NoonClock:
    """The library's noon, a second later each time: the same text twice would be a repetition."""

    def __init__(self) -> None:
        self._seconds = 0

    def monotonic(self) -> float:
        return float(self._seconds)

    def wall(self) -> datetime:
        self._seconds += 1
        return NOON + timedelta(seconds=self._seconds)


@dataclass
class FakeJournal:
    """Keeps the state of each loan, and what was said of the last one's alarm."""

    state: dict[str, str] = field(default_factory=dict)
    alarm_owed: bool = False
    armed: dict[str, bool] = field(default_factory=dict)
    owed_before: frozenset[str] = frozenset()
    """The items whose alarm an earlier loan left on."""

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> None:
        assert patron_id.text
        assert item_id.text
        self.state[transaction_id] = "sending"

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        self.state[transaction_id] = "settled"
        self.alarm_owed = alarm_owed

    async def unknown(self, transaction_id: TransactionId) -> None:
        self.state[transaction_id] = "unknown"

    async def alarm_is_owed(self, item_id: ItemId) -> bool:
        return item_id.text in self.owed_before

    async def returning(self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]) -> None:
        assert item_id.text
        assert not isinstance(tags, str)
        self.state[transaction_id] = "returning"

    async def return_settled(self, transaction_id: TransactionId, *, arm: bool, stands: bool | None = None) -> None:
        self.state[transaction_id] = "settled"
        self.armed[transaction_id] = arm
        assert stands or not arm

    async def return_unknown(self, transaction_id: TransactionId) -> None:
        self.state[transaction_id] = "unknown"


async def no_pause(_seconds: float) -> None:
    """Let others run, and nothing more."""
    await asyncio.sleep(0)


def kiosk_at(
    port: int, journal: FakeJournal | None = None, terminal: str = HUB_TERMINAL, **changes: Any
) -> Sip2LibrarySystem:
    """Give the library system of a kiosk at that place; ``changes`` are fields of ``Sip2Settings``."""
    return Sip2LibrarySystem(
        Sip2Settings(
            host="127.0.0.1",
            port=port,
            zone=ZONE,
            login=f"{terminal}-login",
            password=PASSWORD,
            institution="VN-QN",
            answer_s=5.0,
            **{"give_up_s": 20.0, **changes},
        ),
        profile=PROFILES["own"],
        journal=journal or FakeJournal(),
        clock=NoonClock(),
        pause=no_pause,
    )
