"""What scanners and card readers that type have in common: their URL's options, their thread, and labels in order."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Final, Generic, TypeVar

from drivers.barcode.label_codec import Label, LabelSettings, Suffix
from drivers.device_thread import DeviceThread
from drivers.device_url import DeviceUrl
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.input_keys.event_device import EventDevice
from drivers.input_keys.layout import DEFAULT_LAYOUT, load_layout
from drivers.input_keys.layout_codec import Layout
from drivers.input_keys.typed_codec import TypedCodec
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


class TypingDevice(Generic[T]):
    """A device that types; ``read`` makes a reading of each label and its time, or nothing."""

    def __init__(
        self, place: WirePlace, settings: LabelSettings, layout: Layout, read: Callable[[Label, int], T | None]
    ) -> None:
        self._place = place
        self._read = read
        self._codec = TypedCodec(settings, layout)
        self._device: EventDevice | None = None
        self._thread = DeviceThread(str(place), WireListener(self._open, self._hear))
        self._readings: InOrder[T] = InOrder(UNREAD)
        self._received_ns = 0
        self._told = 0

    async def start(self) -> None:
        """Take the device; raises `DeviceLostError`."""
        await self._thread.start(lambda: self._readings.close(self._thread.failure))

    async def stop(self) -> None:
        """Give it back."""
        await self._thread.stop()

    def readings(self) -> AsyncIterator[T]:
        """Yield each reading in order; raises `DeviceLostError` when the cable goes."""
        return self._readings.values()

    def health(self) -> DeviceHealth:
        """How the device has been doing."""
        name = "" if self._device is None else self._device.name
        return DeviceHealth(name, exchanges=self._told, damaged=self._codec.damaged)

    def _open(self) -> EventDevice:
        self._device = EventDevice.open(self._place)
        self._codec.hold(self._device.held())
        return self._device

    def _hear(self, data: bytes, now_ns: int) -> float:
        """Take what came; on the device's thread."""
        if data:
            self._received_ns = now_ns
        for label in self._codec.receive_data(data, now_ns / 1e9):
            reading = self._read(label, self._received_ns)
            if reading is not None:
                self._told += 1
                self._thread.cross(partial(self._readings.put, reading))
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
