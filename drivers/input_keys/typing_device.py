"""What scanners and card readers that type have in common: their URL's options, their thread, and labels in order."""

from abc import abstractmethod
from typing import Final, TypeVar

from drivers.barcode.label_codec import Label, LabelSettings, Suffix
from drivers.device_url import DeviceUrl
from drivers.errors import DeviceLostError
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.input_keys.event_device import EventDevice
from drivers.input_keys.layout import DEFAULT_LAYOUT, load_layout
from drivers.input_keys.layout_codec import Layout
from drivers.input_keys.typed_codec import TypedCodec
from drivers.threaded_driver import ThreadedDriver
from drivers.wire import WirePlace
from drivers.wire_listener import WireListener

OPTIONS: Final = ("layout", "suffix", "gap_ms", "prefix")
"""Of every URL: the keyboard that the device is set up for, the key it strikes last, the silence after which a label is
given up (without a suffix: ends), and what it types before each label."""

SUFFIXES: Final = {"enter": Suffix.ANY, "tab": Suffix.TAB, "none": Suffix.NONE}
_GAP_MS: Final = 500
_GAP_MS_WITHOUT_SUFFIX: Final = 100
"""Scanners strike a key every 2 to 20 ms; the patron waits for as long as this is."""
_GAPS: Final = range(20, 5001)

UNREAD: Final = 16
"""Labels kept for a kiosk that does not ask; older ones were typed for nobody."""

T = TypeVar("T")


class TypingDevice(ThreadedDriver[T]):
    """A device that types; what is made of a label, a subclass says by `_reading`."""

    def __init__(self, place: WirePlace, settings: LabelSettings, layout: Layout) -> None:
        super().__init__(str(place), WireListener(self._open, self._hear), InOrder(UNREAD))
        self._place = place
        self._codec = TypedCodec(settings, layout)
        self._device: EventDevice | None = None
        self._received_ns = 0
        self._told = 0

    @abstractmethod
    def _reading(self, label: Label, received_ns: int) -> T | None:
        """Make a reading of a label and the time of its last key, or nothing; on the device's thread."""

    def health(self) -> DeviceHealth:
        """How the device has been doing."""
        name = "" if self._device is None else self._device.name
        return DeviceHealth(name, exchanges=self._told, damaged=self._codec.damaged)

    def _open(self) -> EventDevice:
        self._device = EventDevice.open(self._place)
        try:
            self._codec.hold(self._device.held())
        except DeviceLostError:
            self._device.close()
            raise
        return self._device

    def _hear(self, data: bytes, now_ns: int) -> float:
        """Take what came; on the device's thread."""
        if data:
            self._received_ns = now_ns
        for label in self._codec.receive_data(data, now_ns / 1e9):
            reading = self._reading(label, self._received_ns)
            if reading is not None:
                self._told += 1
                self._publish(reading)
        if self._codec.lost_track and self._device is not None:
            self._codec.hold(self._device.held())
        return self._codec.silence_matters


def label_settings(url: DeviceUrl, *, aim: bool) -> LabelSettings:
    """Read the options that say how a device types; raises `DeviceUrlError`."""
    suffix = SUFFIXES[url.choice("suffix", "enter", SUFFIXES)]
    gap = _GAP_MS_WITHOUT_SUFFIX if suffix is Suffix.NONE else _GAP_MS
    return LabelSettings(
        suffix=suffix, prefix=url.text("prefix", "").encode(), aim=aim, gap=url.number("gap_ms", gap, _GAPS) / 1000
    )


def layout(url: DeviceUrl) -> Layout:
    """Read the option that says which keyboard a device is set up for; raises `ProfileError`."""
    return load_layout(url.text("layout", DEFAULT_LAYOUT))
