"""Card readers that type like a keyboard, taken exclusively: no card number ever reaches the screen.

URL: ``evdev:///dev/input/by-id/...-event-kbd?layout=us&suffix=enter&gap_ms=500&again_ms=1000&prefix=``

| function | supported | remarks |
| --- | --- | --- |
| proximity and magnetic stripe readers | yes | whatever they type; which part of it is the number, `card_number` says |
| ended by Enter, Tab or nothing | yes | ``suffix=`` enter, tab or none |
| keyboards of other countries | yes | ``layout=``, a file of ``firmware_config/keyboards`` |
| a reader that types again while the card lies | yes | the same within ``again_ms`` of the last is the same showing |
| seeing that a card was taken away | no | the reader does not say |
"""

from typing import Final, Self

from drivers.barcode.label_codec import Label, LabelSettings
from drivers.card.base import CardReading
from drivers.card.showing import Repeats
from drivers.device_url import DeviceUrl
from drivers.input_keys.layout_codec import Layout
from drivers.input_keys.typing_device import OPTIONS, TypingDevice, label_settings, layout
from drivers.wire import WirePlace

AGAIN_MS: Final = 1000
"""Nobody lays a card down, takes it away and lays it down again within a second and means two things by it."""


class EvdevCardReader(TypingDevice[CardReading]):
    """A `CardReader`; see the module."""

    def __init__(self, place: WirePlace, settings: LabelSettings, keyboard: Layout, again_seconds: float) -> None:
        super().__init__(place, settings, keyboard)
        self._repeats: Repeats[str] = Repeats(again_seconds)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        parts = DeviceUrl.parse(url, (*OPTIONS, "again_ms"))
        again = parts.number("again_ms", AGAIN_MS, range(10_001)) / 1000
        return cls(parts.place, label_settings(parts, aim=False), layout(parts), again)

    def _reading(self, label: Label, received_ns: int) -> CardReading | None:
        """Make a reading of what was typed, but not of nothing, and of a card that lies there still only once."""
        new = self._repeats.new(label.text, received_ns)
        return CardReading(b"", label.text, received_ns) if new and label.text else None
