"""Linux's own printer device (``/dev/usb/lp0``) as a wire: a character device that is no terminal."""

import errno
import os
import select
import stat
import threading
import time
from typing import Final, Self

from drivers.errors import DeviceLostError, LossReason

CHUNK: Final = 4096
"""Bytes taken or given at once: half of what the kernel's driver keeps."""

_PRINTER_MAJORS: Final = frozenset((6, 180))
"""Linux's list of device numbers: 6 is a parallel printer, 180 holds the USB printers."""

_REASONS: Final = {
    errno.ENOENT: LossReason.NOT_THERE,
    errno.ENODEV: LossReason.NOT_THERE,
    errno.ENXIO: LossReason.NOT_THERE,
    errno.EBUSY: LossReason.IN_USE,
    errno.EACCES: LossReason.NOT_ALLOWED,
    errno.EPERM: LossReason.NOT_ALLOWED,
}
_EMPTY: Final = 0.01
_BROKEN: Final = select.POLLHUP | select.POLLERR | select.POLLNVAL


def is_printer_device(path: str) -> bool:
    """Say whether something at ``path`` is a printer device and no terminal; opens nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116 - the raw device number is what is looked at
    except OSError:
        return False
    return is_printer_number(found.st_mode, found.st_rdev)


def is_printer_number(mode: int, device: int) -> bool:
    """Say whether a file of this kind and number is a printer device."""
    return stat.S_ISCHR(mode) and os.major(device) in _PRINTER_MAJORS


class LpPort:
    """A `Wire` over a descriptor; the kernel gives it to one process at a time."""

    def __init__(self, name: str, descriptor: int) -> None:
        self._name = name
        self._descriptor = descriptor
        self._wake_read, self._wake_write = os.pipe()
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, path: str) -> Self:
        """Open the device, resolved anew each time; raises `DeviceLostError`."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise DeviceLostError(path, _REASONS.get(error.errno or 0, LossReason.UNPLUGGED)) from error
        return cls(path, descriptor)

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for a first byte; raises `DeviceLostError`.

        A USB printer with nothing to say may say just that, again and again: such a piece is waited out for a moment.
        """
        if not self._wait(select.POLLIN, timeout):
            return b""
        try:
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:
            data = b""
        except OSError as error:
            raise self._lost() from error
        if not data:
            self._wait(0, min(timeout, _EMPTY))
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all of ``data`` over within ``timeout`` seconds; raises `DeviceLostError`."""
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            if not self._wait(select.POLLOUT, deadline - time.monotonic()):
                raise DeviceLostError(self._name, LossReason.SILENT)
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
        with self._lock:
            if not self._closed:
                os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Give the device back; twice is harmless."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for descriptor in (self._descriptor, self._wake_read, self._wake_write):
                os.close(descriptor)

    def _wait(self, wanted: int, timeout: float) -> int:
        """Return the device's events; 0 on time-out. With nothing wanted only an interrupt ends the wait."""
        poll = select.poll()
        if wanted:
            poll.register(self._descriptor, wanted)
        poll.register(self._wake_read, select.POLLIN)
        found = dict(poll.poll(max(0.0, timeout) * 1000))
        if self._wake_read in found:
            raise DeviceLostError(self._name, LossReason.CLOSED)
        events = found.get(self._descriptor, 0)
        if events & _BROKEN and not events & wanted:
            raise self._lost()
        return events & wanted

    def _lost(self) -> DeviceLostError:
        return DeviceLostError(self._name, LossReason.UNPLUGGED)
