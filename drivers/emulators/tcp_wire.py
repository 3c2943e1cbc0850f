"""A network connection on this machine alone as the cable of a device that hangs on the network."""

import asyncio
import socket
import struct
from typing import Final

from drivers.emulators.cable import BITS_PER_BYTE, Cable
from drivers.emulators.device import Order

HOST: Final = "localhost"
"""No other machine ever reaches an emulator."""

_READ_AT_ONCE: Final = 65536
_RESET: Final = struct.pack("ii", 1, 0)
"""Linger for no time: closing says "reset", as a device does that lost its power."""


class TcpWire(Cable):
    """An `EmulatorWire` that listens; one host at a time, as such devices have it: another is hung up on.

    A pulled cable resets the connection and nobody listens. A hung one keeps connection and port and says nothing.
    """

    def __init__(self, port: int, baud: int, *, bits: int = BITS_PER_BYTE, throttle: bool) -> None:
        super().__init__(baud, bits=bits, throttle=throttle)
        self._kept = _bound(port)
        """Never listens: keeps the port ours while the cable is out."""
        self.port: int = self._kept.getsockname()[1]
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._listener is not None

    @property
    def place(self) -> Order:
        """The port, which the caller may have left to us."""
        return {"port": self.port}

    def end(self) -> None:
        """Hang up and give the port back."""
        super().end()
        self._kept.close()

    def _open(self) -> None:
        self._listener = _bound(self.port)
        self._listener.listen()
        self._watch(on=True)

    def _close(self) -> None:
        self._watch(on=False)
        if self._host is not None:
            _reset(self._let_go())
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _put(self, data: memoryview) -> int:
        if self._host is None:
            raise ConnectionResetError
        return self._host.send(data)

    def _watch(self, *, on: bool) -> None:
        loop = asyncio.get_running_loop()
        for end, ready in ((self._listener, self._calls), (self._host, self._readable)):
            if end is not None and on:
                loop.add_reader(end, ready)
            elif end is not None:
                loop.remove_reader(end)

    def _calls(self) -> None:
        """Take a host that calls, if the one before has hung up."""
        if self._listener is None:
            return
        try:
            caller, _ = self._listener.accept()
        except OSError:
            return  # it has gone again
        while self._read():
            pass  # it may have said its last and gone, which is to be known now
        if self._host is not None:
            _reset(caller)
            return
        caller.setblocking(False)
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = caller
        asyncio.get_running_loop().add_reader(caller, self._readable)

    def _readable(self) -> None:
        self._read()

    def _read(self) -> bool:
        """Take what the host sent; say whether it sent anything."""
        if self._host is None:
            return False
        try:
            data = self._host.recv(_READ_AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if data:
            self._came(data)
        else:
            self._let_go().close()
        return bool(data)

    def _let_go(self) -> socket.socket:
        """Give up the host; what was still to be said to it is not said to the next."""
        host = self._host
        if host is None:
            raise ConnectionResetError
        self._stop_sending()
        asyncio.get_running_loop().remove_reader(host)
        self._host = None
        return host


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
    except BaseException:
        bound.close()
        raise
    return bound


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()
