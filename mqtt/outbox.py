"""What a kiosk has to tell: nothing is dropped before the server has it, and it is kept for a month after that."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from mqtt.errors import OutboxUnavailableError
from mqtt.outbox_file import KeptEvent, OutboxFile
from mqtt.outbox_opening import Opened

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

NEARLY_FULL = 8_000
"""Events at which the alarm is raised: 80 % of what a kiosk gathers in a month without a server (350 visits a day)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The oldest events, ready to be sent."""

    outbox_id: str
    events: tuple[KeptEvent, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's word that it has stored the events of a numbering up to a sequence."""

    outbox_id: str
    through: int
    epoch: str
    """Of the server's store; empty from a server that names none."""
    at: datetime
    """By the server's clock."""


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

    async def acknowledged(self, receipt: Receipt) -> int:
        """Take the server's word for what it has stored; return how many events no longer wait for it.

        A receipt for another numbering changes nothing, nor does one of another epoch than the server's last: what a
        restored server has lost was acknowledged as well.
        """
        return await asyncio.shield(self._run(lambda: self._acknowledged(receipt)))

    async def server_is(self, epoch: str) -> int:
        """Note the server's epoch; return how many events wait again because it is a new one."""
        return await asyncio.shield(self._run(lambda: self._server_is(epoch)))

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

    def _acknowledged(self, receipt: Receipt) -> int:
        known = self._file.epoch
        if receipt.outbox_id != self._file.outbox_id or (known and receipt.epoch not in ("", known)):
            return 0
        through = min(receipt.through, self._given_out)
        gone = self._file.acknowledged(through, receipt.epoch, int(receipt.at.timestamp()))
        self._depth -= gone
        return gone

    def _server_is(self, epoch: str) -> int:
        again, lost = self._file.server_is(epoch)
        if again or lost:
            _log.warning("the server has begun a new epoch: %d events are told again, %d cannot be opened", again, lost)
            self._depth = self._file.depth()
        return again
