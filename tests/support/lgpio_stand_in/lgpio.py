"""Stands in for lgpio, which only a Raspberry Pi has: takes the calls that gpiozero makes and can lose its chip."""

from collections.abc import Callable

SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = 128, 32, 64
BOTH_EDGES, RISING_EDGE, FALLING_EDGE = 3, 1, 2
_OUTPUT = 2

calls: list[tuple[str | int, ...]] = []
"""What was asked of the chip, in order."""
levels: dict[int, int] = {}
busy: set[int] = set()
gone: list[bool] = []
"""Not empty: the chip is gone."""
callbacks: dict[int, Callable[[int, int, int, int], None]] = {}
_modes: dict[int, int] = {}


class error(Exception):  # noqa: N801, N818 - lgpio's own name
    """What lgpio raises, with words alone."""


def _note(*call: str | int) -> None:
    if gone:
        raise error("unknown handle")
    calls.append(call)


def gpiochip_open(number: int) -> int:
    _note("open", number)
    return 1


def gpiochip_close(_handle: int) -> None:
    _note("close")


def gpio_claim_input(_handle: int, pin: int, flags: int = SET_PULL_NONE) -> None:
    if pin in busy:
        raise error("GPIO busy")
    _note("in", pin, flags)
    _modes[pin] = flags


def gpio_claim_output(_handle: int, pin: int) -> None:
    _note("out", pin)
    _modes[pin] = _OUTPUT


def gpio_free(_handle: int, pin: int) -> None:
    _note("free", pin)


def gpio_get_mode(_handle: int, pin: int) -> int:
    if gone:
        raise error("unknown handle")
    return _modes.get(pin, 0)


def gpio_read(_handle: int, pin: int) -> int:
    if gone:
        raise error("unknown handle")
    return levels.get(pin, 0)


def gpio_write(_handle: int, pin: int, level: int) -> None:
    _note("write", pin, int(level))


def tx_pwm(_handle: int, pin: int, hertz: int, percent: int) -> None:
    _note("pwm", pin, hertz, percent)


def gpio_set_debounce_micros(_handle: int, pin: int, microseconds: int) -> None:
    _note("debounce", pin, microseconds)


def gpio_claim_alert(_handle: int, pin: int, edges: int, flags: int) -> None:
    _note("alert", pin, edges)
    _modes[pin] = flags


class callback:  # noqa: N801 - lgpio's own name
    """A pin that is listened to."""

    def __init__(self, _handle: int, pin: int, _edges: int, told: Callable[[int, int, int, int], None]) -> None:
        callbacks[pin] = told
        self._pin = pin

    def cancel(self) -> None:
        callbacks.pop(self._pin, None)
