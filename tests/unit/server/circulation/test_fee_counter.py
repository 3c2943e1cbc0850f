"""Fees at the desk: what is written, waived and paid stays written, once, with who and when."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.circulation.fee_counter import (
    HIGHEST_AMOUNT,
    FeeAccount,
    FeeCounter,
    Signed,
    Trouble,
    WrittenFee,
    amount_of,
)
from server.circulation.fees import Money
from server.circulation.values import Paid, PatronAccount
from server.patrons.suspensions import suspend
from server.store.account_models import Fee, FeeReason, Payment, PaymentPart
from server.store.engine import open_engine, transaction
from server.store.fee_models import FeeAct, FeeActKind
from server.store.writer import WriterQueue
from tests.support.small_library import DE_MEN, MAI, NAM, UNKNOWN_CARD, UNKNOWN_ITEM, ZONE, SmallLibrary

LAN = Signed("Lan", "", "form-1")
LOST = WrittenFee(FeeReason.LOST, "50.000 đ", DE_MEN)


@asynccontextmanager
async def counter(library: SmallLibrary) -> AsyncIterator[FeeCounter]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        yield FeeCounter(library.engine, queue, "VN-QN", ZONE)


def of(book: FeeCounter, library: SmallLibrary, card: str = MAI) -> FeeAccount:
    patron_id = book.patron_of(card)
    assert patron_id is not None
    account = book.account(patron_id, library.clock())
    assert account is not None
    return account


async def test_a_written_fee_stands_on_the_account_that_a_kiosk_reads(library: SmallLibrary) -> None:
    async with counter(library) as book:
        before = of(book, library)
        trouble = await book.write(before.patron_id, LOST, replace(LAN, words="rách bìa"), library.clock())
        after = of(book, library)

    with transaction(library.engine) as session:
        kiosk = library.desk.patron(session, library.hub, MAI)
    assert isinstance(kiosk, PatronAccount)
    assert (trouble, before.owed, after.owed) == (None, 0, 50_000)
    assert [(fee.reason, fee.title, fee.owed) for fee in kiosk.fees] == [
        (FeeReason.LOST, "Dế Mèn phiêu lưu ký", 50_000)
    ]
    (act,) = after.acts
    assert (act.kind, act.amount, act.by, act.words, act.at) == (
        FeeActKind.WRITTEN,
        50_000,
        "Lan",
        "rách bìa",
        library.clock(),
    )


async def test_a_waived_fee_is_owed_no_longer_and_stays_written_with_its_reason(library: SmallLibrary) -> None:
    async with counter(library) as book:
        mai = of(book, library).patron_id
        await book.write(mai, LOST, LAN, library.clock())
        (line,) = of(book, library).lines
        await book.take(mai, "20.000", Signed("Lan", "", "form-2"), library.clock())
        trouble = await book.waive(mai, line.fee_id, Signed("Hoa", "tìm thấy sách", "form-3"), library.clock())
        after = of(book, library)

    with transaction(library.engine) as session:
        (fee,) = session.scalars(select(Fee))
    assert (trouble, after.owed, after.lines) == (None, 0, ())
    assert (fee.amount, fee.paid) == (50_000, 20_000)
    assert sorted((act.kind.value, act.amount, act.by, act.words) for act in after.acts) == [
        ("paid", 20_000, "Lan", ""),
        ("waived", 30_000, "Hoa", "tìm thấy sách"),
        ("written", 50_000, "Lan", ""),
    ]


async def test_money_pays_the_oldest_line_first(library: SmallLibrary) -> None:
    async with counter(library) as book:
        mai = of(book, library).patron_id
        for number, amount in enumerate(("3000", "5000"), start=1):
            library.clock.advance(timedelta(minutes=1))
            fee = WrittenFee(FeeReason.OTHER, amount)
            await book.write(mai, fee, Signed("Lan", "", f"w-{number}"), library.clock())
        await book.take(mai, "4.000", Signed("Lan", "", "p"), library.clock())
        after = of(book, library)

    with transaction(library.engine) as session:
        (payment,), parts = session.scalars(select(Payment)), session.scalars(select(PaymentPart)).all()
    assert [line.owed for line in after.lines] == [4000]
    assert (payment.amount, payment.terminal_id) == (4000, None)
    assert sorted(part.amount for part in parts) == [1000, 3000]


async def test_a_form_that_is_sent_twice_counts_once(library: SmallLibrary) -> None:
    async with counter(library) as book:
        mai = of(book, library).patron_id
        written = await asyncio.gather(*(book.write(mai, LOST, LAN, library.clock()) for _ in range(3)))
        paid = [await book.take(mai, "10000", Signed("Lan", "", "form-2"), library.clock()) for _ in range(2)]
        misused = await book.take(mai, "10000", LAN, library.clock())
        after = of(book, library)

    assert (written, paid, misused) == ([None] * 3, [None] * 2, Trouble.STALE)
    assert after.owed == 40_000
    assert len(after.acts) == 2


@pytest.mark.parametrize(
    ("fee", "signed", "trouble"),
    [
        (replace(LOST, amount=""), LAN, Trouble.AMOUNT),
        (replace(LOST, amount="0"), LAN, Trouble.AMOUNT),
        (replace(LOST, amount="-5000"), LAN, Trouble.AMOUNT),
        (replace(LOST, amount="20.5"), LAN, Trouble.AMOUNT),
        (replace(LOST, amount=str(HIGHEST_AMOUNT + 1)), LAN, Trouble.AMOUNT),
        (replace(LOST, item_number=UNKNOWN_ITEM), LAN, Trouble.ITEM),
        (replace(LOST, item_number="a\0b"), LAN, Trouble.ITEM),
        (LOST, replace(LAN, by=" \0"), Trouble.WHO),
        (LOST, replace(LAN, by="x" * 61), Trouble.TOO_LONG),
        (LOST, replace(LAN, words="x" * 301), Trouble.TOO_LONG),
        (LOST, replace(LAN, form=""), Trouble.STALE),
        (LOST, replace(LAN, form="x" * 33), Trouble.STALE),
    ],
)
async def test_what_is_filled_in_wrongly_writes_nothing(
    library: SmallLibrary, fee: WrittenFee, signed: Signed, trouble: Trouble
) -> None:
    async with counter(library) as book:
        answer = await book.write(of(book, library).patron_id, fee, signed, library.clock())

    with transaction(library.engine) as session:
        assert (answer, session.scalars(select(Fee)).all(), session.scalars(select(FeeAct)).all()) == (trouble, [], [])


async def test_what_cannot_be_waived_or_taken_is_said_and_changes_nothing(library: SmallLibrary) -> None:
    async with counter(library) as book:
        mai, nam = of(book, library).patron_id, of(book, library, NAM).patron_id
        await book.write(mai, LOST, LAN, library.clock())
        (line,) = of(book, library).lines
        answers = [
            await book.take(mai, "50001", Signed("Lan", "", "a"), library.clock()),
            await book.take(mai, "x", Signed("Lan", "", "b"), library.clock()),
            await book.waive(mai, line.fee_id, Signed("Lan", " ", "c"), library.clock()),
            await book.waive(nam, line.fee_id, Signed("Lan", "đền rồi", "d"), library.clock()),
            await book.waive(mai, 2**30, Signed("Lan", "đền rồi", "e"), library.clock()),
            await book.take(2**30, "1000", Signed("Lan", "", "f"), library.clock()),
        ]
        after = of(book, library)

    assert answers == [Trouble.TOO_HIGH, Trouble.AMOUNT, Trouble.WHY, Trouble.GONE, Trouble.GONE, Trouble.GONE]
    assert (after.owed, len(after.acts)) == (50_000, 1)


async def test_two_at_the_desk_take_no_more_than_is_owed(library: SmallLibrary) -> None:
    async with counter(library) as one, counter(library) as other:
        mai = of(one, library).patron_id
        await one.write(mai, LOST, LAN, library.clock())
        answers = await asyncio.gather(
            one.take(mai, "30000", Signed("Lan", "", "a"), library.clock()),
            other.take(mai, "30000", Signed("Hoa", "", "b"), library.clock()),
        )
        after = of(one, library)

    assert sorted(map(str, answers)) == ["None", "too_high"]
    assert after.owed == 20_000


async def test_what_a_kiosk_took_stands_in_the_history_too(library: SmallLibrary) -> None:
    async with counter(library) as book:
        mai = of(book, library).patron_id
        await book.write(mai, LOST, LAN, library.clock())
        library.clock.advance(timedelta(minutes=1))
        with transaction(library.engine) as session:
            taken = library.desk.fees.take(session, library.hub, MAI, Money(50_000, "00", "bk-1"))
        after = of(book, library)

    assert isinstance(taken, Paid)
    assert [(act.kind, act.by) for act in after.acts] == [
        (FeeActKind.PAID, library.hub.terminal_id),
        (FeeActKind.WRITTEN, "Lan"),
    ]


async def test_days_without_borrowing_are_shown_until_the_last_of_them(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
    (loan,) = library.loans()
    with transaction(library.engine) as session:
        suspend(session, loan, library.clock().date())
    async with counter(library) as book:
        today = of(book, library).suspended_until
        library.clock.advance(timedelta(days=1))
        tomorrow = of(book, library).suspended_until

    assert (today, tomorrow) == (date(2026, 7, 28), None)


async def test_nobody_is_found_by_a_card_that_is_none(library: SmallLibrary) -> None:
    async with counter(library) as book:
        found = [book.patron_of(card) for card in (UNKNOWN_CARD, "", "a\0b")]
        nobody = book.account(2**30, library.clock())

    assert (found, nobody) == ([None] * 3, None)


@given(st.integers(1, HIGHEST_AMOUNT), st.sampled_from([" đ", "đ", " đồng", "", " VND", "₫"]))
def test_an_amount_is_read_as_people_write_it(amount: int, unit: str) -> None:
    written = {
        f"{amount}{unit}",
        f"{amount:,}{unit}",
        f"{amount:,}{unit}".replace(",", "."),
        f" {amount:_}".replace("_", " "),
    }

    assert {amount_of(each) for each in written} == {amount}


@given(st.text(max_size=20))
def test_whatever_is_typed_is_an_amount_that_can_be_or_none(typed: str) -> None:
    amount = amount_of(typed)

    assert amount is None or 0 < amount <= HIGHEST_AMOUNT
