"""Takes the lines of terminals and gives each a conversation."""

import asyncio
import contextlib
import logging
import socket
import ssl
import time
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server.circulation.desk import LendingDesk
from server.circulation.hold_queue import ONE_SWEEP
from server.circulation.transactions import REMEMBERED, forget_answers_before, forget_done_before
from server.config import ServerConfig
from server.selfcheck.answering import Answering
from server.selfcheck.conversation import Conversation, HangUpError, Peer, Shared
from server.selfcheck.kept import forget_before
from server.selfcheck.throttle import LoginThrottle
from server.selfcheck.tls import common_name, server_context
from server.store.secrets import nobodys_hash
from server.store.writer import WriterQueue

_LOG: Final = logging.getLogger("server.selfcheck")
_HANDSHAKE_S: Final = 10.0
_GOODBYE_S: Final = 2.0
_TIDY_EVERY: Final = timedelta(minutes=10)
"""How late a hold may run out, and how long an answer is kept over its time."""


class SelfCheckService:
    """The SIP2 service of one server. :meth:`run` serves until it is cancelled."""

    def __init__(self, config: ServerConfig, desk: LendingDesk, queue: WriterQueue) -> None:
        """Raise ``SecretFileError`` where a certificate cannot be used."""
        self._settings = config.selfcheck
        self._desk = desk
        self._queue = queue
        self._context = server_context(config.selfcheck)
        self._lines = 0
        self._shared = Shared(
            settings=config.selfcheck,
            library=config.library,
            answering=Answering(desk, config.library, config.selfcheck.answer_s, sends_mail=bool(config.mail.host)),
            queue=queue,
            throttle=LoginThrottle(time.monotonic),
            nobodys_hash=nobodys_hash(),
        )

    async def run(self, listener: socket.socket) -> None:
        """Serve the lines that come to ``listener``; work under way when cancelled is still committed."""
        async with asyncio.TaskGroup() as group:
            server = await asyncio.start_server(
                lambda reader, writer: self._accept(group, reader, writer),
                sock=listener,
                ssl=self._context,
                ssl_handshake_timeout=None if self._context is None else _HANDSHAKE_S,
                ssl_shutdown_timeout=None if self._context is None else _GOODBYE_S,
            )
            try:
                while True:
                    await self._tidy()
                    await asyncio.sleep(_TIDY_EVERY.total_seconds())
            finally:
                server.close()  # its wait_closed() would wait, from Python 3.12 on, for lines that end only after it

    def _accept(self, group: asyncio.TaskGroup, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._lines >= self._settings.connections:
            _LOG.warning("too many lines")
            writer.transport.abort()
            return
        self._lines += 1
        group.create_task(self._talk(reader, writer))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = Conversation(self._shared, self._peer(writer))
        try:
            await conversation.run(reader, writer)
        except HangUpError as error:
            _LOG.info("line of %s closed: %s", conversation.terminal_id, error.reason)
        except (OSError, ssl.SSLError):
            _LOG.info("line of %s lost", conversation.terminal_id)
        except Exception as error:  # noqa: BLE001 - because the fault of one line must not end the others
            # The terminal asks again on a new line; its message was either committed with its answer, or not at all.
            # No traceback: it may hold a reader's data.
            _LOG.error("line of %s failed: %s", conversation.terminal_id, type(error).__name__)
        finally:
            self._lines -= 1
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_GOODBYE_S):
                    await writer.wait_closed()

    def _peer(self, writer: asyncio.StreamWriter) -> Peer:
        line: socket.socket = writer.get_extra_info("socket")
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        address = str((writer.get_extra_info("peername") or ("?",))[0])
        if self._context is None:
            return Peer(address)
        return Peer(address, common_name(writer.get_extra_info("peercert")) or "")

    async def _tidy(self) -> None:
        now = self._desk.now()

        def forget(session: Session) -> None:
            oldest = now - timedelta(days=self._settings.keep_answers_days)
            forget_before(session, oldest)
            forget_answers_before(session, oldest)
            forget_done_before(session, now - REMEMBERED)

        try:
            await self._queue.write(forget)
            while await self._queue.write(self._desk.queue.expire) == ONE_SWEEP:
                _LOG.info("%d holds have run out", ONE_SWEEP)
        except SQLAlchemyError as error:
            _LOG.warning("the store was not tidied: %s", type(error).__name__)
