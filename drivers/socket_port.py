"""A network connection as drivers need it: read as bytes come, lost in one way, like a serial line."""

import socket
from typing import Final, Self

from drivers.descriptor_port import DescriptorPort
from drivers.errors import DeviceLostError, LossReason, reason_of

CONNECT_WITHIN: Final = 3.0
"""Seconds; a device on the library's own network answers in milliseconds or is not there."""

_KEEP_ALIVE_IDLE: Final = 5
_KEEP_ALIVE_EVERY: Final = 2
_KEEP_ALIVE_TRIES: Final = 3
"""A pulled network cable says nothing by itself: it is found out within about eleven seconds."""


class SocketPort(DescriptorPort):
    """An open connection that belongs to one thread; `interrupt` is for any."""

    def __init__(self, name: str, connection: socket.socket) -> None:
        super().__init__(name, connection.fileno(), connection.close)

    @classmethod
    def open(cls, host: str, port: int) -> Self:
        """Connect, the name looked up anew each time; raises `DeviceLostError`."""
        name = f"{host}:{port}"
        try:
            connection = _connected(host, port)
        except TimeoutError as error:
            raise DeviceLostError(name, LossReason.SILENT) from error
        except OSError as error:
            raise DeviceLostError(name, reason_of(error, LossReason.NOT_THERE)) from error
        return cls(name, connection)


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
