"""Servers that die and kiosks that crash in the middle of a loan."""

import asyncio
import contextlib

from kiosk.ils.answers import Standing
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, PatronId, TransactionId
from library.lending.refusals import Refusal
from sip2.messages import (
    CheckoutRequest,
)
from tests.support import acs_acts as acts
from tests.support.acs import FakeAcs
from tests.support.sip2_kiosk import (
    BOOK,
    LOAN,
    MAI,
    STANDS,
    FakeJournal,
    Pending,
    system_for,
)
from tests.support.waiting import eventually, in_time


async def test_a_server_that_dies_after_its_commit_and_comes_back_has_made_one_loan() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.die_after_commit)
        journal = FakeJournal(acs)

        async def bring_back(_seconds: float) -> None:
            if acs.loans and not acs.listening:
                await acs.come_back()
            await asyncio.sleep(0)

        system = system_for(acs, journal, pause=bring_back)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert (outcome, journal.state) == (STANDS, {LOAN: "settled"})
    assert acs.made["I1"] == 1


async def test_a_server_that_stays_away_leaves_the_loan_unknown_until_it_is_back() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.die_after_commit)
        journal = FakeJournal(acs)
        system = system_for(acs, journal, give_up_s=0.4)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        noted = journal.state[LOAN]
        await acs.come_back()
        watching = asyncio.create_task(system.watch(ignore))
        await eventually(lambda: journal.state[LOAN] == "settled")
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching

    assert (outcome, noted) == (Unanswered(), "unknown")


async def ignore(_there: bool) -> None:  # noqa: FBT001 - the port's form
    """Take note of nothing."""


async def test_a_loan_that_was_never_sent_is_refused_and_not_in_doubt() -> None:
    async with FakeAcs() as acs:
        pass
    journal = FakeJournal()
    outcome = await in_time(system_for(acs, journal, give_up_s=0.2).lend(LOAN, MAI, BOOK))

    assert outcome == Refused(Refusal.OTHER)
    assert journal.state == {LOAN: "settled"}


async def test_a_cancelled_loan_stays_in_the_journal_and_is_recovered_by_the_next_start() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.commit_and_be_silent)
        journal = FakeJournal(acs)
        system = system_for(acs, journal, answer_s=20.0)
        lending = asyncio.create_task(system.lend(LOAN, MAI, BOOK))
        await eventually(lambda: acs.loans)
        lending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await lending
        noted = journal.state[LOAN]
        next_start = system_for(acs, journal)
        found = await in_time(
            next_start.recover(
                [
                    Pending(LOAN, MAI, BOOK),
                    Pending(TransactionId("t2"), MAI, ItemId("I2")),
                    Pending(TransactionId("t3"), PatronId("a|b"), BOOK),
                ]
            )
        )
        next_start.close()

    assert noted == "sending"
    assert found == {LOAN: Standing.STANDS, "t2": Standing.DOES_NOT_STAND, "t3": Standing.CANNOT_TELL}
    assert journal.state == {LOAN: "settled", "t2": "settled", "t3": "unknown"}
    assert journal.alarm_owed == {LOAN: True, "t2": False}
    assert acs.count(CheckoutRequest) == 1


async def test_recovery_without_a_server_keeps_the_loans_and_ends() -> None:
    async with FakeAcs() as acs:
        pass
    journal = FakeJournal()
    found = await in_time(system_for(acs, journal).recover([Pending(LOAN, MAI, BOOK)]))

    assert found == {}
    assert journal.state == {LOAN: "unknown"}


async def test_a_line_that_is_lost_while_open_loans_are_settled_leaves_the_rest_for_later() -> None:
    class Slow(FakeJournal):
        async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
            await super().settled(transaction_id, alarm_owed=alarm_owed)
            acs.hang_up_all()
            await eventually(lambda: acs.connections == 1 and not acs.open_connections)
            await asyncio.sleep(0)

    async with FakeAcs() as acs:
        journal = Slow(acs)
        system = system_for(acs, journal)
        pending = [Pending(LOAN, MAI, BOOK), Pending(TransactionId("t2"), MAI, BOOK)]
        found = await in_time(system.recover(pending))
        system.close()

    assert found == {LOAN: Standing.DOES_NOT_STAND}
    assert journal.state == {LOAN: "settled", "t2": "unknown"}
