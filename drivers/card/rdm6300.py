"""Readers of EM4100 cards at 125 kHz with an RDM6300 or ID-12 module, on a serial or USB-serial line at 9600 8N1.

URL: ``rdm6300:///dev/serial/by-id/...?away_ms=500``

| function | supported | remarks |
| --- | --- | --- |
| the card's five bytes | yes | what number they are to the library, `card_number` says |
| a card once while it lies there | yes | the module says it again and again; away after ``away_ms`` without it |
| two cards at once | no | they drown each other out; the module says nothing |
| making sure that a reader is there | no | the module hears nothing: a wrong port is silent until a card is shown |
| writing | no | EM4100 chips cannot be written; that they can be copied, docs/hardware.md says |
"""

from typing import Final, Self

from drivers.card.base import CardReading
from drivers.card.rdm6300_codec import Rdm6300Codec
from drivers.card.showing import Repeats
from drivers.device_url import DeviceUrl
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.serial_settings import SerialSettings
from drivers.threaded_driver import ThreadedDriver
from drivers.wire import WirePlace
from drivers.wire_listener import WireListener

LINE: Final = SerialSettings(9600)

UNREAD_CARDS: Final = 4
"""Kept for a kiosk that does not ask; older ones were shown to nobody."""

AWAY_MS: Final = 500
"""The module says a card that lies there about fifteen times a second."""

BROKEN_OFF: Final = 0.1
"""Seconds of silence in the middle of a frame after which nothing more of it comes; it lasts 15 ms."""
_FOR_EVER: Final = 60.0


class Rdm6300Reader(ThreadedDriver[CardReading]):
    """A `CardReader`; see the module."""

    def __init__(self, place: WirePlace, away_seconds: float = AWAY_MS / 1000) -> None:
        self._codec = Rdm6300Codec()
        self._repeats: Repeats[bytes] = Repeats(away_seconds)
        self._frames = 0
        super().__init__(str(place), WireListener(lambda: place.open(LINE), self._hear), InOrder(UNREAD_CARDS))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, ("away_ms",))
        return cls(parts.place, parts.number("away_ms", AWAY_MS, range(100, 10_001)) / 1000)

    def health(self) -> DeviceHealth:
        """How the reader has been doing; it does not say what it is."""
        return DeviceHealth("", exchanges=self._frames, damaged=self._codec.damaged)

    def _hear(self, data: bytes, now_ns: int) -> float:
        """Take what came; on the device's thread."""
        if not data and self._codec.waiting:
            self._codec.skip_incomplete()
        self._codec.receive_data(data)
        for card in self._codec.messages():
            self._frames += 1
            if self._repeats.new(card, now_ns):
                self._publish(CardReading(card, "", now_ns))
        return BROKEN_OFF if self._codec.waiting else _FOR_EVER
