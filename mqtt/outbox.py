"""What a kiosk has to tell and the server has not yet acknowledged; nothing in it is ever dropped."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from mqtt.errors import OutboxUnavailableError
from mqtt.outbox_file import KeptEvent, Opened, OutboxFile

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

NEARLY_FULL = 8_000
"""Events at which the alarm is raised: 80 % of what a kiosk gathers in a month without a server (350 visits a day)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The oldest events, ready to be sent."""

    outbox_id: str
    events: tuple[KeptEvent, ...]


class Outbox:
    """The outbox file behind one named thread, for the caller's asyncio loop.

    Events leave it only by ``acknowledged``, and only those that were given out (``oldest``) since it was opened. Every
    method may raise ``OutboxUnavailableError``.
    """

    def __init__(self, path: Path, new_id: Callable[[], str]) -> None:
        self._path = path
        self._new_id = new_id
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox")
        self._opened_file: OutboxFile | None = None
        self._given_out = 0
        self._depth = 0

    async def __aenter__(self) -> Self:
        try:
            await self._run(self._open)
        except OutboxUnavailableError:
            self._executor.shutdown(wait=False)
            raise
        if self.found.moved_aside:
            _log.error(
                "the outbox was unreadable and was moved aside: %s (%d events saved)",
                self.found.moved_aside,
                self.found.saved,
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._run(self._file.close)
        self._executor.shutdown(wait=True)

    @property
    def found(self) -> Opened:
        """What was found when the file was opened."""
        return self._file.opened

    @property
    def depth(self) -> int:
        """How many events are kept, as of the last change."""
        return self._depth

    async def outbox_id(self) -> str:
        """Return the random name of the numbering, a new one at each opening."""
        return await self._run(lambda: self._file.outbox_id)

    async def add(self, event_id: str, body: str) -> bool:
        """Return once the event is on disk; ``False`` when one of that id is kept already."""
        return await asyncio.shield(self._run(lambda: self._add(event_id, body)))

    async def oldest(self, limit: int, bytes_limit: int) -> Parcel:
        """Give out the oldest events, to be sent."""
        return await self._run(lambda: self._oldest(limit, bytes_limit))

    async def acknowledged(self, outbox_id: str, through: int) -> int:
        """Forget what the server says it has stored; return how many went. Another numbering's id changes nothing."""
        return await asyncio.shield(self._run(lambda: self._acknowledged(outbox_id, through)))

    async def _run(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    @property
    def _file(self) -> OutboxFile:
        if self._opened_file is None:
            raise RuntimeError("the outbox is used outside its `async with`")
        return self._opened_file

    def _open(self) -> None:
        self._opened_file = OutboxFile(self._path, self._new_id())
        self._depth = self._opened_file.depth()

    def _add(self, event_id: str, body: str) -> bool:
        added = self._file.add(event_id, body)
        self._depth += added
        return added

    def _oldest(self, limit: int, bytes_limit: int) -> Parcel:
        events = self._file.oldest(limit, bytes_limit)
        if events:
            self._given_out = max(self._given_out, events[-1].sequence)
        return Parcel(self._file.outbox_id, events)

    def _acknowledged(self, outbox_id: str, through: int) -> int:
        if outbox_id != self._file.outbox_id:
            return 0
        gone = self._file.forget(min(through, self._given_out))
        self._depth -= gone
        return gone
