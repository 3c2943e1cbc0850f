"""An event device of the kernel, taken for this process alone: while it is open none of its keys reaches the screen.

For tests and emulators a pseudo-terminal or a named pipe stands in for the device node: the same bytes are read from
it in the same way, and a lock takes the place of the exclusive grab.
"""

import fcntl
import os
import select
import stat
import time
from collections.abc import Iterable, Mapping
from typing import Final, Protocol, Self

import evdev

from drivers.errors import DeviceLostError, LossReason, reason_of
from drivers.input_keys.event_codec import BUFFER_CAP, EV_KEY
from drivers.interruptible import Interruptible
from drivers.spy import Recording
from drivers.wire import WirePlace

RELEASED_WITHIN: Final = 0.5
"""Seconds that a key which is down may take to come up before the device is taken: the screen would not hear of it."""

_INPUT_MAJOR: Final = 13
_STAND_IN_MAJORS: Final = range(136, 144)
"""Of pseudo-terminals; linux/Documentation/admin-guide/devices.txt."""
_DIGITS: Final = frozenset(range(2, 12))
"""Keys that anything has which types labels or card numbers: 1 to 0."""


class EventNode(Protocol):
    """An open device node; ``evdev.InputDevice`` is one."""

    fd: int
    name: str

    def active_keys(self) -> Iterable[int]:
        """Name the keys that are down."""
        ...

    def close(self) -> None:
        """Give it back, and the grab with it."""
        ...


class KeyboardNode(EventNode, Protocol):
    """A node that can be taken for one process alone."""

    def capabilities(self) -> Mapping[int, Iterable[object]]:
        """Say which codes of which types it can send."""
        ...

    def grab(self) -> None:
        """Take it; raises `OSError` where another has it."""
        ...


class EventDevice:
    """An open event device that belongs to one thread; `interrupt` is for any."""

    def __init__(self, path: str, node: EventNode, recording: Recording | None = None) -> None:
        self.name = node.name
        """What the device calls itself; empty where it does not say."""
        self._path = path
        self._node = node
        self._recording = recording
        self._waits = Interruptible(path)

    @classmethod
    def open(cls, place: WirePlace) -> Self:
        """Open and take the device, its path resolved anew each time, and throw away what lies in it.

        Raises `DeviceLostError`, and `DeviceUrlError` for a recording that cannot be written.
        """
        recording = place.begin_recording()
        try:
            node = open_node(place.path)
        except DeviceLostError as error:
            if recording is not None:
                recording.note(f"not opened: {error}")
                recording.close()
            raise
        device = cls(place.path, node, recording)
        try:
            device.drain()
        except DeviceLostError:
            device.close()
            raise
        return device

    def held(self) -> Iterable[int]:
        """Name the keys that are down; raises `DeviceLostError`."""
        try:
            return self._node.active_keys()
        except OSError as error:
            raise _lost(self._path, error) from error

    def read(self, timeout: float) -> bytes:
        """Return what is there, waiting at most ``timeout`` seconds for an event; empty when none came.

        Raises `DeviceLostError`, also after `interrupt`.
        """
        try:
            data = self._read(timeout)
        except DeviceLostError as error:
            if self._recording is not None:
                self._recording.note(f"lost: {error.reason.value}")
            raise
        if self._recording is not None:
            self._recording.came(data)
        return data

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
        """Give the device back to whoever else reads it; twice is harmless."""
        self._waits.close(self._node.close)
        if self._recording is not None:
            self._recording.close()
            self._recording = None

    def _read(self, timeout: float) -> bytes:
        if not self._waits.wait(self._node.fd, select.POLLIN, timeout):
            return b""
        try:
            data = os.read(self._node.fd, BUFFER_CAP)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceLostError(self._path, LossReason.UNPLUGGED) from error
        if not data:
            raise DeviceLostError(self._path, LossReason.UNPLUGGED)
        return data


def open_node(path: str) -> EventNode:
    """Open and take what lies at a path; raises `DeviceLostError`."""
    try:
        found = os.stat(path)  # noqa: PTH116 - beside os.major and os.open, which have no counterpart there
        kind, major = stat.S_IFMT(found.st_mode), os.major(found.st_rdev)
        if kind == stat.S_IFCHR and major == _INPUT_MAJOR:
            return take(path, evdev.InputDevice(path))
        if kind == stat.S_IFIFO or (kind == stat.S_IFCHR and major in _STAND_IN_MAJORS):
            return _StandIn(path)
    except OSError as error:
        raise _lost(path, error) from error
    raise DeviceLostError(path, LossReason.WRONG_DEVICE)


def take(path: str, node: KeyboardNode) -> EventNode:
    """Take a keyboard for this process alone, once its keys are up; closes it and raises `DeviceLostError` if not."""
    try:
        if not set(node.capabilities().get(EV_KEY, ())) >= _DIGITS:
            raise DeviceLostError(path, LossReason.WRONG_DEVICE)
        _wait_until_up(node)
        node.grab()
    except OSError as error:
        node.close()
        raise _lost(path, error) from error
    return node


def _wait_until_up(node: EventNode) -> None:
    """Wait until no key is down, but not for ever: one may be stuck."""
    end = time.monotonic() + RELEASED_WITHIN
    poll = select.poll()
    poll.register(node.fd, select.POLLIN)
    while node.active_keys() and (left := end - time.monotonic()) > 0:
        if poll.poll(left * 1000):
            os.read(node.fd, BUFFER_CAP)


class _StandIn:
    """A pseudo-terminal or named pipe in the place of a device node."""

    name = "stand-in"

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self.fd)
            raise

    def active_keys(self) -> Iterable[int]:
        return ()

    def close(self) -> None:
        os.close(self.fd)


def _lost(path: str, error: OSError) -> DeviceLostError:
    if isinstance(error, DeviceLostError):
        return error
    return DeviceLostError(path, reason_of(error))
