"""Receipts for telephones: kept for a day behind a token that nobody can guess, then erased."""

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CursorResult, Engine, delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from library.api.receipts import SharedReceipt, read_receipt
from server.circulation.values import Counter
from server.clock import Clock
from server.store.engine import for_reading, transaction
from server.store.receipt_models import StoredReceipt
from server.store.writer import WriterQueue

_log = logging.getLogger(__name__)

GOOD_FOR: Final = timedelta(hours=24)
TOKEN_BYTES: Final = 16
"""128 bits at random: nobody finds one by trying."""
MOST_OF_A_TERMINAL: Final = 2000
"""Receipts of one kiosk at a time: more than it can have made in a day."""
ERASE_EVERY_S: Final = 600.0
_TOKEN: Final = re.compile("[A-Za-z0-9_-]{22}")


class TooManyReceiptsError(Exception):
    """A kiosk shares more than a kiosk can."""


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt that may still be looked at."""

    receipt: SharedReceipt
    made_at: datetime
    expires_at: datetime


class ReceiptShelf:
    """Where receipts lie; :meth:`find` blocks and belongs into a worker thread."""

    def __init__(
        self,
        engine: Engine,
        queue: WriterQueue,
        clock: Clock,
        public_url: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``public_url`` is where telephones reach the page, without a slash at its end."""
        self._engine = for_reading(engine)
        self._queue = queue
        self._clock = clock
        self._public_url = public_url
        self._sleep = sleep

    async def put(self, counter: Counter, receipt: SharedReceipt) -> str:
        """Keep a receipt; give the address under which it is found. Raise ``TooManyReceiptsError``."""
        token = secrets.token_urlsafe(TOKEN_BYTES)

        def work(session: Session) -> None:
            now = self._clock()
            _erase(session, now)
            mine = select(func.count()).select_from(StoredReceipt)
            if (
                session.scalar(mine.where(StoredReceipt.terminal_id == counter.terminal_id)) or 0
            ) >= MOST_OF_A_TERMINAL:
                raise TooManyReceiptsError
            session.add(
                StoredReceipt(
                    token_hash=_hash(token),
                    terminal_id=counter.terminal_id,
                    body=receipt.model_dump_json(),
                    made_at=now,
                    expires_at=now + GOOD_FOR,
                )
            )

        await self._queue.write(work)
        return f"{self._public_url}/r/{token}"

    def find(self, token: str) -> KeptReceipt | None:
        """Give the receipt; ``None`` for one that never was and for one whose day is over alike."""
        if _TOKEN.fullmatch(token) is None:
            return None
        with transaction(self._engine) as session:
            found = session.get(StoredReceipt, _hash(token))
        if found is None or found.expires_at <= self._clock():
            return None
        receipt = read_receipt(found.body.encode())
        return None if receipt is None else KeptReceipt(receipt, found.made_at, found.expires_at)

    async def erase(self) -> int:
        """Erase what is over; give how many that were."""
        return await self._queue.write(lambda session: _erase(session, self._clock()))

    async def keep_clean(self) -> None:
        """Erase every ten minutes until cancelled."""
        while True:
            try:
                await self.erase()
            except SQLAlchemyError as error:
                _log.warning("receipts that are over cannot be erased: %s", type(error).__name__)
            await self._sleep(ERASE_EVERY_S)


def _erase(session: Session, now: datetime) -> int:
    gone = session.execute(delete(StoredReceipt).where(StoredReceipt.expires_at <= now))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()
