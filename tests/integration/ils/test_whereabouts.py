"""Whether an item is on loan to anybody, by a 17: asked before a tag is armed long after its return."""

from tests.support import acs_acts as acts
from tests.support.acs import FakeAcs
from tests.support.sip2_kiosk import BOOK, LOAN, MAI, system_for


async def test_what_is_lent_is_on_loan_and_what_is_not_is_not() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        before = await system.is_on_loan(BOOK)
        await system.lend(LOAN, MAI, BOOK)
        after = await system.is_on_loan(BOOK)
        system.close()

    assert (before, after) == (False, True)


async def test_a_library_system_that_does_not_answer_says_nothing() -> None:
    async with FakeAcs() as acs:
        system = system_for(acs)
        await system.identify(MAI)
        acs.plan("17", acts.be_silent, acts.be_silent)
        said = await system.is_on_loan(BOOK)
        system.close()

    assert said is None
