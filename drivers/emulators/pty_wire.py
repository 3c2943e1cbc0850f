"""A pseudo-terminal as a serial cable that can be pulled, can spoil bytes and can be as slow as a real one."""

import asyncio
import errno
import os
import time
import tty
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.emulators.device import Answer
from drivers.emulators.faults import Piece, WireFault

BITS_PER_BYTE: Final = 10
"""8N1: a start bit, eight bits, a stop bit."""

BACKLOG: Final = 1 << 20
"""Bytes kept for a host that does not read, as no device would; the oldest are thrown away."""

_SLICE: Final = 16
"""Bytes written together when the cable is as slow as a real one: as a USB adapter hands them on."""

_COARSE: Final = 0.002
"""Seconds by which the loop's own sleep may be late."""


class PtyWire:
    """The device's end of the cable; the host opens the link."""

    def __init__(self, link: Path, baud: int, *, throttle: bool) -> None:
        self._link = link
        self._seconds_per_byte = BITS_PER_BYTE / baud
        self._throttle = throttle
        self._device_end = self._host_end = -1
        self._outgoing: deque[Piece] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._faults: list[WireFault] = []
        self._receive: Callable[[bytes], None] = lambda _: None
        self._heard_at = 0.0
        """When, on a real cable, the last byte of the newest request would have arrived."""
        self._answering = False
        self._free_at = 0.0
        self.baud = baud
        self.received = self.sent = 0
        self.last_received_ns = self.last_sent_ns = 0

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._device_end >= 0

    def plug(self, receive: Callable[[bytes], None]) -> None:
        """Make the pseudo-terminal and its link; ``receive`` takes what the host sends."""
        if self.plugged:
            return
        self._receive = receive
        self._device_end, self._host_end = os.openpty()  # the host's end stays open, else a closing host hangs us up
        tty.setraw(self._host_end)
        os.set_blocking(self._device_end, False)
        asyncio.get_running_loop().add_reader(self._device_end, self._readable)
        staged = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        staged.symlink_to(os.ttyname(self._host_end))
        staged.replace(self._link)

    def pull(self) -> None:
        """Pull the cable: the host's port breaks, its link is gone, bytes under way are lost."""
        if not self.plugged:
            return
        if self._pump is not None:
            self._pump.cancel()
            self._pump = None
        self._outgoing.clear()
        self._link.unlink(missing_ok=True)
        asyncio.get_running_loop().remove_reader(self._device_end)
        os.close(self._device_end)
        os.close(self._host_end)
        self._device_end = self._host_end = -1

    def spoil(self, fault: WireFault) -> None:
        """Spoil the next answers."""
        self._faults.append(fault)

    def heal(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def send(self, answer: Answer) -> None:
        """Send an answer, spoilt as ordered."""
        if not self.plugged or not answer.data:
            return
        pieces = list(self._spoilt(answer.data))
        if pieces:
            pieces[0] = Piece(pieces[0].data, pieces[0].delay + answer.delay)
        self._outgoing.extend(pieces)
        self._free_at = max(self._free_at, self._heard_at if self._answering else time.monotonic())
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._send_all())

    def facts(self) -> dict[str, int]:
        """Give byte counts, times of the last bytes, and how long a real cable would have been busy."""
        return {
            "baud": self.baud,
            "received": self.received,
            "sent": self.sent,
            "last_received_ns": self.last_received_ns,
            "last_sent_ns": self.last_sent_ns,
            "busy_ns": int((self.received + self.sent) * self._seconds_per_byte * 1e9),
        }

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
            try:
                written = os.write(self._device_end, rest)
            except BlockingIOError:
                await asyncio.sleep(0.01)  # the host does not read: a real device would lose the rest, we wait
                self._forget_backlog()
                continue
            except OSError:
                return
            rest = rest[written:]
            self.sent += written
            self.last_sent_ns = time.monotonic_ns()

    def _forget_backlog(self) -> None:
        while sum(len(piece.data) for piece in self._outgoing) > BACKLOG:
            self._outgoing.popleft()

    def _readable(self) -> None:
        try:
            data = os.read(self._device_end, 65536)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno == errno.EIO:
                return
            raise
        self.received += len(data)
        self.last_received_ns = time.monotonic_ns()
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


async def _sleep_until(moment: float) -> None:
    """Sleep more exactly than the loop's millisecond."""
    if (wait := moment - time.monotonic()) > _COARSE:
        await asyncio.sleep(wait - _COARSE)
    if (wait := moment - time.monotonic()) > 0:
        time.sleep(wait)  # noqa: ASYNC251 - two milliseconds at most; an emulated cable is as exact as it can be
