"""Keeps a copy's loans equal to what follows from everything that happened to it, also from what is learned late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.circulation.offline_timeline import Mark, Span, in_order, loans_of
from server.circulation.values import Counter
from server.store.models import Copy, Loan, LoanEnd
from server.store.offline_models import Handover, HandoverKind

_SECOND = timedelta(seconds=1)
_HAIR = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Where:
    """The terminal at which something happened, and its place."""

    terminal_id: str
    place_id: int


def where(counter: Counter) -> Where:
    """Give where a counter is."""
    return Where(counter.terminal_id, counter.place_id)


@dataclass(frozen=True, slots=True)
class Facts:
    """What else is known of a handover."""

    patron_id: int | None = None
    due_at: datetime | None = None
    alone: bool = False
    journal_no: int = 0
    loan_id: int | None = None


class CopyHistory:
    """All that happened to one copy; works inside the caller's transaction, which must hold the copy."""

    def __init__(self, session: Session, copy: Copy) -> None:
        """Read the history; what the desk did since the last reading is added to it."""
        self._session = session
        self._copy = copy
        self._handovers = list(session.scalars(select(Handover).where(Handover.copy_id == copy.id)))
        self._loans = list(session.scalars(select(Loan).where(Loan.copy_id == copy.id).order_by(Loan.id)))
        for loan in self._loans:
            self._agree_with(loan)

    def add(self, kind: HandoverKind, at: datetime, where: Where, facts: Facts) -> Handover:
        """Put down what happened; the loans follow with :meth:`settle`."""
        handover = Handover(
            copy_id=self._copy.id,
            at=at,
            kind=kind,
            patron_id=facts.patron_id,
            due_at=facts.due_at,
            terminal_id=where.terminal_id,
            place_id=where.place_id,
            alone=facts.alone,
            journal_no=facts.journal_no,
            loan_id=facts.loan_id,
        )
        self._session.add(handover)
        self._session.flush()
        self._handovers.append(handover)
        return handover

    def time_for(self, terminal_id: str, at: datetime) -> datetime:
        """Give the time for what a terminal did alone at ``at``, in whole seconds.

        It did what it did over its line in the same second before: then the line was lost.
        """
        last = max(
            (
                handover.at
                for handover in self._handovers
                if handover.terminal_id == terminal_id and not handover.alone and at <= handover.at < at + _SECOND
            ),
            default=None,
        )
        return at if last is None else last + _HAIR

    def marks(self) -> list[Mark]:
        """Give everything in the order of its times."""
        return in_order(
            Mark(
                handover.id,
                handover.at,
                handover.kind,
                handover.terminal_id,
                handover.patron_id,
                handover.due_at,
                handover.alone,
                handover.journal_no,
            )
            for handover in self._handovers
        )

    def after(self, handover: Handover) -> list[Mark]:
        """Give what happened after a handover, and was not undone."""
        marks = self.marks()
        place = next(index for index, mark in enumerate(marks) if mark.key == handover.id)
        return [mark for mark in marks[place + 1 :] if mark.kind is not HandoverKind.VOID]

    def settle(self, zone: tzinfo) -> list[Span]:
        """Make the loans what follows from the history; give them. ``zone`` is the library's."""
        spans = loans_of(self.marks())
        rows = self._rows_for(spans)
        for loan in self._loans:
            if loan.ended_at is None and (loan not in rows or spans[rows.index(loan)].ended is not None):
                loan.ended_at, loan.ended_as = loan.lent_at, LoanEnd.CANCELLED
        self._session.flush()  # a copy has at most one open loan, at every moment
        for index, span in enumerate(spans):
            row = rows[index]
            if row is None:
                row = self._new_loan(span, zone)
            _write(row, span, self._handover(span.marks[0].key), zone)
            for mark in span.marks:
                self._handover(mark.key).loan_id = row.id
        self._session.flush()
        return spans

    def loan_of(self, handover: Handover) -> Loan | None:
        """Give the loan that a handover belongs to."""
        return next((loan for loan in self._loans if loan.id == handover.loan_id), None)

    def _rows_for(self, spans: Sequence[Span]) -> list[Loan | None]:
        """Give each span a row that was made for one of its marks; each row once."""
        by_id = {loan.id: loan for loan in self._loans}
        rows: list[Loan | None] = []
        for span in spans:
            ids = [self._handover(mark.key).loan_id for mark in span.marks]
            found = next((by_id[number] for number in ids if number is not None and number in by_id), None)
            if found is not None:
                del by_id[found.id]
            rows.append(found)
        for loan in by_id.values():  # part of another loan by now, or none any more
            self._leave_out(loan)
        return rows

    def _leave_out(self, loan: Loan) -> None:
        loan.ended_at, loan.ended_as = loan.lent_at, LoanEnd.CANCELLED
        if not any(made.loan_id == loan.id and made.kind is HandoverKind.VOID for made in self._handovers):
            where = Where(loan.terminal_id, loan.place_id)
            self.add(HandoverKind.VOID, loan.lent_at, where, Facts(loan_id=loan.id))

    def _new_loan(self, span: Span, zone: tzinfo) -> Loan:
        loan = Loan(copy_id=self._copy.id, patron_id=span.patron_id)
        _write(loan, span, self._handover(span.marks[0].key), zone)
        self._session.add(loan)
        self._session.flush()
        self._loans.append(loan)
        return loan

    def _agree_with(self, loan: Loan) -> None:
        """Put down what the desk did with a loan and left no mark of."""
        own = [handover for handover in self._handovers if handover.loan_id == loan.id]
        if any(handover.kind is HandoverKind.VOID and handover.at == loan.lent_at for handover in own):
            return
        where, facts = Where(loan.terminal_id, loan.place_id), Facts(loan.patron_id, loan.due_at, loan_id=loan.id)
        begun = [handover for handover in own if handover.kind in {HandoverKind.LENT, HandoverKind.RENEWED}]
        if not begun:
            kinds = [HandoverKind.LENT] + [HandoverKind.RENEWED] * loan.renewals
            begun = [self.add(kind, loan.lent_at, where, facts) for kind in kinds]
        span = self._span_of(begun)
        if span is None:
            return
        if loan.due_at > span.due_at:
            self.add(HandoverKind.RENEWED, max(handover.at for handover in begun), where, facts)
        if loan.ended_at is not None and span.ended is None:
            kind = HandoverKind.CANCELLED if loan.ended_as is LoanEnd.CANCELLED else HandoverKind.RETURNED
            ended = Where(loan.ended_terminal_id or loan.terminal_id, loan.place_id)
            self.add(kind, loan.ended_at, ended, Facts(loan.patron_id, loan_id=loan.id))
        elif loan.ended_at is None and span.ended is not None:
            self._handover(span.ended.key).kind = HandoverKind.VOID  # the desk undid the return
            self._handover(span.ended.key).loan_id = None
            self._session.flush()

    def _span_of(self, begun: Iterable[Handover]) -> Span | None:
        keys = {handover.id for handover in begun}
        return next((span for span in loans_of(self.marks()) if any(mark.key in keys for mark in span.marks)), None)

    def _handover(self, key: int) -> Handover:
        return next(handover for handover in self._handovers if handover.id == key)


def _write(loan: Loan, span: Span, first: Handover, zone: tzinfo) -> None:
    loan.lent_at, loan.terminal_id, loan.place_id = first.at, first.terminal_id, first.place_id
    loan.due_at, loan.due_day = span.due_at, span.due_at.astimezone(zone).date()
    loan.renewals = span.renewals
    if span.ended is None:
        loan.ended_at = loan.ended_as = loan.ended_terminal_id = None
        return
    loan.ended_at, loan.ended_terminal_id = span.ended.at, span.ended.terminal_id
    loan.ended_as = LoanEnd.CANCELLED if span.ended.kind is HandoverKind.CANCELLED else LoanEnd.RETURNED


@dataclass(frozen=True, slots=True)
class Renewal:
    """A renewal by the desk."""

    at: datetime
    due_at: datetime
    seen: bool
    """The copy itself was there, so that it was handed out anew; a renewal from a list says nothing of it."""


def note_renewal(session: Session, loan: Loan, where: Where, renewal: Renewal) -> None:
    """Put down a renewal that the desk is about to write into the loan."""
    kind = HandoverKind.LENT if renewal.seen else HandoverKind.RENEWED
    facts = Facts(loan.patron_id, renewal.due_at, loan_id=loan.id)
    CopyHistory(session, loan.copy).add(kind, renewal.at, where, facts)


def note_return(session: Session, copy: Copy, where: Where, at: datetime) -> None:
    """Put down the return of a copy that nobody had as far as the desk knew: a loan may be told later."""
    CopyHistory(session, copy).add(HandoverKind.RETURNED, at, where, Facts())
