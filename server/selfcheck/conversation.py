"""One line with one terminal, from its first byte to its last."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from server.circulation.refusals import Language
from server.circulation.values import Counter
from server.config import LibrarySection, SelfCheckSection
from server.selfcheck.answering import Answering, Asking, changes_something
from server.selfcheck.border import language_of
from server.selfcheck.terminals import KnownTerminal, terminal_of_certificate, terminal_of_login
from server.selfcheck.throttle import LoginThrottle
from server.store.secrets import secret_matches
from server.store.writer import WriterQueue
from sip2.agreement import Agreement, Encoding
from sip2.codec import Received
from sip2.connection import Connection, Handled, LinkFailed, Malformed, Role, Unasked
from sip2.layout import Response
from sip2.messages import (
    EndPatronSessionRequest,
    LoginRequest,
    LoginResponse,
    PatronInformationRequest,
    PatronStatusRequest,
    ScStatusRequest,
)

_Result = TypeVar("_Result")
_LOG: Final = logging.getLogger("server.selfcheck")
_CHUNK: Final = 4096
_NOT_ENCRYPTED: Final = "0"


class HangUpError(Exception):
    """The line is to be closed; ``reason`` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Shared:
    """What all lines of a service share."""

    settings: SelfCheckSection
    library: LibrarySection
    answering: Answering
    queue: WriterQueue
    throttle: LoginThrottle
    nobodys_hash: str
    """Checked for a login that nobody has, so that the time of the answer does not tell which logins exist."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end, as far as the socket knows."""

    address: str
    certificate_cn: str | None = None
    """``None`` on plain TCP."""


class Conversation:
    """Answers one request after the other; a request that came whole is executed even when the terminal hangs up."""

    def __init__(self, shared: Shared, peer: Peer) -> None:
        self._shared = shared
        self._peer = peer
        self._settings = shared.settings
        self._counter: Counter | None = None
        self._certified = False
        self._wrong_logins = 0
        self._speaking: tuple[str, Language] | None = None
        self._connection = Connection(
            Role.LIBRARY_SYSTEM,
            Agreement(encoding=Encoding(self._settings.encoding), field_limit=self._settings.field_limit),
        )

    @property
    def terminal_id(self) -> str:
        """The terminal at the other end, for the log; ``?`` before it is known."""
        return "?" if self._counter is None else self._counter.terminal_id

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk until the terminal hangs up; raise ``HangUpError`` where it is to be hung up on."""
        await self._identify()
        loop = asyncio.get_running_loop()
        heard = loop.time()
        while True:
            patience = self._settings.idle_s if self._counter is not None else self._settings.login_s
            try:
                async with asyncio.timeout_at(heard + patience):
                    data = await reader.read(_CHUNK)
            except TimeoutError:
                raise HangUpError("idle" if self._counter is not None else "no_login") from None
            self._connection.receive_data(data)
            for item in self._connection.messages():
                reply = await self._reply(item)
                if isinstance(item, Received) and self._counter is not None:
                    heard = loop.time()
                if reply:
                    await self._send(writer, reply)
                if self._wrong_logins >= self._settings.login_attempts:
                    raise HangUpError("wrong_logins")
            if not data:
                return

    async def _identify(self) -> None:
        name = self._peer.certificate_cn
        if name is None:
            return
        known = await self._in_time(self._shared.queue.read(lambda session: terminal_of_certificate(session, name)))
        if known is None:
            raise HangUpError("unknown_certificate")
        self._counter = known.counter
        self._certified = True

    async def _reply(self, item: Received | Malformed | Unasked | Handled | LinkFailed) -> bytes:
        match item:
            case Received():
                return self._connection.send(await self._answer(item))
            case Malformed(reply=reply):
                _LOG.info("malformed line of %s: %s", self.terminal_id, item.fault.value)
                return reply
            case Handled(reply=reply):
                return reply
            case Unasked():  # said to a terminal alone
                return b""
            case LinkFailed():
                raise HangUpError(item.failure.value)

    async def _answer(self, received: Received) -> Response:
        request = received.message
        if isinstance(request, LoginRequest):
            return LoginResponse(ok=await self._login(request))
        if isinstance(request, ScStatusRequest):
            return self._shared.answering.status(self._counter)
        if self._counter is None:
            raise HangUpError("asked_before_login")
        asking = Asking(self._counter, self._language(received))

        def work(session: Session) -> Response | None:
            if changes_something(request):
                return self._shared.answering.answer_once(session, asking, received)
            return self._shared.answering.answer(session, asking, request)

        queue = self._shared.queue
        answer = await self._in_time(queue.write(work) if changes_something(request) else queue.read(work))
        if answer is None:
            raise HangUpError("no_answer")
        return answer

    async def _login(self, request: LoginRequest) -> bool:
        address = self._peer.address
        wait = self._shared.throttle.wait_s(address)
        if wait:
            await self._shared.sleep(wait)
        login = request.login_user_id or ""
        known = await self._in_time(self._shared.queue.read(lambda session: terminal_of_login(session, login)))
        right = await asyncio.to_thread(_is_right, request, known, self._shared.nobodys_hash)
        if known is None or not right or (self._certified and known.counter != self._counter):
            self._shared.throttle.wrong(address)
            self._wrong_logins += 1
            if not self._certified:
                self._counter = None
            _LOG.warning("wrong login from %s", address)
            return False
        self._shared.throttle.right(address)
        self._counter = known.counter
        return True

    def _language(self, received: Received) -> Language:
        """Give the language of the reader: 23 and 63 say it, other messages of the same card have the same."""
        default: Language = self._shared.library.language
        request = received.message
        match request:
            case PatronInformationRequest() | PatronStatusRequest():
                language = language_of(request.language, default)
                self._speaking = (request.patron_id, language)
                return language
            case EndPatronSessionRequest():
                self._speaking = None
                return default
            case _:
                card = getattr(request, "patron_id", None)
                if self._speaking is not None and card in (None, self._speaking[0]):
                    return self._speaking[1]
                return default

    async def _in_time(self, work: Awaitable[_Result]) -> _Result:
        try:
            async with asyncio.timeout(self._settings.answer_s):
                return await work
        except TimeoutError:
            raise HangUpError("store_too_slow") from None

    async def _send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        try:
            async with asyncio.timeout(self._settings.answer_s):
                await writer.drain()
        except TimeoutError:
            raise HangUpError("does_not_read") from None


def _is_right(request: LoginRequest, known: KnownTerminal | None, nobodys_hash: str) -> bool:
    stored = nobodys_hash if known is None else known.password_hash
    matches = secret_matches(request.login_password or "", stored)
    plain = request.uid_algorithm == request.pwd_algorithm == _NOT_ENCRYPTED
    return matches and plain and known is not None
