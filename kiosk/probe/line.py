"""A line that is looked at rather than used: each answer with its bytes and its time, or its absence."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

from sip2.agreement import Agreement
from sip2.codec import Received
from sip2.connection import Connection, Handled, LinkFailed, Malformed, Role
from sip2.errors import LocalProtocolError
from sip2.layout import Message, Request


class Silence(StrEnum):
    """Why there is no answer."""

    HUNG_UP = "hangs up"
    SILENT = "says nothing"
    NO_MESSAGE = "answers something that is no message of SIP2"
    UNSAYABLE = "cannot be said: a sign in it has no place in SIP2"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought."""

    message: Message | None
    raw: bytes
    """Everything that came until the answer was whole."""
    milliseconds: int
    silence: Silence | None = None
    received: Received | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The other end."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    answer_s: float


class ProbedLine:
    """One connection; nothing is sent twice but what the protocol itself asks for."""

    def __init__(self, where: Where, agreement: Agreement) -> None:
        self._where = where
        self._connection = Connection(Role.TERMINAL, agreement)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.is_open = False

    async def __aenter__(self) -> Self:
        async with asyncio.timeout(self._where.answer_s):
            self._reader, self._writer = await asyncio.open_connection(
                self._where.host, self._where.port, ssl=self._where.tls
            )
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False
        if self._writer is not None:
            self._writer.transport.abort()

    async def ask(self, request: Request, within_s: float | None = None) -> Answer:
        """Send and wait; after anything but an answer the line is of no use any more."""
        if self._reader is None or self._writer is None:
            raise RuntimeError("the line is used outside its `async with`")
        began = time.monotonic()
        raw = bytearray()
        silence = Silence.SILENT
        try:
            self._writer.write(self._connection.send(request))
            async with asyncio.timeout(within_s or self._where.answer_s):
                while data := await self._reader.read(65_536):
                    raw += data
                    received = self._take(data)
                    if received is not None:
                        return Answer(received.message, bytes(raw), _since(began), received=received)
                silence = Silence.NO_MESSAGE if raw else Silence.HUNG_UP
        except TimeoutError:
            silence = Silence.NO_MESSAGE if raw else Silence.SILENT
        except OSError:
            silence = Silence.HUNG_UP
        except LocalProtocolError:
            return Answer(None, b"", 0, Silence.UNSAYABLE)
        self.is_open = False
        return Answer(None, bytes(raw), _since(began), silence)

    def _take(self, data: bytes) -> Received | None:
        self._connection.receive_data(data)
        for item in self._connection.messages():
            match item:
                case Received():
                    return item
                case Handled(reply=reply) | Malformed(reply=reply):
                    if reply and self._writer is not None:
                        self._writer.write(reply)
                case LinkFailed():
                    raise ConnectionError
                case _:
                    pass
        return None


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
