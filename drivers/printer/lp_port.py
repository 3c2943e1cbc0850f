"""Linux's own printer device (``/dev/usb/lp0``) as a wire: a character device that is no terminal."""

import os
import stat
from functools import partial
from typing import Final, Self

from drivers.descriptor_port import DescriptorPort
from drivers.errors import DeviceLostError, reason_of

_PRINTER_MAJORS: Final = frozenset((6, 180))
"""Linux's list of device numbers: 6 is a parallel printer, 180 holds the USB printers."""

_EMPTY: Final = 0.01


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


class LpPort(DescriptorPort):
    """A `Wire` over a descriptor; the kernel gives it to one process at a time."""

    def __init__(self, name: str, descriptor: int) -> None:
        super().__init__(name, descriptor, partial(os.close, descriptor))

    @classmethod
    def open(cls, path: str) -> Self:
        """Open the device, resolved anew each time; raises `DeviceLostError`."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise DeviceLostError(path, reason_of(error)) from error
        return cls(path, descriptor)

    def _read_nothing(self, timeout: float, *, blocked: bool) -> bytes:
        """Wait for a moment: a USB printer with nothing to say may say just that, again and again."""
        del blocked
        self._waits.pause(min(timeout, _EMPTY))
        return b""
