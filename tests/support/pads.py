"""A pad for tests that need no wire."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from drivers.health import DeviceHealth
from drivers.rfid.base import PadReading


class FakePad:
    """Holds AFI values, and fails when told to; keeps to ``drivers.rfid.base.RfidPad``."""

    def __init__(self, afi: dict[str, int], fails_with: Exception | None = None) -> None:
        self.afi = dict(afi)
        self._fails_with = fails_with

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make an empty pad; the URL says nothing to it."""
        del url
        return cls({})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def readings(self) -> AsyncIterator[PadReading]:
        """Yield one empty picture and wait."""
        yield PadReading((), 0)
        await asyncio.Event().wait()

    async def read_afi(self, uid: str) -> int:
        """Give the value that was written last."""
        return self.afi[uid]

    async def write_afi(self, uid: str, value: int) -> None:
        """Write it, or fail as told."""
        if self._fails_with is not None:
            raise self._fails_with
        self.afi[uid] = value

    def health(self) -> DeviceHealth:
        """Give no counters."""
        return DeviceHealth("fake")
