"""What terminals tell of cards and items beside lending: a card to be blocked, an item's security marker."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.circumstances import Circumstances
from server.circulation.refusals import Refused
from server.circulation.values import Counter
from server.holdings.shelves import find_copy
from server.patrons.blocks import BlockedCard, block_card, lift_block
from server.patrons.register import find_card


class CardDesk:
    """Blocks cards for terminals; every method works inside the caller's transaction."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._at = circumstances

    def block(self, session: Session, counter: Counter, card_number: str, *, retained: bool, words: str) -> bool:
        """Block a card until staff or a terminal lift it; say whether anybody has this card."""
        card = find_card(session, counter.organisation_id, card_number)
        if card is None:
            return False
        block_card(session, card, BlockedCard(card.number, counter.terminal_id, self._at.now(), retained, words))
        return True

    def enable(self, session: Session, counter: Counter, card_number: str) -> bool:
        """Lift what a terminal blocked, never what staff blocked; say whether there was anything."""
        card = find_card(session, counter.organisation_id, card_number)
        return card is not None and lift_block(session, card, counter.terminal_id, self._at.now())


@dataclass(frozen=True, slots=True)
class Marked:
    """An item whose security marker is written down."""

    title: str


class ItemDesk:
    """Stateless; works inside the caller's transaction."""

    @staticmethod
    def mark(session: Session, counter: Counter, item_number: str, marker: str | None) -> Marked | Refused:
        """Write down an item's security marker; without a readable one nothing is kept."""
        copy = find_copy(session, counter.organisation_id, item_number)
        if copy is None:
            return Refused(Refusal.ITEM_UNKNOWN)
        if marker is None:
            return Refused(Refusal.OTHER, copy.record.title)
        copy.security_marker = marker
        session.flush()
        return Marked(copy.record.title)
