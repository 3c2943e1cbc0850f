"""Records what goes over a device's wire into a text file that a person can read and an emulator can play back.

``spy+threem:///dev/serial/by-id/...?spy=/var/tmp/pad.txt`` records what ``threem:///...`` says and hears. The file:

```
# library-kiosk recording 1
# device /dev/serial/by-id/...
+0.000000 open
+0.001204 > d500050400118c66
+0.010377 < d500090400110a0500027250
+4.200113 ! lost: unplugged
+4.200200 close
```

Times are seconds since the device was opened; ``>`` is what the host sent, ``<`` what came from the device, ``!`` a
remark in words. Several openings follow one another in one file. What a scanner or card reader says is in it as it
came: the file is made readable for its owner alone, and belongs to a test bench, not to a kiosk that serves patrons.
"""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from drivers.errors import DeviceLostError

FIRST_LINE: Final = "# library-kiosk recording 1"

MOST_BYTES: Final = 16 * 1024 * 1024
"""A recording that was forgotten stops here: no kiosk may fill its disk with it."""

_OWNER_ONLY: Final = 0o600


class RecordableWire(Protocol):
    """The wire that is recorded; `drivers.wire.Wire` says what each does."""

    def read(self, timeout: float) -> bytes:
        """Return what is there."""
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of it."""
        ...

    def drain(self) -> int:
        """Throw away what is there."""
        ...

    def interrupt(self) -> None:
        """Make every wait raise."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class Recording:
    """A file that grows by a line for each piece of bytes; raises `OSError` where it cannot be made."""

    def __init__(self, path: Path, device: str) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _OWNER_ONLY)
        self._file = os.fdopen(descriptor, "a", encoding="ascii", errors="backslashreplace")
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._left = MOST_BYTES - os.fstat(descriptor).st_size
        if self._left == MOST_BYTES:
            self._put(FIRST_LINE)
        self._put(f"# device {device}")
        self._line("open")

    def sent(self, data: bytes) -> None:
        """Take what the host sent."""
        if data:
            self._line(f"> {data.hex()}")

    def came(self, data: bytes) -> None:
        """Take what came from the device."""
        if data:
            self._line(f"< {data.hex()}")

    def note(self, words: str) -> None:
        """Take a remark; it stays on one line."""
        self._line(f"! {' '.join(words.split())}")

    def close(self) -> None:
        """End; twice is harmless."""
        self._line("close")
        with self._lock, suppress(OSError):  # on a full disk the last line is tried once more, in vain
            self._file.close()

    def _line(self, words: str) -> None:
        self._put(f"+{time.monotonic() - self._began:.6f} {words}")

    def _put(self, line: str) -> None:
        """Write a line at once: a recording is read after a crash. A full disk ends it and nothing else."""
        with self._lock:
            if self._file.closed or self._left < len(line):
                return
            self._left -= len(line) + 1
            try:
                self._file.write(line + "\n")
                self._file.flush()
            except OSError:
                self._left = 0


class RecordedWire:
    """A wire that writes down what goes over it and changes nothing."""

    def __init__(self, wire: RecordableWire, recording: Recording) -> None:
        self._wire = wire
        self._recording = recording

    def read(self, timeout: float) -> bytes:
        """Return what is there."""
        try:
            data = self._wire.read(timeout)
        except DeviceLostError as error:
            self._recording.note(f"lost: {error.reason.value}")
            raise
        self._recording.came(data)
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of it."""
        self._recording.sent(data)
        try:
            self._wire.write(data, timeout)
        except DeviceLostError as error:
            self._recording.note(f"lost: {error.reason.value}")
            raise

    def drain(self) -> int:
        """Throw away what is there, and write it down."""
        thrown = 0
        while data := self.read(0):
            thrown += len(data)
        return thrown

    def interrupt(self) -> None:
        """Make every wait raise."""
        self._wire.interrupt()

    def close(self) -> None:
        """Give it back."""
        self._wire.close()
        self._recording.close()
