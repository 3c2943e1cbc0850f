"""The kiosk's terminal and our server's SIP2 service, joined by a socket: what one says, the other means."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.values import Candidate, Finding, ItemId, Loan, Patron, PatronId, TransactionId
from library.lending.refusals import Refusal
from tests.support.cut_line import line_cut
from tests.support.kiosk_at_server import FakeJournal, kiosk_at
from tests.support.sip2_lines import serving
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DE_MEN,
    DICTIONARY,
    EXPIRED,
    KIEU,
    LAO_HAC,
    MAI,
    NAM,
    NOON,
    SO_DO,
    TAT_DEN,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    ZONE,
    SmallLibrary,
    build_library,
    open_library,
)
from tests.support.waiting import in_time


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Iterator[SmallLibrary]:
    opened = open_library(Path(shutil.copy(built, tmp_path)))
    yield opened
    opened.engine.dispose()


async def lend(library: SmallLibrary, card: str, *items: str) -> list[Loan | Refused | FeeAsked | Unanswered]:
    async with serving(library) as port:
        kiosk = kiosk_at(port)
        outcomes = [
            await in_time(kiosk.lend(TransactionId(uuid.uuid4().hex), PatronId(card), ItemId(item))) for item in items
        ]
        kiosk.close()
    return outcomes


async def identify(library: SmallLibrary, *cards: str) -> list[Patron | Refused | Unanswered]:
    async with serving(library) as port:
        kiosk = kiosk_at(port)
        answers = [await in_time(kiosk.identify(PatronId(card))) for card in cards]
        kiosk.close()
    return answers


async def test_a_card_is_initials_at_the_kiosk(library: SmallLibrary) -> None:
    expected = Patron(PatronId(MAI), "N.T.M.", 0, charged=(), own_may_leave=True, ready_holds=0, overdue=0)

    assert await identify(library, MAI) == [expected]


async def test_each_reason_against_a_card_arrives(library: SmallLibrary) -> None:
    answers = await identify(library, UNKNOWN_CARD, BLOCKED, EXPIRED)

    reasons = [answer.refusal for answer in answers if isinstance(answer, Refused)]
    assert reasons == [Refusal.PATRON_UNKNOWN, Refusal.PATRON_BLOCKED, Refusal.PATRON_EXPIRED]
    assert all(isinstance(answer, Refused) and answer.words for answer in answers)


async def test_a_loan_arrives_with_its_title_its_due_date_and_leave_to_go(library: SmallLibrary) -> None:
    [outcome] = await lend(library, MAI, DE_MEN)
    [loan] = library.loans()

    assert isinstance(outcome, Loan)
    assert (outcome.title, outcome.may_leave) == ("Dế Mèn phiêu lưu ký", True)
    assert outcome.due is not None
    assert (outcome.due.date(), outcome.due.utcoffset()) == (loan.due_at.astimezone(ZONE).date(), NOON.utcoffset())


async def test_of_several_candidates_the_server_knows_the_ones_that_it_has(library: SmallLibrary) -> None:
    await lend(library, NAM, SO_DO)
    asked = [Candidate(ItemId(number), "VN-QN") for number in (DE_MEN, UNKNOWN_ITEM, SO_DO, DICTIONARY)]
    async with serving(library) as port:
        kiosk = kiosk_at(port)
        found = await in_time(kiosk.find(asked))
        kiosk.close()

    assert [finding.candidate for finding in found] == asked
    assert [finding.known for finding in found] == [True, False, True, True]
    assert (found[0].title, found[1], found[2].title) == (
        "Dế Mèn phiêu lưu ký",
        Finding(asked[1], known=False),
        "Số đỏ",
    )


async def test_each_reason_against_a_loan_arrives(library: SmallLibrary) -> None:
    await lend(library, NAM, SO_DO)
    outcomes = await lend(library, MAI, DICTIONARY, UNKNOWN_ITEM, SO_DO, DE_MEN, DE_MEN)
    outcomes += await lend(library, CHILD, TAT_DEN, KIEU, LAO_HAC)

    assert [outcome.refusal if isinstance(outcome, Refused) else None for outcome in outcomes] == [
        Refusal.ITEM_NOT_FOR_LOAN,
        Refusal.ITEM_UNKNOWN,
        Refusal.ITEM_ON_LOAN,
        None,
        Refusal.ITEM_ON_LOAN_TO_SAME_PATRON,
        None,
        None,
        Refusal.PATRON_LIMIT_REACHED,
    ]


async def test_a_loan_whose_alarm_was_left_on_is_given_to_its_patron_again_and_none_is_made(
    library: SmallLibrary,
) -> None:
    [before] = await lend(library, MAI, DE_MEN)
    journal = FakeJournal(owed_before=frozenset({DE_MEN}))
    async with serving(library) as port:
        kiosk = kiosk_at(port, journal)
        again = await in_time(kiosk.lend(TransactionId("again"), PatronId(MAI), ItemId(DE_MEN)))
        kiosk.close()

    assert again == before
    assert (len(library.loans()), journal.alarm_owed) == (1, True)


@settings(max_examples=20, deadline=None)
@given(into=st.none() | st.integers(0, 400), out=st.none() | st.integers(0, 400))
def test_wherever_the_line_is_cut_there_is_one_loan_and_the_kiosk_knows_it(
    built: Path, into: int | None, out: int | None
) -> None:
    async def play(library: SmallLibrary) -> tuple[Loan | Refused | FeeAsked | Unanswered, str]:
        async with serving(library) as port, line_cut(port, into=into, out=out) as line:
            journal = FakeJournal()
            kiosk = kiosk_at(line.port, journal)
            outcome = await in_time(kiosk.lend(TransactionId("t"), PatronId(MAI), ItemId(LAO_HAC)))
            kiosk.close()
        return outcome, journal.state["t"]

    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(shutil.copy(built, folder)))
        outcome, noted = asyncio.run(play(library))
        loans = library.loans()
        library.engine.dispose()

    assert isinstance(outcome, Loan)
    assert (outcome.title, outcome.may_leave, noted) == ("Lão Hạc", True, "settled")
    assert len(loans) == 1
