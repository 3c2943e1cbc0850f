"""What our own kiosks have done already, by the number that each of their transactions bears."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.store.account_models import DoneTransaction
from server.store.models import Terminal

REMEMBERED: Final = timedelta(days=400)
"""How long a transaction is known to be done: longer than any kiosk stays away with one in its journal."""


def find_done(session: Session, terminal_id: str, transaction_id: str) -> DoneTransaction | None:
    """Give what is known of a terminal's transaction; ``None`` for one that changed nothing so far.

    The terminal is held for the rest of the transaction: the same number on a second line waits for the first.
    """
    session.execute(select(Terminal.id).where(Terminal.id == terminal_id).with_for_update(key_share=True))
    return session.get(DoneTransaction, (terminal_id, transaction_id))


def note_done(session: Session, done: DoneTransaction) -> None:
    """Write in the change's own transaction that it is done; a second one at the same moment fails as a whole."""
    session.add(done)
    session.flush()


def forget_answers_before(session: Session, moment: datetime) -> None:
    """Forget what was told before ``moment`` (aware): card numbers and titles. That it was done stays known."""
    session.execute(
        update(DoneTransaction)
        .where(DoneTransaction.at < moment, DoneTransaction.answer.is_not(None))
        .values(answer=None)
    )


def forget_done_before(session: Session, moment: datetime) -> None:
    """Forget transactions of before ``moment`` (aware) altogether."""
    session.execute(delete(DoneTransaction).where(DoneTransaction.at < moment))
