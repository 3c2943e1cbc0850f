"""Who waits is served once, and a transaction is done once, however many terminals speak at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from library.lending.rules import LendingRules, LoanRule
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Refused
from server.circulation.reserving import HoldWish
from server.circulation.values import HoldStanding, TakenBack
from server.config import LibrarySection
from server.selfcheck.answering import Answering, Asking
from server.store.account_models import DoneTransaction, Hold, HoldStage, Payment
from server.store.engine import open_engine, transaction
from server.store.models import Loan
from sip2.codec import decode, encode
from sip2.layout import Request, Response
from tests.support.sip2_lines import checkin, checkout, hold, payment, renewal
from tests.support.small_library import DE_MEN, KIEU, MAI, NAM, NOON, SCHOOL_BOOK, ZONE, SmallLibrary

ROUNDS = 8
_Answer = TypeVar("_Answer")


def at_once(library: SmallLibrary, works: Sequence[Callable[[Session], _Answer]]) -> list[_Answer]:
    """Run each work in a transaction of its own, through an engine of its own, all at the same moment."""
    start = Barrier(len(works))
    engines = [open_engine(library.url) for _ in works]

    def run(engine: Engine, work: Callable[[Session], _Answer]) -> _Answer:
        start.wait(30)
        with transaction(engine) as session:
            return work(session)

    try:
        with ThreadPoolExecutor(len(works)) as threads:
            answers = [threads.submit(run, engine, work) for engine, work in zip(engines, works, strict=True)]
            return [answer.result(60) for answer in answers]
    finally:
        for engine in engines:
            engine.dispose()


def desk() -> LendingDesk:
    return LendingDesk(LendingRules([LoanRule(lending_fee=5000, max_holds=50)]), ZONE, lambda: NOON)


def test_two_copies_that_come_back_at_once_are_kept_for_two_who_wait(library: SmallLibrary) -> None:
    for _ in range(ROUNDS):
        with transaction(library.engine) as session:
            for card in (MAI, NAM):
                desk().reservations.place(session, library.hub, card, HoldWish(item_number=DE_MEN))

        told = at_once(
            library,
            [
                lambda session: desk().take_back(session, library.hub, DE_MEN),
                lambda session: desk().take_back(session, library.school, SCHOOL_BOOK),
            ],
        )

        with transaction(library.engine) as session:
            waiting = session.scalars(select(Hold).where(Hold.ended_at.is_(None))).all()
            caught = {hold.caught_copy.item_number for hold in waiting if hold.caught_copy is not None}
            stages = sorted(hold.stage for hold in waiting)
            for card in (MAI, NAM):
                desk().reservations.cancel(session, library.hub, card, HoldWish(item_number=DE_MEN))
        assert all(isinstance(back, TakenBack) for back in told)
        assert (caught, stages) == ({DE_MEN, SCHOOL_BOOK}, [HoldStage.IN_TRANSIT, HoldStage.READY])


def test_a_reader_who_reserves_at_two_terminals_at_once_waits_once(library: SmallLibrary) -> None:
    told = at_once(
        library,
        [
            lambda session: desk().reservations.place(session, library.hub, MAI, HoldWish(item_number=KIEU)),
            lambda session: desk().reservations.place(session, library.school, MAI, HoldWish(item_number=KIEU)),
        ],
    )

    assert sorted(type(answer).__name__ for answer in told) == [HoldStanding.__name__, Refused.__name__]
    assert [answer.refusal for answer in told if isinstance(answer, Refused)] == [Refusal.HOLD_EXISTS]


def test_a_cancelled_hold_and_a_return_at_once_leave_no_copy_with_two_owners(library: SmallLibrary) -> None:
    for _ in range(ROUNDS):
        with transaction(library.engine) as session:
            for card in (MAI, NAM):
                desk().reservations.place(session, library.hub, card, HoldWish(item_number=KIEU))
            desk().take_back(session, library.hub, KIEU)

        at_once(
            library,
            [
                lambda session: desk().reservations.cancel(session, library.hub, MAI, HoldWish(item_number=KIEU)),
                lambda session: desk().take_back(session, library.school, KIEU),
            ],
        )

        with transaction(library.engine) as session:
            (left,) = session.scalars(select(Hold).where(Hold.ended_at.is_(None)))
            assert left.caught_copy is not None
            desk().reservations.cancel(session, library.hub, NAM, HoldWish(item_number=KIEU))


REQUESTS: list[Request] = [
    checkout(MAI, DE_MEN, fee_acknowledged="Y"),
    checkin(KIEU),
    renewal(MAI, KIEU),
    hold(NAM, KIEU),
    payment(MAI, "1000"),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.code)
def test_one_transaction_on_four_lines_at_once_is_done_once_and_told_alike(
    library: SmallLibrary, request_: Request
) -> None:
    received = decode(encode(replace(request_, extensions=(("XT", "t-1"),))))
    asking = Asking(library.hub, "vi")
    with transaction(library.engine) as session:
        desk().lend(session, library.hub, MAI, KIEU, renew_own=False, fee_acknowledged=True)

    def ask(session: Session) -> Response | None:
        answering = Answering(desk(), LibrarySection(code="VN-QN", name="Thư viện"), 10.0)
        return answering.answer_once(session, asking, received)

    told = at_once(library, [ask] * 4)

    first = told[0]
    assert first is not None
    assert told == [first] * 4
    assert first.extension("XR") is None
    with transaction(library.engine) as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (DoneTransaction, Payment, Hold)]
        loans = session.scalars(select(Loan)).all()
    assert counts == [1, int(request_.code == "37"), int(request_.code == "15")]
    assert len(loans) == 1 + (request_.code == "11")
    assert sum(loan.renewals for loan in loans) == (request_.code == "29")
