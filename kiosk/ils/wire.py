"""One connection to a SIP2 server with one request under way; broken for good at the first thing that goes wrong."""

import asyncio
from enum import StrEnum
from typing import TypeVar, cast

from kiosk.errors import KioskError
from sip2.agreement import Agreement
from sip2.codec import Received
from sip2.connection import Connection, Handled, Item, LinkFailed, Malformed, Role, Unasked
from sip2.errors import Fault
from sip2.layout import Message, Request
from sip2.messages import AcsStatus

ResponseT = TypeVar("ResponseT", bound=Message)


class NoLine(StrEnum):
    """Why there is no line; nothing was sent that changes anything."""

    UNREACHABLE = "unreachable"
    NOT_TRUSTED = "not_trusted"
    """TLS failed: a certificate, a name or a protocol version."""
    TIME_LIMIT = "time_limit"
    HUNG_UP = "hung_up"
    LOGIN_REFUSED = "login_refused"
    OUT_OF_SERVICE = "out_of_service"
    """The library system says of itself that it does not lend now."""


class Lost(StrEnum):
    """Why a message that was sent has no answer; it may have been executed."""

    TIME_LIMIT = "time_limit"
    HUNG_UP = "hung_up"
    LINK_FAILED = "link_failed"
    MALFORMED = "malformed"
    UNEXPECTED = "unexpected"
    """An answer to something else, or about something else."""


class LineError(KioskError):
    """The library system could not be asked, or did not answer."""


class NoLineError(LineError):
    """Nothing could be sent."""

    def __init__(self, reason: NoLine) -> None:
        super().__init__(reason)
        self.reason = reason


class AnswerLostError(LineError):
    """A message was sent, and what became of it is not known."""

    def __init__(self, reason: Lost) -> None:
        super().__init__(reason)
        self.reason = reason


class Sip2Line(asyncio.Protocol):
    """The terminal's end of one TCP or TLS connection."""

    def __init__(self, agreement: Agreement) -> None:
        self.lost = asyncio.Event()
        """Set when the connection is gone, whoever ended it."""
        self._connection = Connection(Role.TERMINAL, agreement)
        self._transport: asyncio.Transport | None = None
        self._expected: type[Message] = Message
        self._answer: asyncio.Future[Message] | None = None
        self._status_instead = 0

    async def ask(self, request: Request, expected: type[ResponseT], within_s: float) -> ResponseT:
        """Send and wait for the answer; the limit is for the whole message, however slowly it drips.

        A 98 that comes instead is applied by sending the request again, unchanged (spec p. 14).

        Raises:
            NoLineError: the line was gone before anything was sent.
            AnswerLostError: the line is closed now; the request may have been executed.
            LocalProtocolError: the request cannot be sent; nothing changed.

        """
        if self.lost.is_set() or self._transport is None:
            raise NoLineError(NoLine.HUNG_UP)
        data = self._connection.send(request)
        self._expected, self._status_instead = expected, 0
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        try:
            async with asyncio.timeout(within_s):
                return cast("ResponseT", await self._answer)  # _take lets nothing else through
        except TimeoutError:
            self.close()
            raise AnswerLostError(Lost.TIME_LIMIT) from None
        except BaseException:  # a cancelled question leaves an answer on the way: the line is of no use any more
            self.close()
            raise
        finally:
            self._answer = None

    def close(self) -> None:
        """Give the connection up, without a farewell: an answer that comes now would only do harm."""
        self.lost.set()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)  # a stream has no other kind

    def data_received(self, data: bytes) -> None:
        """Take bytes, however cut."""
        self._connection.receive_data(data)
        for item in self._connection.messages():
            if not self.lost.is_set():
                self._take(item)

    def eof_received(self) -> None:
        """Take the other end's farewell for the end."""
        self._break(Lost.HUNG_UP)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the form is asyncio's
        """Tell whoever waits."""
        self._break(Lost.HUNG_UP)

    def _take(self, item: Item) -> None:
        match item:
            case Received(message=message):
                self._take_message(message)
            case Handled(reply=reply):
                self._write(reply)
            case Malformed(fault=Fault.UNKNOWN_COMMAND):
                pass  # a greeting of some server that is not SIP2
            case Malformed(reply=reply) if reply:
                self._write(reply)
            case Malformed():
                self._break(Lost.MALFORMED)
            case Unasked():
                pass  # late or second: the connection told it by its number
            case LinkFailed():
                self._break(Lost.LINK_FAILED)

    def _take_message(self, message: Message) -> None:
        if self._answer is None or self._answer.done():
            return
        if isinstance(message, self._expected):
            self._answer.set_result(message)
        elif isinstance(message, AcsStatus) and self._status_instead < self._connection.retries:
            self._status_instead += 1
            self._write(self._connection.repeat())
        else:
            self._break(Lost.UNEXPECTED)

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self.lost.is_set():
            self._transport.write(data)

    def _break(self, reason: Lost) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(AnswerLostError(reason))
        self.close()
