"""What must be true after kiosks were without a line: an oracle that sees all at once, a town that learns it late."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.offline_events import ClockCertainty
from server.circulation.offline import Became, OfflineDesk, Told
from server.circulation.refusals import Refused
from server.circulation.values import Counter, Lent
from server.selfcheck.terminals import NewTerminal, put_terminal, terminal_of_login
from server.store.engine import transaction
from server.store.models import Card, Copy, Loan, LoanEnd
from server.store.offline_models import EventKind
from tests.support.small_library import HUB_TERMINAL, NOON, SCHOOL_TERMINAL, SmallLibrary

THIRD_TERMINAL: Final = "kiosk-third"
TERMINALS: Final = (HUB_TERMINAL, SCHOOL_TERMINAL, THIRD_TERMINAL)
_HAIR: Final = timedelta(microseconds=1)

Deed = Literal["lend", "return", "renew"]


@dataclass(frozen=True)
class Happening:
    """Something that happened to an item: when and where, over the line or without it."""

    at: datetime
    terminal: str
    deed: Deed
    item: str
    card: str = ""
    due: datetime | None = None
    line: bool = False
    sure: bool = True
    number: int = 0
    """In the journal of its kiosk, from 1; over the line the order in which the server did it."""


@dataclass(frozen=True)
class Stay:
    """A loan as it was."""

    card: str
    item: str
    lent_at: datetime
    ended_at: datetime | None
    due: datetime | None = None
    """Of a loan that stands."""


def expected(happenings: Sequence[Happening]) -> set[Stay]:
    """Give all loans that follow from what happened, each thing at its own time."""
    timed = _timed(happenings)
    return {
        stay for item in {one.item for one in timed} for stay in _of_item([one for one in timed if one.item == item])
    }


def _of_item(happenings: Sequence[Happening]) -> Iterator[Stay]:
    now: Stay | None = None
    for one in in_time_order(happenings):
        if now is not None and one.deed != "return" and one.card == now.card:
            now = replace(now, due=max(filter(None, (now.due, one.due))))
        elif one.deed in {"lend", "return"}:
            if now is not None:
                yield replace(now, ended_at=one.at, due=None)
            now = Stay(one.card, one.item, one.at, None, one.due) if one.deed == "lend" else None
    if now is not None:
        yield now


def in_time_order(happenings: Sequence[Happening]) -> list[Happening]:
    """Give what happened to one item in the order in which it happened."""
    over_lines = {(one.terminal, one.at) for one in happenings if one.line}
    apart = [
        replace(one, at=one.at + _HAIR) if not one.line and (one.terminal, one.at) in over_lines else one
        for one in happenings
    ]
    ordered: list[Happening] = []
    for moment in sorted({one.at for one in apart}):
        alone = [one for one in apart if one.at == moment and not one.line]
        journals = [
            sorted((one for one in alone if one.terminal == terminal), key=lambda one: one.number)
            for terminal in sorted({one.terminal for one in alone})
        ]
        for journal in sorted(journals, key=lambda journal: journal[0].deed != "return"):
            ordered += journal
        ordered += sorted((one for one in apart if one.at == moment and one.line), key=lambda one: one.number)
    return ordered


def _timed(happenings: Sequence[Happening]) -> list[Happening]:
    """Bring what has no certain time between its neighbours in the journal."""
    timed = [one for one in happenings if one.line]
    for terminal in {one.terminal for one in happenings}:
        journal = sorted(
            (one for one in happenings if one.terminal == terminal and not one.line), key=lambda one: one.number
        )
        guesses: list[datetime] = []
        for one in journal:
            guesses.append(one.at if one.sure or not guesses else max(one.at, guesses[-1]))
        for index, one in enumerate(journal):
            certain = [later.at for later in journal[index + 1 :] if later.sure]
            at = one.at if one.sure else min([guesses[index], *certain])
            timed.append(replace(one, at=at))
    return timed


@dataclass
class Town:
    """A library's store in one transaction that is rolled back, so that thousands of histories fit into a test."""

    library: SmallLibrary
    session: Session
    counters: dict[str, Counter]
    done: list[Happening] = field(default_factory=list)
    """What the server did over lines, as it was granted."""

    def over_the_line(self, one: Happening) -> Lent | Refused | None:
        """Do something at the desk at its time; what is granted is remembered."""
        self.library.clock.now = one.at
        desk, counter = self.library.desk, self.counters[one.terminal]
        granted: Lent | Refused | None = None
        if one.deed == "return":
            desk.take_back(self.session, counter, one.item)
        elif one.deed == "lend":
            granted = desk.lend(self.session, counter, one.card, one.item, renew_own=True)
        else:
            granted = desk.renew(self.session, counter, one.card, item_number=one.item)
        if not isinstance(granted, Refused):
            due = None if granted is None else granted.due.at
            self.done.append(replace(one, line=True, due=due, number=len(self.done)))
        return granted

    def hear(self, one: Happening, at: datetime | None = None) -> Became:
        """Let a kiosk tell something, at a later time; the same thing has the same transaction id."""
        if at is not None:
            self.library.clock.now = at
        told = Told(
            EventKind.LENT if one.deed == "lend" else EventKind.RETURNED,
            f"{one.terminal}-{one.number}",
            one.item,
            one.at,
            ClockCertainty.SURE if one.sure else ClockCertainty.UNKNOWN,
            one.number,
            one.card,
            one.due,
        )
        return OfflineDesk(self.library.desk).take_over(self.session, self.counters[one.terminal], told)

    def stays(self) -> set[Stay]:
        """Give all loans that stand in the store or stood there; one that was cancelled never was."""
        self.session.expire_all()
        cards = dict(self.session.execute(select(Card.patron_id, Card.number)).all())
        items = dict(self.session.execute(select(Copy.id, Copy.item_number)).all())
        return {
            Stay(
                cards[loan.patron_id],
                items[loan.copy_id],
                loan.lent_at,
                loan.ended_at,
                loan.due_at if loan.ended_at is None else None,
            )
            for loan in self.session.scalars(select(Loan))
            if loan.ended_as is not LoanEnd.CANCELLED
        }


def add_third_kiosk(library: SmallLibrary) -> None:
    """Put a third kiosk into the hub; once for each store."""
    with transaction(library.engine) as session:
        put_terminal(session, NewTerminal(THIRD_TERMINAL, "VN-QN", "third", "x" * 12, None))


@contextmanager
def town(library: SmallLibrary) -> Iterator[Town]:
    """Give a town, with a third kiosk, whose every change is undone at the end."""
    with library.engine.connect() as connection:
        changes = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            known = {HUB_TERMINAL: library.hub, SCHOOL_TERMINAL: library.school}
            third = terminal_of_login(session, "third")
            assert third is not None
            yield Town(library, session, {**known, THIRD_TERMINAL: third.counter})
        changes.rollback()
    library.clock.now = NOON
