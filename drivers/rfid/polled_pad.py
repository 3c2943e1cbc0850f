"""A whole `drivers.rfid.base.RfidPad` out of a protocol's `TagReader`; a driver adds its URL and nothing else.

::

    class MyPad(PolledPad):
        @classmethod
        def from_url(cls, url: str) -> Self:
            parts = DeviceUrl.parse(url, ("baud", *POLL_OPTIONS))
            settings = SerialSettings(parts.number("baud", 9600, (9600,)))
            return cls(str(parts.place), over_wire(parts.place, settings, MyReader), poll_seconds(parts))

A pad without a byte wire gives, in place of `over_wire`, its own function that opens the device and returns an
`OpenReader`: the reader, and what interrupts and closes it.
"""

from collections.abc import Callable
from typing import Final

from drivers.device_url import DeviceUrl
from drivers.handover import Latest
from drivers.health import DeviceHealth
from drivers.rfid.base import Ability, PadReading
from drivers.rfid.poller import OpenReader, TagPoller
from drivers.rfid.tag_reader import TagReader
from drivers.serial_settings import SerialSettings
from drivers.threaded_driver import ThreadedDriver
from drivers.wire import Wire, WirePlace

POLL_OPTIONS: Final = ("poll_ms",)
_POLL_MS: Final = 150


class PolledPad(ThreadedDriver[PadReading]):
    """An `RfidPad` but for `from_url`; see the module."""

    def __init__(self, device: str, connect: Callable[[], OpenReader], poll_seconds: float) -> None:
        """``device`` names it in errors; ``connect`` opens it on the pad's thread and raises `DeviceLostError`."""
        self._poller = TagPoller(device, connect, poll_seconds, self._publish)
        super().__init__(device, self._poller, Latest())

    async def read_afi(self, uid: str) -> int:
        """Ask the tag itself."""
        return await self._thread.call(lambda: self._poller.read_afi(uid))

    async def write_afi(self, uid: str, value: int) -> None:
        """Write, read back, try again; the newest picture says the same afterwards."""
        await self._thread.call(lambda: self._poller.write_afi(uid, value))

    async def read_eas(self, uid: str) -> bool:
        """Ask the tag itself."""
        return await self._thread.call(lambda: self._poller.read_eas(uid))

    async def write_eas(self, uid: str, *, on: bool) -> None:
        """Write, ask, try again."""
        await self._thread.call(lambda: self._poller.write_eas(uid, on=on))

    async def read_memory(self, uid: str) -> bytes:
        """Read all of it."""
        return await self._thread.call(lambda: self._poller.read_memory(uid))

    async def write_memory(self, uid: str, data: bytes) -> None:
        """Write what differs, read back, try again."""
        await self._thread.call(lambda: self._poller.write_memory(uid, data))

    async def write_dsfid(self, uid: str, value: int) -> None:
        """Write, read back, try again."""
        await self._thread.call(lambda: self._poller.write_dsfid(uid, value))

    def abilities(self) -> frozenset[Ability]:
        """Name what the pad can do; empty until it is open."""
        return self._poller.abilities()

    def health(self) -> DeviceHealth:
        """How the pad has been doing."""
        return self._poller.health()


def over_wire(
    place: WirePlace, settings: SerialSettings, make: Callable[[str, Wire], TagReader]
) -> Callable[[], OpenReader]:
    """Return how to open a pad on a wire; ``make`` takes the device's name for errors, and the open wire."""

    def connect() -> OpenReader:
        wire = place.open(settings)
        return OpenReader(make(str(place), wire), wire)

    return connect


def poll_seconds(parts: DeviceUrl) -> float:
    """Return how long a round may take, out of the URL's ``poll_ms``; raises `DeviceUrlError`."""
    return parts.number("poll_ms", _POLL_MS, range(20, 2001)) / 1000
