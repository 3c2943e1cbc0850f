"""A network connection as drivers need it: read as bytes come, lost in one way, like a serial line."""

import errno
import os
import select
import socket
import threading
import time
from typing import Final, Self

from drivers.errors import DeviceLostError, LossReason

CONNECT_WITHIN: Final = 3.0
"""Seconds; a device on the library's own network answers in milliseconds or is not there."""

CHUNK: Final = 4096

_KEEP_ALIVE_IDLE: Final = 5
_KEEP_ALIVE_EVERY: Final = 2
_KEEP_ALIVE_TRIES: Final = 3
"""A pulled network cable says nothing by itself: it is found out within about eleven seconds."""

_REASONS: Final = {
    errno.ECONNREFUSED: LossReason.NOT_THERE,
    errno.ECONNRESET: LossReason.UNPLUGGED,
    errno.EHOSTUNREACH: LossReason.NOT_THERE,
    errno.ENETUNREACH: LossReason.NOT_THERE,
    errno.EACCES: LossReason.NOT_ALLOWED,
    errno.EPERM: LossReason.NOT_ALLOWED,
}
_BROKEN: Final = select.POLLHUP | select.POLLERR | select.POLLNVAL


class SocketPort:
    """An open connection that belongs to one thread; `interrupt` is for any."""

    def __init__(self, name: str, connection: socket.socket) -> None:
        self._name = name
        self._connection = connection
        self._wake_read, self._wake_write = os.pipe()
        self._lock = threading.Lock()
        """Held while a descriptor is written to or closed, so that `interrupt` never hits a reused one."""
        self._closed = False

    @classmethod
    def open(cls, host: str, port: int) -> Self:
        """Connect, the name looked up anew each time; raises `DeviceLostError`."""
        name = f"{host}:{port}"
        try:
            connection = _connected(host, port)
        except TimeoutError as error:
            raise DeviceLostError(name, LossReason.SILENT) from error
        except OSError as error:
            raise DeviceLostError(name, _REASONS.get(error.errno or 0, LossReason.NOT_THERE)) from error
        return cls(name, connection)

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for a first byte; empty when none came.

        Raises `DeviceLostError`, also after `interrupt` and when the other side has hung up.
        """
        if not self._wait(select.POLLIN, timeout):
            return b""
        try:
            data = self._connection.recv(CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._lost() from error
        if not data:
            raise self._lost()
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all of ``data`` over within ``timeout`` seconds; raises `DeviceLostError`."""
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            if not self._wait(select.POLLOUT, deadline - time.monotonic()):
                raise DeviceLostError(self._name, LossReason.SILENT)
            try:
                rest = rest[self._connection.send(rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost() from error

    def drain(self) -> int:
        """Throw away what lies there and return how many bytes it was."""
        thrown = 0
        while data := self.read(0):
            thrown += len(data)
        return thrown

    def interrupt(self) -> None:
        """Make this and every later wait raise at once; from any thread."""
        with self._lock:
            if not self._closed:
                os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Hang up; twice is harmless."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._connection.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _wait(self, wanted: int, timeout: float) -> int:
        poll = select.poll()
        poll.register(self._connection, wanted)
        poll.register(self._wake_read, select.POLLIN)
        found = dict(poll.poll(max(0.0, timeout) * 1000))
        if self._wake_read in found:
            raise DeviceLostError(self._name, LossReason.CLOSED)
        events = found.get(self._connection.fileno(), 0)
        return events if events & (wanted | _BROKEN) else 0

    def _lost(self) -> DeviceLostError:
        return DeviceLostError(self._name, LossReason.UNPLUGGED)


def _connected(host: str, port: int) -> socket.socket:
    connection = socket.create_connection((host, port), timeout=CONNECT_WITHIN)
    try:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _KEEP_ALIVE_IDLE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _KEEP_ALIVE_EVERY)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _KEEP_ALIVE_TRIES)
    except BaseException:
        connection.close()  # the other side may have hung up by now
        raise
    return connection
