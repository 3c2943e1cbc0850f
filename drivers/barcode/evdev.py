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

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from drivers.barcode.base import ScanReading
from drivers.barcode.label_codec import Label, LabelSettings
from drivers.device_url import DeviceUrl
from drivers.health import DeviceHealth
from drivers.input_keys.layout_codec import Layout
from drivers.input_keys.typing_device import OPTIONS, TypingDevice, label_settings, layout
from drivers.wire import WirePlace


class EvdevScanner:
    """A `BarcodeScanner`; see the module."""

    def __init__(self, place: WirePlace, settings: LabelSettings, keyboard: Layout) -> None:
        self._device = TypingDevice(place, settings, keyboard, _reading)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, (*OPTIONS, "aim"))
        aim = parts.choice("aim", "no", ("yes", "no")) == "yes"
        return cls(parts.place, label_settings(parts, aim=aim), layout(parts))

    async def __aenter__(self) -> Self:
        """Take the device."""
        await self._device.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back."""
        await self._device.stop()

    def readings(self) -> AsyncIterator[ScanReading]:
        """Yield each label."""
        return self._device.readings()

    def health(self) -> DeviceHealth:
        """How the scanner has been doing."""
        return self._device.health()


def _reading(label: Label, received_ns: int) -> ScanReading:
    return ScanReading(label.text, received_ns, label.symbology)
