"""Plays a recorded visit through the session of this version and compares what comes of it; pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from kiosk.blackbox.visit_codec import Happened, RecordedVisit
from kiosk.session.events import Event, Ticked
from kiosk.session.machine import step
from kiosk.session.state import State
from kiosk.ui.view_types import Screen


@dataclass(frozen=True, slots=True)
class Played:
    """One event of a visit, played again."""

    seconds: float
    """Since the visit began."""
    event: Event
    state: State
    effects: tuple[str, ...]
    was: Happened
    """What came of it then."""

    @property
    def same(self) -> bool:
        """Whether the same came of it as then."""
        return (type(self.state).__name__, self.effects) == (self.was.state, self.was.effects)


def play(visit: RecordedVisit) -> Iterator[Played]:
    """Give each event with what comes of it now, to the end of the record."""
    state: State = visit.began
    began: float | None = None
    for was in visit.happened:
        state, effects = step(state, was.event)
        if began is None and isinstance(was.event, Ticked):
            began = was.event.now
        seconds = 0.0 if began is None else max(0.0, state.around.now - began)
        yield Played(seconds, was.event, state, tuple(type(effect).__name__ for effect in effects), was)


def words_of(screen: Screen) -> tuple[str, ...]:
    """Give every word that a screen shows, in the order of its parts."""
    return tuple(_words(screen.page)) + tuple(_words(screen.overlay))


def _words(part: object) -> Iterator[str]:
    match part:
        case Enum():
            return
        case str() if part.strip():
            yield part
        case tuple():
            for each in part:
                yield from _words(each)
        case _ if is_dataclass(part) and not isinstance(part, type):
            for field in fields(part):
                if field.name not in {"key", "picture"}:
                    yield from _words(getattr(part, field.name))
        case _:
            return
