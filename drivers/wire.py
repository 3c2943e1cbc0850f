"""The bytes between a driver and its device, over a serial line or a network, recorded if that is wanted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from drivers.errors import DeviceUrlError
from drivers.serial_port import SerialPort
from drivers.serial_settings import SerialSettings
from drivers.socket_port import SocketPort
from drivers.spy import RecordedWire, Recording


class Wire(Protocol):
    """An open line to one device; it belongs to one thread, `interrupt` is for any."""

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for a first byte; empty when none came.

        Raises `DeviceLostError`, also after `interrupt`.
        """
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all of ``data`` to the line within ``timeout`` seconds; raises `DeviceLostError`."""
        ...

    def drain(self) -> int:
        """Throw away what lies there and return how many bytes it was."""
        ...

    def interrupt(self) -> None:
        """Make this and every later wait raise at once; from any thread."""
        ...

    def close(self) -> None:
        """Give the line back; once is enough, twice is harmless."""
        ...


@dataclass(frozen=True, slots=True)
class WirePlace:
    """Where a device's bytes are to be had: at a path or at a network address, perhaps recorded."""

    path: str = ""
    host: str = ""
    port: int = 0
    recording: Path | None = None
    """The text file that takes every byte; `drivers.spy` has its form."""

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"

    def open(self, settings: SerialSettings) -> Wire:
        """Open it; ``settings`` are for a serial line and say nothing to a network. Raises `DeviceLostError`.

        A recording that cannot be written raises `DeviceUrlError`: a person must correct it.
        """
        recording = self.begin_recording()
        try:
            wire: Wire = SocketPort.open(self.host, self.port) if self.host else SerialPort.open(self.path, settings)
        except BaseException as error:
            if recording is not None:
                recording.note(f"not opened: {error}")
                recording.close()
            raise
        return wire if recording is None else RecordedWire(wire, recording)

    def begin_recording(self) -> Recording | None:
        """Begin the recording, if one is wanted: for a device that is opened in another way than by `open`.

        Raises `DeviceUrlError`.
        """
        if self.recording is None:
            return None
        try:
            return Recording(self.recording, str(self))
        except OSError as error:
            raise DeviceUrlError(str(self.recording), "spy") from error
