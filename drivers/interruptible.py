"""Waiting for a descriptor so that another thread can end the wait; what every port with a descriptor shares."""

import os
import select
import threading
from collections.abc import Callable

from drivers.errors import DeviceLostError, LossReason


class Interruptible:
    """Waits of one thread, which `interrupt` ends from any; ``name`` is what the port's errors call the device."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._wake_read, self._wake_write = os.pipe()
        self._lock = threading.Lock()
        """Held while a descriptor is written to or closed, so that `interrupt` never hits a reused one."""
        self._closed = False

    def wait(self, descriptor: int, wanted: int, timeout: float) -> int:
        """Return the descriptor's events, also those that nobody wants; 0 when none came within ``timeout`` seconds.

        Raises `DeviceLostError` with `LossReason.CLOSED` at and after `interrupt`.
        """
        poll = select.poll()  # not select(): that fails above descriptor 1024
        poll.register(descriptor, wanted)
        poll.register(self._wake_read, select.POLLIN)
        found = dict(poll.poll(max(0.0, timeout) * 1000))
        if self._wake_read in found:
            raise DeviceLostError(self._name, LossReason.CLOSED)
        return found.get(descriptor, 0)

    def pause(self, seconds: float) -> None:
        """Let time go by, whatever the descriptor has to say; raises as `wait` does."""
        self.wait(self._wake_read, select.POLLIN, seconds)

    def interrupt(self) -> None:
        """Make this and every later wait raise at once."""
        with self._lock:
            if not self._closed:
                os.write(self._wake_write, b"\0")

    def close(self, give_back: Callable[[], None]) -> None:
        """Call ``give_back`` and end; what is closed already is left alone."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            give_back()
            os.close(self._wake_read)
            os.close(self._wake_write)
