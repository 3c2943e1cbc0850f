"""A device that is one descriptor of the operating system: read as bytes come, lost in one way, interruptible."""

import os
import select
import time
from collections.abc import Callable
from typing import Final

from drivers.errors import DeviceLostError, LossReason
from drivers.interruptible import Interruptible

CHUNK: Final = 4096
"""Bytes taken or given at once: the size of Linux's own terminal buffer, and half of what its printer driver keeps."""

_BROKEN: Final = select.POLLHUP | select.POLLERR | select.POLLNVAL


class DescriptorPort:
    """A `drivers.wire.Wire`, as serial lines and sockets are; it belongs to one thread, `interrupt` is for any."""

    def __init__(self, name: str, descriptor: int, give_back: Callable[[], None]) -> None:
        """``name`` is what errors call the device; ``descriptor`` does not block; ``give_back`` closes it."""
        self._name = name
        self._descriptor = descriptor
        self._give_back = give_back
        self._waits = Interruptible(name)

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for a first byte; empty when none came.

        Raises `DeviceLostError`, also after `interrupt` and when the other side has hung up.
        """
        events = self._wait(select.POLLIN, timeout)
        if not events:
            return b""
        if not events & select.POLLIN:
            raise self._lost()
        try:
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:
            data = None
        except OSError as error:
            raise self._lost() from error
        return data or self._read_nothing(timeout, blocked=data is None)

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all of ``data`` over within ``timeout`` seconds; raises `DeviceLostError`.

        One that takes nothing for so long counts as silent.
        """
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            events = self._wait(select.POLLOUT, deadline - time.monotonic())
            if not events:
                self._give_up()
                raise DeviceLostError(self._name, LossReason.SILENT)
            if not events & select.POLLOUT:
                raise self._lost()
            try:
                rest = rest[os.write(self._descriptor, rest[:CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost() from error

    def drain(self) -> int:
        """Throw away what lies there and return how many bytes it was."""
        thrown = 0
        while data := self.read(0):
            thrown += len(data)
        return thrown

    def interrupt(self) -> None:
        """Make this and every later wait raise at once; from any thread."""
        self._waits.interrupt()

    def close(self) -> None:
        """Give the device back; once is enough, twice is harmless."""
        self._waits.close(self._give_back)

    def _read_nothing(self, timeout: float, *, blocked: bool) -> bytes:
        """Say what it means that something was to be read and nothing was: the other side has hung up."""
        del timeout
        if blocked:
            return b""
        raise self._lost()

    def _give_up(self) -> None:
        """Take back what was not taken in time, where that can be done."""

    def _wait(self, wanted: int, timeout: float) -> int:
        """Return the device's events, those that nobody wants left out; 0 on time-out."""
        events = self._waits.wait(self._descriptor, wanted, timeout)
        return events if events & (wanted | _BROKEN) else 0

    def _lost(self) -> DeviceLostError:
        return DeviceLostError(self._name, LossReason.UNPLUGGED)
