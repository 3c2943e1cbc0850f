"""What a kiosk's own lights, buzzer, switches and sensors can do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from drivers.health import DeviceHealth


class Signal(StrEnum):
    """What the board can notice."""

    DOOR_OPEN = "door_open"
    TAMPER = "tamper"
    """The case is open or moved."""
    PRESENCE = "presence"
    """Somebody stands before the kiosk."""
    RETURN_SLOT = "return_slot"
    """Something passes through the return slot."""
    SERVICE_KEY = "service_key"
    """The staff's key is turned."""
    ON_BATTERY = "on_battery"
    """The mains are gone and the UPS carries the kiosk."""


class Lamp(StrEnum):
    """What the board can light."""

    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    """The three colours of the kiosk's own light."""
    READER = "reader"
    """The ring around camera or pad."""
    BIN_1 = "bin_1"
    BIN_2 = "bin_2"
    BIN_3 = "bin_3"
    BIN_4 = "bin_4"


class Tone(StrEnum):
    """What the buzzer can say; each is known by ear from the others."""

    READ = "read"
    """One short beep: a label or card was read."""
    DONE = "done"
    """Two rising beeps: lent and safe to take."""
    ATTENTION = "attention"
    """One long low beep: look at the screen."""


@dataclass(frozen=True, slots=True)
class SignalReading:
    """One input as it stands, settled (not bouncing)."""

    signal: Signal
    active: bool
    received_ns: int = field(compare=False)
    """``time.monotonic_ns()`` when the pin had settled."""


class Board(Protocol):
    """The pins; opened by ``async with``, which raises `DeviceLostError` where they are not to be had."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching a pin; raises `DeviceUrlError`, `ProfileError`."""
        ...

    async def __aenter__(self) -> Self:
        """Take the pins of the profile; all lamps off, buzzer silent."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lamps off, buzzer silent, pins given back."""
        ...

    @property
    def signals(self) -> frozenset[Signal]:
        """The inputs that the profile wires."""
        ...

    @property
    def lamps(self) -> frozenset[Lamp]:
        """The lights that the profile wires."""
        ...

    def readings(self) -> AsyncIterator[SignalReading]:
        """Yield every wired input as it stands and then each change, in order; raises `DeviceLostError`."""
        ...

    async def light(self, lit: frozenset[Lamp], blinking: frozenset[Lamp] = frozenset()) -> None:
        """Light exactly these and let exactly those blink (1 Hz); lamps that the profile does not wire are passed over.

        Nothing ever flashes faster than three times a second (WCAG 2.3.1).
        """
        ...

    async def sound(self, tone: Tone) -> None:
        """Start a tone and return at once; a tone still sounding is cut off. Without a buzzer nothing happens."""
        ...

    def health(self) -> DeviceHealth:
        """How the pins have been doing."""
        ...
