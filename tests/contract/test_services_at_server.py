"""What a patron comes for beside a loan, between the kiosk's terminal and our server's SIP2 service."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ils.sip2 import Sip2LibrarySystem
from kiosk.ports import FeeAsked, Refused
from kiosk.session.values import (
    Account,
    HoldStage,
    ItemId,
    Loan,
    Money,
    Patron,
    PatronId,
    Pin,
    PinStanding,
    Returned,
    ReturnKind,
    TagUid,
    TransactionId,
)
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.fee_counter import FeeCounter, Signed, WrittenFee
from server.store.account_models import FeeReason
from server.store.engine import open_engine
from server.store.writer import WriterQueue
from sip2.messages import HoldRequest, HoldResponse
from tests.support.cut_line import line_cut
from tests.support.kiosk_at_server import FakeJournal, kiosk_at
from tests.support.sip2_lines import AT_NOON, line_to, serving
from tests.support.small_library import (
    DE_MEN,
    KIEU,
    LAO_HAC,
    MAI,
    NAM,
    SCHOOL_BOOK,
    SCHOOL_TERMINAL,
    SO_DO,
    TAT_DEN,
    UNKNOWN_ITEM,
    ZONE,
    SmallLibrary,
    build_library,
    open_library,
)
from tests.support.waiting import in_time

RIGHT, WRONG = Pin("2468"), Pin("1357")
PATRON, OTHER = PatronId(MAI), PatronId(NAM)
HUB, SCHOOL = "VN-QN", "VN-QN-TH1"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_library(tmp_path_factory.mktemp("library"), pin=RIGHT.text)


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    opened = open_library(Path(shutil.copy(built, tmp_path)))
    yield opened
    opened.engine.dispose()


class Transactions:
    """Numbers that were never used before."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self) -> TransactionId:
        self._count += 1
        return TransactionId(f"t-{self._count}")


async def lend(kiosk: Sip2LibrarySystem, new: Transactions, patron: PatronId, *items: str) -> None:
    for item in items:
        assert isinstance(await in_time(kiosk.lend(new(), patron, ItemId(item))), Loan)


async def reserve(port: int, card: str, item: str, place: str) -> None:
    request = HoldRequest(
        hold_mode="+",
        transaction_date=AT_NOON,
        institution_id="VN-QN",
        patron_id=card,
        pickup_location=place,
        item_id=item,
    )
    async with line_to(port) as terminal:
        assert (await terminal.ask(request, HoldResponse)).ok


async def test_a_pin_is_right_or_wrong_and_too_many_wrong_ones_are_a_refusal(library: SmallLibrary) -> None:
    async with serving(library) as port:
        kiosk = kiosk_at(port)
        right = await in_time(kiosk.identify(PATRON, RIGHT))
        wrong = [await in_time(kiosk.identify(PATRON, WRONG)) for _ in range(6)]
        without = await in_time(kiosk.identify(PATRON))
        kiosk.close()

    first, last = wrong[0], wrong[-1]
    assert isinstance(right, Patron)
    assert isinstance(first, Patron)
    assert (right.pin, first.pin) == (PinStanding.RIGHT, PinStanding.WRONG)
    assert isinstance(last, Refused)
    assert last.refusal is Refusal.PIN_LOCKED
    assert isinstance(without, Patron)


async def test_what_is_on_loan_and_owed_is_known_with_the_card(library: SmallLibrary) -> None:
    dear = library.with_rules(LoanRule(lending_fee=5000))
    async with serving(dear) as port:
        kiosk, new = kiosk_at(port), Transactions()
        asked = await in_time(kiosk.lend(new(), PATRON, ItemId(DE_MEN)))
        lent = await in_time(kiosk.lend(new(), PATRON, ItemId(DE_MEN), fee_agreed=True))
        patron = await in_time(kiosk.identify(PATRON))
        account = await in_time(kiosk.account(PATRON))
        kiosk.close()

    fee = Money(Decimal(5000), "VND")
    assert asked == FeeAsked(fee, "Dế Mèn phiêu lưu ký")
    assert isinstance(lent, Loan)
    assert isinstance(patron, Patron)
    assert (patron.charged, patron.fees, patron.own_may_leave) == ((ItemId(DE_MEN),), fee, True)
    assert isinstance(account, Account)
    assert (account.owed, len(account.fees), account.complete) == (fee, 1, True)


async def test_an_account_has_loans_by_due_date_and_holds_by_place(library: SmallLibrary) -> None:
    async with serving(library) as port:
        kiosk, new = kiosk_at(port, location=HUB), Transactions()
        at_school = kiosk_at(port, terminal=SCHOOL_TERMINAL, location=SCHOOL)
        await lend(kiosk, new, PATRON, TAT_DEN)
        await lend(kiosk, new, OTHER, KIEU, SO_DO, LAO_HAC)
        library.clock.advance(timedelta(days=20))
        await reserve(port, MAI, KIEU, HUB)
        await reserve(port, MAI, SO_DO, SCHOOL)
        await reserve(port, MAI, LAO_HAC, HUB)
        await in_time(kiosk.take_back(new(), ItemId(KIEU)))
        await in_time(at_school.take_back(new(), ItemId(SO_DO)))
        account = await in_time(kiosk.account(PATRON))
        there = await in_time(at_school.account(PATRON))
        kiosk.close()
        at_school.close()

    assert isinstance(account, Account)
    assert isinstance(there, Account)
    assert [(loan.title, loan.overdue) for loan in account.loans] == [("Tắt đèn", True)]
    assert account.expires is not None
    stages = {hold.title: hold.stage for hold in account.holds}
    assert stages == {
        "Truyện Kiều": HoldStage.READY_HERE,
        "Số đỏ": HoldStage.READY_ELSEWHERE,
        "Lão Hạc": HoldStage.WAITING,
    }
    assert {hold.title: hold.stage for hold in there.holds}["Số đỏ"] is HoldStage.READY_HERE


async def test_a_return_goes_to_its_shelf_to_its_holder_or_home(library: SmallLibrary) -> None:
    async with serving(library) as port:
        journal = FakeJournal()
        kiosk, new = kiosk_at(port, journal), Transactions()
        await lend(kiosk, new, PATRON, DE_MEN, TAT_DEN, SCHOOL_BOOK)
        await reserve(port, NAM, TAT_DEN, HUB)
        items = (DE_MEN, TAT_DEN, SCHOOL_BOOK, UNKNOWN_ITEM)
        said = [await in_time(kiosk.take_back(new(), ItemId(item), (TagUid("E0"),))) for item in items]
        again = await in_time(kiosk.take_back(new(), ItemId(DE_MEN)))
        kiosk.close()

    back = [each for each in (*said, again) if isinstance(each, Returned)]
    assert [each.kind for each in back] == [
        ReturnKind.SHELF,
        ReturnKind.HOLD_HERE,
        ReturnKind.TRANSFER,
        ReturnKind.SHELF,
    ]
    assert all(each.arm for each in back)
    assert isinstance(said[3], Refused)
    assert said[3].refusal is Refusal.ITEM_UNKNOWN
    assert "Nam" not in repr(said)
    assert library.open_items(MAI) == []


async def test_a_loan_is_renewed_as_often_as_the_rules_say(library: SmallLibrary) -> None:
    async with serving(library) as port:
        kiosk, new = kiosk_at(port), Transactions()
        await lend(kiosk, new, PATRON, DE_MEN)
        library.clock.advance(timedelta(days=3))
        said = [await in_time(kiosk.renew(new(), PATRON, ItemId(DE_MEN))) for _ in range(2)]
        kiosk.close()

    assert isinstance(said[0], Loan)
    assert said[0].due is not None
    assert isinstance(said[1], Refused)
    assert said[1].refusal is Refusal.RENEWAL_LIMIT_REACHED


async def test_a_hold_is_cancelled_once(library: SmallLibrary) -> None:
    async with serving(library) as port:
        kiosk, new = kiosk_at(port), Transactions()
        await lend(kiosk, new, OTHER, KIEU)
        await reserve(port, MAI, KIEU, HUB)
        ended = await in_time(kiosk.cancel_hold(new(), PATRON, ItemId(KIEU)))
        again = await in_time(kiosk.cancel_hold(new(), PATRON, ItemId(KIEU)))
        account = await in_time(kiosk.account(PATRON))
        kiosk.close()

    assert ended is True
    assert isinstance(again, Refused)
    assert again.refusal is Refusal.HOLD_UNKNOWN
    assert isinstance(account, Account)
    assert account.holds == ()


@settings(max_examples=15, deadline=None)
@given(into=st.none() | st.integers(0, 400), out=st.none() | st.integers(0, 400))
def test_wherever_the_line_is_cut_a_return_is_made_once_and_the_kiosk_knows_it(
    built: Path, into: int | None, out: int | None
) -> None:
    async def play(library: SmallLibrary) -> tuple[object, FakeJournal]:
        journal = FakeJournal()
        async with serving(library) as port:
            kiosk = kiosk_at(port)
            await lend(kiosk, Transactions(), PATRON, LAO_HAC)
            kiosk.close()
            async with line_cut(port, into=into, out=out) as line:
                kiosk = kiosk_at(line.port, journal)
                outcome = await in_time(kiosk.take_back(TransactionId("r"), ItemId(LAO_HAC)))
                kiosk.close()
        return outcome, journal

    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(shutil.copy(built, folder)))
        outcome, journal = asyncio.run(play(library))
        loans, left = library.loans(), library.open_items(MAI)
        library.engine.dispose()

    assert isinstance(outcome, Returned)
    assert (outcome.title, outcome.kind, journal.state["r"], journal.armed["r"]) == (
        "Lão Hạc",
        ReturnKind.SHELF,
        "settled",
        True,
    )
    assert (len(loans), left) == (1, [])


async def test_a_fee_that_the_desk_writes_and_waives_comes_and_goes_on_the_kiosks_account(
    library: SmallLibrary,
) -> None:
    async with serving(library) as port, WriterQueue(open_engine(library.url), "circulation-store") as queue:
        kiosk = kiosk_at(port)
        book = FeeCounter(library.engine, queue, HUB, ZONE)
        mai = book.patron_of(MAI)
        assert mai is not None
        fee = WrittenFee(FeeReason.LOST, "50.000", DE_MEN)
        await book.write(mai, fee, Signed("Lan", "", "form-1"), library.clock())
        owing = await in_time(kiosk.account(PATRON))
        written = book.account(mai, library.clock())
        assert written is not None
        await book.waive(mai, written.lines[0].fee_id, Signed("Lan", "tìm thấy", "form-2"), library.clock())
        free = await in_time(kiosk.account(PATRON))
        kiosk.close()

    assert isinstance(owing, Account)
    assert isinstance(free, Account)
    assert owing.owed == Money(Decimal(50_000), "VND")
    assert ["Dế Mèn" in line.words for line in owing.fees] == [True]
    assert (free.owed, free.fees) in {(None, ()), (Money(Decimal(0), "VND"), ())}
