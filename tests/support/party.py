"""Somebody at the broker who is neither kiosk nor server: for what a test wants said or overheard."""

import asyncio
from types import TracebackType
from typing import Self

from mqtt.connection import Connection
from mqtt.ids import fresh_id
from mqtt.link import Link
from mqtt.link_values import LinkSettings
from tests.support.broker import RealBroker
from tests.support.waiting import eventually, in_time


class Party:
    """A connection of an account that remembers what it hears."""

    def __init__(
        self, broker: RealBroker, account: str, filters: list[str], settings: LinkSettings | None = None
    ) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._filters = filters
        self._up = asyncio.Event()
        self._open: Connection | None = None
        self._link = Link(settings or broker.settings(account), new_id=fresh_id)
        self._task: asyncio.Task[None] | None = None

    @property
    def connection(self) -> Connection:
        """The connection."""
        if self._open is None:
            raise AssertionError("not connected")
        return self._open

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._link.run(self._session))
        await in_time(self._up.wait())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def has(self, topic: str, times: int) -> bytes:
        """Wait until a topic was heard so often; return its last payload."""
        found = await eventually(lambda: [one for one in self.heard if one[0] == topic][times - 1 :])
        return found[-1][1]

    async def _session(self, connection: Connection) -> None:
        await connection.subscribe(self._filters)
        self._open = connection
        self._up.set()
        while True:
            message = await connection.next_message()
            self.heard.append((message.topic, message.payload))
