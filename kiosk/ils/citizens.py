"""Asks our server whose a citizen number is: once, over TLS, and nothing of it is kept or logged."""

import asyncio
import http.client
import logging
from http import HTTPStatus
from typing import Final, Protocol

from kiosk.config import KioskConfig
from kiosk.ils.line import tls_of
from kiosk.ils.our_server import OurServer
from kiosk.ports import Stranger, Unanswered
from kiosk.session.values import PatronId
from library.api.citizens import CITIZENS_PATH, CitizenAsked, read_told
from settings.secret_file import read_secret

_log = logging.getLogger(__name__)

ANSWER_S: Final = 8.0
"""In all: somebody stands there and waits."""


class Server(Protocol):
    """Who is asked."""

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Give status and answer, or raise as ``OurServer`` does; called in a worker thread."""
        ...


class CitizensAtServer:
    """A ``kiosk.ports.Citizens``."""

    def __init__(self, server: Server, *, answer_s: float = ANSWER_S) -> None:
        self._server = server
        self._answer_s = answer_s

    async def find(self, number: str) -> PatronId | Stranger | Unanswered:
        """Ask once; a kiosk that asks too often about nobody's numbers gets no answer."""
        try:
            body = CitizenAsked(number=number).model_dump_json().encode()
            async with asyncio.timeout(self._answer_s):
                status, answer = await asyncio.to_thread(self._server.ask, "POST", CITIZENS_PATH, body)
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.warning("our server was not heard about a citizen card: %s", type(error).__name__)
            return Unanswered()
        told = read_told(answer) if status == HTTPStatus.OK else None
        if told is None:
            _log.warning("our server did not say whose a citizen card is: status %d", status)
            return Unanswered()
        return PatronId(told.card) if told.card else Stranger()


def citizens_of(config: KioskConfig) -> CitizensAtServer | None:
    """Give the way to our server where the site takes citizen cards."""
    if not config.services.citizen_card:
        return None
    section = config.library_system
    password = read_secret(section.password_file) if section.password_file else ""
    return CitizensAtServer(OurServer(config.offline.policy_url, tls_of(section), section.login, password))
