"""A library system that answers a terminal with the very bytes that a real Koha was recorded to answer."""

import ast
import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sip2.checksum import checksum
from sip2.codec import Received, decode
from sip2.connection import Connection, Role
from sip2.errors import RemoteProtocolError
from sip2.layout import Message
from sip2.messages import ItemInformationRequest, LoginRequest, PatronInformationRequest, ScStatusRequest
from tests.support.waiting import eventually

TRANSCRIPT: Final = Path(__file__).parents[1] / "data" / "sip2" / "koha.txt"
LOGIN, PASSWORD = "kiosk1", "kioskpw"
_PIECE: Final = re.compile(r"""^(>>|<<) (b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")""", re.MULTILINE)
_TRAILER: Final = re.compile(rb"AY\dAZ[0-9A-F]{4}(\r\n?)\Z")
_IDENTITIES: Final = (
    "uid_algorithm",
    "login_user_id",
    "login_password",
    "patron_id",
    "item_id",
    "hold_mode",
    "fee_acknowledged",
    "cancel",
)
"""What must be the same in a request and a recorded one; dates and the library's own codes need not."""


class NeverRecordedError(Exception):
    """A request that was never sent to the real Koha."""


def exchanges() -> Iterator[tuple[Received, bytes | None]]:
    """Give each recorded request with its answer; ``None`` where Koha hung up."""
    asked: Received | None = None
    for direction, literal in _PIECE.findall(TRANSCRIPT.read_text(encoding="utf-8")):
        data: bytes = ast.literal_eval(literal)
        if direction == ">>":
            try:
                asked = decode(data)
            except RemoteProtocolError:
                asked = None
        elif asked is not None:
            yield asked, None if data == b"<EOF>" else data
            asked = None


def _identity(received: Received) -> tuple[str, ...]:
    message = received.message
    named = [str(getattr(message, name, None) or "") for name in _IDENTITIES]
    if message.code == "09":
        named.append("" if message.current_location == "CPL" else str(message.current_location))  # type: ignore[attr-defined] # a 09 has it
    return (message.code, str(received.sequence is None), *named)


def _details(message: Message) -> list[tuple[object, ...]]:
    """Give what else a 63 may be told apart by, the most like it first."""
    if not isinstance(message, PatronInformationRequest):
        return [()]
    pages = (message.start_item, message.end_item)
    return [
        (message.summary, message.patron_password, *pages),
        (message.summary, message.patron_password),
        (message.summary,),
        (None, message.patron_password),
        (),
    ]


@dataclass(slots=True)
class KohaDouble:
    """Answers a request with what was recorded for it; the same again gets the next answer, the last one for ever."""

    port: int = 0
    seen: list[Message] = field(default_factory=list)
    never_recorded: list[str] = field(default_factory=list)
    """The codes of requests for which there is nothing to answer; the connection ends then."""
    hang_ups: int = 0
    _answers: dict[tuple[object, ...], list[bytes | None]] = field(default_factory=lambda: defaultdict(list))
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        for asked, answer in exchanges():
            if answer is None and isinstance(asked.message, ScStatusRequest):
                continue  # sent before the login; see _serve
            for detail in _details(asked.message):
                self._answers[(*_identity(asked), *detail)].append(answer)
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await eventually(lambda: not self._tasks)

    def count(self, kind: type[Message]) -> int:
        """Return how many requests of a kind came."""
        return sum(isinstance(message, kind) for message in self.seen)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(Role.LIBRARY_SYSTEM)
        logged_in = False
        try:
            while data := await reader.read(65_536):
                connection.receive_data(data)
                for item in connection.messages():
                    assert isinstance(item, Received)
                    logged_in = logged_in or isinstance(item.message, LoginRequest)
                    answer = self._answer(item) if logged_in else None
                    if answer is None:
                        self.hang_ups += 1
                        return
                    writer.write(answer)
        except (ConnectionError, NeverRecordedError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    def _answer(self, received: Received) -> bytes | None:
        message = received.message
        self.seen.append(message)
        for detail in _details(message):
            recorded = self._answers.get((*_identity(received), *detail))
            if recorded:
                answer = recorded.pop(0) if len(recorded) > 1 else recorded[0]
                return None if answer is None else _renumbered(answer, received.sequence)
        if isinstance(message, ItemInformationRequest):
            unknown = f"1801010120261122    142806AB{message.item_id}|AJ|".encode()
            return _renumbered(unknown + b"AY0AZ0000\r", received.sequence)
        self.never_recorded.append(message.code)
        if isinstance(message, LoginRequest):
            return None
        raise NeverRecordedError(message.code)


def _renumbered(answer: bytes, sequence: int | None) -> bytes:
    """Give the recorded line with the sequence number of this request, and the checksum that goes with it."""
    trailer = _TRAILER.search(answer)
    if trailer is None or sequence is None:
        return answer
    body = answer[: trailer.start()] + f"AY{sequence}AZ".encode()
    return body + checksum(body) + trailer[1]
