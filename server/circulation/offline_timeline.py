"""From all that happened to one copy, in the order in which it happened, to its loans; pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.store.offline_models import HandoverKind


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a copy."""

    key: int
    """Grows with time for what was done over the line."""
    at: datetime
    kind: HandoverKind
    terminal_id: str
    patron_id: int | None = None
    """``None`` for a return, and for a loan to a card that nobody knows."""
    due_at: datetime | None = None
    alone: bool = False
    """Done by a kiosk without its line, so that whole seconds are all that is known of the time."""
    journal_no: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A loan, from the mark that began it to the one that ended it."""

    patron_id: int
    marks: tuple[Mark, ...]
    """The loan itself and its renewals."""
    due_at: datetime
    ended: Mark | None = None

    @property
    def renewals(self) -> int:
        """How often it was renewed."""
        return len(self.marks) - 1

    @property
    def changed_hands(self) -> bool:
        """Whether a loan to somebody else ended it, with no return in between."""
        return self.ended is not None and self.ended.kind is HandoverKind.LENT


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """Sort marks into one order that does not depend on the order in which they came to be known.

    At the same time: what kiosks did alone before what was done over the line; of kiosks, those that begin with a
    return first, then by terminal; within a journal by its numbers.
    """
    moments: dict[datetime, list[Mark]] = defaultdict(list)
    for mark in marks:
        moments[mark.at].append(mark)
    ordered: list[Mark] = []
    for at in sorted(moments):
        journals: dict[str, list[Mark]] = defaultdict(list)
        for mark in moments[at]:
            if mark.alone:
                journals[mark.terminal_id].append(mark)
        for journal in journals.values():
            journal.sort(key=lambda mark: (mark.journal_no, mark.key))
        for terminal in sorted(journals, key=lambda name: (journals[name][0].kind is not HandoverKind.RETURNED, name)):
            ordered += journals[terminal]
        ordered += sorted((mark for mark in moments[at] if not mark.alone), key=lambda mark: mark.key)
    return ordered


def loans_of(ordered: Sequence[Mark]) -> list[Span]:
    """Give the loans that follow from marks in their order; only the last one can be open."""
    spans: list[Span] = []
    running: Span | None = None
    for mark in ordered:
        own = running is not None and running.patron_id == mark.patron_id
        match mark.kind:
            case HandoverKind.LENT | HandoverKind.RENEWED if running is not None and own:
                due = running.due_at if mark.due_at is None else max(running.due_at, mark.due_at)
                running = Span(running.patron_id, (*running.marks, mark), due)
            case HandoverKind.LENT:
                spans += _ended(running, mark)
                running = _begun(mark)
            case HandoverKind.RETURNED:
                spans += _ended(running, mark)
                running = None
            case HandoverKind.CANCELLED if own:
                spans += _ended(running, mark)
                running = None
            case _:
                pass
    return spans if running is None else [*spans, running]


def _begun(mark: Mark) -> Span | None:
    return None if mark.patron_id is None else Span(mark.patron_id, (mark,), mark.due_at or mark.at)


def _ended(span: Span | None, mark: Mark) -> list[Span]:
    return [] if span is None else [Span(span.patron_id, span.marks, span.due_at, mark)]
