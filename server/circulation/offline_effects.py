"""What follows from a copy's loans when something about them is learned late: holds and days without borrowing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.holds import suspended_until
from server.circulation.desk import LendingDesk
from server.circulation.values import Counter, Route
from server.holdings.shelves import hold_record
from server.patrons.suspensions import lift_for, suspend
from server.store.account_models import Hold, Suspension
from server.store.models import Copy, Loan, LoanEnd, Patron, Place

Ends = Mapping[int, datetime | None]
"""When each of a copy's loans ended."""


class LateEffects:
    """Works inside the caller's transaction, which must hold the copy."""

    def __init__(self, desk: LendingDesk) -> None:
        self._desk = desk
        self._at = desk.circumstances

    def lent(self, session: Session, copy: Copy, loan: Loan, at: datetime) -> None:
        """End the hold that the loan fulfils; one that was placed after it goes on."""
        hold_record(session, copy.record_id)
        wish = session.scalar(
            select(Hold).where(
                Hold.patron_id == loan.patron_id, Hold.record_id == copy.record_id, Hold.ended_at.is_(None)
            )
        )
        if wish is not None and wish.placed_at <= at:
            self._desk.queue.fulfil(session, copy, loan)

    def left(self, session: Session, copy: Copy) -> None:
        """Let whom the copy was kept for wait again: it is not in the library."""
        hold_record(session, copy.record_id)
        self._desk.queue.give_up(session, copy)
        copy.transit_to_id = None
        session.flush()

    def came_back(self, session: Session, copy: Copy, counter: Counter) -> bool:
        """Put the copy down, which lies at ``counter`` now; say whether it is kept for somebody who waits."""
        hold_record(session, copy.record_id)
        return self._desk.put_down(session, counter, copy).route in {Route.HOLD_HERE, Route.HOLD_ELSEWHERE}

    def ends(self, session: Session, copy: Copy) -> Ends:
        """Give when each of the copy's loans ended, as it stands now."""
        return dict(session.execute(select(Loan.id, Loan.ended_at).where(Loan.copy_id == copy.id)).all())

    def suspend(self, session: Session, copy: Copy, before: Ends) -> None:
        """Let late returns have their consequences, or none, where a loan's end is another than it was ``before``."""
        for loan in session.scalars(select(Loan).where(Loan.copy_id == copy.id)).all():
            if before.get(loan.id) == loan.ended_at:
                continue
            until = None
            if loan.ended_as is LoanEnd.RETURNED and loan.ended_at is not None:
                place = session.get_one(Place, loan.place_id)
                rule = self._at.rule(place.code, session.get_one(Patron, loan.patron_id), copy.item_type)
                until = suspended_until(loan.due_day, loan.ended_at.astimezone(self._at.zone).date(), rule)
            if until is not None:
                suspend(session, loan, until)
            elif session.scalar(select(Suspension.id).where(Suspension.loan_id == loan.id)) is not None:
                lift_for(session, loan, self._at.now())
