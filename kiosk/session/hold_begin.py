"""When a book may be asked for, and how: by the account's rules, for a hold belongs to the account."""

from dataclasses import replace

from kiosk.session.effects import Effect, PlaceHold
from kiosk.session.hold_state import BookWish, Reserving
from kiosk.session.search_values import BookDetails
from kiosk.session.state import Around, AwaitingCard, Visit
from kiosk.session.surroundings import may_begin
from kiosk.session.values import Service, TransactionId


def is_holdable(book: BookDetails) -> bool:
    """Say whether there is a copy to wait for; one that stands here on the shelf is fetched and not waited for."""
    return book.copy is not None and not book.hit.here.available


def may_hold(around: Around) -> bool:
    """Say whether a book may be asked for now: where the account may be opened."""
    return may_begin(around, Service.ACCOUNT)


def ask_card(around: Around, book: BookDetails) -> AwaitingCard | None:
    """Ask who wants the book; ``None``: it cannot be asked for now."""
    if book.copy is None or not is_holdable(book) or not may_hold(around):
        return None
    wish = BookWish(book.copy, book.hit.title)
    return AwaitingCard(around, around.now + around.limits.card_wait_s, service=Service.ACCOUNT, wish=wish)


def begin_hold(
    around: Around, visit: Visit, wish: BookWish, *, fee_agreed: bool = False
) -> tuple[Reserving, tuple[Effect, ...]]:
    """Ask the library system for the hold, with the pickup place here."""
    wish = replace(wish, asked=True)
    transaction = TransactionId(f"{visit.visit_id}-p{2 if fee_agreed else 1}")
    question = PlaceHold(visit.visit_id, transaction, visit.patron.patron_id, wish.item_id, fee_agreed)
    return Reserving(around, replace(visit, wish=wish), wish, idle_since=around.now), (question,)
