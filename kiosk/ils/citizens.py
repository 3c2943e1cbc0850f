"""Asks our server whose a citizen number is, and tells it of new readers: once, over TLS; nothing is kept or logged."""

import asyncio
import http.client
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Protocol

from pydantic import BaseModel

from kiosk.config import KioskConfig
from kiosk.ils.line import tls_of
from kiosk.ils.our_server import OurServer
from kiosk.ports import Stranger, Unanswered
from kiosk.session.citizen_effects import HandInReader
from kiosk.session.citizen_events import ReaderHandedIn, ReaderNotHeard, ReaderNotTaken
from kiosk.session.values import PatronId
from library.api.citizens import CITIZENS_PATH, CitizenAsked, read_told
from library.api.new_readers import NEW_READERS_PATH, NewReaderTold, read_pick_up
from settings.secret_file import read_secret

_log = logging.getLogger(__name__)

ANSWER_S: Final = 8.0
"""In all: somebody stands there and waits."""
_NOT_TAKEN: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Nothing was kept: this server takes none, or not this one."""


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
        status, answer = await self._ask(CITIZENS_PATH, lambda: CitizenAsked(number=number))
        told = read_told(answer) if status == HTTPStatus.OK else None
        if told is None:
            _log.warning("our server did not say whose a citizen card is: %s", status or "no answer")
            return Unanswered()
        return PatronId(told.card) if told.card else Stranger()

    async def hand_in(self, reader: HandInReader) -> ReaderHandedIn | ReaderNotTaken | ReaderNotHeard:
        """Tell once; told again, it takes the place of what the same person told before."""
        visit_id, card = reader.visit_id, reader.card

        def told() -> NewReaderTold:
            told = {"number": card.number, "name": card.name, "born": card.born, "address": card.address}
            return NewReaderTold.model_validate(told | {"purposes": reader.agreed})

        status, answer = await self._ask(NEW_READERS_PATH, told)
        if status in _NOT_TAKEN:
            return ReaderNotTaken(visit_id)
        kept = read_pick_up(answer) if status == HTTPStatus.CREATED else None
        if kept is None:
            _log.warning("our server did not say that it keeps a new reader: %s", status or "no answer")
            return ReaderNotHeard(visit_id)
        return ReaderHandedIn(visit_id, kept.pick_up)

    async def _ask(self, path: str, question: Callable[[], BaseModel]) -> tuple[int, bytes]:
        """Give status and answer; status 0: nobody answered in time, or there is nothing to ask."""
        try:
            body = question().model_dump_json().encode()
            async with asyncio.timeout(self._answer_s):
                return await asyncio.to_thread(self._server.ask, "POST", path, body)
        except (OSError, ValueError, http.client.HTTPException) as error:
            _log.info("our server was not heard: %s", type(error).__name__)
            return 0, b""


def citizens_of(config: KioskConfig) -> CitizensAtServer | None:
    """Give the way to our server where the site takes citizen cards."""
    if not config.services.citizen_card:
        return None
    section = config.library_system
    password = read_secret(section.password_file) if section.password_file else ""
    return CitizensAtServer(OurServer(config.offline.policy_url, tls_of(section), section.login, password))
