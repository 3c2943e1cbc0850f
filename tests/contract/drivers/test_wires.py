"""What every wire must do, over a serial line and a network, recorded or not."""

import os
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil
import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.serial_settings import SerialSettings
from drivers.wire import Wire, WirePlace

SETTINGS = SerialSettings(115200)
SOON = 10.0
EVERYTHING = bytes(range(256))
MORE_THAN_ANY_BUFFER = bytes(64 << 20)


class Device(Protocol):
    """The other end, and where the host finds it."""

    place: WirePlace

    def send(self, data: bytes) -> None:
        """Say something to the host."""
        ...

    def take(self, count: int) -> bytes:
        """Return so many bytes that the host sent."""
        ...

    def go(self) -> None:
        """Be gone: a pulled cable, a hung-up connection."""
        ...


class SerialDevice:
    """On a pseudo-terminal."""

    def __init__(self, recording: Path | None) -> None:
        self._device, self._host = os.openpty()
        tty.setraw(self._host)
        self.place = WirePlace(os.ttyname(self._host), recording=recording)

    def send(self, data: bytes) -> None:
        os.write(self._device, data)

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            taken += os.read(self._device, count - len(taken))
        return taken

    def go(self) -> None:
        for end in (self._device, self._host):
            with suppress(OSError):
                os.close(end)


class NetworkDevice:
    """On this machine's loopback network."""

    def __init__(self, recording: Path | None) -> None:
        self._listener = socket.create_server(("localhost", 0))
        self._listener.settimeout(SOON)
        self._host: socket.socket | None = None
        self.place = WirePlace(host="localhost", port=self._listener.getsockname()[1], recording=recording)

    @property
    def host(self) -> socket.socket:
        if self._host is None:
            self._host, _ = self._listener.accept()
            self._host.settimeout(SOON)
        return self._host

    def send(self, data: bytes) -> None:
        self.host.sendall(data)

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            taken += self.host.recv(count - len(taken))
        return taken

    def go(self) -> None:
        if self._listener.fileno() >= 0:
            self._listener.setblocking(False)
            with suppress(OSError):
                self.host.close()
            self._listener.close()


@pytest.fixture(params=["plain", "recorded"])
def recording(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "recording" if request.param == "recorded" else None


@pytest.fixture(params=[SerialDevice, NetworkDevice], ids=["serial", "network"])
def device(request: pytest.FixtureRequest, recording: Path | None) -> Iterator[Device]:
    made = request.param(recording)
    yield made
    made.go()


@pytest.fixture
def wire(device: Device) -> Iterator[Wire]:
    opened = device.place.open(SETTINGS)
    yield opened
    opened.close()


def test_bytes_come_as_they_are(device: Device, wire: Wire) -> None:
    device.send(EVERYTHING)

    assert wire.read(SOON) == EVERYTHING


def test_bytes_go_as_they_are(device: Device, wire: Wire) -> None:
    wire.write(EVERYTHING, SOON)

    assert device.take(256) == EVERYTHING


def test_no_byte_within_the_time_is_no_byte(wire: Wire) -> None:
    assert wire.read(0.01) == b""
    assert wire.read(0) == b""


def test_what_lies_there_is_thrown_away_and_counted(device: Device, wire: Wire) -> None:
    device.send(b"s")
    first = wire.read(SOON)
    device.send(b"tale")
    device.send(b"bytes")
    thrown = 0
    while thrown < 9:
        thrown += wire.drain()

    assert (first, thrown, wire.drain()) == (b"s", 9, 0)


def test_more_than_the_line_holds_goes_when_the_device_takes_it(device: Device, wire: Wire) -> None:
    sent = EVERYTHING * 2000
    taken: list[bytes] = []
    taker = threading.Thread(target=lambda: taken.append(device.take(len(sent))))
    taker.start()
    wire.write(sent, SOON)
    taker.join(SOON)

    assert taken == [sent]


def test_a_device_that_takes_nothing_is_silent(wire: Wire) -> None:
    with pytest.raises(DeviceLostError) as caught:
        wire.write(MORE_THAN_ANY_BUFFER, 0.2)

    assert caught.value.reason is LossReason.SILENT


def until_lost(use: Callable[[], object]) -> None:
    """Try on: the first bytes to one that has hung up still find room."""
    for _ in range(1000):
        use()


def test_a_device_that_is_gone_is_unplugged(device: Device, wire: Wire) -> None:
    device.send(b"last")
    heard = wire.read(SOON)
    device.go()
    reasons = []
    for use in (lambda: wire.read(SOON), lambda: wire.write(EVERYTHING, SOON), lambda: wire.read(0)):
        with pytest.raises(DeviceLostError) as caught:
            until_lost(use)
        reasons.append((caught.value.device, caught.value.reason))

    assert heard == b"last"
    assert reasons == [(str(device.place), LossReason.UNPLUGGED)] * 3


def test_a_wait_is_ended_from_another_thread_and_so_is_every_later_one(wire: Wire) -> None:
    reasons: list[LossReason] = []

    def wait() -> None:
        try:
            wire.read(60.0)
        except DeviceLostError as error:
            reasons.append(error.reason)

    reader = threading.Thread(target=wait)
    reader.start()
    wire.interrupt()
    reader.join(SOON)
    wait()
    with pytest.raises(DeviceLostError) as caught:
        wire.write(b"x", SOON)

    assert [*reasons, caught.value.reason] == [LossReason.CLOSED] * 3


def test_closing_gives_everything_back_and_may_be_done_twice(device: Device) -> None:
    process = psutil.Process()
    before = process.num_fds()
    wire = device.place.open(SETTINGS)
    wire.close()
    wire.close()
    wire.interrupt()

    assert process.num_fds() == before


def test_a_device_that_is_not_there_says_so_and_leaves_nothing_open(device: Device) -> None:
    place = str(device.place)
    device.go()
    before = psutil.Process().num_fds()
    with pytest.raises(DeviceLostError) as caught:
        device.place.open(SETTINGS)

    assert (caught.value.device, caught.value.reason) == (place, LossReason.NOT_THERE)
    assert psutil.Process().num_fds() == before
