"""Barcode scanners on a serial or USB-serial line (CDC), set up to end each label with a suffix.

URL: ``serial:///dev/serial/by-id/...?profile=generic``; profiles: ``firmware_config/scanners``.

| function | supported | remarks |
| --- | --- | --- |
| labels with suffix, prefix, AIM mark | yes | by profile; without a suffix a label ends with the gap |
| control characters inside a label | yes | delivered as they are |
| label longer than the cap | yes | delivered as empty text |
| label whose end was lost | no | given up after the profile's gap |
| setting the scanner up, trigger, beeper | no | each maker's own codes |
"""

from typing import Final, Self

from drivers.barcode.base import ScanReading
from drivers.barcode.label_codec import LabelCodec
from drivers.barcode.scanner_profile import DEFAULT_PROFILE, FOLDER, ScannerProfile
from drivers.device_url import DeviceUrl
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.profiles import load_profile
from drivers.threaded_driver import ThreadedDriver
from drivers.wire import WirePlace
from drivers.wire_listener import WireListener

UNREAD_LABELS: Final = 16
"""Labels kept for a kiosk that does not ask; older ones were scanned for nobody."""


class SerialScanner(ThreadedDriver[ScanReading]):
    """A `BarcodeScanner`; see the module."""

    def __init__(self, place: WirePlace, profile: ScannerProfile) -> None:
        self._profile = profile
        self._codec = LabelCodec(profile.label_settings())
        listener = WireListener(lambda: place.open(profile.serial_settings()), self._hear)
        super().__init__(str(place), listener, InOrder(UNREAD_LABELS))
        self._told = 0
        self._received_ns = 0

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, ("profile",))
        return cls(parts.place, load_profile(FOLDER, parts.text("profile", DEFAULT_PROFILE), ScannerProfile))

    def health(self) -> DeviceHealth:
        """How the scanner has been doing."""
        return DeviceHealth(self._profile.name, exchanges=self._told, damaged=self._codec.damaged)

    def _hear(self, data: bytes, now_ns: int) -> float:
        """Take what came; on the device's thread."""
        if data:
            self._received_ns = now_ns
        for label in self._codec.receive_data(data, now_ns / 1e9):
            self._told += 1
            self._publish(ScanReading(label.text, self._received_ns, label.symbology))
        return self._codec.silence_matters
