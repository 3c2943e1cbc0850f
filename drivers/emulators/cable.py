"""What every emulated cable does, whatever its ends are: spoil bytes, keep to a real cable's speed, count."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Final

from drivers.emulators.device import Answer, Order
from drivers.emulators.faults import Piece, WireFault

BITS_PER_BYTE: Final = 10
"""8N1: a start bit, eight bits, a stop bit; parity makes eleven."""

BACKLOG: Final = 1 << 20
"""Bytes kept for a host that does not read, as no device would; the oldest are thrown away."""

_SLICE: Final = 16
"""Bytes written together when the cable is as slow as a real one: as a USB adapter hands them on."""

_COARSE: Final = 0.002
"""Seconds by which the loop's own sleep may be late."""

_HOST_DOES_NOT_READ: Final = 0.01


class Cable(ABC):
    """An `EmulatorWire` but for its ends, which a subclass opens, closes, reads and writes."""

    def __init__(self, baud: int, *, bits: int = BITS_PER_BYTE, throttle: bool) -> None:
        self._seconds_per_byte = bits / baud
        self._throttle = throttle
        self._outgoing: deque[Piece] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._faults: list[WireFault] = []
        self._receive: Callable[[bytes], None] = lambda _: None
        self._heard_at = 0.0
        """When, on a real cable, the last byte of the newest request would have arrived."""
        self._answering = False
        self._free_at = 0.0
        self._hung = False
        self.baud = baud
        self.received = self.sent = 0
        self.last_received_ns = self.last_sent_ns = 0
        self.turns = self.least_pause_ns = 0

    @property
    @abstractmethod
    def plugged(self) -> bool:
        """Whether the cable is in."""

    @property
    def place(self) -> Order:
        """Nothing: whoever started the emulator knows where it is."""
        return {}

    @abstractmethod
    def _open(self) -> None:
        """Let hosts find this end."""

    @abstractmethod
    def _close(self) -> None:
        """Be found by nobody; a host that is there loses the line."""

    @abstractmethod
    def _put(self, data: memoryview) -> int:
        """Write what the host can take now and say how much; raises `BlockingIOError` and `OSError`."""

    @abstractmethod
    def _watch(self, *, on: bool) -> None:
        """Look for what a host sends, or leave it lying."""

    def plug(self, receive: Callable[[bytes], None]) -> None:
        """Put the cable in; ``receive`` takes what the host sends."""
        if self.plugged:
            return
        self._receive = receive
        self._open()

    def pull(self) -> None:
        """Pull the cable: the host's line breaks, bytes under way are lost."""
        if not self.plugged:
            return
        self._stop_sending()
        self._hung = False
        self._close()

    def end(self) -> None:
        """Pull the cable for good."""
        self.pull()

    def hang(self) -> None:
        """Fall silent with the cable in."""
        if self.plugged and not self._hung:
            self._hung = True
            self._stop_sending()
            self._watch(on=False)

    def spoil(self, fault: WireFault) -> None:
        """Spoil the next answers."""
        self._faults.append(fault)

    def heal(self) -> None:
        """Forget all faults."""
        self._faults.clear()
        if self._hung:
            self._hung = False
            self._watch(on=True)

    def send(self, answer: Answer) -> None:
        """Send an answer, spoilt as ordered."""
        if not self.plugged or self._hung or not answer.data:
            return
        pieces = list(self._spoilt(answer.data))
        if pieces:
            pieces[0] = Piece(pieces[0].data, pieces[0].delay + answer.delay)
        self._outgoing.extend(pieces)
        self._free_at = max(self._free_at, self._heard_at if self._answering else time.monotonic())
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._send_all())

    def facts(self) -> Order:
        """Give byte counts, when the last bytes came and began to go, and how long a real cable would have been busy.

        ``turns`` is how often the host spoke after the device had, ``least_pause_ns`` the shortest silence before it.
        """
        return {
            "baud": self.baud,
            "received": self.received,
            "sent": self.sent,
            "last_received_ns": self.last_received_ns,
            "last_sent_ns": self.last_sent_ns,
            "turns": self.turns,
            "least_pause_ns": self.least_pause_ns,
            "busy_ns": int((self.received + self.sent) * self._seconds_per_byte * 1e9),
        }

    def _came(self, data: bytes) -> None:
        """Take what a host sent, as late as a real cable brings it."""
        now_ns = time.monotonic_ns()
        if self.last_sent_ns > self.last_received_ns:
            pause = now_ns - self.last_sent_ns
            self.least_pause_ns = min(pause, self.least_pause_ns) if self.turns else pause
            self.turns += 1
        self.received += len(data)
        self.last_received_ns = now_ns
        if self._throttle:
            now = time.monotonic()
            self._heard_at = max(now, self._heard_at) + len(data) * self._seconds_per_byte
            asyncio.get_running_loop().call_later(self._heard_at - now, self._heard, data)
        else:
            self._heard(data)

    def _heard(self, data: bytes) -> None:
        self._answering = self._throttle
        try:
            self._receive(data)
        finally:
            self._answering = False

    def _stop_sending(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            self._pump = None
        self._outgoing.clear()

    def _spoilt(self, data: bytes) -> list[Piece]:
        if not self._faults:
            return [Piece(data, 0.0)]
        fault = self._faults.pop(0)
        if fault.times > 1:
            self._faults.insert(0, WireFault(fault.what, fault.at, fault.milliseconds, fault.size, fault.times - 1))
        return list(fault.pieces(data))

    async def _send_all(self) -> None:
        while self._outgoing:
            piece = self._outgoing.popleft()
            if piece.delay:
                self._free_at = max(time.monotonic(), self._free_at) + piece.delay
                await _sleep_until(self._free_at)
            await self._send_piece(piece.data)

    async def _send_piece(self, data: bytes) -> None:
        """Write at the cable's speed, counted from when the cable was free."""
        if not self._throttle:
            await self._write(data)
            return
        begin = self._free_at
        self._free_at = begin + len(data) * self._seconds_per_byte
        done = 0
        while done < len(data):
            due = min(len(data), int((time.monotonic() - begin) / self._seconds_per_byte))
            await self._write(data[done:due])
            done = max(done, due)
            if done < len(data):
                await _sleep_until(begin + min(done + _SLICE, len(data)) * self._seconds_per_byte)

    async def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            began_ns = time.monotonic_ns()  # before the host can have it: what it sends next is never timed too early
            try:
                written = self._put(rest)
            except BlockingIOError:
                await asyncio.sleep(_HOST_DOES_NOT_READ)  # a real device would lose the rest, we wait
                self._forget_backlog()
                continue
            except OSError:
                return
            rest = rest[written:]
            self.sent += written
            self.last_sent_ns = began_ns

    def _forget_backlog(self) -> None:
        while sum(len(piece.data) for piece in self._outgoing) > BACKLOG:
            self._outgoing.popleft()


async def _sleep_until(moment: float) -> None:
    """Sleep more exactly than the loop's millisecond."""
    if (wait := moment - time.monotonic()) > _COARSE:
        await asyncio.sleep(wait - _COARSE)
    if (wait := moment - time.monotonic()) > 0:
        time.sleep(wait)  # noqa: ASYNC251 - two milliseconds at most; an emulated cable is as exact as it can be
