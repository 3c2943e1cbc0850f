"""Which cards may not borrow now, and which items are spoken for: for the policies of kiosks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from library.lending.rules import LoanRule
from server.circulation.circumstances import Circumstances
from server.circulation.hold_queue import HoldQueue
from server.circulation.loans import open_loan
from server.circulation.values import Counter
from server.holdings.shelves import copies_of
from server.store.account_models import CardBlock, Fee, Hold, Suspension
from server.store.models import Card, Copy, Loan, Patron, PatronCategory


@dataclass(frozen=True, slots=True)
class Owing:
    """What speaks against patrons, each by the patron's id."""

    loans: Mapping[int, int]
    overdue: Mapping[int, int]
    fees: Mapping[int, int]
    suspended: frozenset[int]


@dataclass(frozen=True, slots=True)
class BarredCard:
    """A card that may not borrow."""

    card_id: int
    number: str = field(repr=False)


def barred_cards(session: Session, at: Circumstances, counter: Counter) -> tuple[BarredCard, ...]:
    """Give the cards that could not borrow at this place now, in the order of their ids."""
    owing = _owing(session, at)
    blocked = set(session.scalars(select(CardBlock.card_id).where(CardBlock.lifted_at.is_(None))))
    cards = session.execute(
        select(Card.id, Card.number, Card.lost, Patron.id, Patron.blocked, Patron.expires, PatronCategory.code)
        .join(Patron, Patron.id == Card.patron_id)
        .join(PatronCategory, PatronCategory.id == Patron.category_id)
        .where(Card.organisation_id == counter.organisation_id)
        .order_by(Card.id)
    )
    today, rules = at.today(), dict[str, LoanRule]()
    barred = []
    for card_id, number, lost, patron_id, stopped, expires, category in cards:  # every reader's: no objects are made
        if category not in rules:
            rules[category] = at.rule_of_category(counter.place_code, category)
        expired = expires is not None and expires < today
        if lost or stopped or expired or card_id in blocked or _owes(owing, patron_id, rules[category]):
            barred.append(BarredCard(card_id, number))
    return tuple(barred)


def reserved_items(session: Session, queue: HoldQueue, organisation_id: int) -> frozenset[str]:
    """Give the numbers of items that are kept for somebody, or must be left to those who wait."""
    kept = select(Copy.item_number).join(Hold, Hold.caught_copy_id == Copy.id).where(Hold.ended_at.is_(None))
    numbers = set(session.scalars(kept.where(Copy.organisation_id == organisation_id)))
    waited_for = select(Hold.record_id).where(Hold.ended_at.is_(None), Hold.caught_copy_id.is_(None)).distinct()
    for record_id in session.scalars(waited_for).all():
        for copy in copies_of(session, record_id):
            if copy.organisation_id == organisation_id and (
                open_loan(session, copy) is not None or queue.is_reserved(session, copy, None)
            ):
                numbers.add(copy.item_number)
    return frozenset(numbers)


def _owes(owing: Owing, patron_id: int, rule: LoanRule) -> bool:
    overdue, fees = owing.overdue.get(patron_id, 0), owing.fees.get(patron_id, 0)
    return (
        patron_id in owing.suspended
        or owing.loans.get(patron_id, 0) >= rule.max_items
        or (rule.max_overdue is not None and overdue > rule.max_overdue)
        or (rule.fee_limit is not None and fees > rule.fee_limit)
    )


def _owing(session: Session, at: Circumstances) -> Owing:
    running = select(Loan.patron_id, func.count()).where(Loan.ended_at.is_(None)).group_by(Loan.patron_id)
    fees = select(Fee.patron_id, func.sum(Fee.amount - Fee.paid)).where(Fee.ended_at.is_(None)).group_by(Fee.patron_id)
    late = select(Suspension.patron_id).where(Suspension.lifted_at.is_(None), Suspension.until >= at.today())
    return Owing(
        loans=dict(session.execute(running).all()),
        overdue=dict(session.execute(running.where(Loan.due_at < at.now())).all()),
        fees=dict(session.execute(fees).all()),
        suspended=frozenset(session.scalars(late)),
    )
