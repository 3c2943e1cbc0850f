"""Takes over what kiosks did alone: each event once, at its place in time, whatever is already known since."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.decisions import Occasion, against_borrowing, may_use_card
from library.lending.offline_events import ClockCertainty, Outcome
from library.lending.opening import DueDate, due_date
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.desk import LendingDesk
from server.circulation.offline_effects import LateEffects
from server.circulation.offline_history import CopyHistory, Facts, where
from server.circulation.offline_matters import Case, note_matter
from server.circulation.offline_placing import Timed, certainty, move_before, place
from server.circulation.values import Counter
from server.holdings.shelves import find_copy
from server.patrons.register import find_card
from server.store.account_models import DoneTransaction
from server.store.models import Card, Copy, Loan
from server.store.offline_models import EventKind, Handover, HandoverKind, MatterKind, OfflineEvent

_SUBJECT_DIGITS = 16
_OF_A_NEW_LOAN = frozenset({MatterKind.OVER_LIMIT, MatterKind.CARD_BARRED, MatterKind.ITEM_RESERVED})
"""Of no concern where the patron had the item already, or does not have it any more."""
_ABOUT_A_CARD = frozenset({MatterKind.OVER_LIMIT, MatterKind.CARD_BARRED, MatterKind.CARD_UNKNOWN})


@dataclass(frozen=True, slots=True)
class Told:
    """What a kiosk tells of one thing that it did alone."""

    kind: EventKind
    transaction_id: str
    item_number: str = field(repr=False)
    at: datetime | None
    """Aware; ``None`` where none was told."""
    clock: ClockCertainty = ClockCertainty.SURE
    journal_no: int | None = None
    card_number: str = field(default="", repr=False)
    """Of a loan."""
    promised: datetime | None = None
    """The due date (aware) that the patron was told."""
    staff_id: str | None = None
    """Who of the staff did it, where it was not the patron."""

    @property
    def subject(self) -> bytes:
        """Give what tells this event from another one that uses the same transaction id."""
        words = f"{self.kind.value}\0{self.card_number}\0{self.item_number}"
        return hashlib.sha256(words.encode()).digest()


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an event."""

    outcome: Outcome
    due: DueDate | None
    """Of a loan: the due date that stands, never earlier than the promised one."""
    copy: Copy | None


class OfflineDesk:
    """Takes events over; every method works inside the caller's transaction and commits nothing itself."""

    def __init__(self, desk: LendingDesk) -> None:
        self._desk = desk
        self._at = desk.circumstances
        self._effects = LateEffects(desk)

    def take_over(self, session: Session, counter: Counter, told: Told) -> Became:
        """Give an event its place in time, once; nothing is refused, what staff must look at is put on their list."""
        card = find_card(session, counter.organisation_id, told.card_number) if told.card_number else None
        copy = find_copy(session, counter.organisation_id, told.item_number)
        known, event_id = _known(session, counter, told)
        if known is not None:
            return Became(known.outcome, self._due(known.due_at), copy)
        now = self._at.now()
        timed = Timed(counter.terminal_id, told.at, told.clock, told.journal_no)
        event = OfflineEvent(
            terminal_id=counter.terminal_id,
            transaction_id=event_id,
            subject=told.subject,
            kind=told.kind,
            told_at=told.at,
            clock=certainty(timed, now),
            journal_no=told.journal_no,
            placed_at=place(session, timed, now),
            arrived_at=now,
            outcome=Outcome.NEEDS_STAFF,
            due_at=told.promised,
            staff_id=told.staff_id,
        )
        session.add(event)
        session.flush()
        arrived = _Arrived(told, counter, event, Case(event.placed_at, told.item_number, transaction_id=event_id))
        self._doubt_its_words(session, arrived, timed, now)
        if copy is None:
            case = replace(arrived.case, card_number=told.card_number or None)
            note_matter(session, counter, MatterKind.ITEM_UNKNOWN, case, now)
        elif self._is_done(session, event, copy):
            event.outcome = Outcome.APPLIED
        elif told.kind is EventKind.RETURNED:
            self._returned(session, arrived, copy)
        else:
            self._lent(session, arrived, copy, card)
        session.flush()
        return Became(event.outcome, self._due(event.due_at), copy)

    def _doubt_its_words(self, session: Session, arrived: "_Arrived", timed: Timed, now: datetime) -> None:
        if arrived.event.transaction_id != arrived.told.transaction_id:
            note_matter(session, arrived.counter, MatterKind.NUMBER_TWICE, arrived.case, now)
        if arrived.event.clock is ClockCertainty.UNKNOWN:
            note_matter(session, arrived.counter, MatterKind.CLOCK_UNKNOWN, arrived.case, now)
        else:
            self._move(session, timed, arrived.event.placed_at)

    def _due(self, at: datetime | None) -> DueDate | None:
        return None if at is None else DueDate(at.astimezone(self._at.zone))

    def _is_done(self, session: Session, event: OfflineEvent, copy: Copy) -> bool:
        """Say whether the same transaction went over the line before, and only its answer was lost."""
        done = session.get(DoneTransaction, (event.terminal_id, event.transaction_id))
        loan = None if done is None or done.loan_id is None else session.get(Loan, done.loan_id)
        if loan is None or loan.copy_id != copy.id:
            return False
        if event.kind is EventKind.LENT:
            loan.due_at = event.due_at = max(event.due_at or loan.due_at, loan.due_at)
            loan.due_day = loan.due_at.astimezone(self._at.zone).date()
        return True

    def _move(self, session: Session, timed: Timed, at: datetime) -> None:
        moved = move_before(session, timed, at)
        copies = {handover.copy_id for handover in moved}
        for copy in session.scalars(select(Copy).where(Copy.id.in_(copies)).order_by(Copy.id)).all():
            before = self._effects.ends(session, copy)
            history = CopyHistory(session, copy)  # before anything moves: it adds what the desk did meanwhile
            for handover in moved:
                if handover.copy_id == copy.id:
                    handover.at = history.time_for(handover.terminal_id, at)
            spans = history.settle(self._at.zone)
            self._effects.suspend(session, copy, before)
            if spans and spans[-1].ended is None:
                self._effects.left(session, copy)

    def _returned(self, session: Session, told: "_Arrived", copy: Copy) -> None:
        history = CopyHistory(session, copy)
        handover = _put(history, told, Facts())
        before = self._effects.ends(session, copy)
        history.settle(self._at.zone)
        self._effects.suspend(session, copy, before)
        later = history.after(handover)
        overtaken = any(mark.kind is HandoverKind.LENT for mark in later)
        told.event.outcome = Outcome.SUPERSEDED if overtaken else Outcome.APPLIED
        if not later and self._effects.came_back(session, copy, told.counter):
            note_matter(session, told.counter, MatterKind.HOLD_WAITS, told.case, self._at.now())

    def _lent(self, session: Session, told: "_Arrived", copy: Copy, card: Card | None) -> None:
        event, counter = told.event, told.counter
        rule = self._at.rule(counter.place_code, None if card is None else card.patron, copy.item_type)
        occasion = replace(self._at.occasion(session, counter.place_id), now=event.placed_at)
        if event.due_at is None:
            event.due_at = due_date(event.placed_at, rule.loan_days, occasion.opening, self._at.zone).at
        doubts = self._doubts(session, copy, card, rule, occasion)
        history = CopyHistory(session, copy)
        handover = _put(history, told, Facts(None if card is None else card.patron_id, event.due_at))
        before = self._effects.ends(session, copy)
        spans = history.settle(self._at.zone)
        self._effects.suspend(session, copy, before)
        mine = next((span for span in spans if handover.id in {mark.key for mark in span.marks}), None)
        row = history.loan_of(handover)
        if row is not None:
            self._effects.lent(session, copy, row, handover.at)
        if not any(mark.kind in {HandoverKind.RETURNED, HandoverKind.CANCELLED} for mark in history.after(handover)):
            self._effects.left(session, copy)
        if mine is not None:
            first = mine.marks[0].key == handover.id
            event.outcome = Outcome.APPLIED if first else Outcome.RENEWED
            if mine.ended is None:
                event.due_at = mine.due_at
            else:
                event.outcome = Outcome.SUPERSEDED
        overtook = any(
            span.changed_hands and span.ended is not None and span.ended.key == handover.id for span in spans
        )
        if overtook or (mine is not None and mine.changed_hands):
            doubts.append((MatterKind.SUPERSEDED, None))
        for kind, reason in doubts:
            if kind not in _OF_A_NEW_LOAN or event.outcome is Outcome.APPLIED:
                case = replace(
                    told.case, card_number=told.told.card_number if kind in _ABOUT_A_CARD else None, reason=reason
                )
                note_matter(session, counter, kind, case, self._at.now())

    def _doubts(
        self, session: Session, copy: Copy, card: Card | None, rule: LoanRule, occasion: Occasion
    ) -> list[tuple[MatterKind, Refusal | None]]:
        """Give what would have spoken against the loan over the line."""
        if card is None:
            return [(MatterKind.CARD_UNKNOWN, None)]
        doubts: list[tuple[MatterKind, Refusal | None]] = []
        reader = self._at.reader(session, card)
        refusal = may_use_card(reader, occasion) or against_borrowing(reader, rule, occasion)
        if refusal not in {None, Refusal.PATRON_LIMIT_REACHED}:
            doubts.append((MatterKind.CARD_BARRED, refusal))
        if reader.open_loans >= rule.max_items:
            doubts.append((MatterKind.OVER_LIMIT, None))
        if self._desk.queue.is_reserved(session, copy, card.patron_id):
            doubts.append((MatterKind.ITEM_RESERVED, None))
        if not copy.status.may_circulate or not rule.for_loan:
            doubts.append((MatterKind.ITEM_NOT_FOR_LOAN, None))
        return doubts


@dataclass(frozen=True, slots=True)
class _Arrived:
    """An event that was not known, on its way into the store."""

    told: Told
    counter: Counter
    event: OfflineEvent
    case: Case


def _known(session: Session, counter: Counter, told: Told) -> tuple[OfflineEvent | None, str]:
    """Give the event if it was taken over before, and the id under which it is kept."""
    known = session.get(OfflineEvent, (counter.terminal_id, told.transaction_id))
    if known is None or known.subject == told.subject:
        return known, told.transaction_id
    event_id = f"{told.transaction_id}#{told.subject.hex()[:_SUBJECT_DIGITS]}"
    return session.get(OfflineEvent, (counter.terminal_id, event_id)), event_id


def _put(history: CopyHistory, told: _Arrived, facts: Facts) -> Handover:
    """Put the event into a copy's history."""
    at = history.time_for(told.counter.terminal_id, told.event.placed_at)
    kind = HandoverKind(told.event.kind.value)
    known = replace(facts, alone=True, journal_no=told.event.journal_no or 0)
    handover = history.add(kind, at, where(told.counter), known)
    told.event.handover_id = handover.id
    return handover
