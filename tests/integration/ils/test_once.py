"""What is asked once: fees that are agreed to, renewals, ends of holds."""

from decimal import Decimal

import pytest

from kiosk.ils.profiles import PROFILES
from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.values import ItemId, Loan, Money
from library.lending.refusals import Refusal
from sip2.messages import CheckoutRequest, HoldRequest, RenewRequest
from tests.support import acs_acts as acts
from tests.support.acs import Act, Again, FakeAcs, Talk, answer
from tests.support.acs_desk import Desk
from tests.support.sip2_kiosk import BOOK, DUE, LOAN, MAI, STANDS, FakeJournal, named, system_for
from tests.support.waiting import in_time

LOST = [acts.hang_up, acts.commit_and_be_silent, acts.cut_answer]


@pytest.mark.parametrize("name", ["own", "koha", "generic"])
async def test_a_fee_is_asked_for_first_and_the_loan_made_once_it_is_agreed_to(name: str) -> None:
    journal = FakeJournal()
    async with FakeAcs(desk=Desk(fees_to_lend={"I1": "5000"})) as acs:
        system = system_for(acs, journal, PROFILES[name])
        asked = await in_time(system.lend(LOAN, MAI, BOOK))
        noted = dict(journal.state)
        lent = await in_time(system.lend(LOAN, MAI, BOOK, fee_agreed=True))
        system.close()
        sent = [message.fee_acknowledged for message in acs.seen if isinstance(message, CheckoutRequest)]

    assert asked == FeeAsked(Money(Decimal(5000), "VND"), "Sách I1")
    assert (noted, lent, journal.state) == ({LOAN: "settled"}, STANDS, {LOAN: "settled"})
    assert (sent, acs.made["I1"]) == (["N", "Y"], 1)


async def test_a_fee_whose_amount_cannot_be_read_is_a_refusal() -> None:
    async with FakeAcs(desk=Desk(fees_to_lend={"I1": "five"})) as acs:
        system = system_for(acs)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert isinstance(outcome, Refused)
    assert outcome.refusal is Refusal.FEE_NOT_ACKNOWLEDGED


async def test_a_fee_that_was_asked_for_on_the_second_sending_is_held_against_the_list() -> None:
    async with FakeAcs(desk=Desk(fees_to_lend={"I1": "5000"})) as acs:
        acs.plan("11", acts.hang_up)
        system = system_for(acs)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert isinstance(outcome, FeeAsked)


async def test_a_renewal_has_its_new_date_and_leaves_the_alarm_alone() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        system = system_for(acs)
        outcome = await in_time(system.renew(LOAN, MAI, BOOK))
        refused = await in_time(system.renew(LOAN, MAI, ItemId("I2")))
        unsaid = await in_time(system.renew(LOAN, MAI, ItemId("a|b")))
        system.close()

    assert outcome == Loan(BOOK, "Sách I1", DUE.replace(day=20), may_leave=False)
    assert refused == Refused(Refusal.OTHER, "Không gia hạn được", "Sách I2")
    assert unsaid == Refused(Refusal.ITEM_UNKNOWN)


async def test_an_entry_of_a_list_of_titles_is_renewed_by_its_title() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        system = system_for(acs, profile=PROFILES["evergreen"])
        outcome = await in_time(system.renew(LOAN, MAI, ItemId("Sách I1")))
        system.close()
        [request] = [message for message in acs.seen if isinstance(message, RenewRequest)]

    assert isinstance(outcome, Loan)
    assert (request.item_id, request.title, acs.desk.renewals["I1"]) == (None, "Sách I1", 1)


@pytest.mark.parametrize("act", LOST, ids=named)
async def test_a_renewal_whose_answer_was_lost_is_not_sent_again(act: Act) -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("29", act)
        system = system_for(acs)
        outcome = await in_time(system.renew(LOAN, MAI, BOOK))
        system.close()

    assert outcome == Unanswered()
    assert acs.count(RenewRequest) == 1
    assert acs.desk.renewals["I1"] <= 1


async def test_a_hold_is_ended_or_it_is_said_why_not() -> None:
    async with FakeAcs(desk=Desk(waiting={"I7": "P1"})) as acs:
        system = system_for(acs)
        ended = await in_time(system.cancel_hold(LOAN, MAI, ItemId("I7")))
        refused = await in_time(system.cancel_hold(LOAN, MAI, ItemId("I7")))
        unsaid = await in_time(system.cancel_hold(LOAN, MAI, ItemId("a|b")))
        system.close()
        modes = [message.hold_mode for message in acs.seen if isinstance(message, HoldRequest)]

    assert (ended, acs.desk.waiting, modes) == (True, {}, ["-", "-"])
    assert refused == Refused(Refusal.OTHER, "Không có yêu cầu giữ chỗ")
    assert unsaid == Refused(Refusal.HOLD_UNKNOWN)


@pytest.mark.parametrize("act", LOST, ids=named)
async def test_the_end_of_a_hold_whose_answer_was_lost_is_not_sent_again(act: Act) -> None:
    async with FakeAcs(desk=Desk(waiting={"I7": "P1"})) as acs:
        acs.plan("15", act)
        system = system_for(acs)
        outcome = await in_time(system.cancel_hold(LOAN, MAI, ItemId("I7")))
        system.close()

    assert outcome == Unanswered()
    assert acs.count(HoldRequest) == 1


@pytest.mark.parametrize("name", ["own", "koha"])
async def test_a_fee_that_was_agreed_to_is_not_asked_for_again(name: str) -> None:
    async with FakeAcs(desk=Desk(fees_to_lend={"I1": "5000"}), loans={"I1": "P2"}) as acs:
        acs.overrides = {"fee_amount": "5000"}
        system = system_for(acs, profile=PROFILES[name])
        outcome = await in_time(system.lend(LOAN, MAI, BOOK, fee_agreed=True))
        system.close()

    assert isinstance(outcome, Refused)


@pytest.mark.parametrize("name", ["koha", "evergreen", "generic"])
async def test_a_loan_that_a_slow_system_makes_later_is_found_and_never_sent_again(name: str) -> None:
    async with FakeAcs(again=Again.RENEWS) as acs:
        late: list[Talk] = []

        async def take_note(talk: Talk) -> None:
            late.append(talk)

        async def make_it_first(talk: Talk) -> None:
            late[0].commit()
            await answer(talk)

        acs.plan("11", take_note)
        acs.plan("63", answer, make_it_first)
        journal = FakeJournal()
        system = system_for(acs, journal, PROFILES[name])
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

        assert isinstance(outcome, Loan)
        assert (acs.count(CheckoutRequest), acs.made) == (1, {"I1": 1})


async def test_a_slow_system_that_never_makes_the_loan_leaves_it_in_doubt() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.be_silent)
        journal = FakeJournal()
        system = system_for(acs, journal, PROFILES["koha"])
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

        assert (type(outcome), acs.count(CheckoutRequest), journal.state) == (Unanswered, 1, {LOAN: "unknown"})
