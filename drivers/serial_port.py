"""A serial line as drivers need it: opened for one owner, read as bytes come, lost in one way."""

import contextlib
import os
import termios
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

import serial

from drivers.descriptor_port import DescriptorPort
from drivers.errors import DeviceLostError, LossReason, reason_of
from drivers.serial_settings import SerialSettings

_PSEUDO_TERMINALS: Final = range(136, 144)
"""Major numbers of Unix98 pseudo-terminals (Linux's Documentation/admin-guide/devices.txt)."""


class SerialPort(DescriptorPort):
    """An open serial line that belongs to this process (advisory lock) and to one thread; `interrupt` is for any."""

    def __init__(self, path: str, line: serial.Serial) -> None:
        super().__init__(path, line.fileno(), line.close)
        self._line = line

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
            raise DeviceLostError(path, reason_of(error)) from error
        except termios.error as error:
            raise DeviceLostError(path, LossReason.WRONG_DEVICE) from error
        return cls(path, line)

    @property
    def asked(self) -> str:
        """What was asked of the line, such as ``19200 8N1``."""
        line = self._line
        return f"{line.baudrate} {line.bytesize}{line.parity}{line.stopbits}"

    def _give_up(self) -> None:
        """Throw away what the line left.

        A printer that is loaded with paper later shall not print the half of a receipt that was given up, nor closing
        the line wait for it.
        """
        with contextlib.suppress(termios.error):  # it went this very moment
            termios.tcflush(self._descriptor, termios.TCOFLUSH)


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
