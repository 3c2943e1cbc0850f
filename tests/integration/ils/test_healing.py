"""A kiosk that ended between a loan and its alarm: the same patron lays the item down again."""

from dataclasses import replace

import pytest

from kiosk.ils.profiles import Profile
from kiosk.ports import Refused
from library.lending.refusals import Refusal
from sip2.messages import CheckoutRequest, ItemInformationRequest
from tests.support import acs_acts as acts
from tests.support.acs import FakeAcs
from tests.support.sip2_kiosk import BOOK, LOAN, MAI, OWN, STANDS, FakeJournal, system_for
from tests.support.waiting import in_time

OWED = frozenset({"I1"})


async def test_a_loan_whose_alarm_is_owed_is_given_to_its_patron_again_and_none_is_made() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        journal = FakeJournal(acs, owed_before=OWED)
        system = system_for(acs, journal)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert outcome == STANDS
    assert (journal.state, journal.alarm_owed) == ({LOAN: "settled"}, {LOAN: True})
    assert (acs.count(CheckoutRequest), acs.count(ItemInformationRequest), acs.made["I1"]) == (1, 1, 0)


async def test_it_is_given_without_title_and_date_where_the_item_cannot_be_asked_about() -> None:
    async with FakeAcs(loans={"I1": "P1"}) as acs:
        acs.plan("17", acts.hang_up, acts.hang_up)
        system = system_for(acs, FakeJournal(acs, owed_before=OWED))
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert outcome == replace(STANDS, title="", due=None)


@pytest.mark.parametrize(
    ("loans", "journal", "profile", "refusal"),
    [
        ({"I1": "P1"}, FakeJournal(), OWN, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
        ({"I1": "P1"}, FakeJournal(owed_before=frozenset({"I2"})), OWN, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
        ({"I1": "P1"}, FakeJournal(owed_before=OWED, full={"alarm_is_owed"}), OWN, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
        ({"I1": "P1"}, FakeJournal(owed_before=OWED), replace(OWN, reads_xr=False), Refusal.OTHER),
        ({"I1": "P2"}, FakeJournal(owed_before=OWED), OWN, Refusal.ITEM_ON_LOAN),
    ],
    ids=["nothing owed", "another item's", "full disk", "no reason given", "another patron's loan"],
)
async def test_any_other_refusal_stays_one(
    loans: dict[str, str], journal: FakeJournal, profile: Profile, refusal: Refusal
) -> None:
    async with FakeAcs(loans=loans) as acs:
        system = system_for(acs, journal, profile)
        outcome = await in_time(system.lend(LOAN, MAI, BOOK))
        system.close()

    assert isinstance(outcome, Refused)
    assert outcome.refusal is refusal
    assert journal.alarm_owed == {LOAN: False}
