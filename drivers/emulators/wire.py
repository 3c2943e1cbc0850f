"""What lies between an emulated device and its host: a cable that can be pulled and can spoil what goes over it."""

from collections.abc import Callable
from typing import Protocol

from drivers.emulators.device import Answer, Order
from drivers.emulators.faults import WireFault


class EmulatorWire(Protocol):
    """The device's end of a cable; it belongs to one asyncio loop."""

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        ...

    @property
    def place(self) -> Order:
        """What the ready line adds of where the host finds the device; empty where the caller chose it."""
        ...

    def plug(self, receive: Callable[[bytes], None]) -> None:
        """Put the cable in; ``receive`` takes what the host sends. Once is enough, twice is harmless."""
        ...

    def pull(self) -> None:
        """Pull the cable: bytes under way are lost, and a host that has the line open loses it."""
        ...

    def end(self) -> None:
        """Pull the cable for good and give back all that the wire holds."""
        ...

    def hang(self) -> None:
        """Fall silent for good with the cable in: nothing is heard and nothing is said, until `heal`."""
        ...

    def spoil(self, fault: WireFault) -> None:
        """Spoil the next answers."""
        ...

    def heal(self) -> None:
        """Forget all faults."""
        ...

    def send(self, answer: Answer) -> None:
        """Send an answer, spoilt as ordered; without a cable it is lost."""
        ...

    def facts(self) -> Order:
        """Give byte counts, times of the last bytes, and how long a real cable would have been busy."""
        ...
