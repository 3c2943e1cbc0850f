"""Fees are acknowledged before the loan, told once, and paid once."""

from typing import Any

import pytest
from sqlalchemy import select

from library.lending.rules import LoanRule
from server.store.account_models import Fee, FeeEnd, FeeReason, Payment, PaymentPart
from server.store.engine import transaction
from server.store.models import Card, Copy
from sip2.agreement import MESSAGE_LIMIT, Agreement, Encoding
from sip2.codec import encode
from sip2.fields import Summary
from sip2.messages import (
    CheckinResponse,
    CheckoutResponse,
    FeePaidResponse,
    ItemInformationResponse,
    PatronInformationResponse,
)
from tests.support.sip2_lines import about, checkin, checkout, information, line_to, payment, serving
from tests.support.small_library import DE_MEN, KIEU, MAI, NAM, NOON, UNKNOWN_CARD, SmallLibrary


@pytest.fixture
def costly(library: SmallLibrary) -> SmallLibrary:
    """Give a library in which each loan costs 5,000 đồng."""
    return library.with_rules(LoanRule(lending_fee=5000))


def fees(library: SmallLibrary) -> list[tuple[int, int, FeeEnd | None]]:
    with transaction(library.engine) as session:
        return [(fee.amount, fee.paid, fee.ended_as) for fee in session.scalars(select(Fee).order_by(Fee.id))]


def payments(library: SmallLibrary) -> list[tuple[int, str | None]]:
    with transaction(library.engine) as session:
        return [(paid.amount, paid.reference) for paid in session.scalars(select(Payment).order_by(Payment.id))]


async def test_a_loan_that_costs_is_made_only_when_the_fee_is_acknowledged(costly: SmallLibrary) -> None:
    async with serving(costly) as port, line_to(port) as line:
        seen = await line.ask(about(DE_MEN), ItemInformationResponse)
        asked = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)
        before = (costly.loans(), fees(costly))
        lent = await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)

    assert (seen.fee_type, seen.fee_amount, seen.currency) == ("06", "5000", "VND")
    assert (asked.ok, asked.fee_type, asked.fee_amount, asked.currency) == (False, "06", "5000", "VND")
    assert asked.extension("XR") == "fee_not_acknowledged"
    assert asked.screen_messages == ("Phí là 5.000 đồng. Bạn đồng ý thì mới làm tiếp.",)
    assert before == ([], [])
    assert (lent.ok, lent.fee_amount) == (True, "5000")
    assert fees(costly) == [(5000, 0, None)]


async def test_the_line_of_a_fee_says_what_it_is_for(costly: SmallLibrary) -> None:
    async with serving(costly) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)

    (loan,) = costly.loans()
    with transaction(costly.engine) as session:
        (fee,) = session.scalars(select(Fee))
        assert (fee.reason, fee.loan_id, fee.created_at) == (FeeReason.LENDING, loan.id, NOON)


async def test_a_loan_without_a_fee_says_nothing_of_one(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        lent = await line.ask(checkout(MAI, DE_MEN), CheckoutResponse)

    assert (lent.fee_type, lent.fee_amount, lent.currency) == (None, None, None)
    assert fees(library) == []


async def test_a_loan_that_never_began_costs_nothing(costly: SmallLibrary) -> None:
    async with serving(costly) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        await line.ask(checkin(DE_MEN, cancel="Y"), CheckinResponse)
        account = await line.ask(information(MAI), PatronInformationResponse)

    assert fees(costly) == [(5000, 0, FeeEnd.WAIVED)]
    assert account.fee_amount == "0"


async def test_payments_go_to_the_oldest_lines_in_parts(costly: SmallLibrary) -> None:
    async with serving(costly) as port, line_to(port) as line:
        for item in (DE_MEN, KIEU):
            await line.ask(checkout(MAI, item, fee_acknowledged="Y"), CheckoutResponse)
        first = await line.ask(payment(MAI, "7000", "b-1"), FeePaidResponse)
        part = fees(costly)
        second = await line.ask(payment(MAI, "3000.00", "b-2"), FeePaidResponse)

    assert (first.payment_accepted, first.transaction_id) == (True, "b-1")
    assert part == [(5000, 5000, FeeEnd.PAID), (5000, 2000, None)]
    assert second.payment_accepted
    assert fees(costly) == [(5000, 5000, FeeEnd.PAID), (5000, 5000, FeeEnd.PAID)]
    with transaction(costly.engine) as session:
        parts = session.scalars(select(PaymentPart.amount).order_by(PaymentPart.payment_id, PaymentPart.fee_id)).all()
    assert parts == [5000, 2000, 3000]


async def test_the_same_number_is_the_same_payment_in_whatever_message(costly: SmallLibrary) -> None:
    async with serving(costly) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        first = await line.ask(payment(MAI, "2000", "b-1"), FeePaidResponse)
        again = await line.ask(payment(MAI, "2000", "b-1", fee_id="7"), FeePaidResponse)
        more = await line.ask(payment(MAI, "2500", "b-1"), FeePaidResponse)
        others = await line.ask(payment(NAM, "2000", "b-1"), FeePaidResponse)

    assert (first.payment_accepted, again.payment_accepted) == (True, True)
    assert (more.extension("XR"), others.extension("XR")) == ("payment_invalid", "payment_invalid")
    assert payments(costly) == [(2000, "b-1")]


@pytest.mark.parametrize(
    ("amount", "changes", "reason", "word"),
    [
        ("5001", {}, "payment_too_high", "5.000 đồng"),
        ("5000", {"currency": "USD"}, "payment_invalid", "không ghi được"),
        ("0", {}, "payment_invalid", "không ghi được"),
        ("-5000", {}, "payment_invalid", "không ghi được"),
        ("5000.50", {}, "payment_invalid", "không ghi được"),
        ("", {}, "payment_invalid", "không ghi được"),
        ("five", {}, "payment_invalid", "không ghi được"),
        ("9" * 40, {}, "payment_invalid", "không ghi được"),
        ("5000", {"patron_password": "1111"}, "wrong_pin", "PIN"),
    ],
)
async def test_a_payment_that_does_not_fit_is_refused_whole(
    costly: SmallLibrary, amount: str, changes: dict[str, Any], reason: str, word: str
) -> None:
    async with serving(costly) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        answer = await line.ask(payment(MAI, amount, "b-1", **changes), FeePaidResponse)

    assert (answer.payment_accepted, answer.extension("XR")) == (False, reason)
    assert word in answer.screen_messages[0]
    assert (payments(costly), fees(costly)) == ([], [(5000, 0, None)])


@pytest.mark.parametrize("number", ["b 1", "x" * 65], ids=["blank", "long"])
async def test_a_payment_with_a_number_that_cannot_be_kept_is_refused(costly: SmallLibrary, number: str) -> None:
    async with serving(costly) as port, line_to(port) as line:
        await line.ask(checkout(MAI, DE_MEN, fee_acknowledged="Y"), CheckoutResponse)
        answer = await line.ask(payment(MAI, "5000", number), FeePaidResponse)

    assert (answer.payment_accepted, answer.extension("XR")) == (False, "payment_invalid")


async def test_a_payment_for_nobody_or_for_nothing_is_refused(library: SmallLibrary) -> None:
    async with serving(library) as port, line_to(port) as line:
        nobody = await line.ask(payment(UNKNOWN_CARD, "1000"), FeePaidResponse)
        nothing = await line.ask(payment(MAI, "1000"), FeePaidResponse)

    assert (nobody.extension("XR"), nothing.extension("XR")) == ("patron_unknown", "payment_too_high")


async def test_many_fees_of_books_with_long_titles_come_in_pages_that_sip2_can_carry(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        copy = session.scalars(select(Copy).where(Copy.item_number == DE_MEN)).one()
        copy.record.title = "Những cuộc phiêu lưu " * 20
        patron_id = session.scalars(select(Card.patron_id).where(Card.number == MAI)).one()
        session.add_all(
            Fee(
                patron_id=patron_id,
                reason=FeeReason.LENDING,
                amount=1000 + number,
                created_at=NOON,
                record_id=copy.record_id,
            )
            for number in range(150)
        )
    lines: list[str] = []
    sizes: list[int] = []
    async with serving(library) as port, line_to(port) as line:
        while len(lines) < 150:
            asked = information(MAI, Summary.FINES, start_item=str(len(lines) + 1))
            page = await line.ask(asked, PatronInformationResponse)
            sizes.append(len(encode(page, Agreement(encoding=Encoding.UTF_8))))
            assert page.fine_items, "a page that gives nothing would be asked for without end"
            lines += page.fine_items

    assert max(sizes) <= MESSAGE_LIMIT
    assert (len(lines), len(set(lines)), page.fine_items_count) == (150, 150, 150)
