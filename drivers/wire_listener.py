"""Standing work at a device that only talks: listen, and take notice when it falls silent."""

import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class ReadableWire(Protocol):
    """The part of a wire that a listener needs; `drivers.wire.Wire` says what each does."""

    def read(self, timeout: float) -> bytes:
        """Return what is there."""
        ...

    def interrupt(self) -> None:
        """Make every wait raise."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


WireT = TypeVar("WireT", bound=ReadableWire)


class WireListener(Generic[WireT]):
    """A `drivers.device_thread.BlockingDevice`.

    ``hear`` takes what came, nothing when the time that it asked for is over, and ``time.monotonic_ns()`` of now; it
    returns the seconds of silence after which it wants to be called again.
    """

    def __init__(self, open_wire: Callable[[], WireT], hear: Callable[[bytes, int], float]) -> None:
        self._open_wire = open_wire
        self._hear = hear
        self._closing = threading.Event()
        self._wire: WireT | None = None
        self._wait = 0.0

    def open(self) -> None:
        """Open the wire; whoever opens it throws away what lies in it."""
        self._wire = self._open_wire()
        if self._closing.is_set():
            self._wire.interrupt()

    def work(self) -> float:
        """Wait for bytes or for the end of the silence that matters."""
        if self._wire is not None:
            data = self._wire.read(self._wait)
            self._wait = self._hear(data, time.monotonic_ns())
        return 0.0

    def interrupt(self) -> None:
        """Make the wire raise in whatever waits for it; from any thread."""
        self._closing.set()
        if self._wire is not None:
            self._wire.interrupt()

    def close(self) -> None:
        """Give the wire back."""
        if self._wire is not None:
            self._wire.close()
