"""What every RFID pad can do, whatever protocol its cable speaks."""

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import TracebackType
from typing import Protocol, Self

from drivers.health import DeviceHealth


class Air(Enum):
    """What tags and reader speak to each other."""

    HF = "hf"
    """13.56 MHz, ISO 15693: memory in blocks of four bytes."""
    UHF = "uhf"
    """860 to 960 MHz, EPC Gen2: an EPC bank and perhaps a user bank."""


class Ability(StrEnum):
    """What a pad can do beside finding and reading tags."""

    AFI = "afi"
    """Read and write the application family identifier; on UHF the AFI byte of the EPC bank's control word."""
    EAS = "eas"
    """Read and write the electronic article surveillance bit of tags that have one."""
    MEMORY = "memory"
    """Read all of a tag's memory and write it."""
    DSFID = "dsfid"
    """Write the data storage format identifier."""


@dataclass(frozen=True, slots=True)
class TagReading:
    """One tag on the pad."""

    uid: str
    """Upper-case hexadecimal, most significant byte first (``E00401...``); on UHF the EPC."""
    memory: bytes | None = field(repr=False)
    """The tag's first blocks from block 0, at least 36 bytes where the tag has them, in the order of the air
    interface; ``None`` for a tag that lies there and cannot be read ("move the items"). On UHF the protocol control
    word (2 bytes) and the EPC."""
    afi: int | None
    """Application family identifier, 0 to 255; ``None`` where it could not be read, or on UHF where the control word
    says that there is none."""
    dsfid: int | None
    """Data storage format identifier; ``None`` where the reader does not tell. Never trust it alone."""
    first_seen: float = field(default=math.inf, compare=False)
    """``time.monotonic()`` when the tag was first found; the picture that names it may be much younger."""
    air: Air = Air.HF
    user_memory: bytes | None = field(default=None, repr=False)
    """The user bank of a UHF tag, where the URL asks for it and the tag has one."""


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

        Raises `TagGoneError`, `TagLockedError`, `AlarmNotVerifiedError`, `TagUnsupportedError`. Writing the same value
        twice is harmless.
        """
        ...

    async def read_eas(self, uid: str) -> bool:
        """Say whether the tag's EAS bit is set, that is, whether it sets off a gate of that kind.

        "Not set" is silence in answer to the alarm command, so it is told only when the tag answers another command
        addressed to it right after. Raises `TagGoneError`, `TagUnreadableError`, `TagUnsupportedError`.
        """
        ...

    async def write_eas(self, uid: str, *, on: bool) -> None:
        """Return only when the tag, asked as by `read_eas`, says so; tries a bounded number of times.

        Raises as `write_afi` does.
        """
        ...

    async def read_memory(self, uid: str) -> bytes:
        """Return all of the tag's memory from block 0; on UHF the protocol control word and the EPC.

        Raises `TagGoneError`, `TagUnreadableError`.
        """
        ...

    async def write_memory(self, uid: str, data: bytes) -> None:
        """Write ``data`` from block 0 and return only when the tag, read back, holds it; what follows it stays.

        Blocks that hold the right bytes already are not written. ``data`` is a whole number of blocks; on UHF the
        protocol control word and the EPC, after which the tag goes by that EPC. Raises `TagGoneError`,
        `TagLockedError`, `MemoryNotVerifiedError`, `TagUnsupportedError`; the memory may then be half written.
        """
        ...

    async def write_dsfid(self, uid: str, value: int) -> None:
        """Return only when the tag, read back, says ``value``; raises as `write_memory` does."""
        ...

    def abilities(self) -> frozenset[Ability]:
        """Name what this pad can do; known once it is open."""
        ...

    def health(self) -> DeviceHealth:
        """How the pad has been doing."""
        ...
