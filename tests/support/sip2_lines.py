"""A SIP2 service on a real socket for the time of a test, and a terminal that talks to it."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from server.config import ServerConfig
from server.selfcheck.service import SelfCheckService
from server.store.engine import open_engine
from server.store.writer import WriterQueue
from sip2.agreement import Agreement
from sip2.codec import DEFAULT, Received
from sip2.connection import Connection, Role
from sip2.fields import Summary
from sip2.layout import Message, Request
from sip2.messages import (
    CheckinRequest,
    CheckoutRequest,
    FeePaidRequest,
    HoldRequest,
    ItemInformationRequest,
    LoginRequest,
    LoginResponse,
    PatronInformationRequest,
    RenewRequest,
)
from tests.support.small_library import HUB_TERMINAL, PASSWORD, SmallLibrary
from tests.support.waiting import in_time

AT_NOON: Final = datetime(2026, 7, 28, 12, 0)  # noqa: DTZ001 - SIP2's local form has no zone
ENGLISH, UNKNOWN_LANGUAGE = "001", "000"

AnswerT = TypeVar("AnswerT", bound=Message)


@asynccontextmanager
async def serving(library: SmallLibrary, **selfcheck: Any) -> AsyncIterator[int]:
    """Serve the library over SIP2 from an engine of its own; gives the port, and has ended when the block is left."""
    config = ServerConfig.model_validate(
        {
            "schema_version": 1,
            "library": {"code": "VN-QN", "name": "Thư viện xã Quảng Nghiệp"},
            "store": {"url": library.url},
            "selfcheck": selfcheck,
        }
    )
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        engine = open_engine(library.url, busy_timeout=timedelta(minutes=1))  # on a busy machine tests hold it for long
        async with WriterQueue(engine, "circulation-store") as queue:
            service = asyncio.create_task(SelfCheckService(config, library.desk, queue).run(listener))
            try:
                yield int(listener.getsockname()[1])
            finally:
                service.cancel()
                await asyncio.wait([service])


class Terminal:
    """A terminal's end of one line."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, agreement: Agreement = DEFAULT
    ) -> None:
        self._reader = reader
        self.writer = writer
        self.connection = Connection(Role.TERMINAL, agreement)

    async def ask(self, request: Request, kind: type[AnswerT]) -> AnswerT:
        """Send a message and wait for its answer."""
        await self.write(self.connection.send(request))
        answer = (await self.next_received()).message
        assert isinstance(answer, kind)
        return answer

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await in_time(self.writer.drain())

    async def next_received(self) -> Received:
        """Wait for the next answer to what was sent."""
        while True:
            for item in self.connection.messages():
                assert isinstance(item, Received)
                return item
            data = await in_time(self._reader.read(4096))
            assert data, "the service hung up"
            self.connection.receive_data(data)

    async def next_line(self) -> bytes:
        """Wait for the next line as it is."""
        return await in_time(self._reader.readuntil(b"\r"))

    async def hung_up(self) -> bytes:
        """Wait until the service hangs up; give what it still said."""
        try:
            return await in_time(self._reader.read())
        except ConnectionResetError:
            return b""

    async def login(self, terminal: str = HUB_TERMINAL, password: str = PASSWORD) -> bool:
        """Log in."""
        request = LoginRequest(
            uid_algorithm="0", pwd_algorithm="0", login_user_id=f"{terminal}-login", login_password=password
        )
        return (await self.ask(request, LoginResponse)).ok


@asynccontextmanager
async def line_to(
    port: int, *, login: bool = True, tls: ssl.SSLContext | None = None, agreement: Agreement = DEFAULT
) -> AsyncIterator[Terminal]:
    """Open a line to a service on this machine."""
    reader, writer = await in_time(asyncio.open_connection("127.0.0.1", port, ssl=tls))
    terminal = Terminal(reader, writer, agreement)
    try:
        if login:
            assert await terminal.login()
        yield terminal
    finally:
        writer.close()
        with suppress(OSError):
            await in_time(writer.wait_closed())


def checkout(card: str, item: str, *, at: datetime = AT_NOON, renew: bool = False, **more: Any) -> CheckoutRequest:
    """Make an 11."""
    return CheckoutRequest(
        sc_renewal_policy=renew,
        no_block=False,
        transaction_date=at,
        nb_due_date=None,
        institution_id="VN-QN",
        patron_id=card,
        item_id=item,
        terminal_password="",
        **more,
    )


def checkin(item: str, *, at: datetime = AT_NOON, cancel: str | None = None, **more: Any) -> CheckinRequest:
    """Make a 09."""
    return CheckinRequest(
        no_block=False,
        transaction_date=at,
        return_date=at,
        current_location="",
        institution_id="VN-QN",
        item_id=item,
        terminal_password="",
        cancel=cancel,
        **more,
    )


def renewal(
    card: str, item: str | None, *, title: str | None = None, at: datetime = AT_NOON, **more: Any
) -> RenewRequest:
    """Make a 29."""
    return RenewRequest(
        third_party_allowed=False,
        no_block=False,
        transaction_date=at,
        nb_due_date=None,
        institution_id="VN-QN",
        patron_id=card,
        item_id=item,
        title=title,
        **more,
    )


def hold(card: str, item: str | None, mode: str = "+", *, at: datetime = AT_NOON, **more: Any) -> HoldRequest:
    """Make a 15."""
    return HoldRequest(
        hold_mode=mode, transaction_date=at, institution_id="VN-QN", patron_id=card, item_id=item, **more
    )


def payment(
    card: str, amount: str, number: str | None = None, *, at: datetime = AT_NOON, currency: str = "VND", **more: Any
) -> FeePaidRequest:
    """Make a 37."""
    return FeePaidRequest(
        transaction_date=at,
        fee_type="01",
        payment_type="00",
        currency=currency,
        fee_amount=amount,
        institution_id="VN-QN",
        patron_id=card,
        transaction_id=number,
        **more,
    )


def about(item: str) -> ItemInformationRequest:
    """Make a 17."""
    return ItemInformationRequest(transaction_date=AT_NOON, institution_id="VN-QN", item_id=item)


def information(
    card: str, summary: Summary | None = None, *, language: str = UNKNOWN_LANGUAGE, **more: Any
) -> PatronInformationRequest:
    """Make a 63."""
    return PatronInformationRequest(
        language=language,
        transaction_date=AT_NOON,
        summary=summary,
        institution_id="VN-QN",
        patron_id=card,
        terminal_password="",
        **more,
    )
