"""Bank transfers by our server: whether it takes them, and one begun for the patron who stands there."""

import asyncio
import http.client
import logging
from decimal import Decimal
from http import HTTPStatus
from typing import Final, Protocol

from kiosk.config import KioskConfig
from kiosk.ils.line import tls_of
from kiosk.ils.our_server import OurServer
from kiosk.ports import Clock
from kiosk.session.paying_values import BankTransfer
from kiosk.session.values import Money, PatronId
from library.api.payments import PAYMENTS_PATH, TransferWish, read_begun
from settings.secret_file import read_secret

_log = logging.getLogger(__name__)

ANSWER_S: Final = 8.0
"""In all: somebody stands there and waits."""
ASK_S: Final = 2.0
"""For whether it is offered: the account waits for that."""
KNOWN_FOR_S: Final = 600.0
"""How long an answer to that is believed."""


class Server(Protocol):
    """Who is asked."""

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Give status and answer, or raise as ``OurServer`` does; called in a worker thread."""
        ...


class BankTransfers:
    """A ``kiosk.ports.Payment``; each question is sent once, for a patron who waits may touch again."""

    def __init__(self, server: Server, clock: Clock, *, answer_s: float = ANSWER_S, ask_s: float = ASK_S) -> None:
        self._server = server
        self._clock = clock
        self._answer_s = answer_s
        self._ask_s = ask_s
        self._said: bool | None = None
        self._said_at = 0.0

    async def offered(self) -> bool:
        """Say whether the server takes transfers; what it said some minutes ago is believed."""
        if self._said is None or self._clock.monotonic() - self._said_at > KNOWN_FOR_S:
            answer = await self._ask("GET", b"", self._ask_s)
            if answer is None:
                return False
            self._said, self._said_at = answer[0] == HTTPStatus.NO_CONTENT, self._clock.monotonic()
        return self._said

    async def begin(self, patron_id: PatronId) -> BankTransfer | None:
        """Let the server begin a transfer; ``None``: it gave none, or was not heard in time."""
        try:
            wish = TransferWish(card=patron_id.text)
        except ValueError:
            return None
        answer = await self._ask("POST", wish.model_dump_json().encode(), self._answer_s)
        begun = None if answer is None or answer[0] != HTTPStatus.CREATED else read_begun(answer[1])
        if begun is None:
            self._said = None  # perhaps it takes none any more
            return None
        return BankTransfer(
            reference=begun.reference,
            amount=Money(Decimal(begun.amount), "VND"),
            code=begun.payload,
            bank=begun.bank_name,
            account=begun.account,
            holder=begun.holder,
        )

    async def _ask(self, method: str, body: bytes, limit_s: float) -> tuple[int, bytes] | None:
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.to_thread(self._server.ask, method, PAYMENTS_PATH, body)
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.warning("our server was not heard about bank transfers: %s", type(error).__name__)
            return None


def transfers_of(config: KioskConfig, clock: Clock) -> BankTransfers | None:
    """Give the way to our server where it is the library system; of what is owed elsewhere it knows nothing."""
    section, url = config.library_system, config.offline.policy_url
    if not url or section.profile != "own":
        return None
    password = read_secret(section.password_file) if section.password_file else ""
    return BankTransfers(OurServer(url, tls_of(section), section.login, password), clock)
