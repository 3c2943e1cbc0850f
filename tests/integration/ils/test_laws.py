"""Wherever a line is cut and whatever a server does: one loan, or none, and the answer is true."""

import asyncio
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ils.profiles import PROFILES
from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.values import Loan, Returned
from tests.support import acs_acts as acts
from tests.support.acs import Act, Again, FakeAcs
from tests.support.acs_desk import Desk
from tests.support.sip2_kiosk import (
    BOOK,
    BREAKS_AFTER_COMMIT,
    BREAKS_BEFORE,
    HARMLESS,
    LOAN,
    OWN,
    STANDS,
    FakeJournal,
    lend_once,
    system_for,
)
from tests.support.waiting import in_time


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
    async def play() -> tuple[FakeAcs, Loan | Refused | FeeAsked | Unanswered, str]:
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
    async def play() -> tuple[FakeAcs, Loan | Refused | FeeAsked | Unanswered, str]:
        async with FakeAcs(again=again) as acs:
            acs.plan("11", *acts_of_11)
            acs.plan("63", *acts_of_63)
            outcome, noted = await lend_once(acs, replace(OWN, sends=2))
            return acs, outcome, noted

    acs, outcome, noted = asyncio.run(play())

    assert acs.made["I1"] <= 1
    assert noted == ("unknown" if isinstance(outcome, Unanswered) else "settled")
    assert isinstance(outcome, Unanswered) or isinstance(outcome, Loan) == ("I1" in acs.loans)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["own", "koha", "generic"]),
    into=st.none() | st.integers(0, 500),
    out=st.none() | st.integers(0, 500),
    acts_of_09=st.lists(st.sampled_from([acts.hang_up, acts.commit_and_hang_up, acts.cut_answer]), max_size=3),
)
def test_whatever_goes_wrong_a_return_is_true_or_in_doubt(
    name: str, into: int | None, out: int | None, acts_of_09: list[Act]
) -> None:
    async def play() -> tuple[FakeAcs, Returned | Refused | Unanswered, str]:
        desk = Desk(repeats=name == "own")
        async with FakeAcs(loans={"I1": "P1"}, desk=desk, input_cut=into, output_cut=out) as acs:
            acs.plan("09", *acts_of_09)
            journal = FakeJournal()
            system = system_for(acs, journal, PROFILES[name])
            outcome = await in_time(system.take_back(LOAN, BOOK))
            system.close()
            return acs, outcome, journal.state[LOAN]

    acs, outcome, noted = asyncio.run(play())

    assert noted == ("unknown" if isinstance(outcome, Unanswered) else "settled")
    assert isinstance(outcome, Unanswered) or isinstance(outcome, Returned) == ("I1" not in acs.loans)
    assert acs.desk.returned["I1"] <= 1
    assert name != "own" or acs.desk.checkins["I1"] <= 1
