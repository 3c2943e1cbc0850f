"""What every RFID pad can do, whatever protocol its cable speaks."""

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from drivers.health import DeviceHealth


@dataclass(frozen=True, slots=True)
class TagReading:
    """One tag on the pad."""

    uid: str
    """Upper-case hexadecimal, most significant byte first (``E00401...``)."""
    memory: bytes | None = field(repr=False)
    """The tag's first blocks from block 0, at least 36 bytes where the tag has them, in the order of the air
    interface; ``None`` for a tag that lies there and cannot be read ("move the items")."""
    afi: int | None
    """Application family identifier, 0 to 255; ``None`` where it could not be read."""
    dsfid: int | None
    """Data storage format identifier; ``None`` where the reader does not tell. Never trust it alone."""
    first_seen: float = field(default=math.inf, compare=False)
    """``time.monotonic()`` when the tag was first found; the picture that names it may be much younger."""


@dataclass(frozen=True, slots=True)
class PadReading:
    """The whole stable picture of what lies on the pad."""

    tags: tuple[TagReading, ...]
    """Sorted by UID, each UID once."""
    received_ns: int = field(compare=False)
    """``time.monotonic_ns()`` when the last byte that this picture rests on had arrived."""


class RfidPad(Protocol):
    """An RFID pad; opened by ``async with``, which raises `DeviceLostError` where it is not to be had.

    Every method raises `DeviceLostError` once the cable is gone; nothing opens it again but a new ``async with`` on
    a new object. Readings and commands share one wire: they may be used at the same time.
    """

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        ...

    async def __aenter__(self) -> Self:
        """Open the port and make sure that the device is what the URL says."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port; nothing of the driver is left running."""
        ...

    def readings(self) -> AsyncIterator[PadReading]:
        """Yield the first stable picture, empty or not, and then each stable picture that differs from the last.

        A tag counts as there when it was found twice, and as gone after three misses and 600 ms, so a flickering
        tag changes nothing. A picture in between that nobody asked for in time is skipped: the newest counts.
        An AFI written by `write_afi` is a change of the picture.
        """
        ...

    async def read_afi(self, uid: str) -> int:
        """Ask the tag itself; raises `TagGoneError`, `TagUnreadableError`."""
        ...

    async def write_afi(self, uid: str, value: int) -> None:
        """Return only when the tag, read back, says ``value``; tries a bounded number of times.

        Raises `TagGoneError`, `TagLockedError`, `AlarmNotVerifiedError`. Writing the same value twice is harmless.
        """
        ...

    def health(self) -> DeviceHealth:
        """How the pad has been doing."""
        ...
