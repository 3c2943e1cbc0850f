"""The 3M/Bibliotheca 210 and 810 pads on a serial or USB-serial line.

URL: ``threem:///dev/serial/by-id/...?baud=19200&poll_ms=150``

| function | supported | remarks |
| --- | --- | --- |
| inventory | yes | with DSFID where the pad tells it |
| read blocks | yes | first 36 bytes, or all of a smaller tag |
| AFI get and write | yes | each write read back |
| AFI and DSFID lock, EAS, write blocks, pass-through | no | the kiosk needs none of them |
| several pads on one line | no | the protocol has no addresses |

Frames: `drivers.rfid.threem_codec`. An 810 needs no other initialisation than the probe (live capture of 2026).
"""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from drivers.device_thread import DeviceThread
from drivers.device_url import DeviceUrl
from drivers.handover import Latest
from drivers.health import DeviceHealth
from drivers.rfid.base import PadReading
from drivers.rfid.threem_poller import ThreemPoller
from drivers.serial_port import SerialSettings

BAUD_RATES: Final = (19200, 9600, 38400, 57600, 115200)


class ThreemPad:
    """An `RfidPad`; see the module."""

    def __init__(self, path: str, baud: int = BAUD_RATES[0], poll_seconds: float = 0.15) -> None:
        self._poller = ThreemPoller(path, SerialSettings(baud), poll_seconds, self._publish)
        self._thread = DeviceThread(path, self._poller)
        self._latest: Latest[PadReading] = Latest()

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, ("baud", "poll_ms"))
        baud = parts.number("baud", BAUD_RATES[0], BAUD_RATES)
        return cls(parts.path, baud, parts.number("poll_ms", 150, range(20, 2001)) / 1000)

    async def __aenter__(self) -> Self:
        """Open the port and probe the pad."""
        await self._thread.start(lambda: self._latest.close(self._thread.failure))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port."""
        await self._thread.stop()

    def readings(self) -> AsyncIterator[PadReading]:
        """Yield each stable picture."""
        return self._latest.values()

    async def read_afi(self, uid: str) -> int:
        """Ask the tag itself."""
        return await self._thread.call(lambda: self._poller.read_afi(uid))

    async def write_afi(self, uid: str, value: int) -> None:
        """Write, read back, try again; the newest picture says the same afterwards."""
        await self._thread.call(lambda: self._poller.write_afi(uid, value))

    def health(self) -> DeviceHealth:
        """How the pad has been doing."""
        return self._poller.health()

    def _publish(self, reading: PadReading) -> None:
        self._thread.cross(lambda: self._latest.put(reading))
