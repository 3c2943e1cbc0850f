"""An emulated UHFReader18 or 288 without its process and its wire, for tests of what asks it."""

from collections.abc import Callable, Iterable

from drivers.emulators.device import Fact, Order
from drivers.emulators.uhfreader18_device import Uhfreader18Device
from drivers.rfid.gen2_codec import ControlWord
from drivers.rfid.uhfreader18_reader import ReaderSettings, Timings, Uhfreader18Reader
from drivers.rfid.verified import VerifiedWrites
from tests.support.threem import Wire

BOOK = "E28068940000502458950001"
OTHER = "E28068940000502458950002"
QUICK = Timings(first=0.02, answer=0.02, broken_off=0.005)


class WiredReader(Wire):
    """The emulated reader without its process, with some answers changed."""

    def __init__(
        self,
        change: Callable[[bytes, bytes], Iterable[bytes]] = lambda _, answer: (answer,),
        kind: type[Uhfreader18Device] = Uhfreader18Device,
    ) -> None:
        self.device = kind()

        def answer(request: bytes) -> Iterable[bytes]:
            return [piece for whole in self.device.received(request) for piece in change(request, whole.data)]

        super().__init__(answer)

    def lay(self, uid: str, **more: Fact) -> None:
        """Lay one tag."""
        self.device.do({"do": "lay", "tags": [{"uid": uid, **more}]})

    def misbehave(self, what: str, **arguments: Fact) -> None:
        """Order a misdeed."""
        for stray in self.device.do({"do": "misbehave", "what": what, **arguments})[1]:
            self._coming.append(stray.data)

    def tag(self, uid: str) -> Order:
        """Give what stands on a tag."""
        tags = self.device.do({"do": "tags"})[0]["tags"]
        assert isinstance(tags, list)
        return next(tag for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)

    @property
    def asked(self) -> list[int]:
        """Name the commands that were sent."""
        return [request[2] for request in self.sent]


def reader(wire: Wire, settings: ReaderSettings | None = None) -> Uhfreader18Reader:
    """Make the reader over a wire, probed."""
    made = Uhfreader18Reader("/dev/pad", wire, settings or ReaderSettings(), QUICK)
    made.probe()
    return made


def writes(pad: Uhfreader18Reader) -> VerifiedWrites:
    """Make sure of writes without a pause."""
    return VerifiedWrites(pad, lambda _: None)


def written(epc: str, afi: int | None = None) -> bytes:
    """Return a control word and the EPC of its length."""
    raw = bytes.fromhex(epc)
    return ControlWord.of_epc(len(raw), afi).raw() + raw
