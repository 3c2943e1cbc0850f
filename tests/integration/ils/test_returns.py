"""Each return is made, or known not to be, or kept in the journal; and no later loan is ended by it."""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kiosk.ils.lists import Standing
from kiosk.ils.profiles import PROFILES
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, Patron, Returned, ReturnKind, TagUid, TransactionId
from library.lending.refusals import Refusal
from sip2.messages import CheckinRequest, CheckinResponse, ItemInformationRequest
from tests.support import acs_acts as acts
from tests.support.acs import Act, FakeAcs, Talk
from tests.support.acs_desk import Desk
from tests.support.sip2_kiosk import BOOK, MAI, OWN, FakeJournal, named, system_for
from tests.support.waiting import eventually, in_time

RETURN = TransactionId("r1")
TAGS = (TagUid("E004015012345678"),)
KOHA, GENERIC = PROFILES["koha"], PROFILES["generic"]
BACK = Returned(BOOK, "Sách I1", ReturnKind.SHELF, arm=True, sort="novel")
FOUND = Returned(BOOK, "Sách I1", ReturnKind.SHELF, arm=True)
LOST_AFTER = [acts.commit_and_hang_up, acts.commit_and_be_silent, acts.cut_answer, acts.drip]
LOST_BEFORE = [acts.hang_up, acts.be_silent, acts.another_message]


async def back(
    acs: FakeAcs, journal: FakeJournal | None = None, **changes: Any
) -> tuple[Returned | Refused | Unanswered, str]:
    journal = journal or FakeJournal()
    system = system_for(acs, journal, **changes)
    outcome = await in_time(system.take_back(RETURN, BOOK, TAGS))
    system.close()
    return outcome, journal.state[RETURN]


async def test_a_return_is_journalled_before_its_first_byte_and_struck_off_after() -> None:
    noted: list[str] = []

    async def look(talk: Talk) -> None:
        noted.append(journal.state[RETURN])
        talk.send(talk.line(talk.commit()))

    journal = FakeJournal()
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("09", look)
        outcome, state = await back(acs, journal)
        [request] = [message for message in acs.seen if isinstance(message, CheckinRequest)]

    assert (outcome, noted, state, journal.armed) == (BACK, ["returning"], "settled", {RETURN: True})
    assert (request.no_block, request.cancel, request.extension("XT")) == (False, "N", "r1")
    assert acs.loans == {}


async def test_an_unknown_item_is_refused_and_nothing_is_armed() -> None:
    journal = FakeJournal()
    async with FakeAcs(desk=Desk(unknown={"I1"})) as acs:
        outcome, state = await back(acs, journal, profile=GENERIC)

    assert (outcome, state, journal.armed) == (Refused(Refusal.ITEM_UNKNOWN), "settled", {RETURN: False})


async def test_who_waits_for_the_item_never_leaves_the_adapter() -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(waiting={"I1": "P2"})) as acs:
        outcome, _ = await back(acs, profile=KOHA)

    assert outcome == replace(BACK, kind=ReturnKind.HOLD_HERE)
    assert not any(word in str(outcome) + repr(outcome) for word in ("P2", "Nam"))


@pytest.mark.parametrize("act", [*LOST_AFTER, *LOST_BEFORE], ids=named)
async def test_our_own_server_is_told_the_same_again_and_ends_the_loan_once(act: Act) -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("09", act)
        outcome, state = await back(acs)
        sent = [message for message in acs.seen if isinstance(message, CheckinRequest)]

    assert (outcome, state) == (BACK, "settled")
    assert (acs.desk.returned["I1"], acs.desk.checkins["I1"], len(sent)) == (1, 1, 2)
    assert sent[0] == sent[1]


@pytest.mark.parametrize("act", LOST_AFTER, ids=named)
async def test_any_other_system_is_asked_about_the_item_and_not_told_again_what_it_did(act: Act) -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(repeats=False)) as acs:
        acs.plan("09", act)
        outcome, state = await back(acs, profile=GENERIC)

    assert (outcome, state) == (FOUND, "settled")
    assert (acs.desk.checkins["I1"], acs.count(CheckinRequest), acs.count(ItemInformationRequest)) == (1, 1, 1)


@pytest.mark.parametrize("act", LOST_BEFORE, ids=named)
async def test_an_item_that_is_still_on_loan_is_sent_again(act: Act) -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(repeats=False)) as acs:
        acs.plan("09", act)
        outcome, state = await back(acs, profile=GENERIC)

    assert (outcome, state) == (BACK, "settled")
    assert (acs.desk.returned["I1"], acs.count(CheckinRequest)) == (1, 2)


async def test_a_second_sending_that_finds_no_loan_found_the_first_one_done() -> None:
    """The first 09 is carried out only after our question."""
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(repeats=False)) as acs:

        async def late(talk: Talk) -> None:
            talk.commit()
            answer = talk.commit()
            assert isinstance(answer, CheckinResponse)
            talk.send(talk.line(replace(answer, ok=False, alert=True)))

        acs.plan("09", acts.hang_up, late)
        outcome, state = await back(acs, profile=GENERIC)

    assert (outcome, state) == (FOUND, "settled")


@pytest.mark.parametrize(
    ("status", "kind"),
    [("08", ReturnKind.HOLD_HERE), ("09", ReturnKind.SHELF), ("10", ReturnKind.TRANSFER)],
)
async def test_a_return_whose_answer_was_lost_goes_where_the_item_s_status_says(status: str, kind: ReturnKind) -> None:
    async with FakeAcs(desk=Desk(status={"I1": status})) as acs:
        acs.plan("09", acts.commit_and_be_silent)
        outcome, _ = await back(acs, profile=GENERIC)

    assert outcome == replace(FOUND, kind=kind)


@pytest.mark.parametrize("status", ["01", "12", "13", "77"])
async def test_a_status_that_says_nothing_leaves_the_return_in_doubt(status: str) -> None:
    async with FakeAcs(loans={"I1": "P1"}, desk=Desk(status={"I1": status})) as acs:
        acs.plan("09", acts.commit_and_be_silent)
        outcome, state = await back(acs, profile=GENERIC)

    assert (outcome, state) == (Unanswered(), "unknown")
    assert acs.count(CheckinRequest) == 1


async def test_an_item_of_which_nothing_is_known_is_unknown_also_after_a_lost_answer() -> None:
    async with FakeAcs(desk=Desk(unknown={"I1"})) as acs:
        acs.plan("09", acts.hang_up)
        outcome, state = await back(acs, profile=GENERIC)

    assert (outcome, state) == (Refused(Refusal.ITEM_UNKNOWN), "settled")


async def test_a_koha_that_hangs_up_at_a_return_is_not_asked_in_a_loop_and_answers_the_next_card_at_once() -> None:
    async with FakeAcs() as acs:
        acs.plan("09", *[acts.hang_up] * 9)
        journal = FakeJournal()
        system = system_for(acs, journal, KOHA)
        outcome = await in_time(system.take_back(RETURN, BOOK, TAGS))
        patron = await in_time(system.identify(MAI))
        system.close()

    assert (outcome, journal.state) == (Unanswered(), {RETURN: "unknown"})
    assert isinstance(patron, Patron)
    assert (acs.count(CheckinRequest), acs.count(ItemInformationRequest), acs.connections) == (1, 0, 2)


async def test_a_server_that_never_answers_a_return_ends_in_doubt_and_not_in_a_loop() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("09", *[acts.hang_up] * 50)
        own = await back(acs)
        other = await back(acs, profile=GENERIC)

    assert (own, other) == ((Unanswered(), "unknown"), (Unanswered(), "unknown"))
    assert acs.count(CheckinRequest) == OWN.sends + GENERIC.sends


async def test_an_answer_about_another_item_is_none() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:

        async def another(talk: Talk) -> None:
            answer = talk.commit()
            assert isinstance(answer, CheckinResponse)
            talk.send(talk.line(replace(answer, item_id="I9")))

        acs.plan("09", another)
        outcome, _ = await back(acs)

    assert outcome == BACK
    assert acs.desk.returned["I1"] == 1


async def test_without_a_line_the_return_is_refused_and_not_in_doubt() -> None:
    async with FakeAcs() as acs:
        pass
    outcome, state = await back(acs, give_up_s=0.2)

    assert (outcome, state) == (Refused(Refusal.OTHER), "settled")


async def test_a_return_that_cannot_be_noted_or_said_is_never_sent() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        system = system_for(acs, FakeJournal(full={"returning"}))
        unnoted = await in_time(system.take_back(RETURN, BOOK, TAGS))
        unsaid = await in_time(system.take_back(RETURN, ItemId("a|b"), TAGS))
        system.close()

    assert (unnoted, unsaid) == (Refused(Refusal.OTHER), Refused(Refusal.ITEM_UNKNOWN))
    assert acs.count(CheckinRequest) == 0


async def test_a_fault_in_the_middle_of_a_return_leaves_it_in_doubt() -> None:
    async def broken(_seconds: float) -> None:
        raise ZeroDivisionError

    journal = FakeJournal()
    async with FakeAcs() as acs:
        acs.plan("09", acts.commit_and_hang_up)
        system = system_for(acs, journal, pause=broken)
        with pytest.raises(ZeroDivisionError):
            await in_time(system.take_back(RETURN, BOOK, TAGS))
        system.close()

    assert journal.state == {RETURN: "unknown"}


@dataclass(frozen=True)
class PendingReturn:
    """A return as a journal left it."""

    transaction_id: TransactionId
    item_id: ItemId


async def test_an_open_return_is_settled_by_the_item_s_status_and_never_ends_a_later_loan() -> None:
    journal = FakeJournal()
    async with FakeAcs(loans={"I2": "P2"}) as acs:
        system = system_for(acs, journal)
        found = await in_time(
            system.recover(
                [],
                [
                    PendingReturn(RETURN, BOOK),
                    PendingReturn(TransactionId("r2"), ItemId("I2")),
                    PendingReturn(TransactionId("r3"), ItemId("a|b")),
                ],
            )
        )
        system.close()

    assert found == {RETURN: Standing.STANDS, "r2": Standing.CANNOT_TELL, "r3": Standing.CANNOT_TELL}
    assert journal.state == {RETURN: "settled", "r2": "unknown", "r3": "unknown"}
    assert journal.armed == {RETURN: True}
    assert (acs.count(CheckinRequest), acs.loans) == (0, {"I2": "P2"})


async def test_a_return_left_in_doubt_is_settled_when_the_line_is_back() -> None:
    journal = FakeJournal()
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("09", acts.die_after_commit)
        system = system_for(acs, journal, profile=GENERIC, give_up_s=0.4)
        outcome = await in_time(system.take_back(RETURN, BOOK, TAGS))
        noted = journal.state[RETURN]
        await acs.come_back()

        async def ignore(_there: bool) -> None:  # noqa: FBT001 - the port's form
            """Take note of nothing."""

        watching = asyncio.create_task(system.watch(ignore))
        await eventually(lambda: journal.state[RETURN] == "settled")
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching

    assert (outcome, noted, journal.armed) == (Unanswered(), "unknown", {RETURN: True})


async def test_a_return_that_could_not_be_struck_off_is_struck_off_later() -> None:
    journal = FakeJournal(full={"return_settled"})
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        system = system_for(acs, journal)
        await in_time(system.take_back(RETURN, BOOK, TAGS))
        left = journal.state[RETURN]
        journal.full = set()
        await in_time(system.take_back(TransactionId("r2"), ItemId("I2"), TAGS))
        system.close()

    assert left == "returning"
    assert journal.state == {RETURN: "settled", "r2": "settled"}


async def test_a_kiosk_without_a_pad_owes_no_alarm_for_a_return() -> None:
    journal = FakeJournal()
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        outcome, _ = await back(acs, journal, owes_alarms=False)

    assert (outcome, journal.armed) == (BACK, {RETURN: False})
