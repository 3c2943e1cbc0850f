"""The one thread that writes a database file, and the way to it from asyncio."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.store.engine import for_reading, transaction

_Result = TypeVar("_Result")


class WriterQueue:
    """Runs transactions one after the other in a thread of its own; made once for each database file.

    ``async with`` (or :meth:`aclose`) lets the work already queued end before the thread does.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._reading = for_reading(engine)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def write(self, work: Callable[[Session], _Result]) -> _Result:
        """Run ``work`` in one writing transaction; return after its commit.

        An exception of ``work`` rolls everything back and is raised here. Cancelling the caller does not stop work
        that has begun: it is committed or rolled back as a whole.
        """
        return await self._run(self._engine, work)

    async def read(self, work: Callable[[Session], _Result]) -> _Result:
        """Run ``work`` in a reading transaction, after every write that was queued before it."""
        return await self._run(self._reading, work)

    async def _run(self, engine: Engine, work: Callable[[Session], _Result]) -> _Result:
        def in_transaction() -> _Result:
            with transaction(engine) as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self._thread, in_transaction)

    async def aclose(self) -> None:
        """Wait for the queued work, then end the thread and close the connections."""
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
