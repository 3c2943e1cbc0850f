"""Placing, changing and cancelling holds for a reader."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.holds import Wish, may_hold
from library.lending.refusals import Refusal
from server.circulation.accounts import detail_of
from server.circulation.circumstances import Circumstances
from server.circulation.fees import charge
from server.circulation.hold_queue import HoldQueue
from server.circulation.loans import has_record
from server.circulation.refusals import Refused
from server.circulation.values import Counter, HoldStanding
from server.holdings.shelves import copies_of, find_title, hold_copy, hold_record, see_copy
from server.patrons.register import find_card
from server.store.account_models import Fee, FeeReason, Hold, HoldStage
from server.store.models import Card, Copy, Patron, Place, Record


@dataclass(frozen=True, slots=True)
class HoldWish:
    """What a reader asks for; the book is named by one of its items or by its whole title."""

    item_number: str | None = None
    title: str | None = None
    pickup_code: str | None = None
    """Where to pick it up; without it, here."""
    this_copy_alone: bool = False
    until: date | None = None
    """The last day of waiting."""
    fee_acknowledged: bool = False


class Reservations:
    """What a reader may do with holds; every method works inside the caller's transaction."""

    def __init__(self, circumstances: Circumstances, queue: HoldQueue) -> None:
        self._at = circumstances
        self._queue = queue

    def place(self, session: Session, counter: Counter, card_number: str, wish: HoldWish) -> HoldStanding | Refused:
        """Place a hold, behind all who wait already."""
        card = find_card(session, counter.organisation_id, card_number)
        copy, record = _named(session, counter, wish)
        place = _pickup(session, counter, wish.pickup_code)
        title = "" if record is None else record.title
        if place is None:
            return Refused(Refusal.PLACE_UNKNOWN, title)
        if record is not None:
            hold_record(session, record.id)
        candidates = [] if record is None else copies_of(session, record.id)
        if wish.this_copy_alone and copy is not None:
            candidates = [copy]
        patron = None if card is None else card.patron
        rule = self._at.rule(place.code, patron, candidates[0].item_type if candidates else "")
        asked = None if record is None else self._wish(session, patron, record, candidates, place)
        reader = None if card is None else self._at.reader(session, card)
        refusal = may_hold(
            reader,
            asked,
            rule,
            self._at.occasion(session, counter.place_id),
            fee_acknowledged=wish.fee_acknowledged,
        )
        if refusal is Refusal.FEE_NOT_ACKNOWLEDGED:
            return Refused(refusal, title, rule.hold_fee)
        if refusal is not None or patron is None or record is None:
            return Refused(refusal or Refusal.OTHER, title, detail_of(refusal, reader))
        hold = Hold(
            record=record,
            patron_id=patron.id,
            wanted_copy=copy if wish.this_copy_alone else None,
            pickup_place=place,
            stage=HoldStage.WAITING,
            placed_at=self._at.now(),
            wanted_until=wish.until,
            terminal_id=counter.terminal_id,
        )
        session.add(hold)
        if rule.hold_fee:
            fee = Fee(
                patron_id=patron.id,
                reason=FeeReason.HOLD,
                amount=rule.hold_fee,
                created_at=hold.placed_at,
                record_id=record.id,
            )
            charge(session, fee)
        session.flush()
        return self.standing(session, hold)

    def cancel(self, session: Session, counter: Counter, card_number: str, wish: HoldWish) -> HoldStanding | Refused:
        """End a reader's hold; what was kept for it goes to the next."""
        found = self._own(session, counter, card_number, wish)
        if isinstance(found, Refused):
            return found
        standing = self.standing(session, found)
        self._queue.end(session, found, HoldStage.CANCELLED)
        return standing

    def change(self, session: Session, counter: Counter, card_number: str, wish: HoldWish) -> HoldStanding | Refused:
        """Change where or until when a reader waits; what the wish does not say stays."""
        found = self._own(session, counter, card_number, wish)
        if isinstance(found, Refused):
            return found
        place = found.pickup_place if wish.pickup_code is None else _pickup(session, counter, wish.pickup_code)
        if place is None:
            return Refused(Refusal.PLACE_UNKNOWN, found.record.title)
        found.pickup_place = place
        found.wanted_until = wish.until or found.wanted_until
        session.flush()
        self._queue.move(session, found)
        return self.standing(session, found)

    def as_it_stands(self, session: Session, hold_id: int) -> HoldStanding | None:
        """Give a hold that goes on; ``None`` for one that has ended or run out."""
        hold = session.get(Hold, hold_id, populate_existing=True)
        if hold is None or hold.ended_at is not None or self._queue.is_over(hold):
            return None
        return self.standing(session, hold)

    def as_it_ended(self, session: Session, hold_id: int) -> HoldStanding | Refused:
        """Give a hold, ended or not."""
        hold = session.get(Hold, hold_id)
        return Refused(Refusal.HOLD_UNKNOWN) if hold is None else self.standing(session, hold)

    def standing(self, session: Session, hold: Hold) -> HoldStanding:
        """Say how a hold stands."""
        copy = hold.caught_copy or hold.wanted_copy
        return HoldStanding(
            hold_id=hold.id,
            title=hold.record.title,
            item_number=None if copy is None else copy.item_number,
            pickup_code=hold.pickup_place.code,
            stage=hold.stage,
            position=self._queue.place_of(session, hold),
            until=hold.keep_until or hold.wanted_until,
        )

    def _wish(
        self, session: Session, patron: Patron | None, record: Record, candidates: list[Copy], place: Place
    ) -> Wish:
        if patron is None:
            return Wish(lendable=False, on_loan_to_reader=False, held_by_reader=False)
        old = _going_on(session, patron.id, record.id)
        if old is not None and self._queue.is_over(old):
            self._expire(session, old)
            old = None
        return Wish(
            lendable=any(
                copy.status.may_circulate and self._at.rule(place.code, patron, copy.item_type).for_loan
                for copy in candidates
            ),
            on_loan_to_reader=has_record(session, patron.id, record.id),
            held_by_reader=old is not None,
        )

    def _own(self, session: Session, counter: Counter, card_number: str, wish: HoldWish) -> Hold | Refused:
        card: Card | None = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return Refused(Refusal.PATRON_UNKNOWN)
        _, record = _named(session, counter, wish)
        if record is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        seen = _going_on(session, card.patron_id, record.id)
        if seen is not None and seen.caught_copy_id is not None:
            hold_copy(session, seen.caught_copy_id)
        hold_record(session, record.id)
        hold = _going_on(session, card.patron_id, record.id)
        if hold is not None and self._queue.is_over(hold):
            self._expire(session, hold)
            hold = None
        return Refused(Refusal.HOLD_UNKNOWN, record.title) if hold is None else hold

    def _expire(self, session: Session, hold: Hold) -> None:
        self._queue.end(session, hold, HoldStage.EXPIRED)


def _going_on(session: Session, patron_id: int, record_id: int) -> Hold | None:
    wanted = select(Hold).where(Hold.patron_id == patron_id, Hold.record_id == record_id, Hold.ended_at.is_(None))
    return session.scalar(wanted.execution_options(populate_existing=True))


def _named(session: Session, counter: Counter, wish: HoldWish) -> tuple[Copy | None, Record | None]:
    if wish.item_number is not None:
        copy = see_copy(session, counter.organisation_id, wish.item_number)
        return copy, None if copy is None else copy.record
    return None, find_title(session, counter.organisation_id, wish.title) if wish.title else None


def _pickup(session: Session, counter: Counter, code: str | None) -> Place | None:
    if code is None:
        return session.get_one(Place, counter.place_id)
    return session.scalar(
        select(Place).where(Place.organisation_id == counter.organisation_id, Place.code == code.strip())
    )
