"""Opens each device and opens it again when it is lost: the kiosk's only retry loop for devices."""

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from drivers.errors import DeviceError, DeviceLostError, LossReason
from kiosk.session.events import DeviceBack, DeviceLost, Event
from kiosk.session.values import Device

_log = logging.getLogger(__name__)

FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 10.0
"""Serial adapters come back within a second or two; a shorter pause would only fill the log of a missing one."""
STEADY_S = 5.0
"""A device that was open for so long has come back; one that opens and dies at once is opened ever more rarely."""


class Opened(Protocol):
    """What a driver offers the supervisor."""

    async def __aenter__(self) -> Self:
        """Open the device."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the device."""
        ...


DriverT = TypeVar("DriverT", bound=Opened)


class Slot(Generic[DriverT]):
    """One device by its role, and its open driver while there is one."""

    def __init__(self, device: Device, make: Callable[[], DriverT]) -> None:
        self.device = device
        self.current: DriverT | None = None
        """The open driver; ``None`` while the device is lost."""
        self._make = make

    async def keep(
        self,
        work: Callable[[DriverT], Awaitable[None]],
        post: Callable[[Event], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep the device open and ``work`` running until cancelled; each loss and each return is posted once.

        Work that ends by itself has lost its device: nobody listens to it any more. So has work that the operating
        system fails in a way of which its driver did not think: a device never costs the kiosk.
        """
        wait = FIRST_WAIT_S
        told_lost = False
        while True:
            opened = math.inf
            try:
                async with self._make() as driver:
                    self.current = driver
                    opened, told_lost = clock(), False
                    _log.info("%s is there", self.device)
                    post(DeviceBack(self.device))
                    await work(driver)
                    raise DeviceLostError(self.device, LossReason.SILENT)
            except (DeviceError, OSError) as error:
                if not told_lost:
                    reason = error.reason if isinstance(error, DeviceLostError) else type(error).__name__
                    _log.warning("%s is lost: %s", self.device, reason)
                    told_lost = True
                    post(DeviceLost(self.device))
            finally:
                self.current = None
            if clock() - opened >= STEADY_S:
                wait = FIRST_WAIT_S
            await pause(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, guards nothing
            wait = min(wait * 2, LONGEST_WAIT_S)
