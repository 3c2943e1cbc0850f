"""An emulated 3M/Bibliotheca pad without its process and its wire, for tests of what asks it."""

from collections.abc import Callable, Iterable

from drivers.emulators.device import Fact, Order
from drivers.emulators.threem_device import ThreemDevice


class Wire:
    """Answers as ``answer`` says, byte for byte; nothing when it says nothing."""

    def __init__(self, answer: Callable[[bytes], Iterable[bytes]]) -> None:
        self._answer = answer
        self._coming: list[bytes] = []
        self.sent: list[bytes] = []

    def read(self, timeout: float) -> bytes:
        del timeout
        return self._coming.pop(0) if self._coming else b""

    def write(self, data: bytes, timeout: float) -> None:
        del timeout
        self.sent.append(data)
        self._coming += self._answer(data)


class WiredPad(Wire):
    """The emulated pad without its process, with some answers changed."""

    def __init__(self, change: Callable[[bytes, bytes], Iterable[bytes]] = lambda _, answer: (answer,)) -> None:
        self.device = ThreemDevice()

        def answer(request: bytes) -> Iterable[bytes]:
            return [piece for whole in self.device.received(request) for piece in change(request, whole.data)]

        super().__init__(answer)

    def order(self, do: str, **arguments: Fact) -> Order:
        told, _ = self.device.do({"do": do, **arguments})
        return told


def nth(numbers: set[int], spoilt: Callable[[bytes], Iterable[bytes]]) -> Callable[[bytes, bytes], Iterable[bytes]]:
    """Spoil the answers with these numbers, counted from 1."""
    count = 0

    def change(request: bytes, answer: bytes) -> Iterable[bytes]:
        nonlocal count
        del request
        count += 1
        return spoilt(answer) if count in numbers else (answer,)

    return change
