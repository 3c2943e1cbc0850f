"""Cards are asked about; questions change nothing and may be asked again."""

import asyncio

import pytest

from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, Patron, PatronId
from library.lending.refusals import Refusal
from sip2.messages import (
    LoginRequest,
    PatronInformationRequest,
    ScStatusRequest,
)
from tests.support import acs_acts as acts
from tests.support.acs import LOGIN, FakeAcs
from tests.support.sip2_kiosk import (
    BOOK,
    LOAN,
    MAI,
    FakeJournal,
    system_for,
)
from tests.support.waiting import in_time


async def test_a_terminal_logs_in_asks_for_the_status_and_then_for_the_patron() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        patron = await system.identify(MAI)
        system.close()

    assert patron == Patron(MAI, "N.T.M.", 0)
    assert [type(message) for message in acs.seen] == [LoginRequest, ScStatusRequest, PatronInformationRequest]
    login = acs.seen[0]
    assert isinstance(login, LoginRequest)
    assert (login.login_user_id, login.location_code) == (LOGIN, "kiosk")


async def test_the_line_is_kept_for_the_next_question() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        await system.identify(MAI)
        await system.identify(PatronId("P2"))
        system.close()

    assert acs.connections == 1
    assert acs.count(LoginRequest) == 1


async def test_an_unknown_card_is_refused_with_the_library_s_words() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        answer = await system.identify(PatronId("nobody"))
        system.close()

    assert answer == Refused(Refusal.PATRON_UNKNOWN, "Không tìm thấy thẻ Hãy hỏi thủ thư")


@pytest.mark.parametrize("number", ["a|b", "a\rb", "a\x1bb"])
async def test_a_number_that_sip2_cannot_carry_is_refused_without_a_word_on_the_line(number: str) -> None:
    async with FakeAcs() as acs:
        journal = FakeJournal()
        system = system_for(acs, journal)
        by_card = await system.identify(PatronId(number))
        by_item = await system.lend(LOAN, MAI, ItemId(number))

    assert by_card == Refused(Refusal.PATRON_UNKNOWN)
    assert by_item == Refused(Refusal.ITEM_UNKNOWN)
    assert (acs.seen, journal.state) == ([], {})


async def test_the_wait_for_a_slow_server_is_limited_for_the_whole_message() -> None:
    async with FakeAcs() as acs:
        acs.plan("63", acts.drip, acts.drip)
        system = system_for(acs, answer_s=0.1)
        answer = await in_time(system.identify(MAI), 5)
        system.close()

    assert answer == Unanswered()


async def test_a_question_is_asked_once_more_on_a_new_line() -> None:
    async with FakeAcs() as acs:
        acs.plan("63", acts.hang_up)
        system = system_for(acs)
        answer = await system.identify(MAI)
        system.close()

    assert isinstance(answer, Patron)
    assert acs.connections == 2


async def test_an_answer_about_another_patron_is_none() -> None:
    async with FakeAcs() as acs:
        acs.overrides = {"patron_id": "P2"}
        system = system_for(acs)
        answer = await system.identify(MAI)
        system.close()

    assert answer == Unanswered()


async def test_two_patrons_at_once_are_asked_one_after_the_other() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        answers = await asyncio.gather(
            system.identify(MAI), system.identify(PatronId("P2")), system.lend(LOAN, MAI, BOOK)
        )
        system.close()

    assert [getattr(answer, "initials", None) for answer in answers] == ["N.T.M.", "T.V.N.", None]
    assert acs.connections == 1
