"""The stream that keeps an open page current: the parts that changed, and a word every second that all is well."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from server.web.rendering import Parts, Renderer
from server.web.snapshot import Snapshots

TICK = timedelta(seconds=1)
"""The longest silence on a stream; the page's script calls the server lost after three of them."""


class PageMessage(BaseModel):
    """Event ``page``: what changed since the last one; the first one on a stream holds everything."""

    build: str
    """Changes when the server gives browsers other scripts or styles; the page then loads itself anew."""
    at: str
    """When the stores were read, as the page shows it."""
    order: list[str]
    """The keys of all parts, in the order of the page."""
    parts: dict[str, str]
    """The markup of those parts that changed."""


class TickMessage(BaseModel):
    """Event ``tick``: nothing changed, and the stores were read at ``at``."""

    at: str


class Live:
    """Makes one stream for each open page."""

    def __init__(
        self, snapshots: Snapshots, renderer: Renderer, refresh: timedelta, is_closing: Callable[[], bool]
    ) -> None:
        self._snapshots = snapshots
        self._renderer = renderer
        self._refresh = refresh
        self._is_closing = is_closing

    async def stream(self, language: str) -> AsyncIterator[ServerSentEvent]:
        """Tell until the server closes; the first event comes at once."""
        told: Parts = {}
        last_word = float("-inf")
        while not self._is_closing():
            snapshot = await self._snapshots.latest()
            at = self._renderer.present(snapshot, language)
            parts = await asyncio.to_thread(self._renderer.parts, snapshot, language)
            if parts is not told and list(parts.items()) != list(told.items()):
                changed = {key: markup for key, markup in parts.items() if told.get(key) != markup}
                message = PageMessage(build=self._renderer.build, at=at, order=list(parts), parts=changed)
                yield ServerSentEvent(event="page", data=message)
                told, last_word = parts, time.monotonic()
            elif time.monotonic() - last_word >= TICK.total_seconds():
                yield ServerSentEvent(event="tick", data=TickMessage(at=at))
                last_word = time.monotonic()
            await asyncio.sleep(self._refresh.total_seconds())
