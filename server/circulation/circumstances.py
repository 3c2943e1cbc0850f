"""When, where and for whom the desk decides: rules, opening days and readers, out of the store."""

from datetime import date, datetime, tzinfo

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from library.lending.decisions import Occasion, Reader
from library.lending.opening import END_OF_DAY, OpeningDays
from library.lending.overrides import Override
from library.lending.refusals import Refusal
from library.lending.rules import LendingRules, LoanRule
from server.clock import Clock
from server.patrons.blocks import open_block
from server.patrons.suspensions import suspended_until
from server.store.account_models import Fee, Hold, HoldStage
from server.store.models import Card, Loan, Patron, Place


class Circumstances:
    """The rules, the zone and the clock of a library, and what they mean for one case."""

    def __init__(self, rules: LendingRules, zone: tzinfo, clock: Clock) -> None:
        self._rules = rules
        self.zone = zone
        self._clock = clock

    def now(self) -> datetime:
        """Give the present in the library's time zone."""
        return self._clock().astimezone(self.zone)

    def today(self) -> date:
        """Give the library's own day."""
        return self.now().date()

    def rule(self, place_code: str, patron: Patron | None, item_type: str = "") -> LoanRule:
        """Give the rule for a patron and an item type at a place; without one of them, the rule for any."""
        return self.rule_of_category(place_code, "" if patron is None else patron.category.code, item_type)

    def rule_of_category(self, place_code: str, category: str, item_type: str = "") -> LoanRule:
        """Give the rule for the patrons of a category and an item type at a place."""
        return self._rules.rule_for(category=category, item_type=item_type, place=place_code)

    def overridden(self, override: Override | None) -> frozenset[Refusal]:
        """Give the refusals that staff override, as far as this library lets them."""
        return frozenset() if override is None else self._rules.may_override.intersection(override.refusals)

    def occasion(self, session: Session, place_id: int) -> Occasion:
        """Give the present at a place."""
        return Occasion(self.now(), self.zone, opening_of(session.get_one(Place, place_id)))

    def reader(self, session: Session, card: Card) -> Reader:
        """Give what the rules need to know of the patron who shows this card."""
        patron = card.patron
        loans = select(func.count()).where(Loan.patron_id == patron.id, Loan.ended_at.is_(None))
        holds = select(func.count()).where(
            Hold.patron_id == patron.id, Hold.ended_at.is_(None), not_(has_run_out(self.today()))
        )
        facts = (loans, loans.where(Loan.due_at < self.now()), _owed(patron.id), holds)  # asked in one question
        counted = session.execute(select(*(fact.scalar_subquery() for fact in facts))).one()
        open_loans, overdue, owed, going_on = (int(count or 0) for count in counted)
        return Reader(
            blocked=patron.blocked or card.lost or open_block(session, card) is not None,
            expires=patron.expires,
            open_loans=open_loans,
            overdue=overdue,
            suspended_until=suspended_until(session, patron.id),
            owed=owed,
            holds=going_on,
        )


def has_run_out(today: date) -> ColumnElement[bool]:
    """Say of a hold that goes on that its days are over: those on the hold shelf, or those of waiting."""
    return or_(
        and_(Hold.stage == HoldStage.READY, Hold.keep_until.is_not(None), Hold.keep_until < today),
        and_(Hold.stage == HoldStage.WAITING, Hold.wanted_until.is_not(None), Hold.wanted_until < today),
    )


def owed_by(session: Session, patron_id: int) -> int:
    """Give the patron's unpaid fees, in đồng."""
    return session.scalar(_owed(patron_id)) or 0


def _owed(patron_id: int) -> Select[int]:
    return select(func.sum(Fee.amount - Fee.paid)).where(Fee.patron_id == patron_id, Fee.ended_at.is_(None))


def opening_of(place: Place) -> OpeningDays:
    """Give the days on which a place is open."""
    return OpeningDays(
        closed_weekdays=frozenset(closed.weekday for closed in place.closed_weekdays),
        holidays=frozenset(holiday.day for holiday in place.holidays),
        closes_at=place.closes_at or END_OF_DAY,
    )
