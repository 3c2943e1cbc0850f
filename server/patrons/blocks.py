"""Cards that a terminal blocked: kept by a machine, found, or shown by somebody else."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.store.account_models import CardBlock
from server.store.models import Card


@dataclass(frozen=True, slots=True)
class BlockedCard:
    """A block that staff have to settle."""

    card: str = field(repr=False)
    terminal_id: str
    at: datetime
    retained: bool
    """The machine kept the card."""
    words: str = field(repr=False)
    """What the terminal said of it."""


def block_card(session: Session, card: Card, block: BlockedCard) -> None:
    """Block a card; one that a terminal blocked already stays so, with the newest words, and is once kept ever kept."""
    known = open_block(session, card)
    if known is None:
        known = CardBlock(card_id=card.id, terminal_id=block.terminal_id, at=block.at, retained=False, words="")
        session.add(known)
    known.retained = known.retained or block.retained
    known.words = block.words or known.words
    session.flush()


def lift_block(session: Session, card: Card, terminal_id: str, now: datetime) -> bool:
    """Lift what a terminal blocked; say whether there was anything. A block by staff stays."""
    block = open_block(session, card)
    if block is None:
        return False
    block.lifted_at, block.lifted_terminal_id = now, terminal_id
    session.flush()
    return True


def open_block(session: Session, card: Card) -> CardBlock | None:
    """Give the block of a terminal that goes on."""
    return session.scalar(select(CardBlock).where(CardBlock.card_id == card.id, CardBlock.lifted_at.is_(None)))


def blocked_cards(session: Session, organisation_id: int) -> tuple[BlockedCard, ...]:
    """Give what staff have to settle, the oldest first."""
    rows = session.execute(
        select(Card.number, CardBlock)
        .join(Card, Card.id == CardBlock.card_id)
        .where(Card.organisation_id == organisation_id, CardBlock.lifted_at.is_(None))
        .order_by(CardBlock.at, CardBlock.id)
    )
    return tuple(
        BlockedCard(number, block.terminal_id, block.at, block.retained, block.words) for number, block in rows
    )
