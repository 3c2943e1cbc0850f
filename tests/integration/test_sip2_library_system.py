"""The SIP2 library system against servers that misbehave on real sockets; each loan is made once or known not to be."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo.pki import Authority
from kiosk.config import AgentSection, DevicesSection, KioskConfig, LibrarySystemSection, TagsSection
from kiosk.ils.answers import Standing
from kiosk.ils.line import open_library_system
from kiosk.ils.profiles import PROFILES, Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.ils.wire import NoLine, NoLineError, Sip2Line
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, Loan, Patron, PatronId, TransactionId
from library.lending.refusals import Refusal
from sip2.agreement import Agreement, Encoding, Terminator
from sip2.messages import (
    AcsStatus,
    CheckoutRequest,
    ItemInformationRequest,
    LoginRequest,
    PatronInformationRequest,
    ScStatusRequest,
    Summary,
)
from tests.support import acs_acts as acts
from tests.support.acs import LOGIN, PASSWORD, Act, Again, FakeAcs, Talk
from tests.support.waiting import eventually, in_time

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
    heard_before: list[int] = field(default_factory=list)

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> None:
        assert patron_id.text
        assert item_id.text
        self.heard_before.append(self.acs.count(CheckoutRequest) if self.acs else 0)
        self.state[transaction_id] = "sending"

    async def settled(self, transaction_id: TransactionId) -> None:
        self.state[transaction_id] = "settled"

    async def unknown(self, transaction_id: TransactionId) -> None:
        self.state[transaction_id] = "unknown"


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


async def lend_once(acs: FakeAcs, profile: Profile = OWN) -> tuple[Loan | Refused | Unanswered, str]:
    """Lend the book and return what was said and what the journal holds then."""
    journal = FakeJournal(acs)
    system = system_for(acs, journal, profile)
    try:
        return await in_time(system.lend(LOAN, MAI, BOOK)), journal.state[LOAN]
    finally:
        system.close()


STATUS = ScStatusRequest(status_code="0", max_print_width=80, protocol_version="2.00")
STANDS = Loan(BOOK, "Sách I1", DUE, may_leave=True)


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


async def test_a_loan_is_journalled_before_its_first_byte_and_struck_off_after() -> None:
    async with FakeAcs() as acs:
        journal = FakeJournal(acs)
        system = system_for(acs, journal)
        outcome = await system.lend(LOAN, MAI, BOOK)
        system.close()

    assert outcome == STANDS
    assert journal.heard_before == [0]
    assert journal.state == {LOAN: "settled"}
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
    assert acs.count(CheckoutRequest) == 1


async def test_recovery_without_a_server_keeps_the_loans_and_ends() -> None:
    async with FakeAcs() as acs:
        pass
    journal = FakeJournal()
    found = await in_time(system_for(acs, journal).recover([Pending(LOAN, MAI, BOOK)]))

    assert found == {}
    assert journal.state == {LOAN: "unknown"}


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


class Watched:
    """What ``watch`` told."""

    def __init__(self, system: Sip2LibrarySystem) -> None:
        self.told: list[bool] = []
        self._system = system
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._system.watch(self._note))
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _note(self, there: bool) -> None:  # noqa: FBT001 - the port's form
        self.told.append(there)


async def test_the_line_is_told_there_lost_and_there_again_once_each() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, pause=lambda _s: asyncio.sleep(0.01))) as watched:
        await eventually(lambda: watched.told == [True])
        await acs.go_away()
        await eventually(lambda: watched.told == [True, False])
        await acs.come_back()
        await eventually(lambda: watched.told == [True, False, True])


async def test_a_line_that_only_idled_out_is_opened_again_and_nothing_is_told() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs)) as watched:
        await eventually(lambda: watched.told == [True])
        acs.hang_up_all()
        await eventually(lambda: acs.connections == 2)
        await eventually(lambda: acs.count(ScStatusRequest) == 2)

        assert watched.told == [True]


async def test_an_idle_line_is_kept_alive_and_a_half_open_one_noticed() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, keep_alive_s=0.02, answer_s=0.1)) as watched:
        await eventually(lambda: acs.count(ScStatusRequest) >= 4)
        acs.plan("99", acts.be_silent)
        await eventually(lambda: acs.connections == 2)

        assert watched.told == [True]


async def test_a_system_out_of_service_is_lost_until_it_is_back() -> None:
    async with FakeAcs() as acs, Watched(system_for(acs, keep_alive_s=0.02)) as watched:
        await eventually(lambda: watched.told == [True])
        acs.online = False
        await eventually(lambda: watched.told == [True, False])
        acs.online = True
        await eventually(lambda: watched.told == [True, False, True])


@pytest.mark.parametrize("password", ["wrong", "pa|55"])
async def test_a_refused_login_is_no_line_and_is_tried_again_with_pauses(password: str) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with FakeAcs() as acs:
        system = system_for(acs, password=password, pause=note)
        async with Watched(system) as watched:
            await eventually(lambda: len(pauses) >= 12)
        answer = await system.identify(MAI)

    assert watched.told == [False]
    assert answer == Unanswered()
    assert pauses[0] < 0.4
    assert 20 < max(pauses) < 40


async def test_a_server_that_fails_during_the_greeting_is_no_line() -> None:
    async with FakeAcs() as acs:
        acs.plan("93", acts.hang_up, acts.be_silent)
        acs.plan("99", acts.hang_up)
        system = system_for(acs, answer_s=0.1)
        answers = [await system.identify(MAI) for _ in range(4)]
        system.close()

    assert [type(answer) for answer in answers] == [Unanswered, Unanswered, Unanswered, Patron]


@pytest.mark.parametrize("tls", [None, ssl.create_default_context()], ids=["plain", "tls"])
async def test_a_server_that_takes_the_connection_and_never_speaks_is_given_up(tls: ssl.SSLContext | None) -> None:
    async with FakeAcs(mute=True) as acs:
        answer = await in_time(system_for(acs, answer_s=0.1, tls=tls).identify(MAI), 5)

    assert answer == Unanswered()


async def test_a_line_that_is_gone_takes_no_question() -> None:
    async with FakeAcs() as acs:
        _, line = await asyncio.get_running_loop().create_connection(
            lambda: Sip2Line(Agreement()), "127.0.0.1", acs.port
        )
        line.close()
        line.close()
        with pytest.raises(NoLineError) as caught:
            await line.ask(STATUS, AcsStatus, 1)

    assert caught.value.reason is NoLine.HUNG_UP
    assert acs.seen == []


async def test_a_line_that_is_lost_while_open_loans_are_settled_leaves_the_rest_for_later() -> None:
    class Slow(FakeJournal):
        async def settled(self, transaction_id: TransactionId) -> None:
            await super().settled(transaction_id)
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


async def test_a_profile_without_login_and_status_asks_at_once() -> None:
    bare = Profile(logs_in=False, asks_status=False)
    async with FakeAcs() as acs:
        system = system_for(acs, profile=bare, keep_alive_s=0.01)
        async with Watched(system) as watched:
            await eventually(lambda: watched.told == [True])
            answer = await system.identify(MAI)
        system.close()

    assert isinstance(answer, Patron)
    assert [type(message) for message in acs.seen] == [PatronInformationRequest]


async def test_other_line_ends_letters_and_no_error_detection() -> None:
    agreement = Agreement(encoding=Encoding.ASCII, terminator=Terminator.CR_LF, error_detection=False)
    async with FakeAcs(agreement=agreement, titles={"I1": "Đất rừng phương Nam"}) as acs:
        acs.plan("11", acts.commit_and_hang_up)
        outcome, _ = await lend_once(acs, replace(OWN, agreement=agreement))

    assert outcome == Loan(BOOK, "Dat rung phuong Nam", DUE, may_leave=True)


def contexts(folder: Path) -> tuple[ssl.SSLContext, KioskConfig]:
    """Make a server that wants a client certificate, and the configuration of a kiosk that has one."""
    authority = Authority(folder, datetime.now(UTC))
    server, kiosk = authority.server("server", "127.0.0.1"), authority.kiosk("kiosk-1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate)
    context.load_cert_chain(server.certificate, server.key)
    context.verify_mode = ssl.CERT_REQUIRED
    secret = folder / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    section = LibrarySystemSection(
        url="sip2+tls://127.0.0.1:1",
        login=LOGIN,
        password_file=secret,
        institution="HUB",
        server_ca=authority.certificate,
        certificate=kiosk.certificate,
        certificate_key=kiosk.key,
        answer_s=2.0,
    )
    return context, configuration(folder, section)


def configuration(folder: Path, section: LibrarySystemSection) -> KioskConfig:
    return KioskConfig(
        schema_version=1,
        kiosk_id="kiosk-1",
        site_name="Test",
        state_folder=folder,
        library_system=section,
        devices=DevicesSection(pad="sim://rfid", scanner="sim://scanner"),
        tags=TagsSection(owners=("VN-QN01",)),
        agent=AgentSection(socket=folder / "agent.sock"),
    )


def with_port(config: KioskConfig, port: int, **changes: object) -> KioskConfig:
    section = config.library_system.model_copy(update={"url": f"sip2+tls://127.0.0.1:{port}", **changes})
    return config.model_copy(update={"library_system": section})


async def test_the_configured_line_is_tls_with_the_kiosk_s_certificate(tmp_path: Path) -> None:
    context, config = contexts(tmp_path)
    async with FakeAcs(tls=context) as acs:
        system = open_library_system(with_port(config, acs.port), FakeJournal(), FixedClock())
        acs.plan("11", acts.commit_and_hang_up)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert outcome == STANDS


async def test_a_kiosk_without_a_certificate_or_with_another_authority_has_no_line(tmp_path: Path) -> None:
    context, config = contexts(tmp_path)
    stranger = Authority(tmp_path / "stranger", datetime.now(UTC))
    async with FakeAcs(tls=context) as acs:
        bare = with_port(config, acs.port, certificate=None, certificate_key=None)
        misled = with_port(config, acs.port, server_ca=stranger.certificate)
        answers = [
            await in_time(open_library_system(each, FakeJournal(), FixedClock()).identify(MAI))
            for each in (bare, misled)
        ]

    assert answers == [Unanswered(), Unanswered()]
    assert acs.seen == []


async def test_a_plain_line_needs_no_certificates(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        section = LibrarySystemSection(url=f"sip2://127.0.0.1:{acs.port}", login="")
        system = open_library_system(configuration(tmp_path, section), FakeJournal(), FixedClock())
        answer = await system.identify(MAI)
        system.close()

    assert isinstance(answer, Patron)
    assert acs.count(LoginRequest) == 0


@settings(max_examples=60, deadline=None)
@given(
    again=st.sampled_from(Again),
    held=st.integers(0, 30),
    into=st.none() | st.integers(0, 700),
    out=st.none() | st.integers(0, 700),
)
def test_wherever_the_line_is_cut_the_loan_is_made_exactly_once(
    again: Again, held: int, into: int | None, out: int | None
) -> None:
    async def play() -> tuple[FakeAcs, Loan | Refused | Unanswered, str]:
        loans = {f"X{number}": "P1" for number in range(held)}
        async with FakeAcs(again=again, loans=loans, input_cut=into, output_cut=out) as acs:
            outcome, noted = await lend_once(acs)
            return acs, outcome, noted

    acs, outcome, noted = asyncio.run(play())

    assert (outcome, noted) == (STANDS, "settled")
    assert acs.loans["I1"] == "P1"
    assert acs.made == {"I1": 1}


@settings(max_examples=40, deadline=None)
@given(
    again=st.sampled_from(Again),
    acts_of_11=st.lists(st.sampled_from([*BREAKS_AFTER_COMMIT, *BREAKS_BEFORE, *HARMLESS]), max_size=4),
    acts_of_63=st.lists(
        st.sampled_from([acts.hang_up, acts.cut_answer, acts.bad_checksum, acts.ask_again]), max_size=3
    ),
)
def test_whatever_goes_wrong_the_answer_is_true_or_none(
    again: Again, acts_of_11: list[Act], acts_of_63: list[Act]
) -> None:
    async def play() -> tuple[FakeAcs, Loan | Refused | Unanswered, str]:
        async with FakeAcs(again=again) as acs:
            acs.plan("11", *acts_of_11)
            acs.plan("63", *acts_of_63)
            outcome, noted = await lend_once(acs, replace(OWN, sends=2))
            return acs, outcome, noted

    acs, outcome, noted = asyncio.run(play())

    assert acs.made["I1"] <= 1
    assert noted == ("unknown" if isinstance(outcome, Unanswered) else "settled")
    assert isinstance(outcome, Unanswered) or isinstance(outcome, Loan) == ("I1" in acs.loans)
