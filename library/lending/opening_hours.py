"""The hours of the day in which a place is open, week by week, and the days on which it is not."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

MINUTES: Final = 24 * 60
_LOOK_AHEAD: Final = timedelta(days=400)
"""A place that does not open within a year does not open."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute of a day to another, which is outside; a weekday counts from Monday = 0."""

    weekday: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The spans of a week; without any the place is always open, but for the days on which it is closed."""

    spans: tuple[Span, ...] = ()
    closed_days: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, at: datetime) -> bool:
        """Say whether the place is open at this local moment."""
        minute = at.hour * 60 + at.minute
        return any(span.begin <= minute < span.end for span in self._of(at.date()))

    def opens_at(self, at: datetime) -> datetime | None:
        """Give the next local moment after ``at`` at which a span begins; ``None``: within a year there is none."""
        day, last = at.date(), at.date() + _LOOK_AHEAD
        while day <= last:
            for span in self._of(day):
                begins = datetime.combine(day, datetime.min.time(), tzinfo=at.tzinfo).replace(
                    hour=span.begin // 60, minute=span.begin % 60
                )
                if begins > at:
                    return begins
            day += timedelta(days=1)
        return None

    def _of(self, day: date) -> tuple[Span, ...]:
        if day in self.closed_days:
            return ()
        whole = (Span(day.weekday(), 0, MINUTES),)
        mine = (span for span in self.spans if span.weekday == day.weekday())
        return tuple(sorted(mine, key=lambda span: span.begin)) if self.spans else whole
