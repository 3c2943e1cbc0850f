"""What an emulated device is: bytes in, bytes out, orders from its control socket; pure but for the tags it changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

Fact = str | int | bool | None | list["Fact"] | dict[str, "Fact"]
"""What a control line may hold."""

Order = dict[str, Fact]


class OrderError(Exception):
    """An order that the emulator cannot carry out; its text is for the person at the control socket."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes that the device sends back as one piece."""

    data: bytes
    delay: float = 0.0
    """Seconds after the request was whole."""


class EmulatedDevice(Protocol):
    """One device behind a wire."""

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take bytes from the host and give what the device answers."""
        ...

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order; give what to tell and what the device sends; raises `OrderError`."""
        ...


@runtime_checkable
class ForgetfulDevice(Protocol):
    """One that gives up a request whose bytes stop coming, as many readers do."""

    gap: float
    """Seconds of silence within a request after which it is no request any more."""

    def forget(self) -> None:
        """Throw away the beginning of a request."""
        ...


def text_of(order: Order, name: str, default: str | None = None) -> str:
    """Return an order's text; raises `OrderError`."""
    value = order.get(name, default)
    if not isinstance(value, str):
        raise OrderError(f"{name}: text is missing")
    return value


def number_of(order: Order, name: str, default: int | None = None, most: int = 1_000_000) -> int:
    """Return an order's number from 0 to ``most``; raises `OrderError`."""
    value = order.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise OrderError(f"{name}: a number from 0 to {most} is missing")
    return value


def flag_of(order: Order, name: str, *, default: bool | None = None) -> bool:
    """Return an order's yes or no; raises `OrderError`."""
    value = order.get(name, default)
    if not isinstance(value, bool):
        raise OrderError(f"{name}: true or false is missing")
    return value


def bytes_of(order: Order, name: str, default: str | None = None) -> bytes:
    """Return an order's bytes, given in hexadecimal; raises `OrderError`."""
    try:
        return bytes.fromhex(text_of(order, name, default))
    except ValueError as error:
        raise OrderError(f"{name}: not hexadecimal") from error
