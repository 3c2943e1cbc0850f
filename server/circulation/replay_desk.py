"""The one sequencer by which kiosks of a library tell another library system what they did alone."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from library.api.replaying import ReplayEvent, Stage, Turn
from library.lending.offline_events import ClockCertainty
from library.text.forms import nfc
from server.circulation.offline_matters import Case, note_matter
from server.circulation.offline_placing import Timed, certainty
from server.circulation.replay_order import Waiting, turn_of
from server.circulation.values import Counter
from server.clock import Clock
from server.store.offline_models import EventKind, MatterKind
from server.store.replay_models import ReplayedEvent, ReplayStage
from server.store.writer import WriterQueue

KEPT: Final = timedelta(days=30)
"""What has ended is kept so long: a kiosk that comes later still is told what stands."""
_KINDS: Final = {"lend": EventKind.LENT, "return": EventKind.RETURNED}
_ENDED: Final = frozenset({ReplayStage.APPLIED, ReplayStage.RENEWED, ReplayStage.SUPERSEDED, ReplayStage.NEEDS_STAFF})
_AGAIN: Final = {ReplayStage.SUPERSEDED: Turn.SUPERSEDED, ReplayStage.NEEDS_STAFF: Turn.NEEDS_STAFF}
_STAGES: Final = {
    Turn.TELL: ReplayStage.TELLING,
    Turn.SUPERSEDED: ReplayStage.SUPERSEDED,
    Turn.NEEDS_STAFF: ReplayStage.NEEDS_STAFF,
}


class ReplayDesk:
    """Merges the journals of a library's kiosks and gives turns."""

    def __init__(self, queue: WriterQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    async def ask(self, counter: Counter, events: tuple[ReplayEvent, ...]) -> dict[str, Turn]:
        """Take in what a kiosk says of its events, and say what to do with each open one; committed when it returns."""
        return await self._queue.write(lambda session: self.turns(session, counter, events))

    def turns(self, session: Session, counter: Counter, events: tuple[ReplayEvent, ...]) -> dict[str, Turn]:
        """Do the same inside the caller's transaction."""
        now = self._clock()
        session.execute(
            delete(ReplayedEvent).where(
                ReplayedEvent.terminal_id == counter.terminal_id,
                ReplayedEvent.stage.in_(_ENDED),
                ReplayedEvent.changed_at < now - KEPT,
            )
        )
        rows = [(each, self._taken(session, counter, each)) for each in events]
        turns: dict[str, Turn] = {}
        for told, row in rows:
            if told.stage not in {Stage.OPEN, Stage.ELSEWHERE}:
                continue
            turn = Turn.NEEDS_STAFF if row is None else self._turn(session, counter, row)
            turns[told.transaction_id] = turn
        return turns

    def _turn(self, session: Session, counter: Counter, row: ReplayedEvent) -> Turn:
        if row.stage in _ENDED:  # its kiosk has not heard it
            return _AGAIN.get(row.stage, Turn.TELL)
        of_item = session.scalars(
            select(ReplayedEvent).where(
                ReplayedEvent.organisation_id == row.organisation_id, ReplayedEvent.item_number == row.item_number
            )
        ).all()
        waiting = {(each.terminal_id, each.transaction_id): _waiting(each) for each in of_item}
        turn = turn_of(waiting[row.terminal_id, row.transaction_id], waiting.values(), self._clock())
        if turn in _STAGES:
            self._move(session, counter, row, _STAGES[turn])
        return turn

    def _taken(self, session: Session, counter: Counter, told: ReplayEvent) -> ReplayedEvent | None:
        """Keep what a kiosk says of an event; ``None``: it uses a number of another one."""
        now, item = self._clock(), nfc(told.item)
        row = session.get(ReplayedEvent, (counter.terminal_id, told.transaction_id))
        stage = ReplayStage(told.stage)
        if row is None:
            row = ReplayedEvent(
                terminal_id=counter.terminal_id,
                transaction_id=told.transaction_id,
                organisation_id=counter.organisation_id,
                item_number=item,
                kind=_KINDS[told.kind],
                arrived_at=now,
                stage=ReplayStage.OPEN,
                changed_at=now,
                at=now,
                clock=ClockCertainty.UNKNOWN,
                journal_no=told.journal_no,
            )
            session.add(row)
        elif (row.item_number, row.kind) != (item, _KINDS[told.kind]):
            return None
        if row.stage not in _ENDED:
            row.at = min(told.at, now)
            row.clock = certainty(Timed(counter.terminal_id, told.at, told.clock, told.journal_no), now)
            row.journal_no = told.journal_no
        if stage in _ENDED or stage is ReplayStage.ELSEWHERE:
            self._move(session, counter, row, stage)
        session.flush()
        return row

    def _move(self, session: Session, counter: Counter, row: ReplayedEvent, stage: ReplayStage) -> None:
        if row.stage is stage:
            return
        looked = stage is ReplayStage.ELSEWHERE and row.stage is ReplayStage.TELLING
        row.stage = stage
        if not looked:  # what was learned since its turn was given is news to it
            row.changed_at = self._clock()
        if stage is ReplayStage.NEEDS_STAFF:
            case = Case(row.at, row.item_number, transaction_id=row.transaction_id)
            note_matter(session, counter, MatterKind.NOT_TOLD, case, self._clock())
        session.flush()


def _waiting(row: ReplayedEvent) -> Waiting:
    return Waiting(
        terminal_id=row.terminal_id,
        transaction_id=row.transaction_id,
        kind=row.kind,
        at=row.at,
        clock=row.clock,
        journal_no=row.journal_no,
        arrived_at=row.arrived_at,
        stage=row.stage,
        changed_at=row.changed_at,
    )
