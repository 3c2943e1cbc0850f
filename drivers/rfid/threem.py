"""The 3M/Bibliotheca 210 and 810 pads on a serial or USB-serial line.

URL: ``threem:///dev/serial/by-id/...?baud=19200&poll_ms=150``

| function | supported | remarks |
| --- | --- | --- |
| inventory | yes | with DSFID where the pad tells it; a tag named twice counts once |
| read blocks | yes | first 36 bytes for the picture; all, by the size that the tag tells, on demand |
| write blocks | yes | together, or one by one on pads that know only that; read back |
| AFI and DSFID get and write | yes | each write read back; a locked one is told |
| EAS check and set | yes | "off" only when the tag answers otherwise; NXP's own commands on pads without these |
| pass-through | NXP's EAS commands | control word 0; never for tags of Texas Instruments |
| locking blocks, AFI, DSFID | no | a kiosk makes nothing unchangeable |
| stay quiet | no | a quiet tag cannot be told from one that was lifted |
| several pads on one line | no | the protocol has no addresses |

Frames: `drivers.rfid.threem_codec`. A pad that answers the probe and no command gets the initialisation that hosts in
the field send (command 13, other for 210 and 810); an 810 was seen to need none (live capture of 2026).
"""

from typing import Final, Self

from drivers.device_url import DeviceUrl
from drivers.rfid.polled_pad import POLL_OPTIONS, PolledPad, over_wire, poll_seconds
from drivers.rfid.threem_reader import ThreemReader
from drivers.serial_settings import SerialSettings

BAUD_RATES: Final = (19200, 9600, 38400, 57600, 115200)


class ThreemPad(PolledPad):
    """An `RfidPad`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, ("baud", *POLL_OPTIONS))
        settings = SerialSettings(parts.number("baud", BAUD_RATES[0], BAUD_RATES))
        return cls(str(parts.place), over_wire(parts.place, settings, ThreemReader), poll_seconds(parts))
