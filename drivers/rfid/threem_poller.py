"""The standing work at a 3M/Bibliotheca pad: look, read what is new, tell the picture when it has changed."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from drivers.errors import DeviceLostError, LossReason, TagError, TagGoneError, TagUnreadableError
from drivers.health import DeviceHealth
from drivers.rfid.base import PadReading, TagReading
from drivers.rfid.presence import Presence
from drivers.rfid.threem_messages import ErrorCode, ReaderRefusedError
from drivers.rfid.threem_reader import NoAnswerError, ThreemReader
from drivers.serial_port import SerialPort, SerialSettings

WRITE_ATTEMPTS: Final = 10
"""With 50 ms between them half a second: as long as a hand that shifts a book."""

FAILED_ROUNDS: Final = 10
"""Inventories that failed in a row after which the pad is given up, to be opened anew."""

_UNSETTLED_PAUSE: Final = 0.02
"""Seconds between rounds that bring nothing new while a picture is awaited."""


class ThreemPoller:
    """A `BlockingDevice`; `open`, `work`, `close` and the commands belong to one thread."""

    def __init__(
        self, path: str, settings: SerialSettings, poll_seconds: float, publish: Callable[[PadReading], None]
    ) -> None:
        self._path = path
        self._settings = settings
        self._poll_seconds = poll_seconds
        self._publish = publish
        self._closing = threading.Event()
        self._port: SerialPort | None = None
        self._reader: ThreemReader | None = None
        self._identity = ""
        self._presence = Presence()
        self._round: Iterator[None] | None = None
        self._round_began = 0.0
        self._failed_rounds = 0
        self._progress = False
        self._told: tuple[TagReading, ...] | None = None

    def open(self) -> None:
        """Open the line, throw away what lies in it, and ask the pad who it is."""
        self._port = SerialPort.open(self._path, self._settings)
        if self._closing.is_set():
            self._port.interrupt()
        self._reader = ThreemReader(self._path, self._port)
        self._identity = f"3M/Bibliotheca {self._reader.probe()}"

    def work(self) -> float:
        """Do one exchange of the round; return the seconds until the next."""
        if self._round is None:
            self._round_began = time.monotonic()
            self._round = self._look()
        for _ in self._round:
            return 0.0
        self._round = None
        now = time.monotonic()
        if self._told is not None and self._presence.settled(now):
            return self._round_began + self._poll_seconds - now
        return 0.0 if self._progress else _UNSETTLED_PAUSE

    def interrupt(self) -> None:
        """Make the wire raise in whatever waits for it; from any thread."""
        self._closing.set()
        if self._port is not None:
            self._port.interrupt()

    def close(self) -> None:
        """Give the line back."""
        if self._port is not None:
            self._port.close()

    def read_afi(self, uid: str) -> int:
        """Ask the tag itself; raises `TagGoneError`, `TagUnreadableError`."""
        try:
            afi = self._pad.afi(uid)
        except ReaderRefusedError as error:
            if error.code == ErrorCode.NO_TRANSPONDER:
                raise TagGoneError(uid) from error
            raise TagUnreadableError(uid) from error
        except NoAnswerError as error:
            raise TagUnreadableError(uid) from error
        self._presence.afi_read(uid, afi, time.monotonic())
        self._tell()
        return afi

    def write_afi(self, uid: str, value: int) -> None:
        """Write, read back, try again; raises the `TagError` that says what stands on the tag."""
        try:
            self._pad.write_afi(uid, value, WRITE_ATTEMPTS)
        except TagError:
            self._presence.afi_doubtful(uid)
            raise
        self._presence.afi_read(uid, value, time.monotonic())
        self._tell()

    def health(self) -> DeviceHealth:
        """How the pad has been doing."""
        if self._reader is None:
            return DeviceHealth(self._identity)
        counters = self._reader.counters
        return DeviceHealth(self._identity, counters.exchanges, counters.unanswered, self._reader.damaged)

    @property
    def _pad(self) -> ThreemReader:
        if self._reader is None:
            raise DeviceLostError(self._path, LossReason.CLOSED)
        return self._reader

    def _look(self) -> Iterator[None]:
        """One round: an inventory, and what is new or was not readable; pauses after each exchange for commands."""
        self._progress = False
        try:
            found = {tag.uid: tag.dsfid for tag in self._pad.inventory()}
        except (NoAnswerError, ReaderRefusedError) as error:
            self._failed_rounds += 1
            if self._failed_rounds >= FAILED_ROUNDS:
                raise DeviceLostError(self._path, LossReason.SILENT) from error
            return
        self._failed_rounds = 0
        self._presence.saw(found, time.monotonic())
        self._tell()
        for uid in self._presence.to_read():
            yield
            yield from self._read(uid)

    def _read(self, uid: str) -> Iterator[None]:
        try:
            if self._presence.memory_of(uid) is None:
                self._presence.memory_read(uid, self._pad.memory(uid), time.monotonic())
                yield
            self._presence.afi_read(uid, self._pad.afi(uid), time.monotonic())
        except (NoAnswerError, ReaderRefusedError):
            self._presence.not_read(uid)
        else:
            self._progress = True

    def _tell(self) -> None:
        """Publish the picture if it is whole and differs from the one told last."""
        picture = self._presence.picture(time.monotonic())
        if picture is not None and picture != self._told:
            self._told = picture
            self._publish(PadReading(picture, self._pad.counters.received_ns))
