"""Barcode scanners on a serial or USB-serial line (CDC), set up to end each label with a suffix.

URL: ``serial:///dev/serial/by-id/...?profile=generic``; profiles: ``firmware_config/scanners``.

| function | supported | remarks |
| --- | --- | --- |
| labels with suffix, prefix, AIM mark | yes | by profile |
| control characters inside a label | yes | delivered as they are |
| label longer than the cap | yes | delivered as empty text |
| label whose end was lost | no | given up after the profile's gap |
| setting the scanner up, trigger, beeper | no | each maker's own codes |
"""

from collections.abc import AsyncIterator
from functools import partial
from types import TracebackType
from typing import Final, Literal, Self

from pydantic import Field

from drivers.barcode.base import ScanReading
from drivers.barcode.label_codec import LONGEST, LabelCodec, LabelSettings, Suffix
from drivers.device_thread import DeviceThread
from drivers.device_url import DeviceUrl
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.profiles import Profile, load_profile
from drivers.serial_settings import SerialSettings
from drivers.wire import WirePlace
from drivers.wire_listener import WireListener

FOLDER: Final = "scanners"
DEFAULT_PROFILE: Final = "generic"

UNREAD_LABELS: Final = 16
"""Labels kept for a kiosk that does not ask; older ones were scanned for nobody."""


class ScannerProfile(Profile):
    """How a model of scanner is set up at the factory, or by the sheet of codes that comes with it."""

    name: str
    baud: int = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    suffix: Literal["cr", "lf", "crlf", "any", "tab", "none"] = "any"
    prefix_hex: str = Field(default="", pattern=r"^([0-9a-f]{2}){0,8}$")
    aim: bool = False
    gap_ms: int = Field(default=500, ge=50, le=5000)
    encoding: Literal["utf-8", "latin-1", "ascii"] = "utf-8"
    longest: int = Field(default=LONGEST, ge=1, le=1024)

    def serial_settings(self) -> SerialSettings:
        """Give what is asked of the line."""
        return SerialSettings(self.baud, self.parity, self.stop_bits)

    def label_settings(self) -> LabelSettings:
        """Give what the codec needs."""
        return LabelSettings(
            suffix=Suffix(self.suffix),
            prefix=bytes.fromhex(self.prefix_hex),
            aim=self.aim,
            gap=self.gap_ms / 1000,
            encoding=self.encoding,
            longest=self.longest,
        )


class SerialScanner:
    """A `BarcodeScanner`; see the module."""

    def __init__(self, place: WirePlace, profile: ScannerProfile) -> None:
        self._profile = profile
        self._codec = LabelCodec(profile.label_settings())
        listener = WireListener(lambda: place.open(profile.serial_settings()), self._hear)
        self._thread = DeviceThread(str(place), listener)
        self._labels: InOrder[ScanReading] = InOrder(UNREAD_LABELS)
        self._told = 0
        self._received_ns = 0

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("profile",))
        return cls(parts.place, load_profile(FOLDER, parts.text("profile", DEFAULT_PROFILE), ScannerProfile))

    async def __aenter__(self) -> Self:
        """Open the port."""
        await self._thread.start(lambda: self._labels.close(self._thread.failure))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        await self._thread.stop()

    def readings(self) -> AsyncIterator[ScanReading]:
        """Yield each label."""
        return self._labels.values()

    def health(self) -> DeviceHealth:
        """How the scanner has been doing."""
        return DeviceHealth(self._profile.name, exchanges=self._told, damaged=self._codec.damaged)

    def _hear(self, data: bytes, now_ns: int) -> float:
        """Take what came; on the device's thread."""
        if data:
            self._received_ns = now_ns
        for label in self._codec.receive_data(data, now_ns / 1e9):
            self._told += 1
            self._thread.cross(partial(self._labels.put, ScanReading(label.text, self._received_ns, label.symbology)))
        return self._codec.silence_matters
