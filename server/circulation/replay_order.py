"""Whose turn it is to tell another library system what was done with an item, in the order of the times; pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from library.api.replaying import Turn
from library.lending.offline_events import ClockCertainty
from server.circulation.offline_timeline import Mark, in_order
from server.store.offline_models import EventKind, HandoverKind
from server.store.replay_models import ReplayStage

GATHER: Final = timedelta(minutes=2)
"""So long after its arrival nothing is told: kiosks that lost their line together come back one after the other."""
PATIENCE: Final = timedelta(hours=24)
"""So long an event waits for another kiosk: one that is broken must not hold up the others' for ever."""
_STANDS: Final = frozenset({ReplayStage.APPLIED, ReplayStage.RENEWED})
_UNTOLD: Final = frozenset({ReplayStage.OPEN, ReplayStage.TELLING})
_OF_NO_MATTER: Final = frozenset({ReplayStage.SUPERSEDED, ReplayStage.NEEDS_STAFF})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event of one item, open or settled."""

    terminal_id: str
    transaction_id: str
    kind: EventKind
    at: datetime
    clock: ClockCertainty
    journal_no: int
    arrived_at: datetime
    stage: ReplayStage
    changed_at: datetime


def turn_of(event: Waiting, of_item: Iterable[Waiting], now: datetime) -> Turn:
    """Say what is to be done with an event that its kiosk has open; ``of_item``: all of the item, it included.

    One of an item at a time, the earliest first. What happened before something that stands already is superseded.
    Events of several kiosks with a time that nobody knows have no order, so they are for staff.
    """
    ordered = in_time(of_item)
    place = ordered.index(event)
    others = [each for each in ordered if each is not event]
    if any(_have_no_order(event, each) for each in others):
        return Turn.NEEDS_STAFF
    if any(each.stage in _STANDS for each in ordered[place + 1 :]):
        return Turn.SUPERSEDED
    impatient = now - event.arrived_at >= PATIENCE
    if event.stage is ReplayStage.ELSEWHERE and not _has_changed(event, others):
        return Turn.NEEDS_STAFF if impatient else Turn.WAIT
    in_the_way = any(
        each.stage is ReplayStage.TELLING or (each.stage in _UNTOLD and each in ordered[:place]) for each in others
    )
    if in_the_way and not impatient:
        return Turn.WAIT
    return Turn.WAIT if now - event.arrived_at < GATHER else Turn.TELL


def in_time(events: Iterable[Waiting]) -> list[Waiting]:
    """Sort events of one item into the order in which they happened, whatever order they arrived in."""
    timed = _timed(events)
    marks = [
        Mark(key, at, HandoverKind(each.kind.value), each.terminal_id, alone=True, journal_no=each.journal_no)
        for key, (at, each) in enumerate(timed)
    ]
    return [timed[mark.key][1] for mark in in_order(marks)]


def _timed(events: Iterable[Waiting]) -> list[tuple[datetime, Waiting]]:
    """Bring what has no certain time between its neighbours in the journal."""
    journals: dict[str, list[Waiting]] = defaultdict(list)
    for each in events:
        journals[each.terminal_id].append(each)
    timed: list[tuple[datetime, Waiting]] = []
    for name in sorted(journals):
        journal = sorted(journals[name], key=lambda each: (each.journal_no, each.transaction_id))
        before: datetime | None = None
        for index, each in enumerate(journal):
            at = each.at
            if each.clock is ClockCertainty.UNKNOWN:
                at = min([max(at, before or at), *_certain_times(journal[index + 1 :])])
            before = at
            timed.append((at, each))
    return timed


def _certain_times(events: Sequence[Waiting]) -> list[datetime]:
    return [each.at for each in events if each.clock is not ClockCertainty.UNKNOWN]


def _have_no_order(event: Waiting, other: Waiting) -> bool:
    unknown = ClockCertainty.UNKNOWN in {event.clock, other.clock}
    return unknown and event.terminal_id != other.terminal_id and other.stage not in _OF_NO_MATTER


def _has_changed(event: Waiting, others: Iterable[Waiting]) -> bool:
    return any(each.stage in _STANDS and each.changed_at >= event.changed_at for each in others)
