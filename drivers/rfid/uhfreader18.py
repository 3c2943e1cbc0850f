"""UHF readers of the UHFReader18, 288 and 86 families (Chafon CF-RU5102, RRU9803M, CF-MU9xx) on a serial line.

URL: ``uhfreader18:///dev/serial/by-id/...?region=eu``

| option | meaning |
| --- | --- |
| ``region`` | ``cn900``, ``us``, ``eu``, ``cn800``, ``kr``: a reader that is set to another is not worked |
| ``layout`` | ``18`` or ``288``: for a kind of reader that is not known; else it goes by what the reader tells |
| ``address`` | 0 to 254: of one reader of several on a line |
| ``baud``, ``poll_ms`` | 57600, 300 |

| function | supported | remarks |
| --- | --- | --- |
| inventory | yes | the UID is the EPC; two tags with one EPC are told as one |
| memory | yes | control word and EPC of up to 15 words; each write read back |
| AFI | where the control word has one | ISO/TS 28560-4 |
| user bank, EAS | no | EAS would need a password and NXP's chips |
| region, power, scan time | no | the reader keeps them: set them with its maker's program |
| signal strength | no | no source says what the number means |
| lock, kill | no | the kiosk needs neither |

Frames: `drivers.rfid.uhfreader18_codec`.
"""

from typing import Final, Self

from drivers.device_url import DeviceUrl
from drivers.rfid.polled_pad import POLL_OPTIONS, PolledPad, over_wire
from drivers.rfid.uhfreader18_codec import ANY_READER
from drivers.rfid.uhfreader18_messages import Band, Layout
from drivers.rfid.uhfreader18_reader import ReaderSettings, Uhfreader18Reader
from drivers.serial_settings import SerialSettings

BAUD_RATES: Final = (57600, 9600, 19200, 38400, 115200)
_BANDS: Final = {band.name.lower(): band for band in Band}
_LAYOUTS: Final = {layout.value: layout for layout in Layout}
_POLL_MS: Final = 300


class Uhfreader18Pad(PolledPad):
    """An `RfidPad`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, ("baud", "region", "layout", "address", *POLL_OPTIONS))
        serial = SerialSettings(parts.number("baud", BAUD_RATES[0], BAUD_RATES))
        settings = ReaderSettings(
            parts.number("address", ANY_READER, range(ANY_READER + 1)),
            _BANDS[parts.choice("region", "", _BANDS)] if parts.text("region", "") else None,
            _LAYOUTS[parts.choice("layout", "", _LAYOUTS)] if parts.text("layout", "") else None,
        )
        connect = over_wire(parts.place, serial, lambda device, wire: Uhfreader18Reader(device, wire, settings))
        return cls(str(parts.place), connect, parts.number("poll_ms", _POLL_MS, range(20, 2001)) / 1000)
