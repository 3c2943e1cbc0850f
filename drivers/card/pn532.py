"""Readers with a PN532 on a serial line (HSU): patrons' cards of ISO/IEC 14443 type A, by the chip's identifier.

URL: ``pn532:///dev/serial/by-id/...?poll_ms=150``; a Raspberry Pi's own line is ``/dev/serial0``. Always 115200 8N1.

| function | supported | remarks |
| --- | --- | --- |
| MIFARE, NTAG, DESFire: identifiers of 4, 7, 10 bytes | yes | what number they are to the library, `card_number` says |
| cards that make up their identifier (phones, identity cards) | told as such | they name nobody |
| a card once while it lies there | yes | away after three looks and 0.6 s without it |
| two cards at once | no | neither is told: it would be a guess; the one left alone is |
| what stands on the card: sectors, NDEF | no | an identifier alone can be copied; see docs/hardware.md |
| ISO 15693, FeliCa, type B | no | the first is beyond the chip; no library of ours has the others |
| I2C, SPI | no | set the board's switches to HSU |
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Self

from drivers.card.base import CardReading
from drivers.card.pn532_messages import Target
from drivers.card.pn532_reader import Pn532Chip
from drivers.card.showing import Showing
from drivers.device_url import DeviceUrl
from drivers.errors import DeviceLostError, LossReason
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.rfid.tag_reader import NoAnswerError
from drivers.serial_settings import SerialSettings
from drivers.threaded_driver import ThreadedDriver
from drivers.wire import Wire, WirePlace

LINE: Final = SerialSettings(115200)

UNREAD_CARDS: Final = 4
"""Kept for a kiosk that does not ask; older ones were shown to nobody."""

POLL_MS: Final = 150
FAILED_LOOKS: Final = 10
"""In a row, after which the reader is given up, to be opened and woken anew."""

_RANDOM: Final = b""
"""Stands for a card that calls itself something else at each look."""


class Pn532Reader(ThreadedDriver[CardReading]):
    """A `CardReader`; see the module."""

    def __init__(self, place: WirePlace, poll_seconds: float = POLL_MS / 1000) -> None:
        self._poller = _Poller(place, poll_seconds, self._publish)
        super().__init__(str(place), self._poller, InOrder(UNREAD_CARDS))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, ("poll_ms",))
        return cls(parts.place, parts.number("poll_ms", POLL_MS, range(20, 1001)) / 1000)

    def health(self) -> DeviceHealth:
        """How the reader has been doing."""
        return self._poller.health()


class _Poller:
    """A `BlockingDevice`: looks for cards, tells each that is shown."""

    def __init__(self, place: WirePlace, poll_seconds: float, publish: Callable[[CardReading], None]) -> None:
        self._place = place
        self._poll_seconds = poll_seconds
        self._publish = publish
        self._closing = threading.Event()
        self._wire: Wire | None = None
        self._chip: Pn532Chip | None = None
        self._identity = ""
        self._showing: Showing[bytes] = Showing()
        self._found: frozenset[bytes] = frozenset()
        """At the look before: a card is told when two in a row found it, for an answer does not say what it answers."""
        self._failed = 0

    def open(self) -> None:
        self._wire = self._place.open(LINE)
        if self._closing.is_set():
            self._wire.interrupt()
        self._chip = Pn532Chip(str(self._place), self._wire)
        self._identity = str(self._chip.probe())

    def work(self) -> float:
        """Look once; return the seconds until the next look."""
        if self._chip is None:
            raise DeviceLostError(str(self._place), LossReason.CLOSED)
        try:
            self._look(self._chip.cards(), self._chip.counters.received_ns)
        except NoAnswerError as error:
            self._failed += 1
            if self._failed >= FAILED_LOOKS:
                raise DeviceLostError(str(self._place), LossReason.SILENT) from error
        else:
            self._failed = 0
        return self._poll_seconds

    def interrupt(self) -> None:
        self._closing.set()
        if self._wire is not None:
            self._wire.interrupt()

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def health(self) -> DeviceHealth:
        if self._chip is None:
            return DeviceHealth(self._identity)
        counters = self._chip.counters
        return DeviceHealth(self._identity, counters.exchanges, counters.unanswered, counters.damaged)

    def _look(self, cards: tuple[Target, ...], received_ns: int) -> None:
        by_key = {_RANDOM if card.random else card.uid: card for card in cards}
        if len(by_key) < len(cards):  # two that both make up their identifiers
            return
        twice = self._found.intersection(by_key)
        self._found = frozenset(by_key)
        shown = self._showing.saw(twice, time.monotonic())
        if shown is not None:
            card = by_key[shown]
            self._publish(CardReading(card.uid, "", received_ns, card.random))
