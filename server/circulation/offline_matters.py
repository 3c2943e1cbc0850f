"""The staff's list of things to settle."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from library.lending.patterns import LONGEST_NUMBER
from library.lending.refusals import Refusal
from server.circulation.values import Counter
from server.store.account_models import CardBlock
from server.store.models import Card
from server.store.offline_models import Matter, MatterKind

BY_THE_KIOSK = "kiosk"
_OF_CARDS = frozenset({MatterKind.CARD_RETAINED, MatterKind.CARD_BLOCKED})


@dataclass(frozen=True, slots=True)
class Case:
    """What staff need to know of one thing."""

    happened_at: datetime
    item_number: str | None = field(default=None, repr=False)
    card_number: str | None = field(default=None, repr=False)
    transaction_id: str | None = None
    reason: Refusal | None = None


def note_matter(session: Session, counter: Counter, kind: MatterKind, case: Case, now: datetime) -> None:
    """Put something on the list; the same thing of the same event stands there once."""
    if case.transaction_id is not None:
        known = select(Matter.id).where(
            Matter.terminal_id == counter.terminal_id,
            Matter.transaction_id == case.transaction_id,
            Matter.kind == kind,
        )
        if session.scalar(known) is not None:
            return
    session.add(
        Matter(
            kind=kind,
            happened_at=case.happened_at,
            noted_at=now,
            place_id=counter.place_id,
            terminal_id=counter.terminal_id,
            transaction_id=case.transaction_id,
            item_number=None if case.item_number is None else case.item_number[:LONGEST_NUMBER],
            card_number=None if case.card_number is None else case.card_number[:LONGEST_NUMBER],
            reason="" if case.reason is None else case.reason.value,
        )
    )
    session.flush()


def note_card(session: Session, counter: Counter, card_number: str, *, retained: bool, now: datetime) -> None:
    """Put a card on the list that a terminal blocked, or kept; it stands there once until it is settled."""
    kind = MatterKind.CARD_RETAINED if retained else MatterKind.CARD_BLOCKED
    known = select(Matter.id).where(
        Matter.kind == kind, Matter.card_number == card_number[:LONGEST_NUMBER], Matter.settled_at.is_(None)
    )
    if session.scalar(known) is None:
        note_matter(session, counter, kind, Case(now, card_number=card_number), now)


def settle(session: Session, matters: Iterable[Matter], now: datetime, by: str, note: str = "") -> int:
    """Settle what is open of ``matters``; give how many that were.

    A card that a terminal blocked is good again. Card numbers are not kept any longer.
    """
    settled = 0
    for matter in matters:
        if matter.settled_at is not None:
            continue
        if matter.kind in _OF_CARDS and matter.card_number is not None:
            _lift(session, matter, now)
        matter.settled_at, matter.settled_by, matter.note = now, by, note
        matter.card_number = None
        settled += 1
    session.flush()
    return settled


def open_alarms(session: Session, item_number: str) -> list[Matter]:
    """Give what the list says of an item whose alarm is still on."""
    wanted = select(Matter).where(
        Matter.kind == MatterKind.ALARM_ON,
        Matter.item_number == item_number[:LONGEST_NUMBER],
        Matter.settled_at.is_(None),
    )
    return list(session.scalars(wanted))


def _lift(session: Session, matter: Matter, now: datetime) -> None:
    blocked = (
        select(CardBlock)
        .join(Card, Card.id == CardBlock.card_id)
        .where(Card.number == matter.card_number, CardBlock.lifted_at.is_(None))
        .where(Card.organisation_id == matter.place.organisation_id)
    )
    for block in session.scalars(blocked):
        block.lifted_at = now
