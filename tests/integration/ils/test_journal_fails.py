"""A journal whose disk is full: nobody is lied to, nothing is lost, nothing ends."""

import asyncio

import pytest

from kiosk.ils.lists import Standing
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, TransactionId
from library.lending.refusals import Refusal
from sip2.messages import CheckoutRequest
from tests.support import acs_acts as acts
from tests.support.acs import FakeAcs
from tests.support.sip2_kiosk import BOOK, LOAN, MAI, STANDS, FakeJournal, Pending, system_for
from tests.support.waiting import eventually, in_time

NEXT = TransactionId("t2")


async def ignore(_there: bool) -> None:  # noqa: FBT001 - the port's form
    """Take note of nothing."""


async def test_a_loan_that_cannot_be_noted_is_refused_and_never_sent() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs, FakeJournal(acs, full={"sending"}))
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert outcome == Refused(Refusal.OTHER)
    assert acs.count(CheckoutRequest) == 0


async def test_an_answer_that_cannot_be_noted_is_true_all_the_same_and_noted_before_the_next_loan() -> None:
    async with FakeAcs() as acs:
        journal = FakeJournal(acs, full={"settled"})
        system = system_for(acs, journal)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        left = dict(journal.state)
        journal.full = set()
        await in_time(system.lend(NEXT, MAI, ItemId("I2")))
        system.close()

    assert (outcome, left) == (STANDS, {LOAN: "sending"})
    assert journal.state == {LOAN: "settled", NEXT: "settled"}
    assert journal.alarm_owed == {LOAN: True, NEXT: True}


async def test_a_doubt_that_cannot_be_noted_is_kept_in_memory_and_settled_by_the_watch() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.die_after_commit)
        journal = FakeJournal(acs, full={"unknown", "settled"})
        system = system_for(acs, journal, give_up_s=0.4)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        await acs.come_back()
        watching = asyncio.create_task(system.watch(ignore))
        await eventually(lambda: journal.refused["settled"])
        journal.full = set()
        acs.hang_up_all()
        await eventually(lambda: journal.state[LOAN] == "settled")
        watching.cancel()
        await asyncio.wait([watching])

    assert outcome == Unanswered()
    assert journal.alarm_owed == {LOAN: True}


async def test_a_start_with_a_full_disk_finds_out_about_open_loans_and_goes_on() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        journal = FakeJournal(acs, full={"unknown", "settled"})
        system = system_for(acs, journal)
        found = await in_time(system.recover([Pending(LOAN, MAI, BOOK), Pending(NEXT, MAI, ItemId("I2"))]))
        journal.full = set()
        outcome = await in_time(system.lend(TransactionId("t3"), MAI, ItemId("I3")))
        system.close()

    assert found == {LOAN: Standing.STANDS, NEXT: Standing.DOES_NOT_STAND}
    assert not isinstance(outcome, Refused)
    assert journal.state == {LOAN: "settled", NEXT: "settled", "t3": "settled"}


async def test_a_fault_in_the_middle_of_a_loan_leaves_it_in_doubt_and_it_is_asked_about() -> None:
    async with FakeAcs() as acs:
        journal = FakeJournal(acs)

        async def broken(_seconds: float) -> None:
            raise ZeroDivisionError

        acs.plan("11", acts.commit_and_hang_up)
        system = system_for(acs, journal, pause=broken)
        with pytest.raises(ZeroDivisionError):
            await in_time(system.lend(LOAN, MAI, BOOK))
        noted = journal.state[LOAN]
        found = await in_time(system.recover([]))
        system.close()

    assert (noted, found) == ("unknown", {LOAN: Standing.STANDS})
