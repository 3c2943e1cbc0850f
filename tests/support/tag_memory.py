"""Tags with a memory that outlives the kiosk, a pad on which they lie, and a power cut at any boundary."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Self

from drivers.errors import AlarmNotVerifiedError, DeviceLostError, LossReason, TagGoneError
from drivers.health import DeviceHealth
from drivers.rfid.base import Ability, PadReading

SECURED, ON_LOAN = 0x07, 0xC2


class PowerCutError(BaseException):
    """The kiosk ends here, in the middle of whatever it did."""


class Fuse:
    """Counts the boundaries of effects, and blows at the one that was chosen."""

    def __init__(self, at: int | None = None) -> None:
        self.passed = 0
        self._at = at

    def boundary(self) -> None:
        """Pass one, or end everything."""
        self.passed += 1
        if self.passed - 1 == self._at:
            raise PowerCutError


class TagPad:
    """An RFID pad with real semantics: a tag that lies there is read and written, any other is gone.

    ``trouble`` is asked before each write what goes wrong with it: ``gone`` (the tag is lifted before the write),
    ``late`` (after it: written, and not read back), ``deaf`` (the tag keeps its value), ``lost`` (the cable).
    """

    def __init__(self, afi: dict[str, int]) -> None:
        self.afi = afi
        self.there: set[str] = set()
        self.fuse = Fuse()
        self.trouble: Callable[[], str] = lambda: ""
        self.written: list[tuple[str, int]] = []

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
        """Ask the tag."""
        self._lies(uid)
        return self.afi[uid]

    async def write_afi(self, uid: str, value: int) -> None:
        """Write and read back, with a boundary before and after."""
        self.fuse.boundary()
        trouble = self.trouble()
        if trouble == "lost":
            raise DeviceLostError("pad", LossReason.UNPLUGGED)
        if trouble == "gone":
            self.there.discard(uid)
        self._lies(uid)
        if trouble == "deaf":
            raise AlarmNotVerifiedError(uid, value, self.afi[uid])
        self.afi[uid] = value
        self.written.append((uid, value))
        self.fuse.boundary()
        if trouble == "late":
            self.there.discard(uid)
            raise TagGoneError(uid)

    async def read_eas(self, uid: str) -> bool:
        """Say that there is none."""
        self._lies(uid)
        return False

    async def write_eas(self, uid: str, *, on: bool) -> None:
        """Write none."""
        del on
        self._lies(uid)

    async def read_memory(self, uid: str) -> bytes:
        """Give an empty memory."""
        self._lies(uid)
        return bytes(36)

    async def write_memory(self, uid: str, data: bytes) -> None:
        """Write none."""
        del data
        self._lies(uid)

    async def write_dsfid(self, uid: str, value: int) -> None:
        """Write none."""
        del value
        self._lies(uid)

    def abilities(self) -> frozenset[Ability]:
        """Name those that the alarm needs."""
        return frozenset({Ability.AFI})

    def health(self) -> DeviceHealth:
        """Give no counters."""
        return DeviceHealth("tags in memory")

    def _lies(self, uid: str) -> None:
        if uid not in self.there:
            raise TagGoneError(uid)
