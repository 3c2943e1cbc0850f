"""An ACR1552U behind PC/SC as a pad for one ISO 15693 tag: a desk for tagging or for single books, not for piles.

URL: ``pcsc://`` for the only reader, ``pcsc://ACR1552`` for the one with that in its name; ``?poll_ms=150``. Needs the
system's pcscd and ``pip install library-kiosk[pcsc]``; ``service=/socket`` is an emulated one.

| function | supported | remarks |
| --- | --- | --- |
| inventory | one tag | the reader itself finds no more |
| read and write blocks, AFI, DSFID | yes | blocks of four bytes; each write read back |
| EAS | NXP's tags | |
| ACR122U | no | it does not speak ISO 15693: it is a reader of patrons' cards |

Frames: `drivers.pcsc_codec`, `drivers.rfid.iso15693_codec`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from drivers.device_url import DeviceUrl, UrlForm
from drivers.pcsc_port import SERVICE_OPTION, CardService, service_named
from drivers.rfid.pcsc_reader import PcscTagReader
from drivers.rfid.polled_pad import POLL_OPTIONS, PolledPad, poll_seconds
from drivers.rfid.poller import OpenReader


@dataclass(frozen=True, slots=True)
class _Line:
    """What holds the reader open."""

    reader: PcscTagReader
    service: CardService

    def interrupt(self) -> None:
        """Make waits raise."""
        self.service.interrupt()

    def close(self) -> None:
        """Let the tag be and give the service back."""
        self.reader.release()
        self.service.close()


class PcscPad(PolledPad):
    """An `RfidPad`; see the module."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, (SERVICE_OPTION, *POLL_OPTIONS), UrlForm.NAME)
        return cls.over(url, parts.name, service_named(parts), poll_seconds(parts))

    @classmethod
    def over(cls, url: str, part: str, reach: Callable[[], CardService], poll_seconds: float) -> Self:
        """Make it over a service of its own: ``part`` of the reader's name, and what makes the service."""

        def connect() -> OpenReader:
            service = reach()
            reader = PcscTagReader(url, part, service)
            return OpenReader(reader, _Line(reader, service))

        return cls(url, connect, poll_seconds)
