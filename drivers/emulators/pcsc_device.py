"""A PC/SC service (pcscd) with its readers as its socket shows it, and what services, readers and cards do wrong.

Its host is ``pcsc://?service=SOCKET``. There is one reader at first, an ACR1552U; ``reader`` in an order names another,
and its cable is the one of ``cable``. Orders: ``plug`` (reader, hands_through: it speaks ISO 15693) and ``unplug``
(reader); ``present`` (uid) and ``remove``: a chip; ``lay``, ``lift``, ``tags``: `drivers.emulators.tags`; ``state``. To
misbehave, beside what tags do: ``card_mute`` (what lies there does not speak), ``remove_after`` (commands: the card is
lifted when so many were answered), ``status`` (hex, times: the next commands end so), ``broken_writes`` (times: blocks
are not written and nothing is said), ``cut_answers`` (an answer ends before its status), ``backwards`` (identifiers
come least byte first), ``mute`` (times: calls that the service does not answer), ``stopped`` (as by an update),
``normal``. A service that is killed is this process killed; one that is slow: ``delay``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from drivers import pcsc_codes as codes
from drivers.emulators.device import Answer, Fact, Order, OrderError, bytes_of, flag_of, number_of, text_of
from drivers.emulators.pcsc_reader import ACR1552U, CardAwayError, EmulatedReader
from drivers.emulators.service_wire import GONE, PLUGGED, PULLED, from_client, to_client
from drivers.pcsc_bridge_codec import BridgeCodec, Call, Reply, Request

_LONGEST_UID: Final = 10
_STATUS_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class _Link:
    """Who speaks to the card that lay on a reader after so many changes."""

    client: int
    reader: str
    changes: int


class PcscDevice:
    """An `EmulatedDevice` behind a `ServiceWire`: what comes and goes says whose it is."""

    def __init__(self) -> None:
        self._readers = {ACR1552U: EmulatedReader(hands_through=True)}
        self._pulled: dict[str, EmulatedReader] = {}
        self._waiting: dict[int, Request] = {}
        """Client -> its call for a state other than the one that it knows."""
        self._links: dict[int, _Link] = {}
        self._next_link = 1
        self._stopped = False
        self._unanswered = 0
        self._looks = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Answer a client's call, or take it that one is gone, or the cable."""
        if data in (PLUGGED, PULLED):
            yield from self._cable(plugged=data == PLUGGED)
        elif data:
            client, line = from_client(data)
            self._waiting.pop(client, None)
            if line == GONE:
                self._links = {number: link for number, link in self._links.items() if link.client != client}
                return
            codec = BridgeCodec(Request)
            codec.receive_data(line)
            for request in codec.messages():
                yield from self._called(client, request)

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order; what changes is told to those who wait for it."""
        match text_of(order, "do"):
            case "plug":
                name = text_of(order, "reader")
                self._readers[name] = EmulatedReader(flag_of(order, "hands_through", default=False))
            case "unplug":
                del self._readers[self._named(order)]
            case "misbehave":
                self._misbehave(order)
            case "tags" | "state":
                pass
            case what:
                self._handle(what, order)
        return self._facts(), self._told()

    def _handle(self, what: str, order: Order) -> None:
        """Lay something on a reader, or take it away."""
        reader = self._readers[self._named(order)]
        match what:
            case "present":
                uid = bytes_of(order, "uid")
                if not 0 < len(uid) <= _LONGEST_UID:
                    raise OrderError("uid: at most ten bytes")
                reader.uid = uid
            case "remove":
                reader.uid = b""
            case "lay":
                reader.pad.lay(order)
            case "lift":
                reader.pad.lift(order)
            case _:
                raise OrderError(f"{what}: no such order")
        reader.changed()

    def _misbehave(self, order: Order) -> None:
        what = text_of(order, "what")
        if what == "mute":
            self._unanswered = number_of(order, "times", 1)
        elif what == "stopped":
            self._stopped = True
        elif what == "normal":
            self._stopped, self._unanswered = False, 0
            for reader in (*self._readers.values(), *self._pulled.values()):
                _behave(reader)
        else:
            self._misdeed(self._readers[self._named(order)], what, order)

    @staticmethod
    def _misdeed(reader: EmulatedReader, what: str, order: Order) -> None:
        match what:
            case "card_mute":
                reader.mute = True
                reader.changed()
            case "remove_after":
                reader.removed_after = number_of(order, "commands", 0)
            case "status":
                status = bytes_of(order, "hex")
                if len(status) != _STATUS_BYTES:
                    raise OrderError("hex: two bytes")
                reader.statuses += [int.from_bytes(status, "big")] * number_of(order, "times", 1)
            case "broken_writes":
                reader.broken_writes = number_of(order, "times", 1)
            case "cut_answers":
                reader.spoil = lambda answer: answer[: len(answer) // 2]
            case "backwards":
                reader.backwards = True
            case _ if not reader.pad.misbehave(order):
                raise OrderError(f"{what}: no such misdeed")

    # What hosts call

    def _called(self, client: int, request: Request) -> Iterator[Answer]:
        if self._unanswered:
            self._unanswered -= 1
            return
        self._looks += request.call is Call.STATE
        reply = self._reply(client, request)
        if reply is None:
            self._waiting[client] = request
            return
        yield to_client(client, BridgeCodec.send(reply))
        yield from self._told()  # a command may have lifted what others watch

    def _reply(self, client: int, request: Request) -> Reply | None:
        """Answer a call; ``None``: it must wait for something to change."""
        if self._stopped:
            return Reply(number=request.number, code=codes.SCARD_E_SERVICE_STOPPED)
        match request.call:
            case Call.READERS:
                code = codes.SCARD_S_SUCCESS if self._readers else codes.SCARD_E_NO_READERS_AVAILABLE
                return Reply(number=request.number, code=code, readers=tuple(self._readers))
            case Call.STATE:
                return self._state(request)
            case Call.CONNECT:
                return self._connect(client, request)
            case Call.TRANSMIT:
                return self._transmit(client, request)
            case Call.DISCONNECT:
                self._links.pop(request.card, None)
                return Reply(number=request.number, code=codes.SCARD_S_SUCCESS)

    def _state(self, request: Request) -> Reply | None:
        reader = self._readers.get(request.reader)
        if reader is None:
            return Reply(number=request.number, code=codes.SCARD_E_UNKNOWN_READER)
        if reader.state == request.known:
            return None
        state = reader.state if request.known is None else reader.state | codes.SCARD_STATE_CHANGED
        return Reply(number=request.number, code=codes.SCARD_S_SUCCESS, state=state)

    def _connect(self, client: int, request: Request) -> Reply:
        reader = self._readers.get(request.reader)
        if reader is None:
            return Reply(number=request.number, code=codes.SCARD_E_UNKNOWN_READER)
        if not reader.occupied:
            return Reply(number=request.number, code=codes.SCARD_E_NO_SMARTCARD)
        if reader.mute:
            return Reply(number=request.number, code=codes.SCARD_W_UNRESPONSIVE_CARD)
        card, self._next_link = self._next_link, self._next_link + 1
        self._links[card] = _Link(client, request.reader, reader.changes)
        return Reply(number=request.number, code=codes.SCARD_S_SUCCESS, card=card)

    def _transmit(self, client: int, request: Request) -> Reply:
        link = self._links.get(request.card)
        reader = self._readers.get(link.reader) if link is not None else None
        if link is None or link.client != client or reader is None:
            return Reply(number=request.number, code=codes.SCARD_E_READER_UNAVAILABLE)
        try:
            answer = reader.transmit(link.changes, bytes.fromhex(request.data))
        except CardAwayError:
            return Reply(number=request.number, code=codes.SCARD_W_REMOVED_CARD)
        return Reply(number=request.number, code=codes.SCARD_S_SUCCESS, data=answer.hex())

    def _told(self) -> Iterator[Answer]:
        """Answer those who waited for what has changed."""
        for client, request in tuple(self._waiting.items()):
            reply = self._reply(client, request)
            if reply is not None:
                del self._waiting[client]
                yield to_client(client, BridgeCodec.send(reply))

    # Orders

    def _cable(self, *, plugged: bool) -> Iterator[Answer]:
        """Pull the readers' cables, or put in those that were pulled; what lies on them stays there."""
        if plugged:
            self._readers, self._pulled = {**self._pulled, **self._readers}, {}
        else:
            self._pulled, self._readers = self._readers, {}
        for reader in self._readers.values():
            reader.changed()
        yield from self._told()

    def _named(self, order: Order) -> str:
        """Return the reader that an order means: the first where it names none; raises `OrderError`."""
        name = text_of(order, "reader", next(iter(self._readers), ""))
        if name not in self._readers:
            raise OrderError("reader: none of that name is plugged in")
        return name

    def _facts(self) -> Order:
        readers = {**self._readers, **self._pulled}
        tags: list[Fact] = [fact for reader in readers.values() for fact in reader.pad.facts()]
        asked = sum(len(reader.asked) for reader in readers.values())
        return {
            "tags": tags,
            "readers": [*self._readers],
            "looks": self._looks,
            "links": len(self._links),
            "asked": asked,
        }


def _behave(reader: EmulatedReader) -> None:
    """Let a reader and what lies on it do right from now on."""
    reader.mute = reader.backwards = False
    reader.removed_after, reader.broken_writes = -1, 0
    reader.statuses.clear()
    reader.spoil = None
    reader.pad.behave()
    reader.changed()
