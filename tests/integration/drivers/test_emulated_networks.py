"""An emulated device on the network: the cable that is pulled, the line that hangs, the second host."""

import asyncio
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from drivers.errors import DeviceLostError, LossReason
from drivers.socket_port import SocketPort
from tests.support.emulators import ROOT, RunningEmulator, emulator
from tests.support.waiting import in_time

READ_S = 10.0
PING = b"\x10\x04\x04"
"""Asks a receipt printer for its paper."""
PAPER_IS_THERE = b"\x12"


@pytest.fixture
async def device() -> AsyncIterator[RunningEmulator]:
    async with emulator("escpos", network=True) as running:
        yield running


class Line:
    """A driver's connection, worked from the loop."""

    def __init__(self, port: SocketPort) -> None:
        self.port = port

    async def ask(self) -> bytes:
        await asyncio.to_thread(self.port.write, PING, READ_S)
        return await self.read()

    async def read(self) -> bytes:
        return await asyncio.to_thread(self.port.read, READ_S)


async def line_to(stack: AsyncExitStack, device: RunningEmulator) -> Line:
    port = await asyncio.to_thread(SocketPort.open, "localhost", device.port)
    stack.callback(port.close)
    return Line(port)


async def test_it_answers_at_the_port_that_its_ready_line_names(device: RunningEmulator) -> None:
    async with AsyncExitStack() as stack:
        line = await line_to(stack, device)

        assert await line.ask() == PAPER_IS_THERE

    facts = await device.do("wire")
    assert (facts["received"], facts["sent"]) == (3, 1)


async def test_hosts_come_and_go(device: RunningEmulator) -> None:
    for _ in range(20):
        async with AsyncExitStack() as stack:
            assert await (await line_to(stack, device)).ask() == PAPER_IS_THERE


async def test_a_host_that_breaks_off_makes_room_for_the_next(device: RunningEmulator) -> None:
    broken = socket.create_connection(("localhost", device.port))
    broken.sendall(PING)
    broken.recv(1)
    broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    broken.close()
    async with AsyncExitStack() as stack:
        assert await (await line_to(stack, device)).ask() == PAPER_IS_THERE


async def test_a_second_host_is_hung_up_on_and_the_first_is_served(device: RunningEmulator) -> None:
    async with AsyncExitStack() as stack:
        first = await line_to(stack, device)
        await first.ask()
        with pytest.raises(DeviceLostError):  # while it calls already, or at its first read
            await (await line_to(stack, device)).read()

        assert await first.ask() == PAPER_IS_THERE


async def test_a_pulled_cable_breaks_the_line_and_nobody_listens(device: RunningEmulator) -> None:
    async with AsyncExitStack() as stack:
        line = await line_to(stack, device)
        await line.ask()
        await device.cable(plugged=False)
        with pytest.raises(DeviceLostError) as broken:
            await line.read()
        with pytest.raises(DeviceLostError) as nobody:
            await line_to(stack, device)

    assert (broken.value.reason, nobody.value.reason) == (LossReason.UNPLUGGED, LossReason.NOT_THERE)


async def test_the_port_stays_the_same_when_the_cable_is_put_in_again(device: RunningEmulator) -> None:
    for _ in range(20):
        await device.cable(plugged=False)
        await device.cable(plugged=False)
        await device.cable(plugged=True)
        await device.cable(plugged=True)
        async with AsyncExitStack() as stack:
            assert await (await line_to(stack, device)).ask() == PAPER_IS_THERE


async def test_a_hung_serial_line_says_nothing_until_it_is_healed() -> None:
    async with emulator("scanner") as scanner:
        await scanner.misbehave("hang")
        await scanner.misbehave("hang")
        await scanner.do("scan", text="unheard")

        assert (await scanner.do("state"))["cable"] is True
        assert (await scanner.do("wire"))["sent"] == 0

        await scanner.misbehave("normal")
        await scanner.do("scan", text="heard")
        async with asyncio.timeout(READ_S):
            while not (await scanner.do("wire"))["sent"]:
                pass


async def test_a_host_that_calls_a_hung_device_is_heard_when_it_is_healed(device: RunningEmulator) -> None:
    await device.misbehave("hang")
    async with AsyncExitStack() as stack:
        line = await line_to(stack, device)
        line.port.write(PING, READ_S)

        assert (await device.do("wire"))["received"] == 0

        await device.misbehave("normal")

        assert await line.read() == PAPER_IS_THERE


async def test_a_line_that_hangs_in_mid_visit_is_silent_and_takes_nothing(device: RunningEmulator) -> None:
    async with AsyncExitStack() as stack:
        line = await line_to(stack, device)
        await line.ask()
        await device.misbehave("hang")
        before = await device.do("wire")
        line.port.write(PING, READ_S)

        assert await asyncio.to_thread(line.port.read, 0.05) == b""
        assert (await device.do("wire"))["received"] == before["received"]

        await device.misbehave("normal")

        assert await line.read() == PAPER_IS_THERE


async def test_what_a_host_sent_before_it_hung_up_is_heard(device: RunningEmulator) -> None:
    receipt = b"a book\n" * 4000
    async with AsyncExitStack() as stack:
        line = await line_to(stack, device)
        await asyncio.to_thread(line.port.write, receipt, READ_S)

    async with asyncio.timeout(READ_S):
        while (await device.do("wire"))["received"] != len(receipt):
            pass


async def test_a_network_cable_spoils_bytes_like_any_other(device: RunningEmulator) -> None:
    async with AsyncExitStack() as stack:
        line = await line_to(stack, device)
        await device.misbehave("corrupt", at=0)

        assert await line.ask() == bytes((PAPER_IS_THERE[0] ^ 0xFF,))
        assert await line.ask() == PAPER_IS_THERE


async def test_a_throttled_network_device_is_as_slow_as_its_cable() -> None:
    async with emulator("scanner", "--throttle", network=True) as scanner, AsyncExitStack() as stack:
        line = await line_to(stack, scanner)
        line.port.write(b"?", READ_S)
        async with asyncio.timeout(READ_S):
            while not (await scanner.do("wire"))["received"]:
                pass
        before = time.monotonic()
        await scanner.do("scan", text="9" * 95)
        heard = b""
        while len(heard) < 96:
            heard += await line.read()
        taken = time.monotonic() - before

    assert taken >= 96 * 10 / 9600 * 0.97


async def test_a_port_that_is_taken_is_told_in_a_line(device: RunningEmulator, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "drivers.emulators", "escpos", "--control", str(tmp_path / "c"), "--listen", str(device.port)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    _, told = await in_time(process.communicate())

    assert process.returncode == 2
    assert f"port {device.port}: " in told.decode()
    assert b"Address already in use" in told
    assert b"Traceback" not in told
