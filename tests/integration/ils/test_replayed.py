"""What a kiosk did alone is told to another library system once, at no cost of a newer loan, whatever breaks."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.alone.replaying import OnlyKiosk, Replaying
from kiosk.ils.profiles import PROFILES, Profile, Replay
from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.journal.journal import Journal
from kiosk.journal.rows import KeptEntry, KeptKind, KeptState
from kiosk.session.values import ItemId, PatronId, TransactionId
from library.lending.refusals import Refusal
from sip2.messages import CheckinRequest, CheckoutRequest, PatronInformationRequest, RenewRequest
from tests.support import acs_acts as acts
from tests.support.acs import Act, Again, FakeAcs, Talk, answer
from tests.support.alone import HANOI, FakeTime
from tests.support.sip2_kiosk import BREAKS_BEFORE, named, system_for
from tests.support.waiting import in_time

AT = datetime(2026, 11, 22, 10, 0, tzinfo=HANOI)
DUE = datetime(2026, 12, 6, 23, 59, tzinfo=HANOI)
PLAIN = replace(PROFILES["generic"], replay=Replay.PLAIN)
NO_BLOCK = replace(PLAIN, replay=Replay.NO_BLOCK)
APPLIED, RENEWED, STAFF, SENDING = KeptState.APPLIED, KeptState.RENEWED, KeptState.NEEDS_STAFF, KeptState.SENDING


def lent(number: int = 1, item: str = "I1", patron: str = "P1", due: datetime | None = DUE) -> KeptEntry:
    return KeptEntry(
        TransactionId(f"v-{number}"),
        KeptKind.LEND,
        PatronId(patron),
        ItemId(item),
        (),
        AT + timedelta(minutes=number),
        "boot-1",
        float(number),
        due,
    )


def returned(number: int = 1, item: str = "I1") -> KeptEntry:
    at = AT + timedelta(minutes=number)
    return KeptEntry(TransactionId(f"v-{number}"), KeptKind.RETURN, None, ItemId(item), (), at, "boot-1", float(number))


def telling(journal: Journal, system: Sip2LibrarySystem, loan_days: int = 15) -> Replaying:
    assert system.replayed is not None
    return Replaying(
        journal,
        system.replayed,
        OnlyKiosk(),
        FakeTime(now=AT + timedelta(hours=2)),
        lambda: True,
        lambda at: at + timedelta(days=loan_days),
    )


async def replayed(  # noqa: PLR0913 - the parts of a trial
    folder: Path,
    acs: FakeAcs,
    *entries: KeptEntry,
    profile: Profile = PLAIN,
    rounds: int = 1,
    loan_days: int = 15,
    before: KeptState | None = None,
) -> list[KeptState]:
    async with Journal(folder / "journal.sqlite3", lambda: 0.0) as journal:
        for each in entries:
            await journal.keep(each)
            if before is KeptState.SENDING:
                await journal.kept_sending(each.transaction_id)
        system = system_for(acs, profile=profile)
        replaying = telling(journal, system, loan_days)
        for _ in range(rounds):
            await in_time(replaying.tell_all())
        system.close()
        return [each.state for each in await journal.kept()]


async def test_a_loan_and_its_return_are_told_in_their_order(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        states = await replayed(tmp_path, acs, lent(), returned(2), lent(3, patron="P2"))

    assert states == [APPLIED] * 3
    assert (acs.loans, acs.made["I1"], acs.desk.returned["I1"]) == ({"I1": "P2"}, 2, 1)


async def test_with_no_block_the_messages_bear_the_event_s_time_and_the_printed_day(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I2": "P2"}) as acs:
        states = await replayed(tmp_path, acs, lent(), returned(2, "I2"), profile=NO_BLOCK)
    [loan] = [message for message in acs.seen if isinstance(message, CheckoutRequest)]
    [back] = [message for message in acs.seen if isinstance(message, CheckinRequest)]

    assert states == [APPLIED] * 2
    assert (loan.no_block, str(loan.transaction_date), str(loan.nb_due_date)) == (
        True,
        "2026-11-22 10:01:00",
        "2026-12-06 23:59:00",
    )
    assert (back.no_block, str(back.transaction_date), str(back.return_date)) == (
        True,
        "2026-11-22 10:02:00",
        "2026-11-22 10:02:00",
    )


async def test_plain_messages_are_ordinary_ones_of_now(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I2": "P2"}) as acs:
        await replayed(tmp_path, acs, lent(), returned(2, "I2"))
    sent = [message for message in acs.seen if isinstance(message, CheckoutRequest | CheckinRequest)]

    assert [(message.no_block, str(message.transaction_date)) for message in sent] == [
        (False, "2026-11-22 12:00:00"),
        (False, "2026-11-22 12:00:00"),
    ]


BREAKS_AFTER = [acts.commit_and_hang_up, acts.cut_answer, acts.malformed, acts.another_item]


@pytest.mark.parametrize("act", BREAKS_AFTER, ids=named)
@pytest.mark.parametrize("again", [Again.RENEWS, Again.REFUSES])
async def test_a_loan_whose_answer_was_lost_is_found_and_not_sent_again(tmp_path: Path, act: Act, again: Again) -> None:
    async with FakeAcs(again=again) as acs:
        acs.plan("11", act)
        states = await replayed(tmp_path, acs, lent(), rounds=2)

    assert states == [APPLIED]
    assert (acs.made["I1"], acs.count(CheckoutRequest)) == (1, 1)


async def test_what_is_sent_is_on_disk_as_sending_before_its_first_byte(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        acs.plan("11", acts.hang_up)
        states = await replayed(tmp_path, acs, lent())

    assert states == [SENDING]


@pytest.mark.parametrize("act", BREAKS_BEFORE, ids=named)
async def test_a_loan_that_was_not_made_is_sent_again_only_after_the_list_said_so(tmp_path: Path, act: Act) -> None:
    async with FakeAcs() as acs:
        acs.plan("11", act)
        states = await replayed(tmp_path, acs, lent(), rounds=4)

    slow = act is acts.be_silent

    assert states == [STAFF if slow else APPLIED]
    assert acs.made["I1"] == (0 if slow else 1)


async def test_what_an_older_run_had_sent_is_looked_for_three_times_before_it_is_sent_again(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        first = await replayed(tmp_path, acs, lent(), rounds=2, before=SENDING)
        sent = acs.count(CheckoutRequest)
        second = await replayed(tmp_path, acs, rounds=3)

    assert (first, sent) == ([SENDING], 0)
    assert (second, acs.made["I1"]) == ([APPLIED], 1)


async def test_a_system_that_hangs_up_each_time_gets_a_loan_three_times_at_most(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        acs.plan("11", *[acts.hang_up] * 9)
        states = await replayed(tmp_path, acs, lent(), lent(2, "I2", "P2"), rounds=12)

    assert states == [STAFF, STAFF]
    assert acs.count(CheckoutRequest) == 6


def saying(**changes: object) -> Act:
    """Do what is asked, and say something else of it."""

    async def act(talk: Talk) -> None:
        talk.send(talk.line(replace(talk.commit(), **changes)))  # type: ignore[arg-type] # tests say what they do

    return act


async def test_a_no_to_a_second_sending_may_mean_that_the_first_one_had_succeeded(tmp_path: Path) -> None:
    async with FakeAcs(again=Again.REFUSES) as acs:
        acs.plan("11", acts.commit_and_hang_up)
        acs.plan("63", answer, saying(charged_items=(), charged_items_count=0))
        acs.plan("17", answer, saying(circulation_status="03"))
        states = await replayed(tmp_path, acs, lent(), rounds=2)

    assert (states, acs.made["I1"], acs.count(CheckoutRequest)) == ([APPLIED], 1, 2)


async def test_what_the_patron_has_for_too_short_is_renewed_until_the_printed_day(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("17", answer, saying(due_date="20261220    235900"))
        states = await replayed(tmp_path, acs, lent(due=DUE + timedelta(days=9)), profile=NO_BLOCK)
    [renewal] = [message for message in acs.seen if isinstance(message, RenewRequest)]

    assert (states, acs.count(CheckoutRequest)) == ([RENEWED], 0)
    assert (renewal.no_block, str(renewal.nb_due_date)) == (True, "2026-12-15 23:59:00")


async def test_a_loan_that_does_not_stand_in_the_list_is_for_staff_whatever_its_answer_said(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        acs.plan("63", answer, saying(charged_items=(), charged_items_count=0))
        states = await replayed(tmp_path, acs, lent())

    assert states == [STAFF]


async def test_a_return_ends_the_loan_that_the_same_journal_made(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        states = await replayed(tmp_path, acs, lent(), returned(2), loan_days=1)

    assert (states, acs.loans) == ([APPLIED] * 2, {})


async def test_a_return_does_not_end_a_loan_whose_day_nobody_says(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P2"}, overrides={"due_date": None}) as acs:
        states = await replayed(tmp_path, acs, returned())

    assert (states, acs.count(CheckinRequest)) == ([STAFF], 0)


async def test_a_return_that_a_slow_system_never_answered_is_for_staff_after_three_looks(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        acs.plan("09", acts.be_silent)
        early = await replayed(tmp_path, acs, returned(), returned(2, "I2"), rounds=3)
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        (tmp_path / "longer").mkdir()
        acs.plan("09", acts.be_silent)
        late = await replayed(tmp_path / "longer", acs, returned(), returned(2, "I2"), rounds=4)

    assert (early, late) == ([SENDING, APPLIED], [STAFF, APPLIED])


@pytest.mark.parametrize("code", ["17", "09"])
async def test_an_answer_about_another_item_says_nothing_and_it_is_asked_again(tmp_path: Path, code: str) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        acs.plan(code, saying(item_id="I9"))
        states = await replayed(tmp_path, acs, returned(), rounds=2)

    assert (states, acs.desk.checkins["I1"]) == ([APPLIED], 1)


async def test_a_refused_loan_is_for_staff_and_in_nobodys_way(tmp_path: Path) -> None:
    async with FakeAcs(refuse={"I1": Refusal.ITEM_NOT_FOR_LOAN}) as acs:
        states = await replayed(tmp_path, acs, lent(), lent(2, "I2"))

    assert states == [STAFF, APPLIED]


async def test_a_day_earlier_than_the_printed_one_is_for_staff(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        states = await replayed(tmp_path, acs, lent(due=DUE + timedelta(days=1)))

    assert (states, acs.loans) == ([STAFF], {"I1": "P1"})


async def test_a_loan_that_was_promised_no_day_is_proven_by_the_borrower_alone(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        states = await replayed(tmp_path, acs, lent(due=None))

    assert states == [APPLIED]


async def test_what_the_patron_has_already_is_left_alone_or_renewed_but_never_lent(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P1"}, again=Again.RENEWS) as acs:
        enough = await replayed(tmp_path, acs, lent())
        renewals = acs.count(RenewRequest)
        both = await replayed(tmp_path, acs, lent(2, due=DUE + timedelta(days=9)))

    assert (enough, renewals, both) == ([APPLIED], 0, [APPLIED, STAFF])
    assert (acs.count(CheckoutRequest), acs.count(RenewRequest)) == (0, 1)


async def test_what_somebody_else_has_is_not_lent_again(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        states = await replayed(tmp_path, acs, lent(), rounds=2)

    assert (states, acs.loans, acs.count(CheckoutRequest)) == ([STAFF], {"I1": "P2"}, 0)


async def test_an_unknown_card_and_a_list_of_titles_are_for_staff(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        unknown = lent(patron="P9")
        acs.loans["I7"] = "P2"
        acs.desk.titles_in_lists = True
        states = await replayed(tmp_path, acs, unknown, lent(2, "I2", "P2"))

    assert (states, acs.count(CheckoutRequest)) == ([STAFF, STAFF], 0)


async def test_a_return_does_not_end_a_loan_that_may_be_newer(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        states = await replayed(tmp_path, acs, returned(), loan_days=14)

    assert (states, acs.loans, acs.count(CheckinRequest)) == ([STAFF], {"I1": "P2"}, 0)


async def test_a_return_of_what_is_back_already_is_done(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        states = await replayed(tmp_path, acs, returned())

    assert (states, acs.count(CheckinRequest)) == ([APPLIED], 0)


@pytest.mark.parametrize("act", [*BREAKS_AFTER[:3], acts.commit_and_be_silent], ids=named)
async def test_a_return_whose_answer_was_lost_is_not_sent_again(tmp_path: Path, act: Act) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        acs.desk.repeats = False
        acs.plan("09", act)
        states = await replayed(tmp_path, acs, returned(), rounds=2)

    assert (states, acs.desk.checkins["I1"]) == ([APPLIED], 1)


async def test_a_return_that_was_not_carried_out_is_sent_again(tmp_path: Path) -> None:
    async with FakeAcs(loans={"I1": "P2"}) as acs:
        acs.plan("09", acts.hang_up)
        states = await replayed(tmp_path, acs, returned(), rounds=2)

    assert (states, acs.desk.checkins["I1"], acs.loans) == ([APPLIED], 1, {})


async def test_what_nobody_answers_is_not_in_the_way_of_the_rest(tmp_path: Path) -> None:
    async def not_of_p1(talk: Talk) -> None:
        message = talk.received.message
        await (acts.hang_up if isinstance(message, PatronInformationRequest) and message.patron_id == "P1" else answer)(
            talk
        )

    async with FakeAcs() as acs:
        acs.plan("63", *[not_of_p1] * 9)
        states = await replayed(tmp_path, acs, lent(), lent(2, "I2", "P2"), rounds=2)

    assert states == [KeptState.KEPT, APPLIED]


async def test_a_number_that_cannot_travel_and_an_unknown_item_are_for_staff(tmp_path: Path) -> None:
    async with FakeAcs() as acs:
        acs.desk.unknown.add("I5")
        states = await replayed(tmp_path, acs, lent(1, "A|B"), returned(2, "A|B"), returned(3, "I5"))

    assert states == [STAFF] * 3


def test_our_own_server_and_koha_are_told_in_other_ways() -> None:
    systems = [system_for(FakeAcs(), profile=PROFILES[name]) for name in ("own", "koha")]

    assert [system.replayed for system in systems] == [None, None]
