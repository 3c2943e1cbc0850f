"""The standing work at any pad: look, read what is new, tell the picture when it has changed, run commands in between.

What a protocol must offer is `drivers.rfid.tag_reader`; when a tag counts as there or gone is `drivers.rfid.presence`;
how a write is made sure of is `drivers.rfid.verified`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from drivers.errors import (
    DeviceLostError,
    LossReason,
    TagError,
    TagGoneError,
    TagUnreadableError,
    TagUnsupportedError,
)
from drivers.health import DeviceHealth
from drivers.rfid.base import Ability, Air, PadReading, TagReading
from drivers.rfid.presence import Presence
from drivers.rfid.tag_reader import NoAnswerError, ReaderRefusedError, TagReader
from drivers.rfid.verified import VerifiedWrites

FAILED_ROUNDS: Final = 10
"""Inventories that failed in a row after which the pad is given up, to be opened anew."""

_UNSETTLED_PAUSE: Final = 0.02
"""Seconds between rounds that bring nothing new while a picture is awaited."""

T = TypeVar("T")


class Line(Protocol):
    """What holds the device open: a `drivers.wire.Wire`, or whatever a pad without a byte wire has in its place."""

    def interrupt(self) -> None:
        """Make this and every later wait of the reader raise `DeviceLostError` soon; from any thread."""
        ...

    def close(self) -> None:
        """Give the device back; twice is harmless."""
        ...


@dataclass(frozen=True, slots=True)
class OpenReader:
    """A pad whose line is open and which nobody has spoken to yet."""

    reader: TagReader
    line: Line


class TagPoller:
    """A `BlockingDevice` over a `TagReader`; all but `interrupt`, `health` and `abilities` belongs to one thread."""

    def __init__(
        self,
        device: str,
        connect: Callable[[], OpenReader],
        poll_seconds: float,
        publish: Callable[[PadReading], None],
    ) -> None:
        """``connect`` opens the line, raising `DeviceLostError`; ``publish`` takes each new picture, on the thread."""
        self._device = device
        self._connect = connect
        self._poll_seconds = poll_seconds
        self._publish = publish
        self._closing = threading.Event()
        self._open: OpenReader | None = None
        self._identity = ""
        self._abilities: frozenset[Ability] = frozenset()
        self._presence = Presence()
        self._round: Iterator[None] | None = None
        self._round_began = 0.0
        self._failed_rounds = 0
        self._progress = False
        self._told: tuple[TagReading, ...] | None = None

    # The device of a thread

    def open(self) -> None:
        """Open the line and ask the pad who it is and what it can."""
        self._open = self._connect()
        if self._closing.is_set():
            self._open.line.interrupt()
        self._presence = Presence(air=self._open.reader.air)
        self._identity = self._open.reader.probe()
        self._abilities = self._open.reader.abilities()

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
        """Make the line raise in whatever waits for it; from any thread."""
        self._closing.set()
        if self._open is not None:
            self._open.line.interrupt()

    def close(self) -> None:
        """Give the line back."""
        if self._open is not None:
            self._open.line.close()

    # What is known without asking

    def abilities(self) -> frozenset[Ability]:
        """Name what the pad can do; empty until it is open."""
        return self._abilities

    def health(self) -> DeviceHealth:
        """How the pad has been doing."""
        if self._open is None:
            return DeviceHealth(self._identity)
        counters = self._open.reader.counters
        return DeviceHealth(self._identity, counters.exchanges, counters.unanswered, counters.damaged)

    # Commands; `drivers.rfid.base.RfidPad` says what each promises and raises

    def read_afi(self, uid: str) -> int:
        """Ask the tag itself; one without an AFI cannot be read."""
        afi = self._asked(uid, lambda: self._reader.afi(uid))
        if afi is None:
            raise TagUnreadableError(uid)
        self._presence.afi_read(uid, afi, time.monotonic())
        self._tell()
        return afi

    def write_afi(self, uid: str, value: int) -> None:
        """Write, read back, try again; the newest picture says the same afterwards."""
        self._need(Ability.AFI, uid)
        try:
            self._writes.afi(uid, value)
        except TagError:
            self._presence.afi_doubtful(uid)
            raise
        self._presence.afi_read(uid, value, time.monotonic())
        self._tell()

    def read_eas(self, uid: str) -> bool:
        """Ask the tag itself."""
        self._need(Ability.EAS, uid)
        return self._asked(uid, lambda: self._reader.eas(uid), may_not=True)

    def write_eas(self, uid: str, *, on: bool) -> None:
        """Write, ask, try again."""
        self._need(Ability.EAS, uid)
        self._writes.eas(uid, on=on)

    def read_memory(self, uid: str) -> bytes:
        """Read all of it."""
        return self._asked(uid, lambda: self._reader.all_memory(uid))

    def write_memory(self, uid: str, data: bytes) -> None:
        """Write, read back, try again; the tag is read anew for the next picture, whatever came of it."""
        self._need(Ability.MEMORY, uid)
        try:
            goes_by = self._writes.memory(uid, data)
        except TagError:
            self._presence.memory_doubtful(uid)
            raise
        self._presence.renamed(uid, goes_by)
        self._presence.memory_doubtful(goes_by)

    def write_dsfid(self, uid: str, value: int) -> None:
        """Write, read back, try again; the newest picture says the same afterwards."""
        self._need(Ability.DSFID, uid)
        self._writes.dsfid(uid, value)
        self._presence.dsfid_read(uid, value, time.monotonic())
        self._tell()

    # The round

    @property
    def _reader(self) -> TagReader:
        if self._open is None:
            raise DeviceLostError(self._device, LossReason.CLOSED)
        return self._open.reader

    @property
    def _writes(self) -> VerifiedWrites:
        return VerifiedWrites(self._reader, self._closing.wait)

    def _need(self, ability: Ability, uid: str) -> None:
        if ability not in self._abilities:
            raise TagUnsupportedError(uid)

    @staticmethod
    def _asked(uid: str, ask: Callable[[], T], *, may_not: bool = False) -> T:
        """Return what a tag says; everything but its absence (``may_not``: or its inability) is "unreadable"."""
        try:
            return ask()
        except (TagGoneError, TagUnreadableError):
            raise
        except TagUnsupportedError as error:
            if may_not:
                raise
            raise TagUnreadableError(uid) from error
        except (NoAnswerError, ReaderRefusedError, TagError) as error:
            raise TagUnreadableError(uid) from error

    def _look(self) -> Iterator[None]:
        """One round: an inventory, and what is new or was not readable; pauses after each exchange for commands."""
        self._progress = False
        try:
            found = self._reader.inventory()
        except (NoAnswerError, ReaderRefusedError) as error:
            self._failed_rounds += 1
            if self._failed_rounds >= FAILED_ROUNDS:
                raise DeviceLostError(self._device, LossReason.SILENT) from error
            return
        self._failed_rounds = 0
        self._presence.saw(found, time.monotonic())
        self._tell()
        for uid in self._presence.to_read():
            yield
            yield from self._read(uid)

    def _read(self, uid: str) -> Iterator[None]:
        """Read a tag, or count that it could not be read; what was read of it is kept for the next try."""
        try:
            if self._presence.memory_of(uid) is None:
                memory = self._reader.memory(uid)
                user = self._reader.user_memory(uid) if self._reader.air is Air.UHF else None
                self._presence.memory_read(uid, memory, time.monotonic(), user)
                yield
            afi = self._first_afi(uid)
        except (NoAnswerError, ReaderRefusedError, TagError):
            self._presence.not_read(uid)
        else:
            self._presence.afi_read(uid, afi, time.monotonic())
            self._progress = True

    def _first_afi(self, uid: str) -> int | None:
        """Return a tag's AFI; ``None`` where it has none or the pad cannot ask."""
        if Ability.AFI not in self._abilities:
            return None
        try:
            return self._reader.afi(uid)
        except TagUnsupportedError:
            return None

    def _tell(self) -> None:
        """Publish the picture if it is whole and differs from the one told last."""
        picture = self._presence.picture(time.monotonic())
        if picture is not None and picture != self._told:
            self._told = picture
            self._publish(PadReading(picture, self._reader.counters.received_ns))
