"""The desk: the lending rules and the store in one transaction, for whichever terminal asks."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from library.lending.decisions import Item, LentTo, Occasion, Reader, RunningLoan, may_borrow, may_renew, may_use_card
from library.lending.opening import END_OF_DAY, DueDate, OpeningDays
from library.lending.refusals import Refusal
from library.lending.rules import LendingRules, LoanRule
from library.text import nfc
from server.circulation.refusals import Refused
from server.circulation.values import Counter, ItemAccount, Lent, PatronAccount, PatronLoan, PinCheck, TakenBack
from server.clock import Clock
from server.holdings.shelves import find_copy
from server.patrons.register import find_card
from server.store.models import Card, Copy, Loan, LoanEnd, Patron, Place, Record
from server.store.secrets import secret_matches


class LendingDesk:
    """Decides and writes; every method works inside the caller's transaction and commits nothing itself."""

    def __init__(self, rules: LendingRules, zone: tzinfo, clock: Clock) -> None:
        self._rules = rules
        self.zone = zone
        self._clock = clock

    def now(self) -> datetime:
        """Give the present in the library's time zone."""
        return self._clock().astimezone(self.zone)

    def lend(
        self, session: Session, counter: Counter, card_number: str, item_number: str, *, renew_own: bool
    ) -> Lent | Refused:
        """Lend a copy; an item that the patron has already is renewed where ``renew_own``, else refused."""
        card = find_card(session, counter.organisation_id, card_number)
        copy = find_copy(session, counter.organisation_id, item_number)
        loan = None if copy is None else _open_loan(session, copy)
        if renew_own and card is not None and loan is not None and loan.patron_id == card.patron_id:
            return self._renew(session, counter, card, copy, loan)
        occasion = self._occasion(session, counter)
        reader = None if card is None else _reader(session, card)
        rule = self._rule(counter, card, copy)
        decision = may_borrow(reader, _item(copy, loan, card), rule, occasion)
        if isinstance(decision, Refusal) or card is None or copy is None:
            return Refused(decision if isinstance(decision, Refusal) else Refusal.OTHER, _title(copy))
        session.add(
            Loan(
                copy_id=copy.id,
                patron_id=card.patron_id,
                place_id=counter.place_id,
                terminal_id=counter.terminal_id,
                lent_at=occasion.now,
                due_at=decision.at,
                due_day=decision.day,
            )
        )
        session.flush()
        return Lent(copy.record.title, decision, renewed=False)

    def renew(
        self, session: Session, counter: Counter, card_number: str, *, item_number: str | None, title: str | None = None
    ) -> Lent | Refused:
        """Renew a patron's own loan, named by its item or, where just one of the loans has it, by its whole title."""
        card = find_card(session, counter.organisation_id, card_number)
        if item_number is None and title and card is not None:
            found = _items_of_title(session, card.patron, title)
            item_number = found[0] if len(found) == 1 else None
        copy = None if item_number is None else find_copy(session, counter.organisation_id, item_number)
        loan = None if copy is None else _open_loan(session, copy)
        return self._renew(session, counter, card, copy, loan)

    def take_back(self, session: Session, counter: Counter, item_number: str) -> TakenBack | Refused:
        """End the loan of an item; one that is not on loan is taken as well, only an unknown one is refused."""
        copy = find_copy(session, counter.organisation_id, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        loan = _open_loan(session, copy)
        if loan is not None:
            self._end(loan, counter, LoanEnd.RETURNED)
        return _taken_back(copy, counter, was_on_loan=loan is not None)

    def cancel_loan(self, session: Session, counter: Counter, item_number: str) -> TakenBack | Refused:
        """Undo a loan that this same terminal made and could not finish; nothing else follows from it."""
        copy = find_copy(session, counter.organisation_id, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        loan = _open_loan(session, copy)
        if loan is None:
            return _taken_back(copy, counter, was_on_loan=False)
        if loan.terminal_id != counter.terminal_id:
            return Refused(Refusal.OTHER, copy.record.title)
        self._end(loan, counter, LoanEnd.CANCELLED)
        return _taken_back(copy, counter, was_on_loan=True)

    def cancel_return(self, session: Session, counter: Counter, card_number: str, item_number: str) -> Lent | Refused:
        """Undo a return that this same terminal took: the patron's loan goes on as it was."""
        card = find_card(session, counter.organisation_id, card_number)
        copy = find_copy(session, counter.organisation_id, item_number)
        if card is None or copy is None:
            return Refused(Refusal.PATRON_UNKNOWN if card is None else Refusal.ITEM_UNKNOWN, _title(copy))
        last = session.scalar(select(Loan).where(Loan.copy_id == copy.id).order_by(Loan.id.desc()).limit(1))
        if (
            last is None
            or last.patron_id != card.patron_id
            or last.ended_as is not LoanEnd.RETURNED
            or last.ended_terminal_id != counter.terminal_id
        ):
            return Refused(Refusal.OTHER, copy.record.title)
        last.ended_at = last.ended_as = last.ended_terminal_id = None
        session.flush()
        return Lent(copy.record.title, DueDate(last.due_at.astimezone(self.zone)), renewed=False)

    def patron(
        self, session: Session, counter: Counter, card_number: str, pin: str | None = None
    ) -> PatronAccount | Refused:
        """Look at a patron's account; a wrong PIN tells nothing of it, an absent or empty one is not a check."""
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return Refused(Refusal.PATRON_UNKNOWN)
        checked = _check_pin(card.patron, pin)
        if checked is PinCheck.WRONG:
            return PatronAccount(card.number, "", Refusal.WRONG_PIN, card.lost, 0, (), checked)
        now = self.now()
        open_loans = session.scalars(
            select(Loan)
            .where(Loan.patron_id == card.patron_id, Loan.ended_at.is_(None))
            .order_by(Loan.lent_at, Loan.id)
        ).all()
        return PatronAccount(
            card=card.number,
            name=card.patron.name,
            refusal=may_use_card(_reader(session, card), self._occasion(session, counter)),
            card_lost=card.lost,
            limit=self._rule(counter, card, None).max_items,
            loans=tuple(PatronLoan(loan.copy.item_number, loan.due_at < now) for loan in open_loans),
            pin=checked,
        )

    def has_on_loan(
        self, session: Session, counter: Counter, card_number: str, *, item_number: str | None, title: str | None = None
    ) -> bool:
        """Say whether the card's patron has the item on loan now; without a number, any item of that whole title."""
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return False
        if item_number is None:
            return title is not None and bool(_items_of_title(session, card.patron, title))
        copy = find_copy(session, counter.organisation_id, item_number)
        loan = None if copy is None else _open_loan(session, copy)
        return loan is not None and loan.patron_id == card.patron_id

    def item(self, session: Session, counter: Counter, item_number: str) -> ItemAccount | Refused:
        """Look at an item."""
        copy = find_copy(session, counter.organisation_id, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        loan = _open_loan(session, copy)
        return ItemAccount(copy, None if loan is None else loan.due_at.astimezone(self.zone))

    def _renew(
        self, session: Session, counter: Counter, card: Card | None, copy: Copy | None, loan: Loan | None
    ) -> Lent | Refused:
        decision = may_renew(
            None if card is None else _reader(session, card),
            _item(copy, loan, card),
            None if loan is None else RunningLoan(loan.due_at, loan.renewals),
            self._rule(counter, card, copy),
            self._occasion(session, counter),
        )
        if isinstance(decision, Refusal) or loan is None:
            return Refused(decision if isinstance(decision, Refusal) else Refusal.OTHER, _title(copy))
        loan.renewals += 1
        loan.due_at = decision.at
        loan.due_day = decision.day
        session.flush()
        return Lent(_title(copy), decision, renewed=True)

    def _end(self, loan: Loan, counter: Counter, how: LoanEnd) -> None:
        loan.ended_at = self.now()
        loan.ended_as = how
        loan.ended_terminal_id = counter.terminal_id

    def _rule(self, counter: Counter, card: Card | None, copy: Copy | None) -> LoanRule:
        return self._rules.rule_for(
            category="" if card is None else card.patron.category.code,
            item_type="" if copy is None else copy.item_type,
            place=counter.place_code,
        )

    def _occasion(self, session: Session, counter: Counter) -> Occasion:
        return Occasion(self.now(), self.zone, _opening(session.get_one(Place, counter.place_id)))


def _opening(place: Place) -> OpeningDays:
    return OpeningDays(
        closed_weekdays=frozenset(closed.weekday for closed in place.closed_weekdays),
        holidays=frozenset(holiday.day for holiday in place.holidays),
        closes_at=place.closes_at or END_OF_DAY,
    )


def _reader(session: Session, card: Card) -> Reader:
    patron = card.patron
    counted = select(func.count()).where(Loan.patron_id == patron.id, Loan.ended_at.is_(None))
    return Reader(patron.blocked or card.lost, patron.expires, session.scalar(counted) or 0)


def _item(copy: Copy | None, loan: Loan | None, card: Card | None) -> Item | None:
    if copy is None:
        return None
    if loan is None:
        return Item(copy.status.may_circulate, LentTo.NOBODY)
    own = card is not None and loan.patron_id == card.patron_id
    return Item(copy.status.may_circulate, LentTo.THIS_READER if own else LentTo.SOMEBODY_ELSE)


def _open_loan(session: Session, copy: Copy) -> Loan | None:
    return session.scalar(select(Loan).where(Loan.copy_id == copy.id, Loan.ended_at.is_(None)))


def _items_of_title(session: Session, patron: Patron, title: str) -> Sequence[str]:
    return session.scalars(
        select(Copy.item_number)
        .join(Loan, Loan.copy_id == Copy.id)
        .join(Record, Record.id == Copy.record_id)
        .where(Loan.patron_id == patron.id, Loan.ended_at.is_(None), Record.title == nfc(title))
    ).all()


def _check_pin(patron: Patron, pin: str | None) -> PinCheck:
    if not pin:
        return PinCheck.NOT_GIVEN
    if patron.pin_hash is not None and secret_matches(pin, patron.pin_hash):
        return PinCheck.RIGHT
    return PinCheck.WRONG


def _title(copy: Copy | None) -> str:
    return "" if copy is None else copy.record.title


def _taken_back(copy: Copy, counter: Counter, *, was_on_loan: bool) -> TakenBack:
    return TakenBack(
        title=copy.record.title,
        home_code=copy.place.code,
        home_name=copy.place.name,
        call_number=copy.call_number,
        item_type=copy.item_type,
        was_on_loan=was_on_loan,
        is_home=copy.place_id == counter.place_id,
    )
