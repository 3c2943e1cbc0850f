"""The desk does what a librarian with index cards does, whatever readers, books, places and days do."""

from collections import Counter as Tally
from datetime import timedelta
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.refusals import Refused
from server.circulation.reserving import HoldWish
from server.circulation.values import Counter, Lent, Route, TakenBack
from server.store.account_models import Fee, FeeEnd, Hold
from server.store.models import Copy, Loan, Patron
from tests.support.desk_oracle import (
    COPIES,
    DAYS_KEPT,
    HUB,
    MOST_HOLDS,
    MOST_LOANS,
    PLACES,
    READERS,
    RENEWALS,
    Oracle,
)
from tests.support.small_library import NOON, SmallLibrary

FEE: Final = 5000
RULE: Final = LoanRule(
    loan_days=3,
    max_items=MOST_LOANS,
    renewals=RENEWALS,
    max_holds=MOST_HOLDS,
    hold_days=DAYS_KEPT,
    suspension_days=0,
    lending_fee=FEE,
)
GOES: Final = {
    Route.SHELF: "shelf",
    Route.HOLD_HERE: "hold here",
    Route.HOLD_ELSEWHERE: "hold elsewhere",
    Route.TRANSFER: "transfer",
    Route.STAFF: "staff",
}

_readers, _items, _places = st.sampled_from(READERS), st.sampled_from(tuple(COPIES)), st.sampled_from(PLACES)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("lend"), _readers, _items, _places),
        st.tuples(st.just("take_back"), _items, _places),
        st.tuples(st.just("renew"), _readers, _items),
        st.tuples(st.just("reserve"), _readers, _items, _places, st.booleans()),
        st.tuples(st.just("cancel"), _readers, _items),
        st.tuples(st.just("move"), _readers, _items, _places),
        st.tuples(st.just("undo_loan"), _items, _places),
        st.tuples(st.just("undo_return"), _readers, _items, _places),
        st.tuples(st.just("days"), st.integers(1, 5)),
        st.just(("tidy",)),
    ),
    max_size=40,
)


class Both:
    """The desk and the oracle, side by side in one transaction that is never committed."""

    def __init__(self, library: SmallLibrary, session: Session) -> None:
        library.clock.now = NOON
        self._library = library.with_rules(RULE)
        self._desk = self._library.desk
        self._session = session
        self.oracle = Oracle(NOON.date())
        session.execute(update(Patron).values(expires=None))  # days go by, and the queue is looked at, not the cards
        self.expected: object = None
        self.told: object = None

    def act(self, name: str, *what: Any) -> None:
        getattr(self, f"_{name}")(*what)
        self._session.flush()
        self._session.expire_all()

    def _lend(self, reader: str, item: str, place: str) -> None:
        self.expected = self.oracle.lend(reader, item, place)
        at = self._at(place)
        self.told = _no(self._desk.lend(self._session, at, reader, item, renew_own=False, fee_acknowledged=True))

    def _take_back(self, item: str, place: str) -> None:
        self.expected = self.oracle.take_back(item, place)
        back = self._desk.take_back(self._session, self._at(place), item)
        self.told = GOES[back.route] if isinstance(back, TakenBack) else back

    def _renew(self, reader: str, item: str) -> None:
        self.expected = self.oracle.renew(reader, item)
        self.told = _no(self._desk.renew(self._session, self._library.hub, reader, item_number=item))

    def _reserve(self, reader: str, item: str, place: str, only_this: bool) -> None:  # noqa: FBT001 - a drawn value
        self.expected = self.oracle.reserve(reader, item, place, only_this=only_this)
        wish = HoldWish(item_number=item, pickup_code=place, this_copy_alone=only_this)
        self.told = _no(self._desk.reservations.place(self._session, self._library.hub, reader, wish))

    def _cancel(self, reader: str, item: str) -> None:
        self.expected = self.oracle.cancel(reader, item)
        wish = HoldWish(item_number=item)
        self.told = _no(self._desk.reservations.cancel(self._session, self._library.hub, reader, wish))

    def _move(self, reader: str, item: str, place: str) -> None:
        self.expected = self.oracle.move(reader, item, place)
        wish = HoldWish(item_number=item, pickup_code=place)
        self.told = _no(self._desk.reservations.change(self._session, self._library.hub, reader, wish))

    def _undo_loan(self, item: str, place: str) -> None:
        self.expected = self.oracle.undo_loan(item, place)
        undone = self._desk.cancel_loan(self._session, self._at(place), item)
        self.told = isinstance(undone, TakenBack) and undone.was_on_loan

    def _undo_return(self, reader: str, item: str, place: str) -> None:
        self.expected = self.oracle.undo_return(reader, item, place)
        self.told = isinstance(self._desk.cancel_return(self._session, self._at(place), reader, item), Lent)

    def _days(self, days: int) -> None:
        self._library.clock.advance(timedelta(days=days))
        self.oracle.today += timedelta(days=days)
        self.expected = self.told = None

    def _tidy(self) -> None:
        self.oracle.tidy()
        self._desk.queue.expire(self._session)
        self.expected = self.told = None

    def holds(self) -> list[tuple[object, ...]]:
        return [
            (
                hold.stage.value,
                hold.pickup_place.code,
                None if hold.caught_copy is None or hold.ended_at is not None else hold.caught_copy.item_number,
                hold.keep_until if hold.ended_at is None else None,
            )
            for hold in self._session.scalars(select(Hold).order_by(Hold.id))
        ]

    def expected_holds(self) -> list[tuple[object, ...]]:
        return [
            (wish.stage, wish.pickup, wish.copy if wish.goes_on else None, wish.keep_until if wish.goes_on else None)
            for wish in self.oracle.wishes
        ]

    def loans(self) -> list[Loan]:
        return list(self._session.scalars(select(Loan).order_by(Loan.id)))

    def fees(self) -> Tally[int | None]:
        lines = self._session.scalars(select(Fee).where(Fee.ended_as.is_distinct_from(FeeEnd.WAIVED)))
        return Tally(fee.loan_id for fee in lines)

    def owed(self) -> dict[int, int]:
        lines = self._session.scalars(select(Fee)).all()
        patrons = self._session.scalars(select(Patron.id)).all()
        return {patron: sum(fee.owed for fee in lines if fee.patron_id == patron) for patron in patrons}

    def copies(self) -> dict[str, tuple[str, int | None]]:
        wanted = select(Copy).where(Copy.item_number.in_(COPIES))
        return {copy.item_number: (copy.here.code, copy.transit_to_id) for copy in self._session.scalars(wanted)}

    def place_id(self, code: str | None) -> int | None:
        return None if code is None else self._at(code).place_id

    def _at(self, place: str) -> Counter:
        return self._library.hub if place == HUB else self._library.school


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(ACTS)
def test_the_desk_does_what_a_librarian_with_index_cards_does(
    library: SmallLibrary, acts: list[tuple[Any, ...]]
) -> None:
    with Session(library.engine) as session:
        both = Both(library, session)
        for act in acts:
            both.act(*act)

            assert both.told == both.expected, act
            assert both.holds() == both.expected_holds(), act
            _keeps_the_laws(both)


def _keeps_the_laws(both: Both) -> None:
    loans = both.loans()
    lent = Tally(loan.copy.item_number for loan in loans if loan.ended_at is None)
    kept = [hold[2] for hold in both.holds() if hold[2] is not None]
    slips = both.oracle.slips
    assert max(lent.values(), default=0) <= 1
    assert not set(lent) & set(kept)
    assert len(kept) == len(set(kept))
    assert [(loan.copy.item_number, loan.renewals, loan.ended_at is None) for loan in loans] == [
        (slip.item, slip.renewals, slip.ended_at is None) for slip in slips
    ]
    assert both.fees() == Tally(loan.id for loan, slip in zip(loans, slips, strict=True) if not slip.void)
    assert sum(both.owed().values()) == FEE * sum(not slip.void for slip in slips)
    assert both.copies() == {
        item: (both.oracle.here[item], both.place_id(both.oracle.sent_to.get(item))) for item in COPIES
    }


def _no(outcome: object) -> Refusal | None:
    return outcome.refusal if isinstance(outcome, Refused) else None
