"""A library system that speaks SIP2 on a real socket and does wrong what it is told to do wrong."""

import asyncio
import ssl
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from types import TracebackType
from typing import Self

from library.lending.refusals import Refusal
from sip2.agreement import Agreement
from sip2.codec import Received
from sip2.connection import Connection, Handled, LinkFailed, Malformed, Role
from sip2.fields import Summary
from sip2.layout import Message
from sip2.messages import (
    AcsStatus,
    CheckinRequest,
    CheckoutRequest,
    CheckoutResponse,
    HoldRequest,
    ItemInformationRequest,
    ItemInformationResponse,
    LoginRequest,
    LoginResponse,
    PatronInformationRequest,
    PatronInformationResponse,
    RenewRequest,
    ScStatusRequest,
)
from tests.support import acs_desk
from tests.support.waiting import eventually

MOMENT = datetime(2026, 11, 22, 12, 0, 0)  # noqa: DTZ001 - SIP2's local form has no zone
DUE = "20261206    235900"
LOGIN, PASSWORD = "kiosk1", "pa55word"


class Again(Enum):
    """What a second, identical 11 does."""

    SAME_ANSWER = "same_answer"
    """Our own server."""
    RENEWS = "renews"
    """Koha."""
    REFUSES = "refuses"
    """Systems that say "already on loan"."""


class HangUpError(Exception):
    """This connection is to end now."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One request that came, and the ways to deal with it."""

    acs: "FakeAcs"
    connection: Connection
    received: Received
    writer: asyncio.StreamWriter

    def commit(self) -> Message:
        """Do what is asked and return the answer; an unknown message ends the connection."""
        answer = self.acs.execute(self.received)
        if answer is None:
            raise HangUpError
        return answer

    def line(self, answer: Message) -> bytes:
        """Encode an answer to this request."""
        return self.connection.send(answer)

    def send(self, data: bytes) -> None:
        """Let bytes out."""
        self.acs.let_out(self.writer, data)


Act = Callable[[Talk], Awaitable[None]]
"""What is done with one request; the functions of ``tests.support.acs_acts``."""


async def answer(talk: Talk) -> None:
    """Do what is asked and say so."""
    talk.send(talk.line(talk.commit()))


@dataclass(slots=True)
class FakeAcs:
    """Patrons, loans and a script of misbehaviour: each request takes the next act of its code, if there is one."""

    again: Again = Again.SAME_ANSWER
    agreement: Agreement = field(default_factory=Agreement)
    tls: ssl.SSLContext | None = None
    patrons: dict[str, str] = field(default_factory=lambda: {"P1": "Nguyễn Thị Mai", "P2": "Trần Văn Nam"})
    loans: dict[str, str] = field(default_factory=dict)
    """Item -> patron."""
    made: Counter[str] = field(default_factory=Counter)
    """How often each item was newly lent."""
    refuse: dict[str, Refusal] = field(default_factory=dict)
    """Item -> why it is not lent."""
    script: defaultdict[str, deque[Act]] = field(default_factory=lambda: defaultdict(deque))
    seen: list[Message] = field(default_factory=list)
    overrides: dict[str, object] = field(default_factory=dict)
    """Values that replace those of any answer which has such a field."""
    titles: dict[str, str] = field(default_factory=dict)
    desk: "acs_desk.Desk" = field(default_factory=lambda: acs_desk.Desk())  # noqa: PLW0108 - the two modules know each other
    """What is known beyond loans: holds, fines, PINs, returns, renewals."""
    extra_on_page: int = 0
    """Koha gives one item more than BQ asks for."""
    list_all: bool = False
    """BP and BQ are ignored."""
    supported: str = "Y" * 16
    online: bool = True
    mute: bool = False
    """Connections are taken and nothing is ever said, not even of TLS."""
    input_cut: int | None = None
    """The connection ends when so many bytes have come in over all connections."""
    output_cut: int | None = None
    """The connection ends when so many bytes have gone out over all connections."""
    port: int = 0
    connections: int = 0
    _kept: dict[bytes, CheckoutResponse] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _ended: list[asyncio.Server] = field(default_factory=list)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.go_away()

    async def come_back(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self.tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def go_away(self) -> None:
        """End, and wait until nothing of it is left."""
        self.die()
        for server in self._ended:
            await eventually(lambda server=server: self._is_empty(server))  # type: ignore[misc] # bound now on purpose
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _is_empty(self, server: asyncio.Server) -> bool:
        self.hang_up_all()  # a connection that was being accepted appears only now
        return not getattr(server, "_active_count", 0)  # before Python 3.12 wait_closed does not wait

    def die(self) -> None:
        """Stop listening and cut every connection at once, as a killed process does."""
        if self._server is not None:
            self._server.close()
            self._ended.append(self._server)
            self._server = None
        self.hang_up_all()

    def hang_up_all(self) -> None:
        """Cut every connection; new ones are taken."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    @property
    def open_connections(self) -> int:
        """How many terminals are connected."""
        return len(self._writers)

    @property
    def listening(self) -> bool:
        """Whether new connections are taken."""
        return self._server is not None

    def plan(self, code: str, *acts: Act) -> None:
        """Do these with the next requests of a code."""
        self.script[code].extend(acts)

    def count(self, kind: type[Message]) -> int:
        """Return how many requests of a kind came."""
        return sum(isinstance(message, kind) for message in self.seen)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:
            writer.transport.abort()
            return
        self.connections += 1
        self._writers.add(writer)
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(Role.LIBRARY_SYSTEM, self.agreement)
        try:
            await self._converse(connection, reader, writer)
        except (ConnectionError, ssl.SSLError, HangUpError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _converse(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65_536):
            if self.mute:
                continue
            cut = self.input_cut is not None and len(data) >= self.input_cut
            if self.input_cut is not None:
                data = data[: self.input_cut]
                self.input_cut = None if cut else self.input_cut - len(data)
            if data:
                connection.receive_data(data)
            for item in connection.messages():
                if isinstance(item, Received):
                    self.seen.append(item.message)
                    await self._handle(connection, item, writer)
                elif isinstance(item, Handled | Malformed):
                    self.let_out(writer, item.reply)
                elif isinstance(item, LinkFailed):
                    return
            if cut:
                return

    def let_out(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if self.output_cut is not None:
            left = self.output_cut
            self.output_cut = None if len(data) > left else left - len(data)
            if len(data) > left:
                writer.write(data[:left])
                writer.close()
                raise HangUpError
        writer.write(data)

    async def _handle(self, connection: Connection, received: Received, writer: asyncio.StreamWriter) -> None:
        script = self.script[received.message.code]
        act = script.popleft() if script else answer
        await act(Talk(self, connection, received, writer))

    def execute(self, received: Received) -> Message | None:  # noqa: PLR0911 - one flat table of all messages
        message = received.message
        match message:
            case LoginRequest():
                return LoginResponse(ok=(message.login_user_id, message.login_password) == (LOGIN, PASSWORD))
            case ScStatusRequest():
                return self.status()
            case PatronInformationRequest():
                return self._with_overrides(self._patron(message))
            case CheckoutRequest():
                return self._with_overrides(self._lend(message, received.body))
            case CheckinRequest():
                return self._with_overrides(acs_desk.take_back(self.desk, self, message, received.body))
            case RenewRequest():
                return self._with_overrides(acs_desk.renew(self.desk, self, message))
            case HoldRequest():
                return self._with_overrides(acs_desk.end_hold(self.desk, message))
            case ItemInformationRequest():
                return self._with_overrides(self._item(message))
            case _:
                return None

    def _with_overrides(self, answer: Message) -> Message:
        return replace(answer, **{name: value for name, value in self.overrides.items() if hasattr(answer, name)})  # type: ignore[arg-type] # tests say what they do

    def status(self) -> AcsStatus:
        return AcsStatus(
            online_status=self.online,
            checkin_ok=True,
            checkout_ok=True,
            acs_renewal_policy=True,
            status_update_ok=False,
            offline_ok=False,
            timeout_period=100,
            retries_allowed=3,
            date_time_sync=MOMENT,
            protocol_version="2.00",
            institution_id="HUB",
            supported_messages=self.supported,
        )

    def _patron(self, request: PatronInformationRequest) -> PatronInformationResponse:
        known = request.patron_id in self.patrons
        lists = acs_desk.lists_of(self.desk, self, request.patron_id)
        page: list[str] = lists.get(request.summary, []) if request.summary is not None else []
        if not self.list_all:
            first, last = int(request.start_item or 1), int(request.end_item or len(page) or 1)
            page = page[first - 1 : last + self.extra_on_page]

        def shown(summary: Summary) -> tuple[str, ...]:
            return tuple(page) if request.summary is summary else ()

        return PatronInformationResponse(
            patron_status=frozenset(),
            language="000",
            transaction_date=MOMENT,
            hold_items_count=len(lists[Summary.HOLDS]),
            overdue_items_count=len(lists[Summary.OVERDUE]),
            charged_items_count=len(lists[Summary.CHARGED]),
            fine_items_count=len(lists[Summary.FINES]),
            recall_items_count=0,
            unavailable_holds_count=len(lists[Summary.UNAVAILABLE_HOLDS]),
            institution_id="HUB",
            patron_id=request.patron_id,
            personal_name=self.patrons.get(request.patron_id, ""),
            valid_patron="Y" if known else "N",
            valid_patron_password=acs_desk.pin_verdict(self.desk, request),
            currency=self.desk.currency or None,
            fee_amount=self.desk.owed.get(request.patron_id),
            hold_items=shown(Summary.HOLDS),
            overdue_items=shown(Summary.OVERDUE),
            charged_items=shown(Summary.CHARGED),
            fine_items=shown(Summary.FINES),
            unavailable_hold_items=shown(Summary.UNAVAILABLE_HOLDS),
            screen_messages=() if known else ("Không tìm thấy thẻ", "Hãy hỏi thủ thư"),
            extensions=() if known else (("XR", Refusal.PATRON_UNKNOWN),),
        )

    def _lend(self, request: CheckoutRequest, body: bytes) -> CheckoutResponse:
        if self.again is Again.SAME_ANSWER and body in self._kept:
            return self._kept[body]
        holder = self.loans.get(request.item_id)
        refusal = self.refuse.get(request.item_id)
        fee = self.desk.fees_to_lend.get(request.item_id)
        if fee is not None and request.fee_acknowledged != "Y":
            refusal = Refusal.FEE_NOT_ACKNOWLEDGED
        renewed = False
        if refusal is None and holder == request.patron_id:
            renewed = self.again is Again.RENEWS
            refusal = None if renewed else Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
        elif refusal is None and holder is not None:
            refusal = Refusal.ITEM_ON_LOAN
        elif refusal is None:
            self.loans[request.item_id] = request.patron_id
            self.made[request.item_id] += 1
        answer = CheckoutResponse(
            ok=refusal is None,
            renewal_ok=renewed,
            magnetic_media=False,
            desensitize=refusal is None,
            transaction_date=MOMENT,
            institution_id="HUB",
            patron_id=request.patron_id,
            item_id=request.item_id,
            title=self.titles.get(request.item_id, f"Sách {request.item_id}"),
            due_date="" if refusal else DUE,
            currency=None if fee is None else "VND",
            fee_amount=fee,
            screen_messages=("Không mượn được",) if refusal else (),
            extensions=(("XR", refusal),) if refusal else (),
        )
        self._kept[body] = answer
        return answer

    def _item(self, request: ItemInformationRequest) -> ItemInformationResponse:
        return acs_desk.item(self.desk, self, request)
