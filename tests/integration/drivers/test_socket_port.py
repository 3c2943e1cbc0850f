"""A network line's own ways of not being there, and of being noticed when it goes."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.socket_port import SocketPort


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("localhost", 0), backlog=0) as made:
        yield made


def port_of(listener: socket.socket) -> int:
    number: int = listener.getsockname()[1]
    return number


def test_nobody_listening_is_not_there() -> None:
    with socket.create_server(("localhost", 0)) as listener:
        number = port_of(listener)
    with pytest.raises(DeviceLostError) as caught:
        SocketPort.open("localhost", number)

    assert (caught.value.device, caught.value.reason) == (f"localhost:{number}", LossReason.NOT_THERE)


def test_a_name_that_nobody_knows_is_not_there() -> None:
    with pytest.raises(DeviceLostError) as caught:
        SocketPort.open("reader.invalid", 10001)

    assert caught.value.reason is LossReason.NOT_THERE


def test_one_that_takes_no_call_is_silent(listener: socket.socket) -> None:
    """A queue of callers that is full: the call is neither taken nor refused, as with a machine that is off."""
    with ExitStack() as stack:
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        with pytest.raises(DeviceLostError) as caught:
            SocketPort.open("localhost", port_of(listener))

    assert caught.value.reason is LossReason.SILENT


def test_a_reset_is_a_loss_in_reading_and_in_writing(listener: socket.socket) -> None:
    port = SocketPort.open("localhost", port_of(listener))
    device, _ = listener.accept()
    device.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    device.close()
    reasons = []
    for use in (lambda: port.read(10.0), lambda: port.write(b"x", 10.0)):
        with pytest.raises(DeviceLostError) as caught:
            use()
        reasons.append(caught.value.reason)
    port.close()

    assert reasons == [LossReason.UNPLUGGED] * 2


def test_the_kernel_is_told_to_find_out_when_the_cable_is_pulled(listener: socket.socket) -> None:
    port = SocketPort.open("localhost", port_of(listener))
    line = socket.socket(fileno=os.dup(port._descriptor))
    idle, every, tries = (
        line.getsockopt(socket.IPPROTO_TCP, option)
        for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    )
    flags = (
        line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
        line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
    )
    line.close()
    port.close()

    assert all(flags)
    assert idle + every * tries <= 11
