"""A camera that reads labels held before it, at any angle: codes of one dimension, and QR.

URL: ``camera://0``, ``camera:///dev/v4l/by-id/...`` for a camera; ``camera:///pictures/of/labels`` (a folder, a video
or one picture) for recorded frames that stand for one. Options: ``profile`` (``firmware_config/cameras``), ``width``,
``height``, ``fps``, ``symbologies``, ``length``, ``check_digit``, ``keep_start_stop``, ``once``.

| function | supported | remarks |
| --- | --- | --- |
| Codabar, Code 39, Code 128, EAN-13, UPC-A, QR | yes | ITF where ``symbologies`` names it, best with ``length`` |
| tilted, upside down, blurred, badly lit, inverted | yes | see docs/benchmarks.md |
| several labels in one picture | yes | each is told once |
| the same label again | yes | after it was out of view for 1.5 s |
| preview for the screen | yes | `CameraScanner.preview` |
| recording (``spy+``) | yes | frames as PNG files beside the recording, at most 200 |
| camera unplugged, picture frozen, no picture | yes | `DeviceLostError`: unplugged, silent |
| light ring | no | it hangs on the board of pins |
"""

from pathlib import Path
from typing import Final, Self

from drivers.barcode.base import ScanReading
from drivers.barcode.camera_settings import OPTIONS, CameraSettings, camera_settings
from drivers.barcode.camera_watch import CameraWatch
from drivers.barcode.picture_sources import FrameSource, RecordedPictures, VideoDevice
from drivers.barcode.preview import Preview
from drivers.device_url import DeviceUrl, UrlForm
from drivers.errors import DeviceUrlError
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.scheme import without_spy
from drivers.threaded_driver import ThreadedDriver

UNREAD_LABELS: Final = 16
"""Labels kept for a kiosk that does not ask; older ones were shown to nobody."""


class CameraScanner(ThreadedDriver[ScanReading]):
    """A `BarcodeScanner`; see the module."""

    def __init__(self, name: str, source: FrameSource, settings: CameraSettings) -> None:
        self._watch = CameraWatch(name, source, settings, self._publish)
        super().__init__(name, self._watch, InOrder(UNREAD_LABELS))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        recorded = without_spy(url).partition("://")[2].startswith("/")
        parts = DeviceUrl.parse(url, OPTIONS, UrlForm.PATH if recorded else UrlForm.NAME)
        settings = camera_settings(parts)
        if not recorded:
            name = parts.name or "0"
            if not (name.isascii() and name.isdigit()):
                raise DeviceUrlError(url, "name", ("0", "1", "2"))
            return cls(f"/dev/video{name}", VideoDevice(name, settings.profile), settings)
        if parts.path.startswith("/dev/"):
            return cls(parts.path, VideoDevice(parts.path, settings.profile), settings)
        return cls(parts.path, RecordedPictures(Path(parts.path), settings.profile, once=settings.once), settings)

    def health(self) -> DeviceHealth:
        """Count labels (exchanges), frames that did not come (unanswered) and black frames (damaged)."""
        return self._watch.health()

    def preview(self) -> Preview | None:
        """Give the newest frame for the screen, or nothing yet; previews are made for two seconds after each call."""
        return self._watch.preview()
