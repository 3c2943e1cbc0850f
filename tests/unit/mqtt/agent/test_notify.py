"""What systemd is told."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt.agent.notify import ServiceNotifier
from tests.support.waiting import in_time


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.setblocking(False)
        yield heard


async def test_systemd_hears_that_the_agent_is_ready_and_alive(systemd: socket.socket) -> None:
    notifier = ServiceNotifier({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "20000"})
    loop = asyncio.get_running_loop()
    notifier.tell("READY=1")
    alive = asyncio.create_task(notifier.keep_alive())
    heard = [await in_time(loop.sock_recv(systemd, 100)) for _ in range(3)]
    alive.cancel()

    assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}, {"NOTIFY_SOCKET": "@nobody-there"}])
async def test_without_systemd_nothing_happens(environment: dict[str, str]) -> None:
    notifier = ServiceNotifier({**environment, "WATCHDOG_USEC": "no number"})
    notifier.tell("READY=1")

    await in_time(notifier.keep_alive())
