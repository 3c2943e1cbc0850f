"""PC/SC's functions as pyscard has them, answered by a service at the other end of a Unix socket: an emulated one.

``pcsc://?service=/path`` speaks through it, so that everything above PC/SC's own functions is the same as with pcscd.
"""

import socket
import time
from typing import Any, Final

from drivers import pcsc_codes as codes
from drivers.errors import DeviceLostError, LossReason
from drivers.pcsc_bridge_codec import BridgeCodec, Call, Reply, Request
from drivers.socket_port import SocketPort

ANSWER_WITHIN: Final = 3.0
"""Seconds; a reader takes one for the longest write."""

_WRITE_WITHIN: Final = 1.0


class BridgedScard:
    """In the place of pyscard's module ``smartcard.scard``; one context, which belongs to one thread.

    `SCardCancel` is for any thread, and ends every wait. A service that does not answer is a time-out.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._port: SocketPort | None = None
        self._codec = BridgeCodec(Reply)
        self._number = 0

    def __getattr__(self, name: str) -> int:
        """Return PC/SC's number of that name."""
        value: int = getattr(codes, name)
        return value

    def SCardEstablishContext(self, scope: int) -> tuple[Any, ...]:  # noqa: N802 - PC/SC's own name
        """Reach the service."""
        del scope
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(self._path)
            connection.setblocking(False)
        except OSError:
            connection.close()
            return (codes.SCARD_E_NO_SERVICE, None)
        self._port = SocketPort(self._path, connection)
        return (codes.SCARD_S_SUCCESS, self)

    def SCardListReaders(self, context: Any, groups: list[str]) -> tuple[Any, ...]:  # noqa: N802 - the same reason
        """Name the readers."""
        del context, groups
        reply = self._asked(Call.READERS)
        return (reply.code, list(reply.readers))

    def SCardGetStatusChange(self, context: Any, wait: int, states: list[tuple[str, int]]) -> tuple[Any, ...]:  # noqa: N802 - the same reason
        """Return a reader's state, once it is another than the one that is known."""
        del context
        ((reader, known),) = states
        if known == codes.SCARD_STATE_UNAWARE:
            reply = self._asked(Call.STATE, reader=reader)
        else:
            reply = self._asked(Call.STATE, wait / 1000, reader=reader, known=known)
        return (reply.code, [(reader, reply.state, [])])

    def SCardConnect(self, context: Any, reader: str, share: int, protocols: int) -> tuple[Any, ...]:  # noqa: N802 - the same reason
        """Speak to the card that lies there."""
        del context, share
        reply = self._asked(Call.CONNECT, reader=reader)
        return (reply.code, reply.card, protocols)

    def SCardTransmit(self, card: int, protocol: int, command: list[int]) -> tuple[Any, ...]:  # noqa: N802 - the same reason
        """Hand a command to a card."""
        del protocol
        reply = self._asked(Call.TRANSMIT, card=card, data=bytes(command).hex())
        return (reply.code, list(bytes.fromhex(reply.data)))

    def SCardDisconnect(self, card: int, how: int) -> int:  # noqa: N802 - the same reason
        """Let a card be."""
        del how
        return self._asked(Call.DISCONNECT, card=card).code

    def SCardCancel(self, context: Any) -> int:  # noqa: N802 - the same reason
        """End every wait; from any thread."""
        del context
        if self._port is not None:
            self._port.interrupt()
        return codes.SCARD_S_SUCCESS

    def SCardReleaseContext(self, context: Any) -> int:  # noqa: N802 - the same reason
        """Hang up."""
        del context
        if self._port is not None:
            self._port.close()
        return codes.SCARD_S_SUCCESS

    def _asked(self, call: Call, wait: float = ANSWER_WITHIN, **arguments: Any) -> Reply:
        """Ask and return the answer, or one with the code of what went wrong; older answers are passed over."""
        self._number += 1
        try:
            return self._answer(Request(number=self._number, call=call, **arguments), wait)
        except DeviceLostError as error:
            cancelled = error.reason is LossReason.CLOSED
            return self._failed(codes.SCARD_E_CANCELLED if cancelled else codes.SCARD_E_NO_SERVICE)

    def _answer(self, request: Request, wait: float) -> Reply:
        if self._port is None:
            return self._failed(codes.SCARD_E_NO_SERVICE)
        self._port.write(self._codec.send(request), _WRITE_WITHIN)
        end = time.monotonic() + wait
        while True:
            for reply in self._codec.messages():
                if reply.number == request.number:
                    return reply
            left = end - time.monotonic()
            data = self._port.read(max(left, 0.0))
            if not data and left <= 0:
                return self._failed(codes.SCARD_E_TIMEOUT)
            self._codec.receive_data(data)

    def _failed(self, code: int) -> Reply:
        return Reply(number=self._number, code=code)
