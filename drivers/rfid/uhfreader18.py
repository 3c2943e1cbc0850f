"""UHF readers of the UHFReader18, 288 and 86 families (Chafon CF-RU5102, RRU9803M, CF-MU9xx) on a serial line.

URL: ``uhfreader18:///dev/serial/by-id/...?region=eu``

| option | meaning |
| --- | --- |
| ``region`` | ``cn900``, ``us``, ``eu``, ``cn800``, ``kr``: must be given, for the law of the place says it: |
| | a reader that is set otherwise is not worked; ``as_set``: a person has seen to what it is set to |
| ``air`` | ``off`` asks who is there and nothing else: nothing is sent, no tag is ever found |
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
from drivers.rfid.air_off import AIR_OPTION, AirOff, air_is_off
from drivers.rfid.polled_pad import POLL_OPTIONS, PolledPad, over_wire
from drivers.rfid.tag_reader import TagReader
from drivers.rfid.uhfreader18_codec import ANY_READER
from drivers.rfid.uhfreader18_messages import Band, Layout
from drivers.rfid.uhfreader18_reader import ReaderSettings, Uhfreader18Reader
from drivers.serial_settings import SerialSettings
from drivers.wire import Wire

BAUD_RATES: Final = (57600, 9600, 19200, 38400, 115200)
_REGIONS: Final = {**{band.name.lower(): band for band in Band}, "as_set": None}
_LAYOUTS: Final = {layout.value: layout for layout in Layout}
_POLL_MS: Final = 300


class Uhfreader18Pad(PolledPad):
    """An `RfidPad`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, ("baud", "region", AIR_OPTION, "layout", "address", *POLL_OPTIONS))
        serial = SerialSettings(parts.number("baud", BAUD_RATES[0], BAUD_RATES))
        quiet = air_is_off(parts)
        settings = ReaderSettings(
            parts.number("address", ANY_READER, range(ANY_READER + 1)),
            None if quiet else _REGIONS[parts.choice("region", "", _REGIONS)],
            _LAYOUTS[parts.choice("layout", "", _LAYOUTS)] if parts.text("layout", "") else None,
        )

        def reader(device: str, wire: Wire) -> TagReader:
            made = Uhfreader18Reader(device, wire, settings)
            return AirOff(made.identity, made.counters) if quiet else made

        poll_seconds = parts.number("poll_ms", _POLL_MS, range(20, 2001)) / 1000
        return cls(str(parts.place), over_wire(parts.place, serial, reader), poll_seconds)
