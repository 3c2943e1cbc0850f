"""What every codec of framed protocols does with the bytes that came: keep few, drop what fits nowhere, count it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Generic, TypeVar

from drivers.errors import DeviceError

F = TypeVar("F")


class FrameTooLongError(DeviceError, ValueError):
    """A frame to be sent does not fit the protocol's length."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


class FrameBuffer(ABC, Generic[F]):
    """Either end of a wire; never raises on what it receives and never holds more than its cap."""

    def __init__(self, cap: int) -> None:
        """``cap``: bytes that are kept at most; what is older is thrown away."""
        self._cap = cap
        self._buffer = bytearray()
        self.damaged = 0
        """Bytes thrown away because no good frame contained them."""

    @abstractmethod
    def _next(self) -> F | None:
        """Take the next whole frame from the buffer, dropping what can begin none; ``None``: more bytes are needed."""

    def receive_data(self, data: bytes) -> None:
        """Take bytes as they came."""
        self._buffer += data
        self._drop(len(self._buffer) - self._cap)

    def messages(self) -> Iterator[F]:
        """Yield the frames that are whole; a byte that can begin none, or begins a bad one, is dropped."""
        while (frame := self._next()) is not None:
            yield frame

    def skip_incomplete(self) -> None:
        """Give up the frame at the front for which bytes are missing: nothing more will come; look behind its start."""
        self._drop(1)

    def clear(self) -> None:
        """Forget what came: it answers nothing that is going to be asked."""
        self._drop(len(self._buffer))

    @property
    def waiting(self) -> int:
        """How many bytes are kept for a frame that is not whole yet."""
        return len(self._buffer)

    def _drop(self, count: int) -> None:
        if count > 0:
            dropped = min(count, len(self._buffer))
            del self._buffer[:dropped]
            self.damaged += dropped
