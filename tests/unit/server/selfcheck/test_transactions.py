"""A transaction that bears its own number (XT) is done once, whatever else stands in its messages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from library.lending.rules import LoanRule
from server.store.account_models import DoneTransaction, Payment
from server.store.engine import transaction
from sip2.layout import Request
from sip2.messages import (
    CheckinResponse,
    CheckoutResponse,
    FeePaidResponse,
    HoldResponse,
    RenewResponse,
)
from tests.support.sip2_lines import AT_NOON, checkin, checkout, hold, line_to, payment, renewal, serving
from tests.support.small_library import (
    DE_MEN,
    HUB_TERMINAL,
    MAI,
    NAM,
    SCHOOL_BOOK,
    SCHOOL_TERMINAL,
    TAT_DEN,
    UNKNOWN_ITEM,
    SmallLibrary,
)
from tests.support.waiting import eventually

LATER = AT_NOON + timedelta(minutes=2)


def numbered(request: Request, number: str = "k1-000001", **changes: Any) -> Any:
    return replace(request, extensions=(("XT", number),), **changes)


def done(library: SmallLibrary) -> list[DoneTransaction]:
    with transaction(library.engine) as session:
        return list(session.scalars(select(DoneTransaction).order_by(DoneTransaction.transaction_id)))


async def test_a_loan_with_other_bytes_and_the_same_number_is_the_same_loan(library: SmallLibrary) -> None:
    async with serving(library) as port:
        async with line_to(port) as line:
            first = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        library.clock.advance(timedelta(minutes=2))
        async with line_to(port) as line:
            again = await line.ask(numbered(checkout(MAI, DE_MEN, at=LATER, renew=True)), CheckoutResponse)

    assert (first.ok, first.extension("XT"), again) == (True, "k1-000001", first)
    assert [loan.renewals for loan in library.loans()] == [0]
    assert len(done(library)) == 1


async def test_each_number_is_a_transaction_of_its_own(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        first = await line.ask(numbered(checkout(MAI, DE_MEN), "a"), CheckoutResponse)
        second = await line.ask(numbered(checkout(MAI, DE_MEN), "b"), CheckoutResponse)

    assert (first.ok, second.ok) == (True, False)
    assert (second.extension("XR"), second.extension("XT")) == ("item_on_loan_to_same_patron", "b")
    assert [row.transaction_id for row in done(library)] == ["a"]


async def test_the_same_number_of_another_terminal_is_another_transaction(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port, login=False) as hub, line_to(port, login=False) as school:
        await hub.login(HUB_TERMINAL)
        await school.login(SCHOOL_TERMINAL)
        await hub.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        other = await school.ask(numbered(checkout(NAM, TAT_DEN)), CheckoutResponse)

    assert other.ok
    assert library.open_items(NAM) == [TAT_DEN]


@pytest.mark.parametrize(
    "other",
    [checkout(NAM, DE_MEN), checkout(MAI, TAT_DEN), checkin(DE_MEN), renewal(MAI, DE_MEN), payment(MAI, "1000")],
    ids=["another card", "another item", "09", "29", "37"],
)
async def test_a_number_used_for_something_else_changes_nothing(library: SmallLibrary, other: Request) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        await line.write(line.connection.send(numbered(other)))
        answer = (await line.next_received()).message

    assert getattr(answer, "ok", None) in {False, None}
    assert (answer.extension("XR"), answer.extension("XT")) == ("other", "k1-000001")
    assert library.open_items(MAI) == [DE_MEN]
    assert len(library.loans()) == 1


async def test_a_refusal_is_no_transaction_and_may_become_a_loan(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(NAM, DE_MEN), CheckoutResponse)
        refused = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        still = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        lent = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)

    assert (refused.ok, still, lent.ok) == (False, refused, True)


@pytest.mark.parametrize(
    ("next_card", "reason"),
    [
        (None, "item_not_on_loan"),
        (NAM, "item_on_loan"),
        (MAI, "item_on_loan_to_same_patron"),
    ],
    ids=["returned", "lent to another", "lent again"],
)
async def test_a_loan_that_has_ended_is_neither_told_nor_made_again(
    library: SmallLibrary, next_card: str | None, reason: str
) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        if next_card is not None:
            await line.ask(checkout(next_card, DE_MEN, at=LATER), CheckoutResponse)
        loans = len(library.loans())
        again = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)

    assert (again.ok, again.desensitize, again.extension("XR")) == (False, False, reason)
    assert len(library.loans()) == loans


async def test_a_loan_renewed_since_is_told_with_its_new_due_date(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        first = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)
        library.clock.advance(timedelta(days=3))
        renewed = await line.ask(numbered(renewal(MAI, DE_MEN), "k1-000002"), RenewResponse)
        again = await line.ask(numbered(checkout(MAI, DE_MEN)), CheckoutResponse)

    assert (again.ok, again.renewal_ok, again.desensitize) == (True, False, True)
    assert first.due_date != again.due_date == renewed.due_date


@pytest.mark.parametrize("named", [(DE_MEN, None), (None, "Dế Mèn phiêu lưu ký")], ids=["AB", "AJ"])
async def test_a_renewal_is_done_once_and_not_told_of_a_loan_that_has_ended(
    library: SmallLibrary, named: tuple[str | None, str | None]
) -> None:
    item, title = named
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        first = await line.ask(numbered(renewal(MAI, item, title=title)), RenewResponse)
        again = await line.ask(numbered(renewal(MAI, item, title=title, at=LATER)), RenewResponse)
        await line.ask(checkin(DE_MEN), CheckinResponse)
        ended = await line.ask(numbered(renewal(MAI, item, title=title)), RenewResponse)

    assert (first.ok, again, ended.ok, ended.extension("XR")) == (True, first, False, "item_not_on_loan")
    assert [loan.renewals for loan in library.loans()] == [1]


async def test_a_return_told_again_does_not_end_the_next_loan(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        first = await line.ask(numbered(checkin(DE_MEN)), CheckinResponse)
        await line.ask(checkout(NAM, DE_MEN, at=LATER), CheckoutResponse)
        again = await line.ask(numbered(checkin(DE_MEN, at=LATER)), CheckinResponse)

    assert (first.ok, first.extension("XT"), again) == (True, "k1-000001", first)
    assert library.open_items(NAM) == [DE_MEN]


async def test_a_return_of_an_unknown_item_is_no_transaction(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(numbered(checkin(UNKNOWN_ITEM)), CheckinResponse)

    assert (answer.ok, answer.extension("XR"), answer.extension("XT")) == (False, "item_unknown", "k1-000001")
    assert done(library) == []


async def test_a_hold_is_placed_once_and_told_as_it_stands(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(NAM, TAT_DEN), CheckoutResponse)
        first = await line.ask(numbered(hold(MAI, TAT_DEN)), HoldResponse)
        waiting = await line.ask(numbered(hold(MAI, TAT_DEN, at=LATER)), HoldResponse)
        await line.ask(checkin(TAT_DEN), CheckinResponse)
        ready = await line.ask(numbered(hold(MAI, TAT_DEN)), HoldResponse)
        cancelled = await line.ask(numbered(hold(MAI, TAT_DEN, "-"), "k1-000002"), HoldResponse)
        again = await line.ask(numbered(hold(MAI, TAT_DEN, "-", at=LATER), "k1-000002"), HoldResponse)
        over = await line.ask(numbered(hold(MAI, TAT_DEN)), HoldResponse)

    assert (first.ok, first.queue_position, waiting) == (True, "1", first)
    assert (ready.ok, ready.available, ready.item_id) == (True, True, TAT_DEN)
    assert (cancelled.ok, again) == (True, cancelled)
    assert (over.ok, over.extension("XR")) == (False, "hold_unknown")


async def test_a_payment_is_written_down_once(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(lending_fee=5000))
    async with serving(library) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        first = await line.ask(numbered(payment(MAI, "5000")), FeePaidResponse)
        again = await line.ask(numbered(payment(MAI, "5000", at=LATER)), FeePaidResponse)
        another_amount = await line.ask(numbered(payment(MAI, "4000")), FeePaidResponse)

    assert (first.payment_accepted, again) == (True, first)
    assert (another_amount.payment_accepted, another_amount.extension("XR")) == (False, "other")
    with transaction(library.engine) as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1


async def test_when_the_words_are_forgotten_it_is_still_known_what_was_done(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(lending_fee=5000, loan_days=30))
    requests: list[Request] = [
        numbered(checkout(MAI, DE_MEN, fee_acknowledged="Y"), "a"),
        numbered(renewal(MAI, DE_MEN), "b"),
        numbered(checkin(SCHOOL_BOOK), "c"),
        numbered(payment(MAI, "5000"), "d"),
        numbered(hold(NAM, DE_MEN), "e"),
        numbered(hold(NAM, DE_MEN, "-"), "f"),
    ]

    async def ask_all() -> list[Any]:
        async with serving(library, keep_answers_days=7) as port, line_to(port) as line:
            told = []
            for request in requests:
                await line.write(line.connection.send(request))
                told.append((await line.next_received()).message)
            return told

    first = await ask_all()
    library.clock.advance(timedelta(days=8))
    async with serving(library, keep_answers_days=7):
        await eventually(lambda: {row.answer for row in done(library)} == {None})
    again = await ask_all()

    assert [(row.transaction_id, row.answer) for row in done(library)] == [(letter, None) for letter in "abcdef"]
    assert [getattr(answer, "ok", True) for answer in first] == [True] * 6
    # The hold was cancelled; all else still is as it was.
    assert [getattr(answer, "ok", True) for answer in again] == [True, True, True, True, False, True]
    assert [answer.extension("XT") for answer in again] == list("abcdef")
    assert (again[0].due_date, again[2].alert_type, again[2].destination_location) == (
        again[1].due_date,
        "04",
        "VN-QN-TH1",
    )
    assert len(library.loans()) == 1


async def test_a_transaction_is_known_for_more_than_a_year_and_not_for_ever(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        await line.ask(numbered(checkin(DE_MEN)), CheckinResponse)
    library.clock.advance(timedelta(days=366))
    async with serving(library) as port, line_to(port) as line:
        await eventually(lambda: [row.answer for row in done(library)] == [None])
    library.clock.advance(timedelta(days=40))

    async with serving(library):
        await eventually(lambda: done(library) == [])


@pytest.mark.parametrize("number", ["", "a b", "a" * 65, "đ"])
async def test_a_number_of_another_shape_is_none(library: SmallLibrary, number: str) -> None:
    async with serving(library) as port, line_to(port) as line:
        answer = await line.ask(numbered(checkout(MAI, DE_MEN), number), CheckoutResponse)

    assert (answer.ok, answer.extension("XT")) == (True, None)
    assert done(library) == []
