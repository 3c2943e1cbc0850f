"""FEIG OBID i-scan and classic-pro readers (MR, PR, PRH, LR, CPR) in host mode, on a serial line or the network.

URLs: ``feig:///dev/serial/by-id/...?baud=38400&line=8E1`` and ``feig+tcp://reader.library:10001``

| option | values | means |
| --- | --- | --- |
| ``baud`` | 4800 to 115200, 38400 unless given | serial line only |
| ``line`` | ``8E1`` unless given, ``8N1``, ``8O1`` | serial line only: bits, parity, stop bits |
| ``frames`` | ``auto`` unless given, ``standard``, ``advanced`` | auto: what it answers, advanced first on a network |
| ``address`` | 0 to 255, 255 unless given | which reader of several on one line; 255 is any |
| ``eas`` | ``off`` unless given, ``transparent`` | offer the EAS bit through transparent commands |
| ``poll_ms`` | 20 to 2000, 150 unless given | how often to look |

| function | supported | remarks |
| --- | --- | --- |
| inventory | yes | with DSFID; more tags than fit in an answer; readers that name each tag but once |
| read and write blocks | yes | turned round in each block, as these readers have it; blocks of 4 bytes are written |
| AFI and DSFID read and write | yes | reading by "system information", which a few tags do not have |
| EAS | with ``eas=transparent`` | NXP tags; not proven on a device: the readers have no command of their own for it |
| locks, passwords, several antennas, ISO 14443 cards | no | the kiosk needs none of them |

A reader in scan, buffered-read or notification mode answers that nothing is available, or talks unasked: the pad is
then lost by `LossReason.WRONG_MODE`, and FEIG's own program must switch it to host mode. A reader with another parity
or speed answers nothing at all. Frames: `drivers.rfid.feig_codec`.
"""

from collections.abc import Callable
from typing import Final, Self

from drivers.device_url import DeviceUrl, UrlForm
from drivers.rfid.feig_codec import ANY_READER
from drivers.rfid.feig_line import NETWORK_PACE, FeigOptions, FrameKinds
from drivers.rfid.feig_reader import FeigReader
from drivers.rfid.polled_pad import POLL_OPTIONS, PolledPad, over_wire, poll_seconds
from drivers.rfid.poller import OpenReader
from drivers.serial_settings import SerialSettings

BAUD_RATES: Final = (4800, 9600, 19200, 38400, 57600, 115200)
DEFAULT_BAUD: Final = 38400
LINES: Final = {"8E1": "E", "8N1": "N", "8O1": "O"}

_OPTIONS: Final = ("frames", "address", "eas", *POLL_OPTIONS)
_SERIAL_OPTIONS: Final = ("baud", "line")


class FeigPad(PolledPad):
    """An `RfidPad` on a serial line; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, (*_SERIAL_OPTIONS, *_OPTIONS))
        settings = serial_settings(parts)
        options = FeigOptions(_kinds(parts, FrameKinds.STANDARD_FIRST), _address(parts), _eas(parts))
        return cls(str(parts.place), _connect(parts, settings, options), poll_seconds(parts))


class FeigNetworkPad(PolledPad):
    """An `RfidPad` on the network; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, _OPTIONS, UrlForm.ADDRESS)
        options = FeigOptions(_kinds(parts, FrameKinds.ADVANCED_FIRST), _address(parts), _eas(parts), pace=NETWORK_PACE)
        return cls(str(parts.place), _connect(parts, SerialSettings(DEFAULT_BAUD), options), poll_seconds(parts))


def serial_settings(parts: DeviceUrl) -> SerialSettings:
    """Return what is asked of the serial line; raises `DeviceUrlError`."""
    return SerialSettings(parts.number("baud", DEFAULT_BAUD, BAUD_RATES), LINES[parts.choice("line", "8E1", LINES)])


def _connect(parts: DeviceUrl, settings: SerialSettings, options: FeigOptions) -> Callable[[], OpenReader]:
    return over_wire(parts.place, settings, lambda device, wire: FeigReader(device, wire, options))


def _kinds(parts: DeviceUrl, auto: FrameKinds) -> FrameKinds:
    kinds = {"auto": auto, "standard": FrameKinds.STANDARD, "advanced": FrameKinds.ADVANCED}
    return kinds[parts.choice("frames", "auto", kinds)]


def _address(parts: DeviceUrl) -> int:
    return parts.number("address", ANY_READER, range(256))


def _eas(parts: DeviceUrl) -> bool:
    return parts.choice("eas", "off", ("off", "transparent")) == "transparent"
