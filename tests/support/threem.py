"""An emulated 3M/Bibliotheca pad without its process and its wire, for tests of what asks it."""

from collections.abc import Callable, Iterable

from drivers.emulators.device import Fact, Order
from drivers.emulators.threem_device import ThreemDevice
from drivers.rfid.threem_line import ReaderTimings, ThreemLine
from drivers.rfid.threem_reader import ThreemReader


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


UID = "E004010031269117"
OTHER = "E00401001F77FB98"
QUICK = ReaderTimings(first=0.02, inventory=0.02, answer=0.02, broken_off=0.005, block=0.0)
BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"


def reader(wire: Wire) -> ThreemReader:
    """Ask over this wire."""
    return ThreemReader("/dev/pad", wire, QUICK)


def line(wire: Wire) -> ThreemLine:
    """Ask a floor lower."""
    return ThreemLine("/dev/pad", wire, QUICK)


def command_of(request: bytes) -> int:
    """Return the command byte of a frame."""
    return request[3]


WELL: Order = {"uid": UID, "memory": BOOK, "afi": 7, "dsfid": 0x3E, "eas": True}


def pad_with(*tags: Order, misdeeds: Iterable[Order] = ()) -> WiredPad:
    """Give a pad with tags that misbehaves."""
    pad = WiredPad()
    pad.order("lay", tags=[*tags])
    for misdeed in misdeeds:
        pad.order("misbehave", **misdeed)
    return pad


def tag_on(pad: WiredPad, uid: str = UID) -> Order:
    """Return what stands on a tag."""
    tags = pad.order("tags")["tags"]
    if not isinstance(tags, list):
        raise TypeError("tags")
    return next(tag for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)


def commands(pad: WiredPad) -> list[int]:
    """Return the commands that were sent."""
    return [command_of(request) for request in pad.sent]
