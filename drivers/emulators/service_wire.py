"""A Unix socket as the place of a service that several hosts call at once, line by line.

Each line comes to the device with the number of the host that said it, and an answer goes to the host whose number is
before it. The cable is not the socket: it is that of what hangs on the service, and the device is told of it.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError
from drivers.emulators.faults import WireFault

PLUGGED: Final = b"plugged"
PULLED: Final = b"pulled"
GONE: Final = b""
"""What a host says that has hung up."""

_READ_AT_ONCE: Final = 65536
_LONGEST_LINE: Final = 1 << 20
"""Bytes: no host of a service that is emulated here says so much; one that does is hung up on."""

_OF_CALLS: Final = ("delay", "swallow")
"""Faults that a call to a service can have; its bytes do not get lost one by one."""


def to_client(client: int, line: bytes) -> Answer:
    """Address an answer."""
    return Answer(b"%d %s" % (client, line))


def from_client(data: bytes) -> tuple[int, bytes]:
    """Return who said something, and what."""
    client, _, line = data.partition(b" ")
    return int(client), line


class ServiceWire:
    """An `EmulatorWire`; see the module."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._receive: Callable[[bytes], None] = lambda _: None
        self._listener: socket.socket | None = None
        self._hosts: dict[int, socket.socket] = {}
        self._heard: dict[int, bytes] = {}
        self._next_host = 1
        self._plugged = self._hung = False
        self._faults: list[WireFault] = []
        self._late: set[asyncio.TimerHandle] = set()
        self._received = self._sent = 0
        self._received_at = self._sent_at = 0.0

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._plugged

    @property
    def place(self) -> Order:
        """Nothing: the caller chose the socket."""
        return {}

    def plug(self, receive: Callable[[bytes], None]) -> None:
        """Put the cable in; hosts may call from the first time on."""
        if self._plugged:
            return
        self._plugged = True
        self._receive = receive
        if self._listener is None:
            self._listen()
        receive(PLUGGED)

    def pull(self) -> None:
        """Pull the cable; the service goes on."""
        if self._plugged:
            self._plugged = False
            self._receive(PULLED)

    def end(self) -> None:
        """End the service: every host is hung up on."""
        for late in self._late:
            late.cancel()
        for host in tuple(self._hosts):
            self._hang_up(host)
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
            self._path.unlink(missing_ok=True)

    def hang(self) -> None:
        """Answer nothing more."""
        self._hung = True

    def spoil(self, fault: WireFault) -> None:
        """Spoil the next answers; raises `OrderError` for a fault that only bytes can have."""
        if fault.what not in _OF_CALLS:
            raise OrderError(f"{fault.what}: a call to a service is whole or not at all; known: {', '.join(_OF_CALLS)}")
        self._faults += [fault] * fault.times

    def heal(self) -> None:
        """Forget all faults."""
        self._hung = False
        self._faults.clear()

    def send(self, answer: Answer) -> None:
        """Send an answer to the host that it is for, if that has not hung up."""
        if self._hung:
            return
        fault = self._faults.pop(0) if self._faults else None
        for piece in fault.pieces(answer.data) if fault is not None else ():
            late = asyncio.get_running_loop().call_later(piece.delay, self._put, piece.data)
            self._late.add(late)
        if fault is None:
            self._put(answer.data)

    def facts(self) -> Order:
        """Give the bytes of all calls and answers so far."""
        return {"sent": self._sent, "received": self._received, "sent_ns": int(self._sent_at * 1e9)}

    def _put(self, data: bytes) -> None:
        host, line = from_client(data)
        if host not in self._hosts:
            return
        try:
            whole = self._hosts[host].send(line) == len(line)
        except OSError:
            whole = False
        if not whole:
            self._hang_up(host)  # it reads nothing: no host that asks and waits for the answer does so
        self._sent += len(line)
        self._sent_at = time.monotonic()

    def _listen(self) -> None:
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.setblocking(False)
        self._listener.bind(str(self._path))
        self._path.chmod(0o600)
        self._listener.listen()
        asyncio.get_running_loop().add_reader(self._listener, self._calls, self._listener)

    def _calls(self, listener: socket.socket) -> None:
        try:
            host, _ = listener.accept()
        except OSError:
            return  # it has gone again
        host.setblocking(False)
        number, self._next_host = self._next_host, self._next_host + 1
        self._hosts[number] = host
        self._heard[number] = b""
        asyncio.get_running_loop().add_reader(host, self._read, number)

    def _read(self, number: int) -> None:
        try:
            data = self._hosts[number].recv(_READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._received += len(data)
        *lines, self._heard[number] = (self._heard[number] + data).split(b"\n")
        if not data or len(self._heard[number]) > _LONGEST_LINE:
            self._hang_up(number)
            return
        for line in lines:
            if not self._hung and number in self._hosts:
                self._receive(b"%d %s\n" % (number, line))

    def _hang_up(self, number: int) -> None:
        host = self._hosts.pop(number)
        del self._heard[number]
        asyncio.get_running_loop().remove_reader(host)
        host.close()
        self._receive(b"%d " % number)
