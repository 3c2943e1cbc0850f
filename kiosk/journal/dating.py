"""When something really happened that was noted while the clock may have been wrong; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.journal.rows import Kept
from library.lending.offline_events import ClockCertainty


@dataclass(frozen=True, slots=True)
class Now:
    """This moment, by every clock of the machine."""

    wall: datetime
    """Aware."""
    monotonic: float
    boot_id: str
    clock_is_set: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """A kept transaction with the best time that is known of it."""

    kept: Kept
    at: datetime
    certainty: ClockCertainty


def dated(kept: Sequence[Kept], now: Now) -> tuple[Dated, ...]:
    """Date each, in the order of the journal; times that are believed never run backwards in it.

    What was noted with a set clock is believed. What was noted before it was set is counted back from now where that is
    the same start of the machine and the clock is set by now; else nobody knows. A time that would lie before the one
    noted before it, or in the time to come, is moved to the nearest that can be.
    """
    found: list[Dated] = []
    newest: datetime | None = None
    for each in kept:
        at, certainty = _best(each, now)
        if certainty is not ClockCertainty.UNKNOWN:
            bounded = min(max(at, newest or at), max(now.wall, newest or now.wall)) if now.clock_is_set else at
            bounded = max(bounded, newest or bounded)
            if bounded != at:
                at, certainty = bounded, ClockCertainty.CORRECTED
            newest = at
        found.append(Dated(each, at, certainty))
    return tuple(found)


def _best(kept: Kept, now: Now) -> tuple[datetime, ClockCertainty]:
    entry = kept.entry
    if entry.clock_is_set:
        return entry.at, ClockCertainty.SURE
    if now.clock_is_set and entry.boot_id and entry.boot_id == now.boot_id:
        passed = timedelta(seconds=max(0.0, now.monotonic - entry.monotonic))
        return (now.wall - passed).replace(microsecond=0), ClockCertainty.CORRECTED
    return entry.at, ClockCertainty.UNKNOWN
