"""Servers that die and kiosks that crash in the middle of a loan."""

import asyncio
import contextlib
from dataclasses import replace

from kiosk.ils.lending import FIRST_PAUSE_S
from kiosk.ils.lists import Standing
from kiosk.ils.tending import LONGEST_PAUSE_S
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, PatronId, TransactionId
from library.lending.refusals import Refusal
from sip2.messages import CheckoutRequest, PatronInformationRequest, PatronInformationResponse
from tests.support import acs_acts as acts
from tests.support.acs import FakeAcs, Talk, answer
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


async def test_a_line_that_is_lost_between_two_open_loans_is_opened_again() -> None:
    class Slow(FakeJournal):
        async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
            await super().settled(transaction_id, alarm_owed=alarm_owed)
            acs.hang_up_all()
            await eventually(lambda: not acs.open_connections)
            await asyncio.sleep(0)

    async with FakeAcs() as acs:
        journal = Slow(acs)
        system = system_for(acs, journal)
        pending = [Pending(LOAN, MAI, BOOK), Pending(TransactionId("t2"), MAI, BOOK)]
        found = await in_time(system.recover(pending))
        system.close()

        called = acs.connections

    assert found == {LOAN: Standing.DOES_NOT_STAND, "t2": Standing.DOES_NOT_STAND}
    assert journal.state == {LOAN: "settled", "t2": "settled"}
    assert called == 2


class Pauses:
    """The pauses of a watch; each is taken when the test lets it pass."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._passing = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await self._passing.acquire()

    def end(self) -> None:
        """End this pause."""
        self._passing.release()

    async def let_pass(self) -> None:
        """End this pause, and wait until the next one begins."""
        begun = len(self.taken)
        self.end()
        await eventually(lambda: len(self.taken) > begun)


async def somebody_else(talk: Talk) -> None:
    """Answer about another patron."""
    answer = talk.commit()
    assert isinstance(answer, PatronInformationResponse)
    talk.send(talk.line(replace(answer, patron_id="P2")))


async def test_a_loan_that_breaks_the_line_each_time_is_asked_about_ever_more_seldom() -> None:
    pauses = Pauses()
    async with FakeAcs() as acs:
        acs.plan("63", *[acts.hang_up] * 10)
        journal = FakeJournal(acs)
        system = system_for(acs, journal, pause=pauses)
        await in_time(system.recover([Pending(LOAN, MAI, BOOK)]))
        watching = asyncio.create_task(system.watch(ignore))
        await eventually(lambda: pauses.taken)
        for _ in range(8):
            await pauses.let_pass()
        asked = acs.count(PatronInformationRequest)
        watching.cancel()
        await asyncio.wait([watching])

    assert asked == 10
    assert pauses.taken[0] <= FIRST_PAUSE_S * 1.2
    assert pauses.taken[-1] >= LONGEST_PAUSE_S * 0.8


async def test_a_loan_that_breaks_the_line_is_not_in_the_way_of_the_others() -> None:
    async with FakeAcs(patrons={"P1": "A", "P2": "B"}, loans={"I2": "P2"}) as acs:
        acs.plan("63", acts.hang_up)
        journal = FakeJournal(acs)
        system = system_for(acs, journal)
        pending = [Pending(LOAN, MAI, BOOK), Pending(TransactionId("t2"), PatronId("P2"), ItemId("I2"))]
        first = await in_time(system.recover(pending))
        acs.plan("63", answer, acts.hang_up)
        second = await in_time(system.recover([]))
        system.close()

    assert (first, second) == ({}, {"t2": Standing.STANDS})
    assert journal.state == {LOAN: "unknown", "t2": "settled"}


async def test_patrons_are_served_between_two_open_loans() -> None:
    async def knock(talk: Talk) -> None:
        patrons.append(asyncio.create_task(system.identify(PatronId("P2"))))
        await asyncio.sleep(0)
        await answer(talk)

    patrons: list[asyncio.Task[object]] = []
    async with FakeAcs() as acs:
        acs.plan("63", knock)
        system = system_for(acs, FakeJournal(acs))
        found = await in_time(
            system.recover([Pending(LOAN, MAI, BOOK), Pending(TransactionId("t2"), MAI, ItemId("I2"))])
        )
        system.close()
        asked = [message.patron_id for message in acs.seen if isinstance(message, PatronInformationRequest)]

    assert len(found) == 2
    assert asked == ["P1", "P2", "P1"]


async def test_a_list_of_somebody_else_says_nothing_about_an_open_loan() -> None:
    async with FakeAcs() as acs:
        acs.plan("63", somebody_else)
        journal = FakeJournal(acs)
        system = system_for(acs, journal)
        pending = [Pending(LOAN, MAI, BOOK), Pending(TransactionId("t2"), MAI, ItemId("I2"))]
        found = await in_time(system.recover(pending))
        system.close()

    assert found == {LOAN: Standing.CANNOT_TELL, "t2": Standing.DOES_NOT_STAND}
    assert journal.state == {LOAN: "unknown", "t2": "settled"}


async def test_a_server_that_always_hangs_up_is_called_ever_more_seldom() -> None:
    pauses = Pauses()

    async def status_and_hang_up(talk: Talk) -> None:
        await answer(talk)
        talk.writer.close()

    async with FakeAcs() as acs:
        acs.plan("99", *[status_and_hang_up] * 20)
        system = system_for(acs, pause=pauses)
        watching = asyncio.create_task(system.watch(ignore))
        await eventually(lambda: pauses.taken)
        for _ in range(8):
            await pauses.let_pass()
        called = acs.connections
        watching.cancel()
        await asyncio.wait([watching])

    assert called <= len(pauses.taken)
    assert pauses.taken[-1] >= LONGEST_PAUSE_S * 0.8


async def test_a_server_that_was_away_long_and_is_back_is_called_at_once_when_it_hangs_up() -> None:
    pauses = Pauses()
    told: list[bool] = []

    async def tell(there: bool) -> None:  # noqa: FBT001 - the port's form
        told.append(there)

    async with FakeAcs() as acs:
        acs.die()
        watching = asyncio.create_task(system_for(acs, pause=pauses).watch(tell))
        await eventually(lambda: pauses.taken)
        for _ in range(5):
            await pauses.let_pass()
        await acs.come_back()
        pauses.end()
        await eventually(lambda: told == [False, True])
        acs.hang_up_all()
        await eventually(lambda: len(pauses.taken) == 7)
        watching.cancel()
        await asyncio.wait([watching])

    assert pauses.taken[5] >= FIRST_PAUSE_S * 10
    assert pauses.taken[6] <= FIRST_PAUSE_S * 1.2
