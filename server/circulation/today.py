"""How much was lent today, for pages: numbers only, nothing of a patron."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import Engine, func, select

from server.store.engine import for_reading, transaction
from server.store.models import Loan, LoanEnd, Place


@dataclass(frozen=True, slots=True)
class LoansOfDay:
    """Loans made on one of the library's own days; a loan that was undone at once does not count, a renewal neither."""

    day: date
    total: int
    by_place: Mapping[str, int]
    """Place code -> loans; places without any are left out."""
    by_terminal: Mapping[str, int]
    """Terminal id -> loans; terminals without any are left out."""


class LoansToday:
    """Reads the circulation store for pages; every method blocks and belongs into a worker thread."""

    def __init__(self, engine: Engine, zone: tzinfo) -> None:
        self._engine = for_reading(engine)
        self._zone = zone

    def loans_on(self, now: datetime) -> int:
        """Count the loans made on the library's own day that holds ``now`` (aware)."""
        return self.overview(now).total

    def overview(self, now: datetime) -> LoansOfDay:
        """Count the loans made on the library's own day that holds ``now`` (aware), in one transaction."""
        day = now.astimezone(self._zone).date()
        begin = datetime.combine(day, time.min, tzinfo=self._zone)
        end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=self._zone)
        counted = (
            select(Place.code, Loan.terminal_id, func.count())
            .join(Place, Place.id == Loan.place_id)
            .where(Loan.lent_at >= begin, Loan.lent_at < end, Loan.ended_as.is_distinct_from(LoanEnd.CANCELLED))
            .group_by(Place.code, Loan.terminal_id)
        )
        by_place: dict[str, int] = {}
        by_terminal: dict[str, int] = {}
        with transaction(self._engine) as session:
            for place, terminal, count in session.execute(counted):
                by_place[place] = by_place.get(place, 0) + count
                by_terminal[terminal] = by_terminal.get(terminal, 0) + count
        return LoansOfDay(day, sum(by_place.values()), by_place, by_terminal)
