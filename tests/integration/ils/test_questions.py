"""Cards are asked about; questions change nothing and may be asked again."""

import asyncio

import pytest

from kiosk.ils.profile_table import adapted
from kiosk.ils.profiles import PROFILES
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import Candidate, Finding, ItemId, Language, Patron, PatronId
from library.lending.refusals import Refusal
from sip2.messages import (
    ItemInformationRequest,
    LoginRequest,
    PatronInformationRequest,
    ScStatusRequest,
)
from tests.support import acs_acts as acts
from tests.support.acs import LOGIN, FakeAcs, answer
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

    assert patron == Patron(MAI, "N.T.M.", 0, charged=(), own_may_leave=True, ready_holds=0, overdue=0)
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
        said = await system.identify(PatronId("nobody"))
        system.close()

    assert said == Refused(Refusal.PATRON_UNKNOWN, "Không tìm thấy thẻ Hãy hỏi thủ thư")


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
        said = await in_time(system.identify(MAI), 5)
        system.close()

    assert said == Unanswered()


async def test_a_question_is_asked_once_more_on_a_new_line() -> None:
    async with FakeAcs() as acs:
        acs.plan("63", acts.hang_up)
        system = system_for(acs)
        said = await system.identify(MAI)
        system.close()

    assert isinstance(said, Patron)
    assert acs.connections == 2


async def test_an_answer_about_another_patron_is_none() -> None:
    async with FakeAcs() as acs:
        acs.overrides = {"patron_id": "P2"}
        system = system_for(acs)
        said = await system.identify(MAI)
        system.close()

    assert said == Unanswered()


async def test_two_patrons_at_once_are_asked_one_after_the_other() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        answers = await asyncio.gather(
            system.identify(MAI), system.identify(PatronId("P2")), system.lend(LOAN, MAI, BOOK)
        )
        system.close()

    assert [getattr(answer, "initials", None) for answer in answers] == ["N.T.M.", "T.V.N.", None]
    assert acs.connections == 1


WHOSE = (Candidate(BOOK, "VN-QN01"), Candidate(ItemId("I2"), "VN-QN02"), Candidate(ItemId("a|b"), "VN-QN03"))
KNOWN = (
    Finding(WHOSE[0], known=True, title="Sách I1"),
    Finding(WHOSE[1], known=True, title="Sách I2"),
    Finding(WHOSE[2], known=False),
)


async def test_each_candidate_is_asked_about_and_a_number_that_cannot_be_said_is_unknown() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        found = await system.find(WHOSE)
        system.close()

    assert found == KNOWN
    assert [message.item_id for message in acs.seen if isinstance(message, ItemInformationRequest)] == ["I1", "I2"]


async def test_a_lost_answer_about_an_item_is_asked_for_once_more() -> None:
    async with FakeAcs() as acs:
        acs.plan("17", acts.hang_up)
        system = system_for(acs)
        found = await system.find(WHOSE)
        system.close()

    assert found == KNOWN


async def test_after_a_question_without_an_answer_the_others_are_not_asked() -> None:
    async with FakeAcs() as acs:
        acs.plan("17", answer, acts.be_silent, acts.be_silent)
        system = system_for(acs, answer_s=0.1)
        found = await in_time(system.find(WHOSE), 5)
        system.close()

    assert found == (KNOWN[0], *(Finding(candidate, known=None) for candidate in WHOSE[1:]))


async def test_without_a_library_system_nothing_is_known_of_any_candidate() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
    found = await in_time(system.find(WHOSE), 5)
    system.close()

    assert [finding.known for finding in found] == [None, None, None]


async def test_the_time_for_all_candidates_is_limited() -> None:
    async with FakeAcs() as acs:
        acs.plan("17", acts.be_silent)
        system = system_for(acs, answer_s=5.0, give_up_s=0.2)
        found = await in_time(system.find(WHOSE), 5)
        system.close()

    assert [finding.known for finding in found] == [None, None, None]


@pytest.mark.parametrize("profile", ["own", "koha", "evergreen", "generic"])
async def test_a_63_says_the_language_of_the_screen(profile: str) -> None:
    async with FakeAcs() as acs:
        system = system_for(acs, profile=PROFILES[profile])
        await system.identify(MAI, language=Language.ENGLISH)
        await system.account(MAI, Language.ENGLISH)
        in_english = asked_in(acs)
        await system.identify(MAI, language=Language.VIETNAMESE)
        afterwards = asked_in(acs)[len(in_english) :]
        system.close()

    assert set(in_english) == {"001"}
    assert set(afterwards) == {"000"}


async def test_a_site_may_say_one_language_always() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs, profile=adapted("generic", {"language": "002", "english": ""}))
        await system.identify(MAI, language=Language.ENGLISH)
        system.close()

    assert set(asked_in(acs)) == {"002"}


def asked_in(acs: FakeAcs) -> list[str]:
    return [each.language for each in acs.seen if isinstance(each, PatronInformationRequest)]
