"""Wherever a line is cut and whatever a server does: one loan, or none, and the answer is true."""

import asyncio
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.values import Loan
from tests.support import acs_acts as acts
from tests.support.acs import Act, Again, FakeAcs
from tests.support.sip2_kiosk import (
    BREAKS_AFTER_COMMIT,
    BREAKS_BEFORE,
    HARMLESS,
    OWN,
    STANDS,
    lend_once,
)


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
