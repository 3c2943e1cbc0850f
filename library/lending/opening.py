"""When a place is open, and when a loan that is made there must be back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

END_OF_DAY: Final = time(23, 59, 59)
"""The last moment of a day that SIP2's and a receipt's whole seconds can say."""
EVERY_WEEKDAY: Final = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class OpeningDays:
    """The days on which a place takes books back.

    ``closed_weekdays`` counts from Monday = 0. A place that is closed on every weekday (nobody entered its days) is
    treated as open on each: a due date must exist. ``closes_at`` is the time of day at which a loan is due.
    """

    closed_weekdays: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    closes_at: time = END_OF_DAY

    def is_open(self, day: date) -> bool:
        """Say whether books are taken back on ``day``."""
        if self.closed_weekdays >= EVERY_WEEKDAY:
            return True
        return day.weekday() not in self.closed_weekdays and day not in self.holidays

    def next_open(self, day: date) -> date:
        """Give ``day`` itself or the first open day after it; ends because holidays are finitely many."""
        while not self.is_open(day):
            day += timedelta(days=1)
        return day


@dataclass(frozen=True, slots=True)
class DueDate:
    """The moment until which a loan may be kept, aware, in the library's time zone."""

    at: datetime

    @property
    def day(self) -> date:
        """The library's own day on which the loan is due; it is an open one."""
        return self.at.date()


def due_date(lent_at: datetime, days: int, opening: OpeningDays, zone: tzinfo) -> DueDate:
    """Count ``days`` from the library's own day that holds ``lent_at`` (aware), then move to the next open day."""
    day = opening.next_open(lent_at.astimezone(zone).date() + timedelta(days=days))
    return DueDate(datetime.combine(day, opening.closes_at, tzinfo=zone))
