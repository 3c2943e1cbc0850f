"""Barcode scanners that type like a keyboard, taken exclusively: none of their keys reaches the screen.

URL: ``evdev:///dev/input/by-id/...-event-kbd?layout=us&suffix=enter&gap_ms=500&aim=no&prefix=``

| function | supported | remarks |
| --- | --- | --- |
| labels ended by Enter, Tab or nothing | yes | ``suffix=`` enter, tab or none; without one a label ends with the gap |
| keyboards of other countries | yes | ``layout=``, a file of ``firmware_config/keyboards`` |
| control characters, any Unicode character | yes | as Ctrl and a key, or as Alt and a number on the keypad |
| AIM mark, prefix | yes | ``aim=yes``, ``prefix=`` |
| label longer than the cap, or with keys that were lost | yes | delivered as empty text |
| label whose end was lost | no | given up after the gap |
| setting the scanner up | no | each maker's own codes |
"""

from typing import Self

from drivers.barcode.base import ScanReading
from drivers.barcode.label_codec import Label
from drivers.device_url import DeviceUrl
from drivers.input_keys.typing_device import OPTIONS, TypingDevice, label_settings, layout


class EvdevScanner(TypingDevice[ScanReading]):
    """A `BarcodeScanner`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, (*OPTIONS, "aim"))
        aim = parts.choice("aim", "no", ("yes", "no")) == "yes"
        return cls(parts.place, label_settings(parts, aim=aim), layout(parts))

    def _reading(self, label: Label, received_ns: int) -> ScanReading:
        return ScanReading(label.text, received_ns, label.symbology)
