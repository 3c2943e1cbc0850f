"""A serial line on a pseudo-terminal: asked for, read, written, lost."""

import os
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.serial_port import SerialPort
from drivers.serial_settings import SerialSettings

PLAIN = SerialSettings(19200)
HAS_ARRIVED = 4096
"""So much a pseudo-terminal has at its other end already; three times as much is under way when it is full."""


@dataclass
class Cable:
    """The device's end, and the name of the host's."""

    device: int
    path: str
    host: int

    def pull(self) -> None:
        for end in (self.device, self.host):
            with suppress(OSError):
                os.close(end)


@pytest.fixture
def cable() -> Iterator[Cable]:
    device, host = os.openpty()
    tty.setraw(host)
    made = Cable(device, os.ttyname(host), host)
    yield made
    made.pull()


@pytest.fixture
def port(cable: Cable) -> Iterator[SerialPort]:
    opened = SerialPort.open(cable.path, PLAIN)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (SerialSettings(19200), "19200 8N1"),
        (SerialSettings(38400, "E"), "38400 8E1"),
        (SerialSettings(9600, "O", 2), "9600 8O2"),
    ],
)
def test_the_line_is_asked_for_what_the_device_needs(cable: Cable, settings: SerialSettings, asked: str) -> None:
    port = SerialPort.open(cable.path, settings)

    assert port.asked == asked
    port.close()


def test_a_line_with_parity_can_be_opened_again_though_a_pseudo_terminal_has_none(cable: Cable) -> None:
    for _ in range(3):
        port = SerialPort.open(cable.path, SerialSettings(38400, "E"))
        os.write(cable.device, b"heard")

        assert port.read(1.0) == b"heard"
        port.close()


def test_the_terminal_itself_has_the_speed_and_eight_bits(cable: Cable, port: SerialPort) -> None:
    flags = termios.tcgetattr(cable.host)

    assert port.asked == "19200 8N1"
    assert (flags[4], flags[5]) == (termios.B19200, termios.B19200)
    assert flags[2] & termios.CSIZE == termios.CS8
    assert not flags[2] & (termios.CSTOPB | termios.CRTSCTS)


def test_bytes_come_as_they_are(cable: Cable, port: SerialPort) -> None:
    everything = bytes(range(256))
    os.write(cable.device, everything)

    assert port.read(1.0) == everything


def test_no_byte_within_the_time_is_no_byte(port: SerialPort) -> None:
    assert port.read(0.01) == b""


def test_bytes_go_as_they_are(cable: Cable, port: SerialPort) -> None:
    port.write(bytes(range(256)), 1.0)

    assert os.read(cable.device, 1000) == bytes(range(256))


def test_more_than_the_line_holds_goes_when_the_device_takes_it(cable: Cable, port: SerialPort) -> None:
    sent = bytes(100_000)
    taken = bytearray()

    def take() -> None:
        while len(taken) < len(sent):
            taken.extend(os.read(cable.device, 65536))

    device = threading.Thread(target=take)
    device.start()
    port.write(sent, 10.0)
    device.join(10.0)

    assert bytes(taken) == sent


def test_a_device_that_takes_nothing_is_silent(port: SerialPort) -> None:
    with pytest.raises(DeviceLostError) as caught:
        port.write(bytes(1_000_000), 0.05)

    assert caught.value.reason is LossReason.SILENT


def test_what_a_device_did_not_take_in_time_it_never_gets(cable: Cable, port: SerialPort) -> None:
    with pytest.raises(DeviceLostError):
        port.write(b"a receipt" * 100_000, 0.2)
    os.set_blocking(cable.device, False)
    came = bytearray()
    with suppress(BlockingIOError):
        while True:
            came += os.read(cable.device, 65536)

    assert len(came) < HAS_ARRIVED


def test_what_lies_there_is_thrown_away_and_counted(cable: Cable, port: SerialPort) -> None:
    os.write(cable.device, b"stale")

    assert port.drain() == 5
    assert port.drain() == 0


def test_what_came_before_the_line_was_opened_is_thrown_away(cable: Cable) -> None:
    os.write(cable.device, b"stale")
    port = SerialPort.open(cable.path, PLAIN)

    assert port.read(0.01) == b""
    port.close()


def test_a_pulled_cable_is_lost_in_reading_and_in_writing(cable: Cable, port: SerialPort) -> None:
    cable.pull()
    reasons = []
    for use in (lambda: port.read(1.0), lambda: port.write(b"x", 1.0), port.drain):
        with pytest.raises(DeviceLostError) as caught:
            use()
        reasons.append(caught.value.reason)

    assert reasons == [LossReason.UNPLUGGED] * 3


def test_a_line_belongs_to_one_owner(cable: Cable, port: SerialPort) -> None:
    with pytest.raises(DeviceLostError) as caught:
        SerialPort.open(cable.path, PLAIN)

    assert port.asked
    assert caught.value.reason is LossReason.IN_USE


def test_a_line_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        SerialPort.open(str(tmp_path / "tty"), PLAIN)

    assert caught.value.reason is LossReason.NOT_THERE
    assert str(caught.value) == f"{tmp_path / 'tty'}: not_there"
    assert isinstance(caught.value, ConnectionError)


def test_a_file_is_no_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceLostError) as caught:
        SerialPort.open(str(tmp_path / "file"), PLAIN)

    assert caught.value.reason in LossReason


def test_a_wait_is_ended_from_another_thread_and_so_is_every_later_one(port: SerialPort) -> None:
    reasons: list[LossReason] = []

    def wait() -> None:
        try:
            port.read(60.0)
        except DeviceLostError as error:
            reasons.append(error.reason)

    reader = threading.Thread(target=wait)
    reader.start()
    port.interrupt()
    reader.join(10.0)
    wait()

    assert reasons == [LossReason.CLOSED] * 2


def test_closing_gives_everything_back_and_may_be_done_twice(cable: Cable) -> None:
    before = psutil.Process().num_fds()
    port = SerialPort.open(cable.path, PLAIN)
    port.close()
    port.close()
    port.interrupt()

    assert psutil.Process().num_fds() == before
