"""The pins as gpiozero gives them, of the board itself or of an emulated header; the one module that knows gpiozero.

gpiozero's own devices (``LED``, ``Button``, ``TonalBuzzer``) bring a thread for each lamp that blinks and an exception
from ``__del__`` where a chip is gone; so its pins are used, which is the floor below.
"""

import contextlib
import os
from collections.abc import Callable
from typing import Any, Final, Literal

from drivers.errors import DeviceLostError, DriverMissingError, LossReason, reason_of
from drivers.gpio.board_profile import BoardProfile

GLITCH_S: Final = 0.001
"""A level that stands shorter is no edge: keeps the hum of a long wire below Python, where the library can."""

_BUSY: Final = "gpio busy"
"""How lgpio words it when another process holds the pin (its error -79); it gives no number."""


class PinAccess:
    """An open chip; its pins belong to one thread, edges are told on the library's own."""

    def __init__(self, url: str, factory: Any, errors: tuple[type[Exception], ...]) -> None:
        self._url = url
        self._factory = factory
        self._pins: list[Any] = []
        self.errors = errors
        """All that the library may raise when the chip or a pin fails."""

    @property
    def model(self) -> str:
        """What gpiozero calls the board; raises `DeviceLostError` on a machine that it does not know."""
        try:
            return str(self._factory.board_info.model)
        except self.errors as error:
            raise DeviceLostError(self._url, LossReason.WRONG_DEVICE) from error

    def claim_output(self, bcm: int, *, high: bool) -> Any:
        """Take a pin as an output at that level."""
        pin = self._claim(bcm)
        pin.output_with_state(int(high))
        return pin

    def claim_input(self, bcm: int, pull: Literal["up", "down", "none"], on_edge: Callable[[Any, Any], None]) -> Any:
        """Take a pin as an input; ``on_edge`` must be a method, is called on another thread and held weakly."""
        pin = self._claim(bcm)
        pin.input_with_pull("floating" if pull == "none" else pull)
        pin.bounce = GLITCH_S
        pin.edges = "both"
        pin.when_changed = on_edge
        return pin

    def close(self) -> None:
        """Give all back, also where the chip is gone: nothing raises, and a later opening finds no dead pin."""
        for pin in self._pins:
            self._quietly(lambda pin=pin: setattr(pin, "when_changed", None))  # type: ignore[misc]  # untyped pins
            self._quietly(pin.close)
            self._factory.pins.pop(pin.info, None)
        self._pins.clear()
        self._factory.release_all(self)
        self._quietly(self._factory.close)

    def lost(self, error: Exception) -> DeviceLostError:
        """Say what an error of the library means; a chip that was open and is not there any more was unplugged."""
        reason = _reason(error)
        return DeviceLostError(self._url, LossReason.UNPLUGGED if reason is LossReason.NOT_THERE else reason)

    def _claim(self, bcm: int) -> Any:
        self._factory.reserve_pins(self, bcm)
        pin = self._factory.pin(bcm)
        self._pins.append(pin)
        return pin

    def _quietly(self, act: Callable[[], object]) -> None:
        with contextlib.suppress(*self.errors):
            act()

    def _conflicts_with(self, other: object) -> bool:  # gpiozero asks this of whoever reserves pins
        return other is not self


def open_board_pins(url: str, profile: BoardProfile) -> PinAccess:
    """Open the board's own pins.

    Raises:
        DeviceLostError: there is no such chip, or this user may not use it.
        DeviceUrlError: the library of the profile is not installed.

    """
    chip = next((number for number in profile.chips if os.path.exists(_path(number))), None)  # noqa: PTH110 - no Path is kept
    if chip is None:
        raise DeviceLostError(url, LossReason.NOT_THERE)
    if not os.access(_path(chip), os.R_OK | os.W_OK):
        raise DeviceLostError(url, LossReason.NOT_ALLOWED)
    try:
        from gpiozero.exc import GPIOZeroError  # noqa: PLC0415 - a laptop that only checks a configuration needs none
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415 - the same
        from lgpio import error as lgpio_error  # noqa: PLC0415 - the same
    except ImportError as error:
        raise DriverMissingError(url, "driver", (profile.library,)) from error
    errors = (GPIOZeroError, lgpio_error, OSError)
    try:
        return PinAccess(url, LGPIOFactory(chip=chip), errors)
    except errors as error:
        raise DeviceLostError(url, _reason(error)) from error


def open_emulated_pins(url: str, path: str) -> PinAccess:
    """Open the pins of an emulated header at its pseudo-terminal; raises `DeviceLostError`."""
    from gpiozero.exc import GPIOZeroError  # noqa: PLC0415 - see above

    from drivers.gpio.bridged_pins import BridgedFactory  # noqa: PLC0415 - see above

    try:
        return PinAccess(url, BridgedFactory(path), (GPIOZeroError, OSError))
    except DeviceLostError:
        raise
    except OSError as error:
        raise DeviceLostError(url, LossReason.SILENT) from error


def _path(chip: int) -> str:
    return f"/dev/gpiochip{chip}"


def _reason(error: Exception) -> LossReason:
    if type(error).__name__ == "GPIOPinInUse" or _BUSY in str(error).lower():
        return LossReason.IN_USE
    return reason_of(error) if isinstance(error, OSError) else LossReason.UNPLUGGED
