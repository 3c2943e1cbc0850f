"""The desk: the lending rules and the store in one transaction, for whichever terminal asks."""

from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.decisions import Item, LentTo, RunningLoan, may_borrow, may_renew, may_use_card
from library.lending.holds import suspended_until
from library.lending.opening import DueDate
from library.lending.overrides import Override
from library.lending.refusals import Refusal
from library.lending.rules import LendingRules
from server.circulation.accounts import detail_of, item_account, patron_account
from server.circulation.circumstances import Circumstances
from server.circulation.fees import FeeDesk, charge_for_loan, waive_for_loan
from server.circulation.hold_queue import HoldQueue
from server.circulation.loans import items_of_title, open_loan, open_loans
from server.circulation.offline_history import Renewal, note_renewal, note_return, where
from server.circulation.overrides import note_override
from server.circulation.pins import PIN_REFUSALS, PinDesk
from server.circulation.refusals import Refused
from server.circulation.reserving import Reservations
from server.circulation.returning import taken_back
from server.circulation.side_desks import CardDesk, ItemDesk
from server.circulation.values import AllRenewed, Counter, ItemAccount, Lent, PatronAccount, TakenBack
from server.clock import Clock
from server.holdings.shelves import find_copy, hold_record, see_copy
from server.patrons.register import find_card
from server.patrons.suspensions import lift_for, suspend
from server.store.models import Card, Copy, Loan, LoanEnd, Patron, Place


class LendingDesk:
    """Decides and writes; every method works inside the caller's transaction and commits nothing itself."""

    def __init__(self, rules: LendingRules, zone: tzinfo, clock: Clock) -> None:
        self.circumstances = self._at = Circumstances(rules, zone, clock)
        self._pins = PinDesk()
        self.zone = zone
        self.fees = FeeDesk(self._at)
        self.cards = CardDesk(self._at)
        self.items = ItemDesk()
        self.queue = HoldQueue(self._at)
        self.reservations = Reservations(self._at, self.queue)

    def now(self) -> datetime:
        """Give the present in the library's time zone."""
        return self._at.now()

    def lend(  # noqa: PLR0913 - what an 11 says
        self,
        session: Session,
        counter: Counter,
        card_number: str,
        item_number: str,
        *,
        renew_own: bool,
        fee_acknowledged: bool = False,
        override: Override | None = None,
    ) -> Lent | Refused:
        """Lend a copy; an item that the patron has already is renewed where ``renew_own``, else refused.

        What staff ``override`` and the library lets them is no reason against the loan, and stands in the records.
        """
        card = find_card(session, counter.organisation_id, card_number)
        copy = self._held_copy(session, counter, item_number)
        loan = None if copy is None else open_loan(session, copy)
        if renew_own and card is not None and loan is not None and loan.patron_id == card.patron_id:
            return self._renew(session, counter, card, copy, loan, seen=True)
        if copy is not None and loan is None:
            self.queue.expire_copy(session, copy)
        rule = self._at.rule(counter.place_code, _patron(card), "" if copy is None else copy.item_type)
        reader = None if card is None else self._at.reader(session, card)
        decision = may_borrow(
            reader,
            self._item(session, copy, loan, card),
            rule,
            self._at.occasion(session, counter.place_id),
            fee_acknowledged=fee_acknowledged,
            overridden=self._at.overridden(override),
        )
        if isinstance(decision, Refusal) or card is None or copy is None:
            refusal = decision if isinstance(decision, Refusal) else Refusal.OTHER
            fee = rule.lending_fee if refusal is Refusal.FEE_NOT_ACKNOWLEDGED else None
            return Refused(refusal, _title(copy), fee or detail_of(refusal, reader))
        loan = Loan(
            copy_id=copy.id,
            patron_id=card.patron_id,
            place_id=counter.place_id,
            terminal_id=counter.terminal_id,
            lent_at=self.now(),
            due_at=decision.at,
            due_day=decision.day,
        )
        session.add(loan)
        session.flush()
        self._put_at(session, copy, counter)
        charge_for_loan(session, loan, rule.lending_fee, copy.record_id)
        self.queue.fulfil(session, copy, loan)
        if override is not None:
            self.queue.give_up(session, copy)
            note_override(session, loan, override)
        return Lent(copy.record.title, decision, renewed=False, loan_id=loan.id, fee=rule.lending_fee)

    def renew(
        self, session: Session, counter: Counter, card_number: str, *, item_number: str | None, title: str | None = None
    ) -> Lent | Refused:
        """Renew a patron's own loan, named by its item or, where just one of the loans has it, by its whole title."""
        card = find_card(session, counter.organisation_id, card_number)
        if item_number is None and title and card is not None:
            found = items_of_title(session, card.patron_id, title)
            item_number = found[0] if len(found) == 1 else None
        copy = None if item_number is None else find_copy(session, counter.organisation_id, item_number)
        loan = None if copy is None else open_loan(session, copy)
        return self._renew(session, counter, card, copy, loan)

    def renew_all(self, session: Session, counter: Counter, card_number: str) -> AllRenewed | Refused:
        """Renew what may be renewed of a patron's loans, the ones that are due first before the others."""
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return Refused(Refusal.PATRON_UNKNOWN)
        refusal = may_use_card(self._at.reader(session, card), self._at.occasion(session, counter.place_id))
        if refusal is not None:
            return Refused(refusal)
        renewed: list[str] = []
        unrenewed: list[str] = []
        for loan in sorted(open_loans(session, card.patron_id), key=lambda loan: (loan.due_at, loan.id)):
            outcome = self._renew(session, counter, card, loan.copy, loan)
            (unrenewed if isinstance(outcome, Refused) else renewed).append(loan.copy.item_number)
        return AllRenewed(tuple(renewed), tuple(unrenewed))

    def take_back(self, session: Session, counter: Counter, item_number: str) -> TakenBack | Refused:
        """End the loan of an item and keep the item for whom it is reserved, else send it home.

        One that is not on loan is taken as well, only an unknown one is refused.
        """
        copy = self._held_copy(session, counter, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        loan = open_loan(session, copy)
        if loan is not None:
            self._end(loan, counter, LoanEnd.RETURNED)
            self._suspend_if_late(session, loan, copy)
        else:
            note_return(session, copy, where(counter), self.now())
        back = self.put_down(session, counter, copy)
        return back if loan is None else replace(back, was_on_loan=True, loan_id=loan.id)

    def put_down(self, session: Session, counter: Counter, copy: Copy) -> TakenBack:
        """Say where a copy belongs that lies at this counter and is on loan to nobody, and write that down.

        The caller holds the copy and its record.
        """
        self._put_at(session, copy, counter)
        hold = self.queue.catch(session, copy)
        if hold is None and copy.place_id != counter.place_id:
            copy.transit_to_id = copy.place_id
        session.flush()
        return self._standing(session, counter, copy)

    def seen_back(self, session: Session, counter: Counter, item_number: str) -> TakenBack | Refused:
        """Say where a copy belongs as it was written down before; changes nothing."""
        copy = see_copy(session, counter.organisation_id, item_number)
        return Refused(Refusal.ITEM_UNKNOWN) if copy is None else self._standing(session, counter, copy)

    def cancel_loan(self, session: Session, counter: Counter, item_number: str) -> TakenBack | Refused:
        """Undo a loan that this same terminal made and could not finish: as if it had never been, with hold and fee."""
        copy = self._held_copy(session, counter, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        loan = open_loan(session, copy)
        if loan is None:
            return self._standing(session, counter, copy)
        if loan.terminal_id != counter.terminal_id:
            return Refused(Refusal.OTHER, copy.record.title)
        self._end(loan, counter, LoanEnd.CANCELLED)
        session.flush()
        waive_for_loan(session, loan, self.now())
        self.queue.unfulfil(session, copy, loan)
        return replace(self._standing(session, counter, copy), was_on_loan=True, loan_id=loan.id)

    def cancel_return(self, session: Session, counter: Counter, card_number: str, item_number: str) -> Lent | Refused:
        """Undo a return that this same terminal took: the loan goes on as it was, whoever waits for it waits again."""
        card = find_card(session, counter.organisation_id, card_number)
        copy = self._held_copy(session, counter, item_number)
        if card is None or copy is None:
            return Refused(Refusal.PATRON_UNKNOWN if card is None else Refusal.ITEM_UNKNOWN, _title(copy))
        loans = select(Loan).where(Loan.copy_id == copy.id)
        last = session.scalar(loans.order_by(Loan.lent_at.desc(), Loan.id.desc()).limit(1))
        if (
            last is None
            or last.patron_id != card.patron_id
            or last.ended_as is not LoanEnd.RETURNED
            or last.ended_terminal_id != counter.terminal_id
        ):
            return Refused(Refusal.OTHER, copy.record.title)
        last.ended_at = last.ended_as = last.ended_terminal_id = None
        copy.transit_to_id = None
        self.queue.give_up(session, copy)
        lift_for(session, last, self.now())
        session.flush()
        return Lent(copy.record.title, self._due(last), renewed=False, loan_id=last.id)

    def pin_refusal(self, session: Session, counter: Counter, card_number: str, pin: str | None) -> Refusal | None:
        """Say whether a PIN speaks against what was asked; an absent or empty one does not."""
        card = find_card(session, counter.organisation_id, card_number) if pin else None
        return None if card is None else PIN_REFUSALS.get(self._pins.check(card.patron, pin, self.now()))

    def patron(
        self, session: Session, counter: Counter, card_number: str, pin: str | None = None
    ) -> PatronAccount | Refused:
        """Look at a patron's account; a wrong PIN tells nothing of it, an absent or empty one is not a check."""
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return Refused(Refusal.PATRON_UNKNOWN)
        checked = self._pins.check(card.patron, pin, self.now())
        if checked in PIN_REFUSALS:
            return PatronAccount(card.number, "", PIN_REFUSALS[checked], card_lost=card.lost, pin=checked)
        return replace(patron_account(session, self._at, self.queue, counter, card), pin=checked)

    def has_on_loan(
        self, session: Session, counter: Counter, card_number: str, *, item_number: str | None, title: str | None = None
    ) -> bool:
        """Say whether the card's patron has the item on loan now; without a number, any item of that whole title."""
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return False
        if item_number is None:
            return title is not None and bool(items_of_title(session, card.patron_id, title))
        copy = find_copy(session, counter.organisation_id, item_number)
        loan = None if copy is None else open_loan(session, copy)
        return loan is not None and loan.patron_id == card.patron_id

    def loan_as_it_stands(self, session: Session, loan_id: int) -> Lent | None:
        """Give a loan that goes on; ``None`` for one that has ended."""
        loan = session.get(Loan, loan_id, populate_existing=True)
        if loan is None or loan.ended_at is not None:
            return None
        return Lent(loan.copy.record.title, self._due(loan), renewed=False, loan_id=loan.id)

    def why_not(self, session: Session, counter: Counter, card_number: str, item_number: str) -> Refused:
        """Say what speaks against a loan that was made once and has ended since: how its item is now."""
        copy = find_copy(session, counter.organisation_id, item_number)
        loan = None if copy is None else open_loan(session, copy)
        if loan is None:
            return Refused(Refusal.ITEM_NOT_ON_LOAN, _title(copy))
        card = find_card(session, counter.organisation_id, card_number)
        own = card is not None and loan.patron_id == card.patron_id
        return Refused(Refusal.ITEM_ON_LOAN_TO_SAME_PATRON if own else Refusal.ITEM_ON_LOAN, _title(copy))

    def item(self, session: Session, counter: Counter, item_number: str) -> ItemAccount | Refused:
        """Look at an item."""
        copy = see_copy(session, counter.organisation_id, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        return item_account(session, self._at, self.queue, counter, copy)

    def _held_copy(self, session: Session, counter: Counter, item_number: str) -> Copy | None:
        copy = find_copy(session, counter.organisation_id, item_number)
        if copy is not None:
            hold_record(session, copy.record_id)
        return copy

    def _renew(  # noqa: PLR0913 - what is renewed, and how it came
        self,
        session: Session,
        counter: Counter,
        card: Card | None,
        copy: Copy | None,
        loan: Loan | None,
        *,
        seen: bool = False,
    ) -> Lent | Refused:
        decision = may_renew(
            None if card is None else self._at.reader(session, card),
            self._item(session, copy, loan, card),
            None if loan is None else RunningLoan(loan.due_at, loan.renewals),
            self._at.rule(counter.place_code, _patron(card), "" if copy is None else copy.item_type),
            self._at.occasion(session, counter.place_id),
        )
        if isinstance(decision, Refusal) or loan is None:
            return Refused(decision if isinstance(decision, Refusal) else Refusal.OTHER, _title(copy))
        note_renewal(session, loan, where(counter), Renewal(self.now(), decision.at, seen=seen))
        loan.renewals += 1
        loan.due_at = decision.at
        loan.due_day = decision.day
        session.flush()
        return Lent(_title(copy), decision, renewed=True, loan_id=loan.id)

    def _item(self, session: Session, copy: Copy | None, loan: Loan | None, card: Card | None) -> Item | None:
        if copy is None:
            return None
        patron_id = None if card is None else card.patron_id
        if loan is None:
            return Item(
                copy.status.may_circulate, LentTo.NOBODY, reserved=self.queue.is_reserved(session, copy, patron_id)
            )
        if loan.patron_id != patron_id:
            return Item(copy.status.may_circulate, LentTo.SOMEBODY_ELSE)
        wanted = self.queue.is_wanted_by_others(session, copy, loan.patron_id)
        return Item(copy.status.may_circulate, LentTo.THIS_READER, reserved=wanted)

    def _standing(self, session: Session, counter: Counter, copy: Copy) -> TakenBack:
        return taken_back(copy, counter, self.queue.caught(session, copy))

    def _put_at(self, session: Session, copy: Copy, counter: Counter) -> None:
        copy.current_place = session.get_one(Place, counter.place_id)
        copy.transit_to_id = None
        session.flush()

    def _end(self, loan: Loan, counter: Counter, how: LoanEnd) -> None:
        loan.ended_at = self.now()
        loan.ended_as = how
        loan.ended_terminal_id = counter.terminal_id

    def _suspend_if_late(self, session: Session, loan: Loan, copy: Copy) -> None:
        place, patron = session.get_one(Place, loan.place_id), session.get_one(Patron, loan.patron_id)
        rule = self._at.rule(place.code, patron, copy.item_type)
        until = suspended_until(loan.due_day, self._at.today(), rule)
        if until is not None:
            suspend(session, loan, until)

    def _due(self, loan: Loan) -> DueDate:
        return DueDate(loan.due_at.astimezone(self.zone))


def _patron(card: Card | None) -> Patron | None:
    return None if card is None else card.patron


def _title(copy: Copy | None) -> str:
    return "" if copy is None else copy.record.title
