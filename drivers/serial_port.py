"""A serial line as drivers need it: opened for one owner, read as bytes come, lost in one way."""

import contextlib
import errno
import os
import select
import termios
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

import serial

from drivers.errors import DeviceLostError, LossReason
from drivers.serial_settings import SerialSettings

CHUNK: Final = 4096
"""Bytes taken at once: the size of Linux's own terminal buffer."""

_REASONS: Final = {
    errno.ENOENT: LossReason.NOT_THERE,
    errno.ENODEV: LossReason.NOT_THERE,
    errno.ENXIO: LossReason.NOT_THERE,
    errno.EAGAIN: LossReason.IN_USE,
    errno.EBUSY: LossReason.IN_USE,
    errno.EACCES: LossReason.NOT_ALLOWED,
    errno.EPERM: LossReason.NOT_ALLOWED,
}
_PSEUDO_TERMINALS: Final = range(136, 144)
"""Major numbers of Unix98 pseudo-terminals (Linux's Documentation/admin-guide/devices.txt)."""

_BROKEN: Final = select.POLLHUP | select.POLLERR | select.POLLNVAL


class SerialPort:
    """An open serial line that belongs to this process (advisory lock) and to one thread; `interrupt` is for any."""

    def __init__(self, path: str, line: serial.Serial) -> None:
        self._path = path
        self._line = line
        self._descriptor: int = line.fileno()
        self._wake_read, self._wake_write = os.pipe()
        self._open = threading.Lock()
        """Held while a descriptor is written to or closed, so that `interrupt` never hits a reused one."""

    @classmethod
    def open(cls, path: str, settings: SerialSettings) -> Self:
        """Open, lock and empty the line at ``path``, resolved anew each time; raises `DeviceLostError`.

        A line that cannot have these settings is the wrong device.
        """
        try:
            try:
                line = _opened(path, settings)
            except termios.error:
                # A pseudo-terminal has no parity, and says so once nothing else is left to be changed on it.
                if not _is_pseudo_terminal(path):
                    raise
                line = _opened(path, replace(settings, parity=serial.PARITY_NONE))
        except OSError as error:
            raise DeviceLostError(path, _REASONS.get(error.errno or 0, LossReason.UNPLUGGED)) from error
        except termios.error as error:
            raise DeviceLostError(path, LossReason.WRONG_DEVICE) from error
        return cls(path, line)

    @property
    def asked(self) -> str:
        """What was asked of the line, such as ``19200 8N1``."""
        line = self._line
        return f"{line.baudrate} {line.bytesize}{line.parity}{line.stopbits}"

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for a first byte; empty when none came.

        Raises `DeviceLostError`, also after `interrupt`.
        """
        events = self._wait(select.POLLIN, timeout)
        if not events:
            return b""
        if events & select.POLLIN:
            try:
                data = os.read(self._descriptor, CHUNK)
            except BlockingIOError:
                return b""
            except OSError as error:
                raise self._lost() from error
            if data:
                return data
        raise self._lost()

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all of ``data`` to the line within ``timeout`` seconds; raises `DeviceLostError`.

        A line that takes nothing for so long counts as silent; what it left is thrown away: a printer that is loaded
        with paper later shall not print the half of a receipt that was given up, nor closing the line wait for it.
        """
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            events = self._wait(select.POLLOUT, deadline - time.monotonic())
            if not events:
                with contextlib.suppress(termios.error):  # it went this very moment
                    termios.tcflush(self._descriptor, termios.TCOFLUSH)
                raise DeviceLostError(self._path, LossReason.SILENT)
            if not events & select.POLLOUT:
                raise self._lost()
            try:
                rest = rest[os.write(self._descriptor, rest) :]
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
        with self._open:
            if self._line.is_open:
                os.write(self._wake_write, b"\0")

    def close(self) -> None:
        """Give the line back; once is enough, twice is harmless."""
        with self._open:
            if not self._line.is_open:
                return
            self._line.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _wait(self, wanted: int, timeout: float) -> int:
        """Return the line's events; 0 on time-out."""
        poll = select.poll()  # not select(): that fails above descriptor 1024
        poll.register(self._descriptor, wanted)
        poll.register(self._wake_read, select.POLLIN)
        found = dict(poll.poll(max(0.0, timeout) * 1000))
        if self._wake_read in found:
            raise DeviceLostError(self._path, LossReason.CLOSED)
        events = found.get(self._descriptor, 0)
        return events if events & (wanted | _BROKEN) else 0

    def _lost(self) -> DeviceLostError:
        return DeviceLostError(self._path, LossReason.UNPLUGGED)


def _opened(path: str, settings: SerialSettings) -> serial.Serial:
    return serial.Serial(
        port=path,
        baudrate=settings.baud,
        bytesize=serial.EIGHTBITS,
        parity=settings.parity,
        stopbits=settings.stop_bits,
        rtscts=settings.hardware_flow,
        xonxoff=settings.software_flow,
        timeout=0,
        exclusive=True,
    )


def _is_pseudo_terminal(path: str) -> bool:
    try:
        return os.major(Path(path).stat().st_rdev) in _PSEUDO_TERMINALS
    except OSError:
        return False
