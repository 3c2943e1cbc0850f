"""What every barcode scanner can do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from drivers.health import DeviceHealth


@dataclass(frozen=True, slots=True)
class ScanReading:
    """One label as the scanner sent it, without its prefix, suffix and symbology mark."""

    text: str = field(repr=False)
    """Any characters, control characters included; empty for an empty label and for one longer than the cap."""
    received_ns: int
    """``time.monotonic_ns()`` when its last byte had arrived."""
    symbology: str = ""
    """AIM identifier such as ``]C0`` where the scanner is set to send it."""


class BarcodeScanner(Protocol):
    """A barcode scanner; opened by ``async with``, which raises `DeviceLostError` where it is not to be had."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        ...

    async def __aenter__(self) -> Self:
        """Open the port; whatever was scanned before is thrown away."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port; nothing of the driver is left running."""
        ...

    def readings(self) -> AsyncIterator[ScanReading]:
        """Yield each label in order; raises `DeviceLostError` when the cable goes."""
        ...

    def health(self) -> DeviceHealth:
        """How the scanner has been doing."""
        ...
