"""Who waits for a record, which copy is kept for whom, and what becomes of a copy that nobody comes for.

Every method that writes expects that the caller holds the copy and then the record (:mod:`server.holdings.shelves`).
"""

from collections.abc import Sequence

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from library.lending.holds import is_reserved, kept_until
from server.circulation.circumstances import Circumstances, has_run_out, opening_of
from server.circulation.loans import open_loan
from server.holdings.shelves import copies_of, hold_copy, hold_record
from server.store.account_models import Hold, HoldStage
from server.store.models import Copy, Loan, Patron

ONE_SWEEP = 200
"""Holds that one transaction lets run out: a kiosk waits for it."""


class HoldQueue:
    """The queue of each record, in the order in which holds were placed."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._at = circumstances

    def waiting(self, session: Session, record_id: int) -> Sequence[Hold]:
        """Give those who wait and have no copy yet, in order."""
        wanted = select(Hold).where(
            Hold.record_id == record_id,
            Hold.ended_at.is_(None),
            Hold.stage == HoldStage.WAITING,
            not_(has_run_out(self._at.today())),
        )
        return session.scalars(wanted.order_by(Hold.placed_at, Hold.id)).all()

    def caught(self, session: Session, copy: Copy) -> Hold | None:
        """Give the hold for which the copy is kept or on its way, unless its days on the shelf are over."""
        hold = _catcher(session, copy)
        return None if hold is None or self.is_over(hold) else hold

    def is_over(self, hold: Hold) -> bool:
        """Say whether a hold that goes on has run out: its days on the shelf, or the days of waiting."""
        today = self._at.today()
        if hold.stage is HoldStage.READY:
            return hold.keep_until is not None and hold.keep_until < today
        return hold.stage is HoldStage.WAITING and hold.wanted_until is not None and hold.wanted_until < today

    def place_of(self, session: Session, hold: Hold) -> int | None:
        """Give the place in the queue from 1; ``None`` for a hold that does not wait any more."""
        queue = [waiting.id for waiting in self.waiting(session, hold.record_id)]
        return queue.index(hold.id) + 1 if hold.id in queue else None

    def is_reserved(self, session: Session, copy: Copy, patron_id: int | None) -> bool:
        """Say whether a copy that lies in the library must not go to this patron.

        It is kept for somebody else, or so many wait before this patron that no other copy is left for the last.
        """
        hold = self.caught(session, copy)
        if hold is not None:
            return hold.patron_id != patron_id
        before: list[Hold] = []
        for waiting in self.waiting(session, copy.record_id):
            if waiting.patron_id == patron_id and _serves(copy, waiting):
                break
            before.append(waiting)
        return self._is_wanted(session, copy, before)

    def is_wanted_by_others(self, session: Session, copy: Copy, patron_id: int) -> bool:
        """Say whether a copy on loan to this patron must come back for somebody who waits."""
        others = [waiting for waiting in self.waiting(session, copy.record_id) if waiting.patron_id != patron_id]
        return self._is_wanted(session, copy, others)

    def fulfil(self, session: Session, copy: Copy, loan: Loan) -> None:
        """End the hold that this loan fulfils, if there is one; another copy that was kept for it goes to the next."""
        hold = session.scalar(
            select(Hold).where(
                Hold.patron_id == loan.patron_id, Hold.record_id == copy.record_id, Hold.ended_at.is_(None)
            )
        )
        if hold is None or not _serves(copy, hold):
            return
        other = hold.caught_copy if hold.caught_copy_id not in {None, copy.id} else None
        hold.loan_id = loan.id
        self._close(session, hold, HoldStage.FULFILLED)
        if other is not None:
            hold.caught_copy_id = None
            self.hand_on(session, other)

    def unfulfil(self, session: Session, copy: Copy, loan: Loan) -> None:
        """Let a hold go on whose loan was undone; the copy is kept for it again where it was before."""
        hold = session.scalar(select(Hold).where(Hold.loan_id == loan.id))
        if hold is None:
            return
        hold.ended_at = hold.loan_id = None
        hold.stage = HoldStage.WAITING
        if hold.caught_copy_id is not None:
            self._assign(session, hold, copy, lies_here=True)
        session.flush()

    def catch(self, session: Session, copy: Copy) -> Hold | None:
        """Keep a copy that lies at its present place for whom it was kept, else for the first who waits for it.

        A copy that may not be lent is kept for nobody: whoever it was kept for waits again.
        """
        hold = _catcher(session, copy)
        if hold is not None and self.is_over(hold):
            self._close(session, hold, HoldStage.EXPIRED)
            hold = None
        if not copy.status.may_circulate:
            self.give_up(session, copy)
            return None
        hold = hold or self._next(session, copy)
        if hold is not None:
            self._assign(session, hold, copy, lies_here=True)
            session.flush()
        return hold

    def give_up(self, session: Session, copy: Copy) -> None:
        """Let whom the copy was kept for wait again, at the old place in the queue."""
        hold = _catcher(session, copy)
        if hold is not None:
            hold.stage, hold.caught_copy_id, hold.keep_until = HoldStage.WAITING, None, None
            session.flush()

    def end(self, session: Session, hold: Hold, how: HoldStage) -> None:
        """End a hold; the copy that was kept for it goes to the next, or home."""
        copy = hold.caught_copy
        self._close(session, hold, how)
        if copy is not None:
            self.hand_on(session, copy)

    def move(self, session: Session, hold: Hold) -> None:
        """Send what is kept for a hold to its new pickup place."""
        if hold.caught_copy is not None:
            self._assign(session, hold, hold.caught_copy, lies_here=hold.caught_copy.transit_to_id is None)
            session.flush()

    def hand_on(self, session: Session, copy: Copy) -> None:
        """Give a copy that has become free to the next who waits; else it goes home."""
        on_the_road = copy.transit_to_id is not None
        hold = self._next(session, copy) if copy.status.may_circulate else None
        if hold is not None:
            self._assign(session, hold, copy, lies_here=not on_the_road)
        else:
            at_home = copy.here.id == copy.place_id and not on_the_road
            copy.transit_to_id = None if at_home else copy.place_id
        session.flush()

    def expire_copy(self, session: Session, copy: Copy) -> None:
        """Hand a copy on whose hold has run out."""
        hold = _catcher(session, copy)
        if hold is not None and self.is_over(hold):
            self.end(session, hold, HoldStage.EXPIRED)

    def expire(self, session: Session) -> int:
        """Let run out whatever has run out, some of it; give how many holds that were. Holds nothing beforehand."""
        over = select(Hold.id, Hold.record_id, Hold.caught_copy_id).where(
            Hold.ended_at.is_(None), has_run_out(self._at.today())
        )
        ended = 0
        for hold_id, record_id, copy_id in session.execute(over.order_by(Hold.id).limit(ONE_SWEEP)).all():
            if copy_id is not None:
                hold_copy(session, copy_id)
            hold_record(session, record_id)
            hold = session.get_one(Hold, hold_id, populate_existing=True)
            if hold.ended_at is None and self.is_over(hold) and hold.caught_copy_id == copy_id:
                self.end(session, hold, HoldStage.EXPIRED)
                ended += 1
        return ended

    def _close(self, session: Session, hold: Hold, how: HoldStage) -> None:
        hold.stage, hold.ended_at = how, self._at.now()
        session.flush()

    def _next(self, session: Session, copy: Copy) -> Hold | None:
        for hold in self.waiting(session, copy.record_id):
            if _serves(copy, hold) and self._may_have(session, hold, copy):
                return hold
        return None

    def _may_have(self, session: Session, hold: Hold, copy: Copy) -> bool:
        patron = session.get_one(Patron, hold.patron_id)
        return self._at.rule(hold.pickup_place.code, patron, copy.item_type).for_loan

    def _assign(self, session: Session, hold: Hold, copy: Copy, *, lies_here: bool) -> None:
        hold.caught_copy = copy
        if lies_here and copy.here.id == hold.pickup_place_id:
            copy.transit_to_id = None
            if hold.stage is not HoldStage.READY:
                rule = self._at.rule(hold.pickup_place.code, session.get_one(Patron, hold.patron_id), copy.item_type)
                hold.keep_until = kept_until(self._at.today(), rule, opening_of(hold.pickup_place))
            hold.stage = HoldStage.READY
        else:
            copy.transit_to_id = hold.pickup_place_id
            hold.stage, hold.keep_until = HoldStage.IN_TRANSIT, None

    def _is_wanted(self, session: Session, copy: Copy, holds: Sequence[Hold]) -> bool:
        if any(hold.wanted_copy_id == copy.id for hold in holds):
            return True
        anybody = [hold for hold in holds if hold.wanted_copy_id is None]
        return bool(anybody) and is_reserved(len(anybody), self._free_instead(session, copy))

    def _free_instead(self, session: Session, copy: Copy) -> int:
        spoken_for = {hold.wanted_copy_id for hold in self.waiting(session, copy.record_id)}
        return sum(
            other.id != copy.id
            and other.id not in spoken_for
            and other.status.may_circulate
            and self._at.rule(other.here.code, None, other.item_type).for_loan
            and open_loan(session, other) is None
            and _catcher(session, other) is None
            for other in copies_of(session, copy.record_id)
        )


def _catcher(session: Session, copy: Copy) -> Hold | None:
    return session.scalar(select(Hold).where(Hold.caught_copy_id == copy.id, Hold.ended_at.is_(None)))


def _serves(copy: Copy, hold: Hold) -> bool:
    return hold.wanted_copy_id in {None, copy.id}
