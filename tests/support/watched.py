"""What a library system tells of itself while it is watched."""

import asyncio
import contextlib
from typing import Self

from kiosk.ils.sip2 import Sip2LibrarySystem


class Watched:
    """What ``watch`` told."""

    def __init__(self, system: Sip2LibrarySystem) -> None:
        self.told: list[bool] = []
        self._system = system
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._system.watch(self._note))
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _note(self, there: bool) -> None:  # noqa: FBT001 - the port's form
        self.told.append(there)
