"""FEIG's reader for tests without a wire: asked and answered in memory, with some answers changed."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from drivers.emulators.device import Fact, Order
from drivers.emulators.feig_device import FeigDevice
from drivers.rfid.exchange import Pace
from drivers.rfid.feig_codec import FeigCodec, Frame
from drivers.rfid.feig_line import FeigOptions
from drivers.rfid.feig_messages import Command, Status, TagCommand, reply
from drivers.rfid.feig_reader import FeigReader
from tests.support import threem

UID = "E004010031269117"
OTHER = "E00401001F77FB98"
BOOK = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
QUICK = FeigOptions(pace=Pace(broken_off=0.005), first=0.02, inventory=0.02, answer=0.02)
WITH_EAS = replace(QUICK, transparent_eas=True)


class Wire(threem.Wire):
    """Remembers the frames that it was asked."""

    def interject(self, data: bytes) -> None:
        """Say something that nobody asked for."""
        self._coming.append(data)

    def asked(self) -> list[Frame]:
        """Return what was asked so far."""
        codec = FeigCodec()
        for data in self.sent:
            codec.receive_data(data)
        return list(codec.messages())


Change = Callable[[Frame, bytes], Iterable[bytes]]


class Reader(Wire):
    """The emulated reader without its process, with some answers changed."""

    def __init__(self, change: Change = lambda _, answer: (answer,)) -> None:
        self.device = FeigDevice()

        def answer(request: bytes) -> Iterable[bytes]:
            codec = FeigCodec()
            codec.receive_data(request)
            (frame,) = codec.messages()
            return [piece for whole in self.device.received(request) for piece in change(frame, whole.data)]

        super().__init__(answer)

    def order(self, do: str, **arguments: Fact) -> Order:
        """Give an order."""
        told, _ = self.device.do({"do": do, **arguments})
        return told

    def misbehave(self, what: str, **arguments: Fact) -> None:
        """Order a misdeed."""
        self.order("misbehave", what=what, **arguments)

    def lay(self, *uids: str, **more: Fact) -> None:
        """Lay books down."""
        self.order("lay", tags=[{"uid": uid, "memory": BOOK, "afi": 7, "dsfid": 0x3E, **more} for uid in uids])


def reader(wire: Wire, options: FeigOptions = QUICK) -> FeigReader:
    """Make the driver's side of it."""
    return FeigReader("/dev/pad", wire, options)


def sub(command: TagCommand) -> Callable[[Frame], bool]:
    """Say of a request whether it is that command."""
    return lambda frame: frame.command == Command.ISO and frame.data[0] == command


def nth(numbers: set[int], which: Callable[[Frame], bool], spoil: Callable[[bytes], Iterable[bytes]]) -> Change:
    """Spoil the answers with these numbers, counted from 1, to the requests that are meant."""
    count = 0

    def change(request: Frame, answer: bytes) -> Iterable[bytes]:
        nonlocal count
        count += which(request)
        return spoil(answer) if which(request) and count in numbers else (answer,)

    return change


def answering(which: Callable[[Frame], bool], status: Status, data: bytes = b"") -> Change:
    """Answer some requests with a status."""
    return lambda request, answer: (
        (FeigCodec.send(reply(request.command, status, data)),) if which(request) else (answer,)
    )


def many(count: int) -> list[str]:
    """Name so many tags."""
    return [f"E00401000000{number:04X}" for number in range(count)]
