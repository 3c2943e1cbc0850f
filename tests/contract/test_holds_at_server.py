"""A book is kept for a reader, between the kiosk's terminal and our server's SIP2 service."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ports import Refused
from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import Account, HoldStage, ItemId, Loan, PatronId, Returned, ReturnKind, TransactionId
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from tests.support.kiosk_at_server import kiosk_at
from tests.support.sip2_lines import serving
from tests.support.small_library import KIEU, MAI, NAM, SCHOOL_TERMINAL, SmallLibrary, build_library, open_library
from tests.support.waiting import in_time

READER, OTHER = PatronId(MAI), PatronId(NAM)
BOOK = ItemId(KIEU)
HUB, SCHOOL = "VN-QN", "VN-QN-TH1"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    opened = open_library(Path(shutil.copy(built, tmp_path)))
    yield opened
    opened.engine.dispose()


def number(text: str) -> TransactionId:
    """Give a transaction's number."""
    return TransactionId(f"t-{text}")


async def test_a_lent_book_is_kept_for_the_next_who_asks_and_the_account_shows_it(library: SmallLibrary) -> None:
    async with serving(library) as port:
        kiosk = kiosk_at(port)
        lent = await in_time(kiosk.lend(number("lent"), OTHER, BOOK))
        placed = await in_time(kiosk.place_hold(number("h1"), READER, BOOK))
        told_again = await in_time(kiosk.place_hold(number("h1"), READER, BOOK))
        again = await in_time(kiosk.place_hold(number("h2"), READER, BOOK))
        account = await in_time(kiosk.account(READER))
        undone = await in_time(kiosk.cancel_hold(number("h3"), READER, BOOK))
        kiosk.close()

    assert isinstance(lent, Loan)
    assert placed == PlacedHold(position=1, place=HUB) == told_again
    assert isinstance(again, Refused)
    assert again.refusal is Refusal.HOLD_EXISTS
    assert isinstance(account, Account)
    assert [(hold.stage, hold.item_id) for hold in account.holds] == [(HoldStage.WAITING, BOOK)]
    assert undone is True


async def test_a_book_of_another_library_is_brought_to_where_the_reader_stands(library: SmallLibrary) -> None:
    async with serving(library) as port:
        there, kiosk = kiosk_at(port), kiosk_at(port, terminal=SCHOOL_TERMINAL)
        await in_time(there.lend(number("lent"), OTHER, BOOK))
        placed = await in_time(kiosk.place_hold(number("h1"), READER, BOOK))
        back = await in_time(there.take_back(number("back"), BOOK))
        there.close()
        kiosk.close()

    assert placed == PlacedHold(position=1, place=SCHOOL)
    assert isinstance(back, Returned)
    assert (back.kind, back.place) == (ReturnKind.HOLD_ELSEWHERE, SCHOOL)


async def test_a_hold_that_costs_a_fee_is_placed_once_that_was_agreed_to(library: SmallLibrary) -> None:
    async with serving(library.with_rules(LoanRule(hold_fee=5000))) as port:
        kiosk = kiosk_at(port)
        asked = await in_time(kiosk.place_hold(number("h1"), READER, BOOK))
        placed = await in_time(kiosk.place_hold(number("h2"), READER, BOOK, fee_agreed=True))
        kiosk.close()

    assert isinstance(asked, Refused)
    assert asked.refusal is Refusal.FEE_NOT_ACKNOWLEDGED
    assert "5.000" in asked.words
    assert isinstance(placed, PlacedHold)
