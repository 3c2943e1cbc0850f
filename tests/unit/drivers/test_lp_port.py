"""Linux's printer device as a wire; a socket's two ends stand for the kernel's driver."""

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import DeviceLostError, DeviceUrlError, LossReason
from drivers.printer.base import Cut, TextLine
from drivers.printer.escpos_profile import FOLDER, PrinterProfile
from drivers.printer.escpos_serial import EscposPrinter
from drivers.printer.lp_port import LpPort, is_printer_device, is_printer_number
from drivers.printer.recorded_wire import recorded
from drivers.profiles import load_profile
from drivers.wire import WirePlace
from tests.support.waiting import in_time


@pytest.fixture
def ends() -> Iterator[tuple[LpPort, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    port = LpPort("lp0", ours.detach())
    yield port, theirs
    port.close()
    theirs.close()


def test_bytes_go_both_ways(ends: tuple[LpPort, socket.socket]) -> None:
    port, printer = ends
    port.write(b"x" * 5000, 1)
    heard = printer.recv(8192)
    printer.send(b"\x12\x12")

    assert heard == b"x" * 5000
    assert port.read(1) == b"\x12\x12"
    assert port.read(0.01) == b""


def test_what_lies_there_is_thrown_away(ends: tuple[LpPort, socket.socket]) -> None:
    port, printer = ends
    printer.send(b"abc")

    assert port.drain() == 3


def test_a_printer_that_takes_no_more_is_silent(ends: tuple[LpPort, socket.socket]) -> None:
    port, _ = ends
    with pytest.raises(DeviceLostError) as caught:
        port.write(bytes(1 << 20), 0.05)

    assert caught.value.reason is LossReason.SILENT


def test_a_printer_that_goes_is_lost(ends: tuple[LpPort, socket.socket]) -> None:
    port, printer = ends
    printer.close()
    with pytest.raises(DeviceLostError) as caught:
        port.write(b"x", 0.1)

    assert caught.value.reason is LossReason.UNPLUGGED


def test_an_interrupt_ends_a_wait_and_every_later_one(ends: tuple[LpPort, socket.socket]) -> None:
    port, _ = ends
    timer = threading.Timer(0.02, port.interrupt)
    timer.start()
    reasons = []
    for _ in range(2):
        with pytest.raises(DeviceLostError) as caught:
            port.read(30)
        reasons.append(caught.value.reason)
    timer.join()
    port.close()
    port.close()
    port.interrupt()

    assert reasons == [LossReason.CLOSED] * 2


def test_a_device_that_is_not_there_or_not_allowed_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeviceLostError) as caught:
        LpPort.open(str(tmp_path / "lp0"))

    assert caught.value.reason is LossReason.NOT_THERE


def test_a_path_is_opened_for_both_ways() -> None:
    port = LpPort.open("/dev/null")
    port.write(b"x", 1)
    port.close()

    with pytest.raises(OSError, match="Bad file"):
        os.fstat(port._descriptor)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/none", "/etc/hostname"])
def test_what_is_no_printer_device_is_told_apart(path: str) -> None:
    assert not is_printer_device(path)


@pytest.mark.parametrize(
    ("mode", "major", "is_one"),
    [
        (stat.S_IFCHR, 180, True),
        (stat.S_IFCHR, 6, True),
        (stat.S_IFCHR, 188, False),
        (stat.S_IFREG, 180, False),
    ],
)
def test_a_printer_device_is_known_by_its_number(mode: int, major: int, is_one: bool) -> None:  # noqa: FBT001 - pytest hands it
    assert is_printer_number(mode, os.makedev(major, 0)) is is_one


async def test_a_printer_behind_such_a_device_prints(tmp_path: Path) -> None:
    file = tmp_path / "spy.txt"
    profile = load_profile(FOLDER, "silent-80mm", PrinterProfile)
    async with EscposPrinter(WirePlace("/dev/null", recording=file), profile, lambda _: True) as printer:
        await in_time(printer.print_blocks((TextLine("one"), Cut())))

    assert " > 1b40" in file.read_text(encoding="ascii")


def test_a_recording_that_cannot_be_made_is_told_and_a_failure_to_open_is_written_down(tmp_path: Path) -> None:
    def fails() -> LpPort:
        raise DeviceLostError("lp0", LossReason.IN_USE)

    with pytest.raises(DeviceUrlError):
        recorded(tmp_path / "none" / "x", "lp0", fails)
    with pytest.raises(DeviceLostError):
        recorded(tmp_path / "x.txt", "lp0", fails)

    assert "in_use" in (tmp_path / "x.txt").read_text(encoding="ascii")
