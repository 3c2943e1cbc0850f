"""Bank transfers: one reference a wish, money applied once whoever tells of it, and nothing of a reader's lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from library.lending.refusals import Refusal
from library.paying.reference import reference_of
from server.circulation.circumstances import owed_by
from server.circulation.fee_counter import FeeCounter, Signed, WrittenFee
from server.circulation.refusals import Refused
from server.circulation.transfer_book import Told, TransferBook, TransferTrouble
from server.circulation.transfer_statement import import_statement
from server.circulation.transfers import SHOWN_FOR, Arrived, Opened, open_transfer
from server.errors import ImportFileError
from server.store.account_models import FeeReason, Payment
from server.store.engine import open_engine, transaction
from server.store.writer import WriterQueue
from tests.support.small_library import MAI, NAM, UNKNOWN_CARD, ZONE, SmallLibrary


class Books:
    """Fees and transfers over one store."""

    def __init__(self, library: SmallLibrary, queue: WriterQueue) -> None:
        self.library = library
        self.fees = FeeCounter(library.engine, queue, "VN-QN", ZONE)
        self.transfers = TransferBook(library.engine, queue, library.clock)
        self._forms = 0

    async def owe(self, amount: str, card: str = MAI) -> None:
        fee = WrittenFee(FeeReason.LOST, amount)
        assert await self.fees.write(self.patron(card), fee, self.signed(), self.library.clock()) is None

    def patron(self, card: str = MAI) -> int:
        found = self.fees.patron_of(card)
        assert found is not None
        return found

    def signed(self) -> Signed:
        return Signed("Lan", "", self.form())

    def form(self) -> str:
        self._forms += 1
        return f"form-{self._forms}"

    async def open(self, card: str = MAI) -> Opened:
        opened = await self.transfers.open(self.library.hub, card)
        assert isinstance(opened, Opened)
        return opened

    async def confirm(self, reference: str, amount: str, form: str = "") -> Arrived | TransferTrouble:
        return await self.transfers.confirm(Told(reference, amount, "Lan", form or self.form()))

    def owed(self, card: str = MAI) -> int:
        with transaction(self.library.engine) as session:
            return owed_by(session, self.patron(card))

    def payments(self) -> int:
        with transaction(self.library.engine) as session:
            return session.scalar(select(func.count()).select_from(Payment)) or 0


@asynccontextmanager
async def books(library: SmallLibrary) -> AsyncIterator[Books]:
    async with WriterQueue(open_engine(library.url), "circulation-store") as queue:
        yield Books(library, queue)


def statement(folder: Path, *rows: str, columns: str = "number,amount,text") -> Path:
    path = folder / "statement.csv"
    path.write_text("\n".join((columns, *rows, "")), encoding="utf-8")
    return path


async def test_a_transfer_begins_with_all_that_is_owed_and_pays_nothing_yet(library: SmallLibrary) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        await desk.owe("12.000")
        opened = await desk.open()
        listed = desk.transfers.listing()

    assert (opened.amount, opened.until) == (62_000, library.clock() + SHOWN_FOR)
    assert (desk.owed(), desk.payments()) == (62_000, 0)
    assert [(each.reference, each.amount) for each in listed.awaited] == [(opened.reference, 62_000)]


async def test_nobody_pays_for_an_unknown_card_or_for_nothing(library: SmallLibrary) -> None:
    async with books(library) as desk:
        unknown = await desk.transfers.open(library.hub, UNKNOWN_CARD)
        nothing = await desk.transfers.open(library.hub, MAI)

    assert (unknown, nothing) == (Refused(Refusal.PATRON_UNKNOWN), None)


async def test_the_same_wish_is_the_same_transfer_until_something_changes(library: SmallLibrary) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        first = await desk.open()
        library.clock.now += timedelta(minutes=5)
        again = await desk.open()
        await desk.owe("1.000")
        more = await desk.open()
        library.clock.now += SHOWN_FOR
        later = await desk.open()

    assert (again.reference, again.until) == (first.reference, first.until + timedelta(minutes=5))
    assert len({first.reference, more.reference, later.reference}) == 3


async def test_a_reference_that_chance_gives_again_is_not_used_twice(library: SmallLibrary) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        await desk.owe("9.000", NAM)
    chance = iter([b"\1" * 5, b"\1" * 5, b"\2" * 5])
    with transaction(library.engine) as session:
        opened = [
            open_transfer(session, library.hub, card, library.clock(), lambda: next(chance)) for card in (MAI, NAM)
        ]

    assert [each.reference for each in opened if isinstance(each, Opened)] == [
        reference_of(b"\1" * 5),
        reference_of(b"\2" * 5),
    ]


async def test_money_pays_once_whoever_tells_of_it_and_however_often(library: SmallLibrary, tmp_path: Path) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        await desk.owe("9.000", NAM)
        opened = await desk.open()
        form = desk.form()
        twice = await asyncio.gather(*(desk.confirm(opened.reference, "50.000", form) for _ in range(2)))
        colleague = await desk.confirm(opened.reference, "50.000")
        file = statement(tmp_path, f"FT1,50000,MBVCB {opened.reference.lower()} CT", "FT2,-7000,phi")
        first = await asyncio.to_thread(import_statement, library.engine, file, library.clock())
        second = await asyncio.to_thread(import_statement, library.engine, file, library.clock())

    assert sorted(twice) == [Arrived.APPLIED, Arrived.KNOWN]
    assert colleague is TransferTrouble.BEFORE
    assert [(one.applied, one.known, one.passed_over) for one in (first, second)] == [(0, 1, 1), (0, 1, 1)]
    assert (desk.owed(), desk.owed(NAM), desk.payments()) == (0, 9_000, 1)
    assert desk.transfers.listing().awaited == ()


async def test_money_that_comes_after_the_kiosk_stopped_showing_it_counts(
    library: SmallLibrary, tmp_path: Path
) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        opened = await desk.open()
        library.clock.now += timedelta(days=3)
        file = statement(tmp_path, f'FT1,"50,000.00",{opened.reference}')
        done = await asyncio.to_thread(import_statement, library.engine, file, library.clock())
        account = desk.fees.account(desk.patron(), library.clock())

    assert (done.applied, desk.owed()) == (1, 0)
    assert account is not None
    assert (account.acts[0].words, account.acts[0].by) == (opened.reference, "bank statement")


async def test_too_little_pays_a_part_and_the_rest_may_come_later(library: SmallLibrary, tmp_path: Path) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        opened = await desk.open()
        rows = (f"FT1,20000,{opened.reference}", f"FT2,35000,{opened.reference}")
        done = await asyncio.to_thread(import_statement, library.engine, statement(tmp_path, *rows), library.clock())
        left = desk.transfers.listing().left_over

    assert (done.applied, done.left_over, desk.owed()) == (2, [3], 0)
    assert [(each.amount, each.left_over) for each in left] == [(35_000, 5_000)]


async def test_what_is_left_over_is_listed_until_it_was_given_back(library: SmallLibrary) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        opened = await desk.open()
        await desk.fees.take(desk.patron(), "50.000", desk.signed(), library.clock())
        became = await desk.confirm(opened.reference, "50.000")
        (left,) = desk.transfers.listing().left_over
        unsigned = await desk.transfers.give_back(left.arrival_id, " ")
        done = [await desk.transfers.give_back(left.arrival_id, by) for by in ("Lan", "Hoa")]
        nobody = await desk.transfers.give_back(0, "Lan")

    assert (became, left.left_over, desk.owed(), desk.payments()) == (Arrived.LEFT_OVER, 50_000, 0, 1)
    assert (unsigned, done, nobody) == (TransferTrouble.WHO, [None, None], TransferTrouble.UNKNOWN)
    assert desk.transfers.listing().left_over == ()


async def test_a_transfer_pays_what_it_was_meant_for_and_no_younger_fee(library: SmallLibrary) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        opened = await desk.open()
        await desk.owe("8.000")
        became = await desk.confirm(opened.reference, "58.000")

    assert (became, desk.owed()) == (Arrived.LEFT_OVER, 8_000)


@pytest.mark.parametrize(
    ("reference", "amount", "by", "trouble"),
    [
        ("TVABC", "50.000", "Lan", TransferTrouble.REFERENCE),
        ("right", "nothing", "Lan", TransferTrouble.AMOUNT),
        ("right", "50.000", "  ", TransferTrouble.WHO),
        ("right", "50.000", "L" * 61, TransferTrouble.TOO_LONG),
        ("TV222222222", "50.000", "Lan", TransferTrouble.UNKNOWN),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_kept(
    library: SmallLibrary, reference: str, amount: str, by: str, trouble: TransferTrouble
) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        opened = await desk.open()
        typed = opened.reference if reference == "right" else reference
        said = await desk.transfers.confirm(Told(typed, amount, by, "form-x"))
        formless = await desk.transfers.confirm(Told(opened.reference, "50.000", "Lan", ""))

    assert (said, formless) == (trouble, TransferTrouble.STALE)
    assert (desk.owed(), desk.payments()) == (50_000, 0)


async def test_a_form_is_not_used_for_another_transfer(library: SmallLibrary) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        await desk.owe("9.000", NAM)
        first, second = await desk.open(), await desk.open(NAM)
        await desk.confirm(first.reference, "50.000", "form-x")
        stale = await desk.confirm(second.reference, "9.000", "form-x")

    assert (stale, desk.owed(NAM)) == (TransferTrouble.STALE, 9_000)


async def test_rows_that_cannot_be_matched_are_named_by_their_line_alone(library: SmallLibrary, tmp_path: Path) -> None:
    async with books(library) as desk:
        await desk.owe("50.000")
        await desk.owe("9.000", NAM)
        opened, other = await desk.open(), await desk.open(NAM)
        await desk.confirm(opened.reference, "40.000")
        rows = (
            f"FT1,50000,{opened.reference}",
            "FT2,50000,TV222222222",
            f"FT3,50000,{opened.reference} {other.reference}",
            f"FT4,5.5,{other.reference}",
            f",9000,{other.reference}",
            "FT5,9000,tien sach cua Nam",
        )
        done = await asyncio.to_thread(import_statement, library.engine, statement(tmp_path, *rows), library.clock())

    assert [fault.line for fault in done.report.faults] == [2, 3, 4, 5, 6]
    assert not any(opened.reference in fault.words or "000" in fault.words for fault in done.report.faults)
    assert (done.applied, done.passed_over, desk.owed(), desk.owed(NAM)) == (0, 1, 10_000, 9_000)


def test_a_statement_with_other_columns_is_refused(library: SmallLibrary, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError):
        import_statement(library.engine, statement(tmp_path, columns="a,b"), library.clock())
