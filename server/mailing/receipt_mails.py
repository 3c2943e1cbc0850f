"""Receipts by e-mail: on disk before a kiosk hears that they are on their way, then tried for a day."""

import asyncio
import contextlib
import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from library.api.mailed_receipts import MailWish
from library.api.receipts import read_receipt
from server.circulation.values import Counter
from server.clock import Clock
from server.mailing.letter import Letterhead, letter
from server.mailing.postbox import NotSentError
from server.patrons.addresses import address_of
from server.patrons.register import find_card
from server.store.mail_models import ReceiptMail
from server.store.writer import WriterQueue

_log = logging.getLogger(__name__)

DAY: Final = timedelta(hours=24)
"""So long a receipt is tried; then it is given up, for the due dates have their own reminders."""
MOST_OF_A_READER: Final = 20
"""Letters to one reader in a day: more would be somebody's game."""
MOST_OF_A_TERMINAL: Final = 2000
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
LOOK_EVERY_S: Final = 30.0
AT_A_TIME: Final = 20


class NoAddressError(Exception):
    """The card is nobody's, or its reader has no address."""


class TooManyMailsError(Exception):
    """A reader, or a kiosk, had more letters today than anybody needs."""


class Letterbox(Protocol):
    """Where letters are handed in; blocks."""

    def send(self, to: str, letter: bytes) -> None:
        """Hand one in; raise ``NotSentError``."""
        ...


@dataclass(frozen=True, slots=True)
class _Ready:
    key: int
    tries: int
    asked_at: datetime
    to: str = field(repr=False)
    letter: bytes = field(repr=False)


class ReceiptMails:
    """Takes receipts in and sends them; nothing of a reader is logged."""

    def __init__(
        self,
        queue: WriterQueue,
        clock: Clock,
        head: Letterhead,
        postbox: Letterbox,
    ) -> None:
        self._queue = queue
        self._clock = clock
        self._head = head
        self._postbox = postbox
        self._asked = asyncio.Event()
        self._reachable = True

    async def put(self, counter: Counter, wish: MailWish) -> None:
        """Keep a receipt for its reader. Raise ``NoAddressError`` or ``TooManyMailsError``."""
        await self._queue.write(lambda session: self._put(session, counter, wish))
        self._asked.set()

    async def run(self) -> None:
        """Send what is due until cancelled: at once what was just asked for."""
        while True:
            self._asked.clear()
            with contextlib.suppress(SQLAlchemyError):
                await self.send_due()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._asked.wait()

    async def send_due(self) -> int:
        """Try what is due now, the oldest first; give how many were sent. The first that finds no mail server ends it.

        A server that ends between the sending and its note sends a letter twice, with the same Message-ID.
        """
        sent = 0
        for ready in await self._queue.write(self._due):
            try:
                await asyncio.to_thread(self._postbox.send, ready.to, ready.letter)
            except NotSentError as error:
                await self._queue.write(partial(self._failed, ready=ready, error=error))
                if not error.for_good:
                    break
            else:
                self._reachable = True
                sent += 1
                await self._queue.write(partial(_end, key=ready.key))
        return sent

    def _put(self, session: Session, counter: Counter, wish: MailWish) -> None:
        now = self._clock()
        session.execute(delete(ReceiptMail).where(ReceiptMail.next_at.is_(None), ReceiptMail.asked_at <= now - DAY))
        card = find_card(session, counter.organisation_id, wish.card)
        if card is None or address_of(session, card.patron_id) is None:
            raise NoAddressError
        known = select(ReceiptMail.id).where(
            ReceiptMail.terminal_id == counter.terminal_id, ReceiptMail.mail_id == wish.mail_id
        )
        if session.scalar(known) is not None:
            return
        count = select(func.count()).select_from(ReceiptMail)
        of_reader = session.scalar(count.where(ReceiptMail.patron_id == card.patron_id)) or 0
        of_terminal = session.scalar(count.where(ReceiptMail.terminal_id == counter.terminal_id)) or 0
        if of_reader >= MOST_OF_A_READER or of_terminal >= MOST_OF_A_TERMINAL:
            raise TooManyMailsError
        session.add(
            ReceiptMail(
                terminal_id=counter.terminal_id,
                mail_id=wish.mail_id,
                patron_id=card.patron_id,
                body=wish.receipt.model_dump_json(),
                asked_at=now,
                next_at=now,
            )
        )
        session.flush()

    def _due(self, session: Session) -> list[_Ready]:
        wanted = select(ReceiptMail).where(ReceiptMail.next_at <= self._clock()).order_by(ReceiptMail.next_at)
        ready = []
        for mail in session.scalars(wanted.limit(AT_A_TIME)).all():
            to, receipt = address_of(session, mail.patron_id), read_receipt(mail.body.encode())
            if to is None or receipt is None:
                _end(session, mail.id)
                continue
            name = hashlib.sha256(f"{mail.terminal_id}\0{mail.mail_id}".encode()).hexdigest()[:32]
            written = letter(receipt, self._head, to, mail.asked_at, name)
            ready.append(_Ready(mail.id, mail.tries, mail.asked_at, to, written))
        return ready

    def _failed(self, session: Session, ready: _Ready, error: NotSentError) -> None:
        now = self._clock()
        if not error.for_good and self._reachable:
            self._reachable = False
            _log.warning("the mail server does not take letters: %s", error)
        if error.for_good or now - ready.asked_at >= DAY:
            _log.warning("receipt %d is given up: %s", ready.key, error)
            _end(session, ready.key)
            return
        mail = session.get(ReceiptMail, ready.key)
        if mail is not None:
            mail.tries = ready.tries + 1
            mail.next_at = now + min(FIRST_WAIT * 2**ready.tries, LONGEST_WAIT)


def _end(session: Session, key: int) -> None:
    mail = session.get(ReceiptMail, key)
    if mail is not None:
        mail.body, mail.next_at = "", None
