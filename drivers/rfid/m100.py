"""UHF modules with an M100, QM100 or R200 chip (YRM100, JRD-4035, M5Stack Unit UHF) on a serial or USB-serial line.

URL: ``m100:///dev/serial/by-id/...?region=eu&power_dbm=15&rssi_min=-65``

| option | meaning |
| --- | --- |
| ``region`` | ``cn900``, ``us``, ``eu``, ``cn800``, ``kr``: must be given, for the law of the place says it |
| ``air`` | ``off`` asks who is there and nothing else: no region is set, nothing is sent, no tag is ever found |
| ``power_dbm`` | how strongly to send, 0 to 33; the module's own setting where it is left out |
| ``rssi_min`` | -100 to 0: weaker tags do not count as on the pad |
| ``user`` | ``yes`` reads the tags' user bank too |
| ``password_file`` | a file with the tags' access password, eight hexadecimal digits |
| ``baud``, ``poll_ms`` | 115200, 300: a look at ten tags takes half of that |

| function | supported | remarks |
| --- | --- | --- |
| inventory | yes | the UID is the EPC; two tags with one EPC are told as one |
| memory | yes | control word and EPC; each write read back, one that broke off is found and mended |
| AFI | where the control word has one | ISO/TS 28560-4 |
| EAS | NXP chips, with a password | an alarm is told of a tag only while no other lies there |
| DSFID | no | there is none |
| lock, kill | no | the kiosk needs neither |

Frames: `drivers.rfid.m100_codec`.
"""

from pathlib import Path
from typing import Final, Self

from drivers.device_url import DeviceUrl
from drivers.errors import DeviceUrlError
from drivers.rfid.air_off import AIR_OPTION, AirOff, air_is_off
from drivers.rfid.m100_exchange import M100Exchange, ModuleTimings
from drivers.rfid.m100_messages import NO_PASSWORD, Region
from drivers.rfid.m100_reader import M100Reader, ModuleSettings
from drivers.rfid.polled_pad import POLL_OPTIONS, PolledPad, over_wire
from drivers.rfid.poller import OpenReader
from drivers.serial_settings import SerialSettings
from drivers.wire import Wire

BAUD_RATES: Final = (115200, 9600, 19200, 38400, 57600)
_REGIONS: Final = {region.name.lower(): region for region in Region}
_POWERS: Final = range(34)
_RSSI: Final = range(-100, 1)
_PASSWORD_DIGITS: Final = 8
_POLL_MS: Final = 300


class M100Pad(PolledPad):
    """An `RfidPad`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(
            url, ("baud", "region", AIR_OPTION, "power_dbm", "rssi_min", "user", "password_file", *POLL_OPTIONS)
        )
        serial = SerialSettings(parts.number("baud", BAUD_RATES[0], BAUD_RATES))
        poll_seconds = parts.number("poll_ms", _POLL_MS, range(20, 2001)) / 1000
        if air_is_off(parts):
            return cls(str(parts.place), over_wire(parts.place, serial, _silent), poll_seconds)
        region = _REGIONS[parts.choice("region", "", _REGIONS)]
        power = parts.number("power_dbm", 0, _POWERS) if parts.text("power_dbm", "") else None
        rssi = _below_zero(parts, "rssi_min")
        user = parts.choice("user", "no", ("yes", "no")) == "yes"
        password_file = parts.text("password_file", "")

        def connect() -> OpenReader:
            password = _password(url, password_file) if password_file else NO_PASSWORD
            settings = ModuleSettings(region, power, rssi, user, password)
            return over_wire(parts.place, serial, lambda device, wire: M100Reader(device, wire, settings))()

        return cls(str(parts.place), connect, poll_seconds)


def _silent(device: str, wire: Wire) -> AirOff:
    exchange = M100Exchange(device, wire, ModuleTimings())
    return AirOff(exchange.identity, exchange.counters)


def _below_zero(parts: DeviceUrl, name: str) -> int | None:
    value = parts.text(name, "")
    if not value:
        return None
    digits = value.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or int(value) not in _RSSI:
        raise DeviceUrlError(parts.url, name, ("-100 to 0",))
    return int(value)


def _password(url: str, file: str) -> bytes:
    """Return the password that a file holds; raises `DeviceUrlError`."""
    try:
        text = Path(file).read_text(encoding="ascii").strip()
        password = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise DeviceUrlError(url, "password_file") from error
    if len(text) != _PASSWORD_DIGITS:
        raise DeviceUrlError(url, "password_file")
    return password
