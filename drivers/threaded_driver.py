"""What every driver of a blocking device is: a thread for the device, and its readings handed over to the loop."""

from collections.abc import AsyncIterator
from functools import partial
from types import TracebackType
from typing import Generic, Self, TypeVar

from drivers.device_thread import BlockingDevice, DeviceThread
from drivers.handover import InOrder, Latest

T = TypeVar("T")


class ThreadedDriver(Generic[T]):
    """Opened by ``async with``, which raises `DeviceLostError` where the device is not to be had."""

    def __init__(self, name: str, device: BlockingDevice, readings: InOrder[T] | Latest[T]) -> None:
        """Make it; ``readings`` says whether each of them counts, in order, or the newest alone."""
        self._thread = DeviceThread(name, device)
        self._readings = readings

    async def __aenter__(self) -> Self:
        """Open the device on its thread."""
        await self._thread.start(lambda: self._readings.close(self._thread.failure))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the device and end the thread."""
        await self._thread.stop()

    def readings(self) -> AsyncIterator[T]:
        """Yield readings as they come; raises `DeviceLostError` when the device is lost."""
        return self._readings.values()

    def _publish(self, reading: T) -> None:
        """Take a reading; on the device's thread."""
        self._thread.cross(partial(self._readings.put, reading))
