"""Hands readings from a device's side of the loop to whoever iterates over them: the newest, or each in order."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest value of something, for readers who want to know when it differs from what they saw last."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._changed = asyncio.Event()
        self._failure: BaseException | None = None
        self._closed = False

    def put(self, value: T) -> None:
        """Make ``value`` the newest; on the loop."""
        self._value = value
        self._wake()

    def close(self, failure: BaseException | None) -> None:
        """Let every reader end, or raise ``failure``, once it has seen the newest value."""
        self._failure = failure
        self._closed = True
        self._wake()

    async def values(self) -> AsyncIterator[T]:
        """Yield the newest value, if there is one, and then each that differs from the one yielded before."""
        seen: T | None = None
        while True:
            changed = self._changed
            if self._value is not None and self._value != seen:
                seen = self._value
                yield seen
                continue
            if self._failure is not None:
                raise self._failure
            if self._closed:
                return
            await changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class InOrder(Generic[T]):
    """Values for one reader, each once and in order; of more than ``most`` the oldest are thrown away."""

    def __init__(self, most: int) -> None:
        self._values: deque[T] = deque(maxlen=most)
        self._changed = asyncio.Event()
        self._failure: BaseException | None = None
        self._closed = False

    def put(self, value: T) -> None:
        """Append a value; on the loop."""
        self._values.append(value)
        self._changed.set()

    def close(self, failure: BaseException | None) -> None:
        """Let the reader end, or raise ``failure``, once it has taken what is left."""
        self._failure = failure
        self._closed = True
        self._changed.set()

    async def values(self) -> AsyncIterator[T]:
        """Yield each value."""
        while True:
            self._changed.clear()
            while self._values:
                yield self._values.popleft()
            if self._failure is not None:
                raise self._failure
            if self._closed:
                return
            await self._changed.wait()
