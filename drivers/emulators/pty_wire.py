"""A pseudo-terminal as a serial cable that can be pulled, can spoil bytes and can be as slow as a real one."""

import asyncio
import errno
import os
import tty
from pathlib import Path

from drivers.emulators.cable import BITS_PER_BYTE, Cable


class PtyWire(Cable):
    """An `EmulatorWire`; the host opens the link."""

    def __init__(self, link: Path, baud: int, *, bits: int = BITS_PER_BYTE, throttle: bool) -> None:
        super().__init__(baud, bits=bits, throttle=throttle)
        self._link = link
        self._device_end = self._host_end = -1

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._device_end >= 0

    def _open(self) -> None:
        """Make the pseudo-terminal and its link."""
        self._device_end, self._host_end = os.openpty()  # the host's end stays open, else a closing host hangs us up
        tty.setraw(self._host_end)
        os.set_blocking(self._device_end, False)
        self._watch(on=True)
        staged = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        staged.symlink_to(os.ttyname(self._host_end))
        staged.replace(self._link)

    def _close(self) -> None:
        """Break the host's port and take its link away."""
        self._link.unlink(missing_ok=True)
        self._watch(on=False)
        os.close(self._device_end)
        os.close(self._host_end)
        self._device_end = self._host_end = -1

    def _put(self, data: memoryview) -> int:
        return os.write(self._device_end, data)

    def _watch(self, *, on: bool) -> None:
        loop = asyncio.get_running_loop()
        if on:
            loop.add_reader(self._device_end, self._readable)
        else:
            loop.remove_reader(self._device_end)

    def _readable(self) -> None:
        try:
            data = os.read(self._device_end, 65536)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno == errno.EIO:
                return
            raise
        self._came(data)
