"""The agent's end of the Unix socket to the kiosk's program."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from mqtt.agent.protocol import LINE_LIMIT, FromAgent, FromKiosk, line_of, read_from_kiosk
from mqtt.errors import MalformedMessageError

_log = logging.getLogger(__name__)

WRITE_LIMIT_S = 5.0
"""A program that does not read its answers for so long is cut off."""

CONNECTIONS_LIMIT = 8
"""The kiosk's program has one; a second comes at a restart."""


class KioskSocket:
    """Listens for the kiosk's program.

    ``heard`` takes each line and may return an answer; ``arrived`` and ``left`` tell when a program connects and goes.
    """

    def __init__(
        self,
        path: Path,
        *,
        heard: Callable[[FromKiosk], Awaitable[FromAgent | None]],
        arrived: Callable[[], None],
        left: Callable[[], None],
    ) -> None:
        self._path = path
        self._heard = heard
        self._arrived = arrived
        self._left = left
        self._open = 0

    async def run(self, listening: asyncio.Event) -> None:
        """Listen until cancelled; set ``listening`` once the socket is there."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        async with asyncio.TaskGroup() as group:

            def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                group.create_task(self._serve(reader, writer))

            before = os.umask(0o177)
            try:
                server = await asyncio.start_unix_server(serve, self._path, limit=LINE_LIMIT)
            finally:
                os.umask(before)
            try:
                listening.set()
                await asyncio.get_running_loop().create_future()  # until cancelled
            finally:
                server.close()
                self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= CONNECTIONS_LIMIT:
            writer.close()
            return
        self._open += 1
        self._arrived()
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError) as error:
            _log.warning("the kiosk's program was cut off: %s", type(error).__name__)
        finally:
            self._open -= 1
            self._left()
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(WRITE_LIMIT_S):
                    await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        complained = False
        while True:
            try:
                line = await reader.readline()
            except ValueError:  # longer than the limit: asyncio has lost the place in the stream
                _log.warning("the kiosk's program said a line that is too long")
                return
            if not line.endswith(b"\n"):
                return
            try:
                said = read_from_kiosk(line)
            except MalformedMessageError as error:
                if not complained:
                    _log.warning("the kiosk's program said something unknown: %s", error.fault)
                complained = True
                continue
            answer = await self._heard(said)
            if answer is not None:
                writer.write(line_of(answer))
                async with asyncio.timeout(WRITE_LIMIT_S):
                    await writer.drain()
