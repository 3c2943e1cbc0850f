"""What every driver has that tells one thing after the other: a thread for its device, and its readings in order."""

from collections.abc import AsyncIterator
from functools import partial
from types import TracebackType
from typing import Generic, Self, TypeVar

from drivers.device_thread import BlockingDevice, DeviceThread
from drivers.handover import InOrder

T = TypeVar("T")


class OrderedDriver(Generic[T]):
    """Opened by ``async with``, which raises `DeviceLostError` where the device is not to be had."""

    def __init__(self, name: str, device: BlockingDevice, unread: int) -> None:
        """``unread``: readings kept for a kiosk that does not ask; of more the oldest are thrown away."""
        self._thread = DeviceThread(name, device)
        self._readings: InOrder[T] = InOrder(unread)

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
        """Yield each reading once and in order; raises `DeviceLostError` when the device is lost."""
        return self._readings.values()

    def _publish(self, reading: T) -> None:
        """Take a reading; on the device's thread."""
        self._thread.cross(partial(self._readings.put, reading))
