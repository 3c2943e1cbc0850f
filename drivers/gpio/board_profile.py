"""What a board of pins is: which pin carries which lamp, buzzer or signal; data in ``firmware_config/boards``."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from drivers.gpio.base import Lamp, Signal
from drivers.profiles import Profile

FOLDER: Final = "boards"

HEADER: Final = dict(
    (
        *((2, 3), (3, 5), (4, 7), (14, 8), (15, 10), (17, 11), (18, 12), (27, 13), (22, 15), (23, 16)),
        *((24, 18), (10, 19), (9, 21), (25, 22), (11, 23), (8, 24), (7, 26), (0, 27), (1, 28), (5, 29)),
        *((6, 31), (12, 32), (13, 33), (19, 35), (16, 36), (26, 37), (20, 38), (21, 40)),
    )
)
"""The 40-pin header of every Raspberry Pi since 2014: BCM number -> physical pin."""

PULLED_UP_AT_POWER_ON: Final = frozenset(range(9))
"""These are inputs with a pull-up until a program takes them, 9 to 27 with a pull-down (data sheets BCM2711, RP1)."""

_Bcm = Annotated[int, Field(ge=0, le=27)]
_Physical = Annotated[int, Field(ge=1, le=40)]


class PinUse(Profile):
    """One pin of the header."""

    bcm: _Bcm
    physical: _Physical
    """The same pin as it is counted on the board: told twice so that a slip is found."""
    connect: str = Field(min_length=1)
    """What goes there, for whoever holds the screwdriver."""

    @model_validator(mode="after")
    def _numbers_agree(self) -> Self:
        if HEADER[self.bcm] != self.physical:
            raise ValueError(f"BCM {self.bcm} is pin {HEADER[self.bcm]} of the header, not {self.physical}")
        return self


class OutputUse(PinUse):
    """A pin that switches a lamp."""

    active: Literal["high", "low"] = "high"

    @model_validator(mode="after")
    def _is_off_until_taken(self) -> Self:
        if (self.bcm in PULLED_UP_AT_POWER_ON) == (self.active == "high"):
            raise ValueError(f"BCM {self.bcm} would be on from power-on until the kiosk runs")
        return self


class BuzzerUse(OutputUse):
    """The pin of the buzzer."""

    kind: Literal["tone", "plain"]
    """``tone``: a disc that sounds at the pin's frequency; ``plain``: one that has its own, switched on and off."""


class InputUse(PinUse):
    """A pin that notices something."""

    active: Literal["high", "low"]
    pull: Literal["up", "down", "none"]
    settle_ms: int = Field(ge=1, le=2000)
    """How long the level must stand before it counts."""


class ReservedUse(PinUse):
    """A pin that belongs to something else, so that nobody wires a lamp to it."""


class BoardProfile(Profile):
    """One board with its wiring."""

    name: str
    models: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    """What gpiozero calls the boards on which this wiring is right."""
    library: Literal["lgpio"]
    """The library beneath gpiozero."""
    chips: Annotated[tuple[int, ...], Field(strict=False, min_length=1)]
    """Numbers of ``/dev/gpiochipN`` to look for, in this order."""
    revision: str = Field(pattern=r"^[0-9a-f]{6}$")
    """A revision code of such a board, which its emulator gives itself."""
    lamps: dict[Annotated[Lamp, Field(strict=False)], OutputUse] = Field(default_factory=dict)
    buzzer: BuzzerUse | None = None
    signals: dict[Annotated[Signal, Field(strict=False)], InputUse] = Field(default_factory=dict)
    reserved: Annotated[tuple[ReservedUse, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _no_pin_is_used_twice(self) -> Self:
        numbers = [use.bcm for _, use in self.uses()]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise ValueError(f"BCM {', '.join(map(str, twice))}: used twice")
        return self

    def uses(self) -> list[tuple[str, PinUse]]:
        """Give every pin that is spoken for, with what it is for."""
        buzzer = [] if self.buzzer is None else [("buzzer", self.buzzer)]
        return [
            *[(lamp.value, use) for lamp, use in self.lamps.items()],
            *buzzer,
            *[(signal.value, use) for signal, use in self.signals.items()],
            *[("reserved", use) for use in self.reserved],
        ]
