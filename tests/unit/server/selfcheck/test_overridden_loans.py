"""Staff at a kiosk let a refused loan through (XV): what is lent then, what is not, and what stands in the records."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from library.lending.overrides import Override, OverrideReason
from library.lending.refusals import Refusal
from library.lending.rules import LendingRules, LoanRule
from server.circulation.desk import LendingDesk
from server.circulation.values import HoldStanding
from server.store.account_models import HoldStage, LoanOverride
from server.store.engine import transaction
from sip2.messages import CheckoutResponse
from tests.support.hold_desk import lend, lose, reserve, stages, take_back
from tests.support.sip2_lines import checkout, line_to, serving
from tests.support.small_library import (
    BLOCKED,
    DAMAGED,
    DE_MEN,
    DICTIONARY,
    EXPIRED,
    MAI,
    NAM,
    SCHOOL_BOOK,
    TAT_DEN,
    UNKNOWN_ITEM,
    ZONE,
    SmallLibrary,
)


def overridden(card: str, item: str, *refusals: Refusal, number: str | None = "k1-000001") -> Any:
    """Make an 11 in which staff override refusals."""
    told = Override("quay-1", OverrideReason.STUDY, refusals).text
    numbered = () if number is None else (("XT", number),)
    return replace(checkout(card, item), extensions=(*numbered, ("XV", told)))


def records(library: SmallLibrary) -> list[LoanOverride]:
    with transaction(library.engine) as session:
        return list(session.scalars(select(LoanOverride)))


async def ask(library: SmallLibrary, *requests: Any) -> list[CheckoutResponse]:
    async with serving(library) as port, line_to(port) as line:
        return [await line.ask(request, CheckoutResponse) for request in requests]


async def test_a_book_of_the_reading_room_leaves_and_the_records_say_who_let_it_and_why(library: SmallLibrary) -> None:
    refused, lent = await ask(
        library,
        replace(checkout(MAI, DICTIONARY), extensions=(("XT", "k1-000000"),)),
        overridden(MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN),
    )

    assert (refused.extension("XR"), lent.ok, lent.desensitize) == ("item_not_for_loan", True, True)
    assert library.open_items(MAI) == [DICTIONARY]
    (noted,) = records(library)
    (loan,) = library.loans()
    assert (noted.loan_id, noted.staff_id, noted.reason) == (loan.id, "quay-1", OverrideReason.STUDY)
    assert (noted.refusals, noted.at) == ("item_not_for_loan", loan.lent_at)


async def test_an_overridden_loan_is_made_once_however_often_it_is_sent(library: SmallLibrary) -> None:
    first, again = await ask(library, *[overridden(MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN)] * 2)

    assert (first.ok, again) == (True, first)
    assert len(library.loans()) == len(records(library)) == 1


async def test_only_what_staff_met_is_overridden_and_the_next_reason_is_told(library: SmallLibrary) -> None:
    strict = library.with_rules(LoanRule(max_items=1), LoanRule(item_type="dictionary", max_items=1, for_loan=False))
    lend(strict, MAI, DE_MEN)
    one, both = await ask(
        strict,
        overridden(MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN),
        overridden(MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN, Refusal.PATRON_LIMIT_REACHED, number="k1-000002"),
    )

    assert (one.extension("XR"), both.ok) == ("patron_limit_reached", True)
    assert [each.refusals for each in records(strict)] == ["item_not_for_loan,patron_limit_reached"]


async def test_what_nobody_may_override_is_refused_as_before(library: SmallLibrary) -> None:
    lend(library, NAM, TAT_DEN)
    everything = (Refusal.ITEM_NOT_FOR_LOAN, Refusal.ITEM_RESERVED, Refusal.PATRON_LIMIT_REACHED)
    answers = await ask(
        library,
        overridden(MAI, TAT_DEN, *everything, number="k1-1"),
        overridden(MAI, UNKNOWN_ITEM, *everything, number="k1-2"),
        overridden(MAI, DAMAGED, *everything, number="k1-3"),
        overridden(BLOCKED, DE_MEN, *everything, number="k1-4"),
        overridden(EXPIRED, DE_MEN, *everything, number="k1-5"),
    )

    assert [answer.extension("XR") for answer in answers] == [
        "item_on_loan",
        "item_unknown",
        "item_not_for_loan",
        "patron_blocked",
        "patron_expired",
    ]
    assert records(library) == []


async def test_without_a_transaction_number_it_is_no_kiosk_of_ours(library: SmallLibrary) -> None:
    (answer,) = await ask(library, overridden(MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN, number=None))

    assert answer.extension("XR") == "item_not_for_loan"


async def test_a_library_that_lets_nothing_be_overridden_refuses(library: SmallLibrary) -> None:
    rules = LendingRules([LoanRule(item_type="dictionary", for_loan=False)], may_override=())
    strict = replace(library, desk=LendingDesk(rules, ZONE, library.clock))
    (answer,) = await ask(strict, overridden(MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN))

    assert (answer.ok, answer.extension("XR")) == (False, "item_not_for_loan")


async def test_whoever_a_reserved_book_was_kept_for_waits_again_at_the_old_place(library: SmallLibrary) -> None:
    for item in (SCHOOL_BOOK, DAMAGED):
        lose(library, item)
    lend(library, NAM, DE_MEN)
    assert isinstance(reserve(library, MAI, DE_MEN), HoldStanding)
    take_back(library, DE_MEN)
    assert stages(library) == [HoldStage.READY]
    (answer,) = await ask(library, overridden(NAM, DE_MEN, Refusal.ITEM_RESERVED))

    assert answer.ok
    assert stages(library) == [HoldStage.WAITING]
    library.clock.advance(timedelta(days=1))
    take_back(library, DE_MEN)
    assert stages(library) == [HoldStage.READY]
