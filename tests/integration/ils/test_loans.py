"""Each loan is made once or known not to be, whatever its server does in the middle of it."""

from dataclasses import replace
from datetime import datetime

import pytest

from kiosk.ils.profiles import PROFILES
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import Loan
from library.lending.refusals import Refusal
from sip2.agreement import Agreement, Encoding, Terminator
from sip2.messages import (
    CheckoutRequest,
    ItemInformationRequest,
    PatronInformationRequest,
    Summary,
)
from tests.support import acs_acts as acts
from tests.support.acs import Act, Again, FakeAcs, Talk
from tests.support.sip2_kiosk import (
    BOOK,
    BREAKS_AFTER_COMMIT,
    BREAKS_BEFORE,
    DUE,
    HARMLESS,
    LOAN,
    MAI,
    OWN,
    STANDS,
    FakeJournal,
    lend_once,
    named,
    system_for,
)
from tests.support.waiting import in_time


async def test_a_loan_is_journalled_before_its_first_byte_and_struck_off_after() -> None:
    async with FakeAcs() as acs:
        journal = FakeJournal(acs)
        system = system_for(acs, journal)
        outcome = await system.lend(LOAN, MAI, BOOK)
        system.close()

    assert outcome == STANDS
    assert journal.heard_before == [0]
    assert (journal.state, journal.alarm_owed) == ({LOAN: "settled"}, {LOAN: True})
    [request] = [message for message in acs.seen if isinstance(message, CheckoutRequest)]
    assert (request.no_block, request.sc_renewal_policy, request.nb_due_date) == (False, False, None)
    assert request.transaction_date == datetime(2026, 11, 22, 12, 0, 0)  # noqa: DTZ001 - SIP2's local form has no zone


async def test_a_refused_loan_tells_why() -> None:
    async with FakeAcs(refuse={"I1": Refusal.ITEM_NOT_FOR_LOAN}) as acs:
        outcome, noted = await lend_once(acs)

    assert outcome == Refused(Refusal.ITEM_NOT_FOR_LOAN, "Không mượn được", "Sách I1")
    assert noted == "settled"


async def test_an_item_that_the_patron_has_already_is_refused_when_nothing_went_wrong() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        outcome, _ = await lend_once(acs)

    assert isinstance(outcome, Refused)
    assert outcome.refusal is Refusal.ITEM_ON_LOAN_TO_SAME_PATRON


@pytest.mark.parametrize("again", Again)
@pytest.mark.parametrize("act", BREAKS_AFTER_COMMIT, ids=named)
async def test_a_lost_answer_is_found_in_the_patron_s_list_and_the_loan_is_made_once(act: Act, again: Again) -> None:
    async with FakeAcs(again=again) as acs:
        acs.plan("11", act)
        outcome, noted = await lend_once(acs)

    assert (outcome, noted) == (STANDS, "settled")
    assert (acs.made["I1"], acs.count(CheckoutRequest)) == (1, 1)
    listed = [message.summary for message in acs.seen if isinstance(message, PatronInformationRequest)]
    assert listed == [Summary.CHARGED]
    assert acs.count(ItemInformationRequest) == 1


@pytest.mark.parametrize("again", Again)
@pytest.mark.parametrize("act", BREAKS_BEFORE, ids=named)
async def test_a_loan_that_is_not_in_the_list_is_sent_again_with_the_identical_text(act: Act, again: Again) -> None:
    async with FakeAcs(again=again) as acs:
        acs.plan("11", act)
        outcome, noted = await lend_once(acs)
        sent = [message for message in acs.seen if isinstance(message, CheckoutRequest)]

    assert (outcome, noted) == (STANDS, "settled")
    assert acs.made["I1"] == 1
    assert len(sent) == 2
    assert sent[0] == sent[1]


@pytest.mark.parametrize("act", HARMLESS, ids=named)
async def test_what_the_protocol_can_heal_needs_no_question(act: Act) -> None:
    async with FakeAcs() as acs:
        acs.plan("11", act)
        outcome, noted = await lend_once(acs)

    assert (outcome, noted) == (STANDS, "settled")
    assert acs.made["I1"] == 1
    assert acs.count(PatronInformationRequest) == 0
    assert acs.connections == 1


async def test_a_server_that_asks_again_for_ever_does_not_loop() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", *[acts.ask_again] * 50)
        outcome, noted = await lend_once(acs)

    assert (outcome, noted) == (Unanswered(), "unknown")
    assert acs.count(CheckoutRequest) == OWN.sends * (OWN.agreement.retries + 1)
    assert not acs.loans


async def test_a_status_for_ever_does_not_loop() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", *[acts.status_instead] * 50)
        outcome, noted = await lend_once(acs)

    assert (outcome, noted) == (Unanswered(), "unknown")


async def test_a_list_of_sixty_loans_is_read_page_by_page() -> None:
    many = {f"X{number}": "P1" for number in range(60)}
    for extra, whole in ((0, False), (1, False), (0, True)):
        async with FakeAcs(loans=dict(many), extra_on_page=extra, list_all=whole) as acs:
            acs.plan("11", acts.commit_and_hang_up)
            outcome, _ = await lend_once(acs)

        assert outcome == STANDS
        assert acs.made["I1"] == 1
        assert acs.count(CheckoutRequest) == 1


async def test_a_list_that_proves_nothing_leaves_the_loan_unknown() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.hang_up)
        acs.overrides = {"charged_items_count": 5}
        outcome, noted = await lend_once(acs)

    assert (outcome, noted) == (Unanswered(), "unknown")
    assert acs.count(CheckoutRequest) == 1


async def test_a_library_system_that_gives_no_lists_is_believed_where_it_is_trusted() -> None:
    async with FakeAcs(supported="YYYYYYYNYYYYYYYY") as acs:
        acs.plan("11", acts.commit_and_hang_up)
        outcome, _ = await lend_once(acs)
        acs.loans.clear()
        acs.plan("11", acts.commit_and_hang_up)
        untrusted, _ = await lend_once(acs, PROFILES["koha"])

    assert outcome == Unanswered()
    assert untrusted == STANDS


async def test_a_list_about_another_patron_is_not_believed() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.commit_and_hang_up)
        acs.overrides = {"patron_id": "P2"}
        system = system_for(acs, give_up_s=0.5)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert outcome == Unanswered()


async def test_a_refusal_of_the_second_sending_is_held_against_the_list() -> None:
    """The first 11 is executed only after our question: the second one is refused, and yet the loan stands."""
    async with FakeAcs(again=Again.REFUSES) as acs:

        async def late(talk: Talk) -> None:
            acs.loans["I1"] = "P1"
            talk.send(talk.line(talk.commit()))

        acs.plan("11", acts.hang_up, late)
        outcome, noted = await lend_once(acs)

    assert (outcome, noted) == (STANDS, "settled")


async def test_a_refusal_of_the_second_sending_stands_when_the_list_agrees() -> None:
    async with FakeAcs(refuse={"I1": Refusal.ITEM_RESERVED}) as acs:
        acs.plan("11", acts.hang_up)
        outcome, noted = await lend_once(acs)

    assert isinstance(outcome, Refused)
    assert (outcome.refusal, noted) == (Refusal.ITEM_RESERVED, "settled")


async def test_a_found_loan_stands_even_if_nothing_is_told_of_the_item() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.commit_and_hang_up)
        acs.plan("17", acts.hang_up, acts.hang_up)
        outcome, _ = await lend_once(acs)

    assert outcome == Loan(BOOK, "", None, may_leave=True)


async def test_a_found_loan_stands_even_if_the_time_is_up_before_its_title_is_known() -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.commit_and_hang_up)
        acs.plan("17", acts.be_silent)
        journal = FakeJournal()
        system = system_for(acs, journal, answer_s=20.0, give_up_s=1.0)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert (outcome, journal.state) == (Loan(BOOK, "", None, may_leave=True), {LOAN: "settled"})


async def test_other_line_ends_letters_and_no_error_detection() -> None:
    agreement = Agreement(encoding=Encoding.ASCII, terminator=Terminator.CR_LF, error_detection=False)
    async with FakeAcs(agreement=agreement, titles={"I1": "Đất rừng phương Nam"}) as acs:
        acs.plan("11", acts.commit_and_hang_up)
        outcome, _ = await lend_once(acs, replace(OWN, agreement=agreement))

    assert outcome == Loan(BOOK, "Dat rung phuong Nam", DUE, may_leave=True)
