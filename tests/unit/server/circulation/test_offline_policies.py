"""The policy that the server makes for a kiosk: who and what is on it, and when there is a new one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from library.api.offline_policy import Expected, PolicyError, read_policy
from library.lending.offline import CardCost, OfflinePolicy, OfflineRefusal, is_barred, may_borrow_offline
from library.lending.opening import DueDate
from library.lending.rules import LoanRule
from server.circulation.offline_policies import NoKeyError, NotReadyError, PolicyMaker, put_key, shortest_loan
from server.circulation.reserving import HoldWish
from server.config import ServerConfig
from server.store.engine import open_engine, transaction
from server.store.models import Card, Patron
from server.store.offline_models import CardDigest
from server.store.writer import WriterQueue
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DE_MEN,
    EXPIRED,
    HUB_TERMINAL,
    KIEU,
    LENDABLE,
    LOST_CARD,
    MAI,
    NAM,
    NOON,
    RULES,
    UNKNOWN_CARD,
    SmallLibrary,
)
from tests.support.waiting import in_time

CHEAP = CardCost(cost=2, block=1)


def config(library: SmallLibrary, **offline: Any) -> ServerConfig:
    return ServerConfig.model_validate(
        {
            "schema_version": 1,
            "library": {"code": "VN-QN", "name": "Thư viện xã Quảng Nghiệp"},
            "store": {"url": library.url},
            "lending": {"rules": [rule.model_dump(exclude_defaults=True) for rule in RULES]},
            "offline": offline,
        }
    )


@asynccontextmanager
async def maker(library: SmallLibrary, **offline: Any) -> AsyncIterator[PolicyMaker]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        made = PolicyMaker(config(library, **offline), library.desk, queue, CHEAP)
        try:
            yield made
        finally:
            await made.aclose()


def key_for(library: SmallLibrary) -> bytes:
    with transaction(library.engine) as session:
        return put_key(session, HUB_TERMINAL)


async def fetched(library: SmallLibrary, key: bytes, policies: PolicyMaker) -> OfflinePolicy:
    current = await policies.current(library.hub)
    return read_policy(current.body, key, Expected(HUB_TERMINAL, library.clock()))


async def test_the_cards_that_may_not_borrow_are_on_it_and_no_others(library: SmallLibrary) -> None:
    key = key_for(library)
    with transaction(library.engine) as session:
        for item in LENDABLE[:2]:
            library.desk.lend(session, library.hub, CHILD, item, renew_own=False)
    async with maker(library) as policies:
        policy = await fetched(library, key, policies)

    barred = {card for card in (MAI, NAM, BLOCKED, EXPIRED, LOST_CARD, CHILD, UNKNOWN_CARD) if is_barred(policy, card)}
    assert barred == {BLOCKED, EXPIRED, LOST_CARD, CHILD}
    assert len(policy.barred) == 64


async def test_a_card_that_a_machine_blocked_and_a_late_reader_are_barred_until_that_is_over(
    library: SmallLibrary,
) -> None:
    key = key_for(library)
    with transaction(library.engine) as session:
        library.desk.cards.block(session, library.hub, NAM, retained=False, words="")
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
    library.clock.advance(timedelta(days=20))
    with transaction(library.engine) as session:
        library.desk.take_back(session, library.hub, DE_MEN)
    async with maker(library) as policies:
        during = await fetched(library, key, policies)
        library.clock.advance(timedelta(days=40))
        with transaction(library.engine) as session:
            library.desk.cards.enable(session, library.hub, NAM)
        after = await fetched(library, key, policies)

    assert [is_barred(during, card) for card in (NAM, MAI)] == [True, True]
    assert [is_barred(after, card) for card in (NAM, MAI)] == [False, False]


async def test_what_somebody_waits_for_is_not_lent_alone(library: SmallLibrary) -> None:
    key = key_for(library)
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, KIEU, renew_own=False)
        library.desk.reservations.place(session, library.hub, NAM, HoldWish(item_number=KIEU))
    async with maker(library) as policies:
        away = await fetched(library, key, policies)
        with transaction(library.engine) as session:
            library.desk.take_back(session, library.hub, KIEU)
        kept = await fetched(library, key, policies)

    assert away.reserved_items == kept.reserved_items == {KIEU}
    assert may_borrow_offline(kept, NAM, KIEU, 0, library.clock()) is OfflineRefusal.ITEM_RESERVED
    assert isinstance(may_borrow_offline(kept, NAM, DE_MEN, 0, library.clock()), DueDate)


async def test_the_due_date_is_the_shortest_that_any_reader_gets_on_an_open_day(library: SmallLibrary) -> None:
    key = key_for(library)
    async with maker(library) as policies, maker(library, loan_days=14, max_items=1) as longer:
        shortest = await fetched(library, key, policies)
        given = await fetched(library, key, longer)

    due = may_borrow_offline(shortest, MAI, DE_MEN, 0, library.clock())
    later = may_borrow_offline(given, MAI, DE_MEN, 0, library.clock())
    assert isinstance(due, DueDate)
    assert isinstance(later, DueDate)
    assert (due.day.isoformat(), later.day.isoformat()) == ("2026-08-04", "2026-08-12")
    assert may_borrow_offline(given, MAI, DE_MEN, 1, library.clock()) is OfflineRefusal.TOO_MANY
    assert (shortest.max_items, shortest.zone, shortest.terminal_id) == (3, library.desk.zone, HUB_TERMINAL)


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ((), 14),
        ((LoanRule(loan_days=21),), 21),
        ((LoanRule(loan_days=21), LoanRule(place="VN-QN", loan_days=9)), 9),
        ((LoanRule(loan_days=21), LoanRule(place="VN-OTHER", loan_days=1)), 21),
        ((LoanRule(loan_days=21), LoanRule(item_type="dictionary", for_loan=False, loan_days=1)), 21),
        ((LoanRule(for_loan=False),), None),
    ],
)
def test_the_shortest_loan_of_a_place(rules: tuple[LoanRule, ...], days: int | None) -> None:
    assert shortest_loan(rules, "VN-QN") == days


async def test_a_new_policy_has_a_higher_number_and_the_same_one_has_the_same(library: SmallLibrary) -> None:
    key = key_for(library)
    async with maker(library) as policies:
        first = await policies.current(library.hub)
        library.clock.advance(timedelta(hours=11))
        same = await policies.current(library.hub)
        library.clock.advance(timedelta(hours=8))
        aged = await policies.current(library.hub)
        with transaction(library.engine) as session:
            session.scalars(select(Patron).join(Card).where(Card.number == MAI)).one().blocked = True
        changed = await policies.current(library.hub)

    assert [one.serial for one in (first, same, aged, changed)] == [1, 1, 2, 3]
    assert same.body == first.body
    assert read_policy(aged.body, key, Expected(HUB_TERMINAL, library.clock(), 2)).good_until == NOON + timedelta(
        hours=19 + 72
    )


async def test_numbers_go_on_after_a_restart_and_after_a_new_key(library: SmallLibrary) -> None:
    old = key_for(library)
    async with maker(library) as policies:
        await policies.current(library.hub)
    new = key_for(library)
    async with maker(library) as policies:
        current = await policies.current(library.hub)

    assert current.serial == 2
    assert read_policy(current.body, new, Expected(HUB_TERMINAL, library.clock(), 2)).serial == 2
    with pytest.raises(PolicyError):
        read_policy(current.body, old, Expected(HUB_TERMINAL, library.clock()))


async def test_a_terminal_without_a_key_gets_none(library: SmallLibrary) -> None:
    async with maker(library) as policies:
        with pytest.raises(NoKeyError):
            await policies.current(library.hub)


def _block_many(library: SmallLibrary, count: int) -> None:
    with transaction(library.engine) as session:
        pattern = session.scalars(select(Patron).join(Card).where(Card.number == NAM)).one()
        for number in range(count):
            patron = Patron(
                organisation_id=pattern.organisation_id,
                name="",
                category_id=pattern.category_id,
                place_id=pattern.place_id,
                blocked=True,
            )
            session.add(patron)
            session.flush()
            session.add(Card(organisation_id=pattern.organisation_id, number=f"2{number:013d}", patron_id=patron.id))


async def _until_made(policies: PolicyMaker, done: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not done():
            await asyncio.gather(*policies._making.values())

    await in_time(wait())


async def test_many_digests_are_made_once_in_the_background_while_the_older_policy_goes_on(
    library: SmallLibrary,
) -> None:
    key = key_for(library)

    def kept() -> int:
        with transaction(library.engine) as session:
            return session.scalar(select(func.count()).select_from(CardDigest)) or 0

    async with maker(library) as policies:
        first = await policies.current(library.hub)
        _block_many(library, 70)
        meanwhile = await policies.current(library.hub)
        await _until_made(policies, lambda: kept() == 73)
        complete = await policies.current(library.hub)

    policy = read_policy(complete.body, key, Expected(HUB_TERMINAL, library.clock()))
    assert (first.serial, meanwhile, complete.serial) == (1, first, 2)
    assert is_barred(policy, "20000000000069")
    assert len(policy.barred) == 128


async def test_the_first_policy_is_not_given_before_every_barred_card_is_on_it(library: SmallLibrary) -> None:
    key_for(library)
    _block_many(library, 40)
    async with maker(library) as policies:
        with pytest.raises(NotReadyError):
            await policies.current(library.hub)
