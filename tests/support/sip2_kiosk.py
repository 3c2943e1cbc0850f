"""A kiosk's SIP2 library system with short limits, its journal, and the ways in which a loan goes wrong."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.errors import JournalUnavailableError
from kiosk.ils.profiles import PROFILES, Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.values import ItemId, Loan, PatronId, TagUid, TransactionId
from library.lending.patterns import NumberPatterns
from sip2.messages import (
    CheckoutRequest,
    ScStatusRequest,
)
from tests.support import acs_acts as acts
from tests.support.acs import LOGIN, PASSWORD, FakeAcs
from tests.support.waiting import in_time

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = datetime(2026, 12, 6, 23, 59, tzinfo=HANOI)
MAI, BOOK, LOAN = PatronId("P1"), ItemId("I1"), TransactionId("t1")
OWN = PROFILES["own"]
ANSWER_S = 0.3
GIVE_UP_S = 6.0


class FixedClock:
    """Always the same moment."""

    def monotonic(self) -> float:
        return 0.0

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 12, 0, 0, 999, tzinfo=HANOI)


@dataclass(frozen=True)
class Pending:
    """A loan as a journal left it."""

    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId


@dataclass
class FakeJournal:
    """Keeps the state of each loan, and whether the server had heard of it when it was noted."""

    acs: FakeAcs | None = None
    state: dict[str, str] = field(default_factory=dict)
    alarm_owed: dict[str, bool] = field(default_factory=dict)
    armed: dict[str, bool] = field(default_factory=dict)
    heard_before: list[int] = field(default_factory=list)
    owed_before: frozenset[str] = frozenset()
    """The items whose alarm an earlier loan left on."""
    full: set[str] = field(default_factory=set)
    """The methods that fail, as on a full disk."""
    refused: Counter[str] = field(default_factory=Counter)

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> None:
        assert patron_id.text
        assert item_id.text
        self._need_room("sending")
        self.heard_before.append(self.acs.count(CheckoutRequest) if self.acs else 0)
        self.state[transaction_id] = "sending"

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        self._need_room("settled")
        self.state[transaction_id] = "settled"
        self.alarm_owed[transaction_id] = alarm_owed

    async def unknown(self, transaction_id: TransactionId) -> None:
        self._need_room("unknown")
        self.state[transaction_id] = "unknown"

    async def alarm_is_owed(self, item_id: ItemId) -> bool:
        self._need_room("alarm_is_owed")
        return item_id.text in self.owed_before

    async def returning(self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]) -> None:
        assert item_id.text
        assert not isinstance(tags, str)
        self._need_room("returning")
        self.state[transaction_id] = "returning"

    async def return_settled(self, transaction_id: TransactionId, *, arm: bool, stands: bool | None = None) -> None:
        self._need_room("return_settled")
        self.state[transaction_id] = "settled"
        self.armed[transaction_id] = arm
        assert stands or not arm

    async def return_unknown(self, transaction_id: TransactionId) -> None:
        self._need_room("return_unknown")
        self.state[transaction_id] = "unknown"

    def _need_room(self, method: str) -> None:
        if method in self.full:
            self.refused[method] += 1
            raise JournalUnavailableError("database or disk is full")


async def no_pause(_seconds: float) -> None:
    """Let others run, and nothing more."""
    await asyncio.sleep(0)


def system_for(
    acs: FakeAcs,
    journal: FakeJournal | None = None,
    profile: Profile = OWN,
    pause: Callable[[float], Awaitable[None]] = no_pause,
    **changes: Any,
) -> Sip2LibrarySystem:
    """Connect to a fake library system; ``changes`` are fields of ``Sip2Settings``."""
    where = Sip2Settings(
        host="127.0.0.1",
        port=acs.port,
        zone=HANOI,
        login=LOGIN,
        password=PASSWORD,
        institution="HUB",
        location="kiosk",
        numbers=NumberPatterns.model_validate({"items": ["[IX][0-9]+"]}),
        answer_s=ANSWER_S,
        give_up_s=GIVE_UP_S,
    )
    return Sip2LibrarySystem(
        replace(where, **changes),
        profile=profile,
        journal=journal or FakeJournal(),
        clock=FixedClock(),
        pause=pause,
    )


async def lend_once(acs: FakeAcs, profile: Profile = OWN) -> tuple[Loan | Refused | FeeAsked | Unanswered, str]:
    """Lend the book and return what was said and what the journal holds then."""
    journal = FakeJournal(acs)
    system = system_for(acs, journal, profile)
    try:
        return await in_time(system.lend(LOAN, MAI, BOOK)), journal.state[LOAN]
    finally:
        system.close()


STATUS = ScStatusRequest(status_code="0", max_print_width=80, protocol_version="2.00")
STANDS = Loan(BOOK, "Sách I1", DUE, may_leave=True)


BREAKS_AFTER_COMMIT = [
    acts.commit_and_hang_up,
    acts.commit_and_be_silent,
    acts.cut_answer,
    acts.drip,
    acts.malformed,
    acts.another_item,
]
BREAKS_BEFORE = [acts.hang_up, acts.be_silent, acts.another_message]
HARMLESS = [
    acts.answer_twice,
    acts.bad_checksum,
    acts.ask_again,
    acts.status_instead,
    acts.greeting_first,
    acts.old_answer_first,
]


BREAKS_OF_A_LIST = [acts.hang_up, acts.cut_answer, acts.bad_checksum, acts.ask_again]


def named(act: object) -> str:
    return getattr(act, "__name__", "")
