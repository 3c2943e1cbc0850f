"""The agent's end of the socket: what a program may do to it."""

import asyncio
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from mqtt.agent.kiosk_socket import CONNECTIONS_LIMIT, KioskSocket
from mqtt.agent.protocol import LINE_LIMIT, FromAgent, FromKiosk, HealthLine, StoredLine, line_of, read_from_agent
from tests.support.waiting import eventually, in_time


class Listener:
    """The agent behind the socket."""

    def __init__(self, path: Path) -> None:
        self.heard: list[FromKiosk] = []
        self.there = 0
        self.socket = KioskSocket(path, heard=self.hear, arrived=self.arrived, left=self.left)

    def arrived(self) -> None:
        """Count a program."""
        self.there += 1

    def left(self) -> None:
        """Count it out."""
        self.there -= 1

    async def hear(self, said: FromKiosk) -> FromAgent | None:
        """Note a line and answer it."""
        self.heard.append(said)
        return StoredLine(event_id=f"e-{len(self.heard)}")


@asynccontextmanager
async def listening(path: Path) -> AsyncIterator[Listener]:
    """Run a socket."""
    listener, ready = Listener(path), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(listener.socket.run(ready))
        await in_time(ready.wait())
        yield listener
        task.cancel()


@asynccontextmanager
async def program(path: Path) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect as the kiosk's program does."""
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await in_time(writer.wait_closed())


async def test_lines_are_heard_and_answered_in_order(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "agent.sock"
    async with listening(path) as agent:
        async with program(path) as (reader, writer):
            writer.write(line_of(HealthLine(loop_lag_ms=1)) + line_of(HealthLine(loop_lag_ms=2)))
            answers = [read_from_agent(await in_time(reader.readline())) for _ in range(2)]
            mode = stat.S_IMODE(path.stat().st_mode)
        await eventually(lambda: agent.there == 0)

    assert answers == [StoredLine(event_id="e-1"), StoredLine(event_id="e-2")]
    assert agent.heard == [HealthLine(loop_lag_ms=1), HealthLine(loop_lag_ms=2)]
    assert mode == 0o600
    assert not path.exists()


async def test_a_line_that_is_not_understood_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with listening(path) as agent, program(path) as (reader, writer):
        writer.write(b"no JSON\n" + b'{"type": "dance"}\n' + line_of(HealthLine(loop_lag_ms=3)))
        await in_time(reader.readline())

    assert agent.heard == [HealthLine(loop_lag_ms=3)]


async def test_a_line_without_end_is_cut_off_and_the_next_program_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with listening(path) as agent:
        async with program(path) as (reader, writer):
            writer.write(b"x" * (3 * LINE_LIMIT))
            end = await in_time(_to_the_end(reader))
        async with program(path) as (reader, writer):
            writer.write(line_of(HealthLine(loop_lag_ms=4)))
            await in_time(reader.readline())

    assert end == b""
    assert agent.heard == [HealthLine(loop_lag_ms=4)]


async def test_half_a_line_of_a_program_that_died_is_not_heard(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with listening(path) as agent:
        async with program(path) as (_reader, writer):
            writer.write(line_of(HealthLine(loop_lag_ms=5))[:-2])
            await eventually(lambda: agent.there == 1)
        await eventually(lambda: agent.there == 0)

    assert agent.heard == []


async def test_more_programs_than_a_kiosk_has_are_turned_away(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with listening(path) as agent, AsyncExitStack() as stack:
        for _ in range(CONNECTIONS_LIMIT):
            await stack.enter_async_context(program(path))
        await eventually(lambda: agent.there == CONNECTIONS_LIMIT)
        reader, _writer = await stack.enter_async_context(program(path))
        end = await in_time(_to_the_end(reader))

    assert end == b""


async def test_the_socket_that_a_killed_agent_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with listening(path) as agent, program(path) as (reader, writer):
        writer.write(line_of(HealthLine(loop_lag_ms=6)))
        await in_time(reader.readline())

    assert agent.heard == [HealthLine(loop_lag_ms=6)]


async def _to_the_end(reader: asyncio.StreamReader) -> bytes:
    """Read until the other end is closed, politely or not."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""
