"""Chips shown to a reader behind PC/SC (ACR122U, ACR1552U): their identifiers, once each time they are shown.

URL: ``pcsc://`` for the only reader, ``pcsc://ACR122`` for the one with that in its name. Needs the system's pcscd and
``pip install library-kiosk[pcsc]``; ``service=/socket`` is an emulated one.

| function | supported | remarks |
| --- | --- | --- |
| identifier of ISO 14443 chips, A and B | yes | 4, 7 or 10 bytes; one that a chip made up (``08...``) is marked |
| identifier of ISO 15693 tags | yes | with a reader that speaks it |
| seeing that a card was taken away | yes | away for 600 ms counts |
| what stands on the chip | no | |
| lights and tones of the reader | as they come | |
"""

import time
from collections.abc import Callable
from typing import Final, Self

from drivers.card.base import CardReading
from drivers.card.showing import Showing
from drivers.device_url import DeviceUrl, UrlForm
from drivers.handover import InOrder
from drivers.health import DeviceHealth
from drivers.pcsc_codec import GET_UID, ApduError, ApduMessageError, uid_told
from drivers.pcsc_port import SERVICE_OPTION, CardGoneError, CardService, ReaderState, chosen_reader, service_named
from drivers.threaded_driver import ThreadedDriver

LOOK_SECONDS: Final = 0.25
"""How long a look waits for something to change; a card that is taken away is away after three."""

MOST_UNREAD: Final = 8
"""Cards that nobody took; a patron shows one."""

_MOST_TRIES: Final = 5
"""A card at the edge of the field does not always answer at first."""

_MADE_UP: Final = 0x08
_MADE_UP_BYTES: Final = 4


class _Watch:
    """Looks at one reader; a `BlockingDevice`."""

    def __init__(
        self, url: str, part: str, reach: Callable[[], CardService], told: Callable[[CardReading], None]
    ) -> None:
        self._url = url
        self._part = part
        self._reach = reach
        self._told = told
        self._service: CardService | None = None
        self._state: ReaderState | None = None
        self._uid: bytes | None = None
        self._tries = 0
        self._showing: Showing[bytes] = Showing()
        self.reader = ""
        self.exchanges = self.unanswered = 0

    def open(self) -> None:
        """Find the reader; a card that lies there already is not shown anew."""
        self._service = self._reach()
        self.reader = chosen_reader(self._url, self._part, self._service)
        self._look(self._service, 0)
        if self._uid is not None:
            self._showing.saw((self._uid,), time.monotonic())

    def work(self) -> float:
        """Look once."""
        if self._service is None:
            raise AssertionError("not open")
        self._look(self._service, LOOK_SECONDS)
        now = time.monotonic()
        shown = self._showing.saw(() if self._uid is None else (self._uid,), now)
        if shown is not None:
            made_up = len(shown) == _MADE_UP_BYTES and shown[0] == _MADE_UP
            self._told(CardReading(shown, "", time.monotonic_ns(), made_up))
        return 0.0

    def interrupt(self) -> None:
        """Make waits raise."""
        if self._service is not None:
            self._service.interrupt()

    def close(self) -> None:
        """Give the service back."""
        if self._service is not None:
            self._service.close()

    def _look(self, service: CardService, seconds: float) -> None:
        """Learn what lies there, and its identifier unless that is known."""
        state = service.state(self.reader, self._state, seconds)
        if state != self._state:
            self._state, self._uid, self._tries = state, None, 0
        if not state.card or self._uid is not None or self._tries >= _MOST_TRIES:
            return
        self._tries += 1
        try:
            link = service.connect(self.reader)
            try:
                self._uid = uid_told(link.transmit(GET_UID))
            finally:
                link.close()
            self.exchanges += 1
        except (CardGoneError, ApduError, ApduMessageError):
            self.unanswered += 1


class PcscCardReader(ThreadedDriver[CardReading]):
    """A `CardReader`; see the module."""

    def __init__(self, url: str, part: str, reach: Callable[[], CardService]) -> None:
        """``part`` of the reader's name; ``reach`` makes the service, on the reader's own thread."""
        self._watch = _Watch(url, part, reach, self._publish)
        super().__init__(url, self._watch, InOrder(MOST_UNREAD))

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        parts = DeviceUrl.parse(url, (SERVICE_OPTION,), UrlForm.NAME)
        return cls(url, parts.name, service_named(parts))

    def health(self) -> DeviceHealth:
        """How the reader has been doing."""
        return DeviceHealth(self._watch.reader, self._watch.exchanges, self._watch.unanswered)
